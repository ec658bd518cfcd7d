import { type Decider } from '../decider';
import { type ContractCommand } from './commands';
import { decideContract } from './decide';
import { type ContractEvent } from './events';
import { evolveContract } from './evolve';
import { type ContractState } from './state';

export const contractDecider: Decider<ContractState, ContractCommand, ContractEvent> = {
  initial: () => undefined,
  evolve: evolveContract,
  decide: decideContract,
};
