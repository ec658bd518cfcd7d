import {
  type BillDocumentRef,
  type BillEvent,
  type ClosingEvent,
  type ContractEvent,
  evolveInvoice,
  type InvoiceEvent,
  isDeliveryDue,
  isSame,
  type MonthBill,
  statusOf,
} from '@seatledger/domain';
import { categoryOf, type StoredEvent, subjectOf } from '@seatledger/event-store';

import { type Projection } from '../runner';
import { type DocumentKey, type UnitOfWork } from '../unit-of-work';
import {
  type BilledDocumentEntry,
  billStepKey,
  type ClosingDocument,
  CLOSINGS,
  type ContractDocument,
  CONTRACTS,
  type InvoiceDocument,
  INVOICES,
  type MonthDocument,
  monthKey,
  MONTHS,
  WORK,
  type WorkDocument,
} from './documents';
import { listedInvoice } from './listed-invoice';

/** Contracts, closed months, invoices, and what is left to do for them. */
export const billingProjection: Projection = {
  name: 'billing',
  version: 3,
  collections: [CONTRACTS, MONTHS, INVOICES, CLOSINGS, WORK],
  totals: {
    [MONTHS.name](document) {
      const { currency, netMinor, grossMinor } = (document as MonthDocument).bill;
      return { [`${currency} net`]: netMinor, [`${currency} gross`]: grossMinor };
    },
    [INVOICES.name](document) {
      const { currency, netMinor, grossMinor } = (document as InvoiceDocument).state.invoice;
      return { [`${currency} net`]: netMinor, [`${currency} gross`]: grossMinor };
    },
  },
  streamPrefixes: ['contract-', 'billing-', 'invoice-', 'closing-'],

  needs({ event, stream }): DocumentKey[] {
    switch (categoryOf(stream)) {
      case 'contract':
        return [{ collection: CONTRACTS.name, id: subjectOf(stream) }];
      case 'closing':
        return [{ collection: CLOSINGS.name, id: subjectOf(stream) }];
      case 'billing': {
        const workspaceId = subjectOf(stream);
        return [
          { collection: CONTRACTS.name, id: workspaceId },
          { collection: MONTHS.name, id: monthKey(workspaceId, (event as BillEvent).data.month) },
        ];
      }
      default: {
        const keys = [{ collection: INVOICES.name, id: subjectOf(stream) }];
        if (event.type === 'InvoiceIssued') {
          const { workspaceId, month, cancels } = event.data;
          keys.push({ collection: MONTHS.name, id: monthKey(workspaceId, month) });
          if (cancels !== undefined) keys.push({ collection: INVOICES.name, id: cancels });
        }
        return keys;
      }
    }
  },

  project(stored, documents): void {
    switch (categoryOf(stored.stream)) {
      case 'contract':
        projectContract(stored, stored.event as ContractEvent, documents);
        return;
      case 'billing':
        projectBill(stored, stored.event as BillEvent, documents);
        return;
      case 'invoice':
        projectInvoice(stored, stored.event as InvoiceEvent, documents);
        return;
      case 'closing':
        projectClosing(stored, stored.event as ClosingEvent, documents);
        return;
      default:
        throw new Error(`nothing is known about streams like ${stored.stream}`);
    }
  },
};

function projectContract({ stream, position }: StoredEvent, event: ContractEvent, documents: UnitOfWork): void {
  const workspaceId = subjectOf(stream);
  const before = documents.get<ContractDocument>(CONTRACTS.name, workspaceId);
  const put = (document: ContractDocument): void => documents.put(CONTRACTS.name, workspaceId, document, position);
  switch (event.type) {
    case 'ContractOpened': {
      const { firstMonth, terms } = event.data;
      const { timeZone } = terms;
      put({ workspaceId, firstMonth, lastMonth: null, timeZone, lastClosed: null });
      return;
    }
    case 'ContractTermsChanged': {
      const { timeZone } = event.data.changes;
      if (typeof timeZone === 'string') put({ ...known(before, stream), timeZone });
      return;
    }
    case 'ContractTerminated':
      put({ ...known(before, stream), lastMonth: event.data.lastMonth });
      return;
    case 'InvoiceMailboxChanged':
    case 'BillingAddressChanged':
    case 'TermsLocked':
      return;
  }
}

function projectBill({ stream, position, revision }: StoredEvent, event: BillEvent, documents: UnitOfWork): void {
  const workspaceId = subjectOf(stream);
  const { month } = event.data;
  const id = monthKey(workspaceId, month);
  const before = documents.get<MonthDocument>(MONTHS.name, id);
  const put = (document: MonthDocument): void => documents.put(MONTHS.name, id, document, position);
  const work = workList(documents, position);
  switch (event.type) {
    case 'MonthClosed': {
      const bill = event.data;
      const entries = entriesOf(bill, revision);
      put({ workspaceId, month, bill, billRevision: revision, documents: entries });
      work.dueForBill(workspaceId, entries);
      noteClosed(workspaceId, month, documents, position);
      return;
    }
    case 'MonthRebilled': {
      const { replaces, ...bill } = event.data;
      const known = knownMonth(before, stream);
      const entries = entriesOf(bill, revision);
      const isOwn = known.documents.some((entry) => entry.isOwn && isSame(entry, { month, ...replaces }));
      put({
        ...known,
        ...(isOwn ? { bill, billRevision: revision } : {}),
        documents: [...known.documents, ...entries],
      });
      work.done('rebill', billStepKey(workspaceId, { month, ...replaces }));
      work.done('approve', billStepKey(workspaceId, { month, ...replaces }));
      work.dueForBill(workspaceId, entries);
      return;
    }
    case 'BillApproved': {
      put(withEntry(knownMonth(before, stream), event.data, (entry) => ({ ...entry, approved: true })));
      const step = billStepKey(workspaceId, event.data);
      work.done('approve', step);
      work.due(step, { kind: 'issue', workspaceId, ...refOf(event.data) });
      return;
    }
    case 'DraftReturned': {
      const returned = { cancelled: true, reissued: true, returned: event.data.reason };
      put(withEntry(knownMonth(before, stream), event.data, (entry) => ({ ...entry, ...returned })));
      return;
    }
    case 'BillCancelled': {
      const { reissue: reissued } = event.data;
      put(withEntry(knownMonth(before, stream), event.data, (entry) => ({ ...entry, cancelled: true, reissued })));
      if (reissued)
        work.due(billStepKey(workspaceId, event.data), { kind: 'rebill', workspaceId, ...refOf(event.data) });
      return;
    }
  }
}

const knownMonth = (before: MonthDocument | null, stream: string): MonthDocument => known(before, stream);

const entriesOf = ({ month, documents, invoicing }: MonthBill, billRevision: number): BilledDocumentEntry[] =>
  documents.map((content, document) => ({
    month,
    billRevision,
    document,
    content,
    isOwn: content.lines.some(({ kind }) => kind !== 'adjustment'),
    approved: !invoicing.holdForApproval,
    cancelled: false,
    reissued: false,
    returned: null,
    invoiceNumber: null,
  }));

const withEntry = (
  month: MonthDocument,
  ref: BillDocumentRef,
  change: (entry: BilledDocumentEntry) => BilledDocumentEntry,
): MonthDocument => ({
  ...month,
  documents: month.documents.map((entry) => (isSame(entry, ref) ? change(entry) : entry)),
});

const refOf = ({ month, billRevision, document }: BillDocumentRef): BillDocumentRef => ({
  month,
  billRevision,
  document,
});

function noteClosed(workspaceId: string, month: string, documents: UnitOfWork, position: number): void {
  const contract = documents.get<ContractDocument>(CONTRACTS.name, workspaceId);
  if (contract === null || (contract.lastClosed ?? '') >= month) return;
  documents.put(CONTRACTS.name, workspaceId, { ...contract, lastClosed: month }, position);
}

function projectInvoice({ stream, position, revision }: StoredEvent, event: InvoiceEvent, documents: UnitOfWork): void {
  const number = subjectOf(stream);
  const before = documents.get<InvoiceDocument>(INVOICES.name, number);
  const state = evolveInvoice(before?.state, event, revision);
  const { invoice } = state;
  const { workspaceId, month } = invoice;
  const status = statusOf(state);
  documents.put(
    INVOICES.name,
    number,
    { number, workspaceId, month, status, state, cancelledBy: before?.cancelledBy ?? null, ...listedInvoice(invoice) },
    position,
  );

  const work = workList(documents, position);
  const subject = { workspaceId, month, number };
  if (event.type === 'InvoiceIssued') {
    work.due(number, { kind: 'render', ...subject });
    if (invoice.cancels === undefined) noteInvoiced(stream, event, documents, position);
    else noteCancelled(invoice.cancels, number, documents, position);
  }
  if (event.type === 'InvoiceRendered' || event.type === 'InvoiceRenderingFailed') work.done('render', number);
  if (event.type === 'InvoiceResendRequested' && state.document === undefined)
    work.due(number, { kind: 'render', ...subject });
  if (event.type === 'InvoiceCancelled') work.due(number, { kind: 'cancel', ...subject });
  if (state.document !== undefined) {
    if (isDeliveryDue(state)) work.due(number, { kind: 'deliver', ...subject });
    else work.done('deliver', number);
  }
}

function projectClosing({ stream, position }: StoredEvent, event: ClosingEvent, documents: UnitOfWork): void {
  const closingId = subjectOf(stream);
  const before = documents.get<ClosingDocument>(CLOSINGS.name, closingId);
  const document: ClosingDocument =
    event.type === 'ClosingRequested'
      ? { closingId, state: 'running', request: event.data, report: null }
      : { ...known(before, stream), state: 'done', report: event.data };
  documents.put(CLOSINGS.name, closingId, document, position);
  const { month } = document.request;
  const work = workList(documents, position);
  if (document.state === 'running') work.due(closingId, { kind: 'close', month, workspaceId: null, closingId });
  else work.done('close', closingId);
}

function noteInvoiced(
  stream: string,
  { data: invoice }: Extract<InvoiceEvent, { type: 'InvoiceIssued' }>,
  documents: UnitOfWork,
  position: number,
): void {
  const { workspaceId, month, billRevision, billDocument, number } = invoice;
  const id = monthKey(workspaceId, month);
  const ref = { month, billRevision, document: billDocument };
  const before = known(documents.get<MonthDocument>(MONTHS.name, id), stream);
  const after = withEntry(before, ref, (entry) => ({ ...entry, invoiceNumber: number }));
  documents.put(MONTHS.name, id, after, position);
  workList(documents, position).done('issue', billStepKey(workspaceId, ref));
}

function noteCancelled(cancelled: string, by: string, documents: UnitOfWork, position: number): void {
  const invoice = known(documents.get<InvoiceDocument>(INVOICES.name, cancelled), cancelled);
  documents.put(INVOICES.name, cancelled, { ...invoice, cancelledBy: by }, position);
  workList(documents, position).done('cancel', cancelled);
}

function workList(documents: UnitOfWork, position: number) {
  const due = (step: string, work: WorkDocument): void =>
    documents.put(WORK.name, `${work.kind}:${step}`, work, position);
  return {
    due,
    /** A bill's documents become invoices, those that are held once they are approved. */
    dueForBill(workspaceId: string, entries: readonly BilledDocumentEntry[]): void {
      for (const entry of entries) {
        const kind = entry.approved ? 'issue' : 'approve';
        due(billStepKey(workspaceId, entry), { kind, workspaceId, ...refOf(entry) });
      }
    },
    done(kind: WorkDocument['kind'], step: string): void {
      documents.put(WORK.name, `${kind}:${step}`, null, position);
    },
  };
}

function known<D>(document: D | null, stream: string): D {
  if (document === null) throw new Error(`${stream} goes on before it began`);
  return document;
}
