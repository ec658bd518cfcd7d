import { type Decider } from '../decider';
import { type ClosingCommand } from './commands';
import { decideClosing } from './decide';
import { type ClosingEvent } from './events';
import { type ClosingState, evolveClosing } from './state';

export const closingDecider: Decider<ClosingState, ClosingCommand, ClosingEvent> = {
  initial: () => undefined,
  evolve: evolveClosing,
  decide: decideClosing,
};
