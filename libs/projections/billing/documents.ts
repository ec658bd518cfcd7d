import {
  type BillDocument,
  type BillDocumentRef,
  type BillingMonth,
  type ClosingReport,
  type ClosingRequest,
  type InvoiceState,
  type InvoiceStatus,
  type MonthBill,
  taxIdentityOf,
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

/** A document of a month's bills, and what became of it. */
export type BilledDocumentEntry = Readonly<
  BillDocumentRef & {
    content: BillDocument;
    /** Holds lines of the month, and not only adjustments of others. */
    isOwn: boolean;
    approved: boolean;
    cancelled: boolean;
    /** It will be, or was, billed again. */
    reissued: boolean;
    /** Why accounting returned the draft; null where it did not. */
    returned: string | null;
    invoiceNumber: string | null;
  }
>;

export type MonthDocument = Readonly<{
  workspaceId: string;
  month: BillingMonth;
  /** The bill that the month was counted by last. */
  bill: MonthBill;
  billRevision: number;
  /** Of all bills of the month, in the order in which they were made. */
  documents: readonly BilledDocumentEntry[];
}>;

/** The documents of a month's bills that were not cancelled or returned. */
export const standingDocuments = ({ documents }: MonthDocument): BilledDocumentEntry[] =>
  documents.filter(({ cancelled }) => !cancelled);

/** The document of the month's own tax identity; undefined where there was nothing to bill it. */
export function ownEntryOf({ month, bill, documents, billRevision }: MonthDocument): BilledDocumentEntry | undefined {
  const own = taxIdentityOf(month, bill.buyer);
  return documents.find(
    (entry) => entry.billRevision === billRevision && taxIdentityOf(month, entry.content.buyer) === own,
  );
}

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

interface StepOfInvoice {
  readonly month: BillingMonth;
  readonly workspaceId: string;
  readonly number: string;
}
interface StepOfBill extends BillDocumentRef {
  readonly workspaceId: string;
}

/** One step that is due, under its id; it is gone when its event is there. */
export type WorkDocument = Readonly<
  | { kind: 'close'; month: BillingMonth; workspaceId: null; closingId: string }
  | ({ kind: 'issue' } & StepOfBill)
  | ({ kind: 'approve' } & StepOfBill)
  | ({ kind: 'rebill' } & StepOfBill)
  | ({ kind: 'render' } & StepOfInvoice)
  | ({ kind: 'deliver' } & StepOfInvoice)
  | ({ kind: 'cancel' } & StepOfInvoice)
>;

/** Names a step of a document of a bill. */
export const billStepKey = (workspaceId: string, { month, billRevision, document }: BillDocumentRef): string =>
  `${monthKey(workspaceId, month)}#${billRevision}.${document}`;

export const monthKey = (workspaceId: string, month: BillingMonth): string => `${workspaceId}/${month}`;
