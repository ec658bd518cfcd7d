import { type BillingMonth } from './billing-month';
import { type BillingFacts } from './close';
import { type BillDocumentRef } from './events';

/** Fixes a month's units and amounts; the months before it are closed. */
export interface CloseMonth {
  readonly type: 'CloseMonth';
  readonly month: BillingMonth;
  readonly facts: BillingFacts;
}

/** Bills a cancelled document again. */
export interface RebillMonth extends BillDocumentRef {
  readonly type: 'RebillMonth';
  readonly facts: BillingFacts;
}

/** Accounting lets a document that waits for it become an invoice. */
export interface ApproveBill extends BillDocumentRef {
  readonly type: 'ApproveBill';
}

/** Accounting sends a document back that waits for approval: it is not to be invoiced as it is. */
export interface ReturnDraft extends BillDocumentRef {
  readonly type: 'ReturnDraft';
  readonly reason: string;
}

/** Bills a returned document again. */
export interface RecountDraft extends BillDocumentRef {
  readonly type: 'RecountDraft';
  readonly facts: BillingFacts;
}

/** The document's invoice was cancelled. */
export interface CancelBill extends BillDocumentRef {
  readonly type: 'CancelBill';
  readonly invoiceNumber: string;
  readonly reason: string;
  readonly reissue: boolean;
}

export type BillingCommand = CloseMonth | RebillMonth | ApproveBill | ReturnDraft | RecountDraft | CancelBill;
