/** For test code of other libraries, of test/ and of bench/. Nothing in the product imports it. */
import {
  billingAggregate,
  billingHooks,
  BillingQueue,
  closingAggregate,
  ClosingQueue,
  contractAggregate,
  ContractQueue,
  invoiceAggregate,
  invoiceNumberAggregate,
  InvoiceNumberQueue,
  InvoiceQueue,
  plainHooks,
  workspaceAggregate,
  workspaceHooks,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import { type EventStore } from '@seatledger/event-store';

import { billingFactsReader } from './billing-facts';

export interface CommandsOptions {
  readonly adjustmentWindowMonths?: number;
  /** Encrypts names and addresses; without one they are recorded as they are given. */
  readonly personalData?: Parameters<typeof workspaceHooks>[0];
}

/** All commands on one event store, as the service puts them together. */
export function commandsOn(eventStore: EventStore, clock: () => number, options: CommandsOptions = {}) {
  const { adjustmentWindowMonths, personalData } = options;
  const hooks = personalData === undefined ? plainHooks : () => workspaceHooks(personalData);
  const workspaces = new WorkspaceQueue(eventStore, workspaceAggregate(), hooks(), clock);
  const contracts = new ContractQueue(eventStore, contractAggregate, plainHooks(), clock);
  const readFacts = billingFactsReader({ contracts, workspaces }, adjustmentWindowMonths);
  const commands = {
    workspaces,
    contracts,
    billing: new BillingQueue(eventStore, billingAggregate, billingHooks(readFacts), clock),
    invoiceNumbers: new InvoiceNumberQueue(eventStore, invoiceNumberAggregate, plainHooks(), clock),
    invoices: new InvoiceQueue(eventStore, invoiceAggregate, plainHooks(), clock),
    closings: new ClosingQueue(eventStore, closingAggregate, plainHooks(), clock),
  };
  return { commands, readFacts };
}
