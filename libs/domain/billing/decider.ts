import { type Decider } from '../decider';
import { type BillingCommand } from './commands';
import { decideBilling } from './decide';
import { type BillEvent } from './events';
import { type BillingState, evolveBilling, NOTHING_BILLED } from './state';

export const billingDecider: Decider<BillingState, BillingCommand, BillEvent> = {
  initial: () => NOTHING_BILLED,
  evolve: evolveBilling,
  decide: decideBilling,
};
