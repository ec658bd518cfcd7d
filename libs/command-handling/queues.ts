import {
  type BillEvent,
  type BillingCommand,
  type BillingState,
  type ClosingCommand,
  type ClosingEvent,
  type ClosingState,
  type ContractCommand,
  type ContractEvent,
  type ContractState,
  type InvoiceCommand,
  type InvoiceEvent,
  type InvoiceNumberCommand,
  type InvoiceNumberEvent,
  type InvoiceNumberState,
  type InvoiceState,
  type WorkspaceCommand,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';

import { CommandQueue } from './queue';
import { type BillingRequest } from './subjects';

/** The queues, under the names that Nest injects them by. */
export class WorkspaceQueue extends CommandQueue<WorkspaceState, WorkspaceCommand, WorkspaceEvent> {}
export class ContractQueue extends CommandQueue<ContractState, ContractCommand, ContractEvent> {}
export class InvoiceQueue extends CommandQueue<InvoiceState | undefined, InvoiceCommand, InvoiceEvent> {}

export class BillingQueue extends CommandQueue<BillingState, BillingRequest, BillEvent, BillingCommand> {}
export class InvoiceNumberQueue extends CommandQueue<InvoiceNumberState, InvoiceNumberCommand, InvoiceNumberEvent> {}
export class ClosingQueue extends CommandQueue<ClosingState, ClosingCommand, ClosingEvent> {}
