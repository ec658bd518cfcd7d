import { type Decider } from '../decider';
import { type InvoiceCommand } from './commands';
import { decideInvoice } from './decide';
import { type InvoiceEvent } from './events';
import { evolveInvoice, type InvoiceState } from './state';

export const invoiceDecider: Decider<InvoiceState | undefined, InvoiceCommand, InvoiceEvent> = {
  initial: () => undefined,
  evolve: evolveInvoice,
  decide: decideInvoice,
};
