import {
  type BillingMonth,
  type ClosingReport,
  type ClosingRequest,
  type InvoiceState,
  type InvoiceStatus,
  type MonthBill,
} from '@seatledger/domain';
import { type CollectionSpec } from '@seatledger/read-store';

import { INVOICE_LIST, type ListedInvoice } from './listed-invoice';

export const CONTRACTS: CollectionSpec = { name: 'contracts', indexes: [] };
export const MONTHS: CollectionSpec = {
  name: 'months',
  indexes: [['workspaceId', 'month'], ['month']],
};
export const INVOICES: CollectionSpec = {
  name: 'invoices',
  indexes: [['workspaceId'], ['workspaceId', 'status'], ['month'], ['status'], ['month', 'status']],
  ...INVOICE_LIST,
};
export const CLOSINGS: CollectionSpec = { name: 'closings', indexes: [['state']] };
/** What is left to do after a month was closed: the to-do list of the closing process. */
export const WORK: CollectionSpec = { name: 'work', indexes: [['kind', 'month']] };

/** A contract as far as the closing looks for months. */
export type ContractDocument = Readonly<{
  workspaceId: string;
  firstMonth: BillingMonth;
  lastMonth: BillingMonth | null;
  timeZone: string;
  lastClosed: BillingMonth | null;
}>;

export type MonthDocument = Readonly<{
  workspaceId: string;
  month: BillingMonth;
  bill: MonthBill;
  billRevision: number;
  approved: boolean;
  cancelled: boolean;
  /** The invoice of the bill that is valid. */
  invoiceNumber: string | null;
}>;

export type InvoiceDocument = Readonly<{
  number: string;
  workspaceId: string;
  month: BillingMonth;
  status: InvoiceStatus;
  state: InvoiceState;
  /** Number of the cancellation invoice that names this one. */
  cancelledBy: string | null;
}> &
  ListedInvoice;

/** One run of the closing. */
export type ClosingDocument = Readonly<{
  closingId: string;
  state: 'running' | 'done';
  request: ClosingRequest;
  report: ClosingReport | null;
}>;

/** `close` is a run over workspaces; `approve` waits for accounting. */
export const WORK_KINDS = ['close', 'issue', 'approve', 'render', 'deliver', 'cancel', 'rebill'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** One step that is due, under its slot as id; it is gone when its event is there. */
export type WorkDocument = Readonly<{
  kind: WorkKind;
  month: BillingMonth;
  /** Null for a run over many. */
  workspaceId: string | null;
  /** Of the run, for `close`. */
  closingId?: string;
  /** For steps of an invoice. */
  number: string | null;
  /** Revision of the bill that is to be invoiced. */
  billRevision: number | null;
}>;

export const monthKey = (workspaceId: string, month: BillingMonth): string => `${workspaceId}/${month}`;
