import { type Decider } from '../decider';
import { type InvoiceNumberCommand } from './commands';
import { decideInvoiceNumbers } from './decide';
import { type InvoiceNumberEvent } from './events';
import { evolveInvoiceNumbers, type InvoiceNumberState, noNumbers } from './state';

export const invoiceNumberDecider: Decider<InvoiceNumberState, InvoiceNumberCommand, InvoiceNumberEvent> = {
  initial: noNumbers,
  evolve: evolveInvoiceNumbers,
  decide: decideInvoiceNumbers,
};
