import { type BillingMonth } from './billing-month';
import { type BillDocument, type BillDocumentRef, type BillEvent, type MonthBill, type MonthLine } from './events';

/** A closed month: how it was counted, first or since. */
export interface ClosedMonth {
  readonly bill: MonthBill;
  /** Revision of the event that holds the bill. */
  readonly billRevision: number;
}

/** What became of a document of a bill. */
export interface BilledDocument extends BillDocumentRef {
  /** The bill that it is a part of. */
  readonly bill: MonthBill;
  readonly content: BillDocument;
  /** Holds lines of its month, and not only adjustments of others. */
  readonly isOwn: boolean;
  /** Its contract wants approval by accounting. */
  readonly isHeld: boolean;
  /** False while it waits for that. */
  readonly approved: boolean;
  /** The cancelled invoice in whose place it is issued. */
  readonly replaces?: string;
  /** Its invoice was cancelled, or the draft returned, which has none: nothing on it is billed any more. */
  readonly cancelled?: { readonly invoiceNumber: string | null; readonly reason: string; readonly reissue: boolean };
  /** Set once it was billed again. */
  readonly rebilled?: true;
}

/** The bills of a workspace. */
export interface BillingState {
  readonly months: ReadonlyMap<BillingMonth, ClosedMonth>;
  /** Every document of every bill, in the order of the stream. */
  readonly documents: readonly BilledDocument[];
  /** Of the latest event; -1 when there is none. */
  readonly revision: number;
}

export const NOTHING_BILLED: BillingState = { months: new Map(), documents: [], revision: -1 };

export const linesOf = (bill: Pick<MonthBill, 'documents'>): MonthLine[] =>
  bill.documents.flatMap(({ lines }) => lines);

export const isSame = (a: BillDocumentRef, b: BillDocumentRef): boolean =>
  a.month === b.month && a.billRevision === b.billRevision && a.document === b.document;

export const documentAt = (state: BillingState, ref: BillDocumentRef): BilledDocument | undefined =>
  state.documents.find((document) => isSame(document, ref));

/** The document that bills a month's own lines; undefined where there were none to bill. */
export function ownDocumentOf(state: BillingState, month: BillingMonth): BilledDocument | undefined {
  const billRevision = state.months.get(month)?.billRevision;
  return state.documents.find(
    (document) => document.isOwn && document.month === month && document.billRevision === billRevision,
  );
}

export function evolveBilling(state: BillingState, event: BillEvent, revision: number): BillingState {
  switch (event.type) {
    case 'MonthClosed':
      return { ...withBill(state, event.data, revision), months: withMonth(state, event.data, revision) };
    case 'MonthRebilled': {
      const { replaces, ...bill } = event.data;
      const replaced = knownDocument(state, { month: bill.month, ...replaces });
      const marked = withDocument(state, { ...replaced, rebilled: true }, revision);
      const months = replaced.isOwn ? withMonth(state, bill, revision) : state.months;
      return { ...withBill(marked, bill, revision, replaced.cancelled?.invoiceNumber ?? undefined), months };
    }
    case 'BillApproved':
      return withDocument(state, { ...knownDocument(state, event.data), approved: true }, revision);
    case 'DraftReturned': {
      const cancelled = { invoiceNumber: null, reason: event.data.reason, reissue: true };
      return withDocument(state, { ...knownDocument(state, event.data), cancelled }, revision);
    }
    case 'BillCancelled': {
      const { invoiceNumber, reason, reissue } = event.data;
      const cancelled = { invoiceNumber, reason, reissue };
      return withDocument(state, { ...knownDocument(state, event.data), cancelled }, revision);
    }
  }
}

const withMonth = (state: BillingState, bill: MonthBill, billRevision: number): BillingState['months'] =>
  new Map(state.months).set(bill.month, { bill, billRevision });

function withBill(state: BillingState, bill: MonthBill, billRevision: number, replaces?: string): BillingState {
  const { month, invoicing } = bill;
  const documents = bill.documents.map((content, document): BilledDocument => {
    const isOwn = content.lines.some(({ kind }) => kind !== 'adjustment');
    return {
      month,
      billRevision,
      document,
      bill,
      content,
      isOwn,
      isHeld: invoicing.holdForApproval,
      approved: !invoicing.holdForApproval,
      ...(replaces === undefined || document > 0 ? {} : { replaces }),
    };
  });
  return { ...state, documents: [...state.documents, ...documents], revision: billRevision };
}

const withDocument = (state: BillingState, changed: BilledDocument, revision: number): BillingState => ({
  ...state,
  documents: state.documents.map((document) => (isSame(document, changed) ? changed : document)),
  revision,
});

function knownDocument(state: BillingState, ref: BillDocumentRef): BilledDocument {
  const document = documentAt(state, ref);
  if (document === undefined) {
    throw new Error(`there is no document ${ref.document} of ${ref.month} at revision ${ref.billRevision}`);
  }
  return document;
}
