import {
  type ClosingEvent,
  type ContractEvent,
  evolveInvoice,
  type InvoiceEvent,
  isDeliveryDue,
  isToBeInvoiced,
  type MonthEvent,
  statusOf,
} from '@seatledger/domain';
import { categoryOf, monthOfStream, type StoredEvent, subjectOf } from '@seatledger/event-store';

import { type Projection } from '../runner';
import { type DocumentKey, type UnitOfWork } from '../unit-of-work';
import {
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
  type WorkKind,
} from './documents';
import { listedInvoice } from './listed-invoice';

/** Contracts, closed months, invoices, and what is left to do for them. */
export const billingProjection: Projection = {
  name: 'billing',
  version: 2,
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
  streamPrefixes: ['contract-', 'month-', 'invoice-', 'closing-'],

  needs({ event, stream }): DocumentKey[] {
    switch (categoryOf(stream)) {
      case 'contract':
        return [{ collection: CONTRACTS.name, id: subjectOf(stream) }];
      case 'closing':
        return [{ collection: CLOSINGS.name, id: subjectOf(stream) }];
      case 'month': {
        const { workspaceId, month } = monthOfStream(stream);
        return [
          { collection: CONTRACTS.name, id: workspaceId },
          { collection: MONTHS.name, id: monthKey(workspaceId, month) },
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
      case 'month':
        projectMonth(stored, stored.event as MonthEvent, documents);
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

function projectMonth({ stream, position, revision }: StoredEvent, event: MonthEvent, documents: UnitOfWork): void {
  const { workspaceId, month } = monthOfStream(stream);
  const id = monthKey(workspaceId, month);
  const before = documents.get<MonthDocument>(MONTHS.name, id);
  const put = (document: MonthDocument): void => documents.put(MONTHS.name, id, document, position);
  const work = workList(documents, position, { workspaceId, month, number: null });
  switch (event.type) {
    case 'MonthClosed':
    case 'MonthRebilled': {
      const bill = event.data;
      const approved = !bill.invoicing.holdForApproval;
      put({
        workspaceId,
        month,
        bill,
        billRevision: revision,
        approved,
        cancelled: false,
        invoiceNumber: null,
      });
      if (event.type === 'MonthRebilled') work.done('rebill', id);
      if (isToBeInvoiced(bill)) {
        work.due(approved ? 'issue' : 'approve', `${id}#${revision}`, revision);
      }
      const contract = documents.get<ContractDocument>(CONTRACTS.name, workspaceId);
      if (contract !== null && (contract.lastClosed ?? '') < month) {
        documents.put(CONTRACTS.name, workspaceId, { ...contract, lastClosed: month }, position);
      }
      return;
    }
    case 'MonthBillApproved': {
      const approved = known(before, stream);
      put({ ...approved, approved: true });
      work.done('approve', `${id}#${approved.billRevision}`);
      work.due('issue', `${id}#${approved.billRevision}`, approved.billRevision);
      return;
    }
    case 'MonthBillCancelled':
      put({ ...known(before, stream), cancelled: true });
      if (event.data.reissue) work.due('rebill', id, null);
      return;
  }
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

  const work = workList(documents, position, { workspaceId, month, number });
  if (event.type === 'InvoiceIssued') {
    work.due('render', number, null);
    if (invoice.cancels === undefined) noteInvoiced(stream, event, documents, position);
    else noteCancelled(invoice.cancels, number, documents, position);
  }
  if (event.type === 'InvoiceRendered' || event.type === 'InvoiceRenderingFailed') work.done('render', number);
  if (event.type === 'InvoiceResendRequested' && state.document === undefined) work.due('render', number, null);
  if (event.type === 'InvoiceCancelled') work.due('cancel', number, null);
  if (state.document !== undefined) {
    if (isDeliveryDue(state)) work.due('deliver', number, null);
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
  const work = workList(documents, position, { workspaceId: null, month, number: null, closingId });
  if (document.state === 'running') work.due('close', closingId, null);
  else work.done('close', closingId);
}

function noteInvoiced(
  stream: string,
  { data: invoice }: Extract<InvoiceEvent, { type: 'InvoiceIssued' }>,
  documents: UnitOfWork,
  position: number,
): void {
  const id = monthKey(invoice.workspaceId, invoice.month);
  const month = known(documents.get<MonthDocument>(MONTHS.name, id), stream);
  const document: MonthDocument = { ...month, invoiceNumber: invoice.number };
  documents.put(MONTHS.name, id, document, position);
  const { workspaceId } = invoice;
  workList(documents, position, { workspaceId, month: invoice.month, number: null }).done(
    'issue',
    `${id}#${invoice.billRevision}`,
  );
}

function noteCancelled(cancelled: string, by: string, documents: UnitOfWork, position: number): void {
  const invoice = known(documents.get<InvoiceDocument>(INVOICES.name, cancelled), cancelled);
  documents.put(INVOICES.name, cancelled, { ...invoice, cancelledBy: by }, position);
  const { workspaceId, month } = invoice;
  workList(documents, position, { workspaceId, month, number: cancelled }).done('cancel', cancelled);
}

function workList(
  documents: UnitOfWork,
  position: number,
  subject: Pick<WorkDocument, 'workspaceId' | 'month' | 'number' | 'closingId'>,
): {
  due(kind: WorkKind, slot: string, billRevision: number | null): void;
  done(kind: WorkKind, slot: string): void;
} {
  return {
    due(kind, slot, billRevision) {
      const document: WorkDocument = { kind, ...subject, billRevision };
      documents.put(WORK.name, `${kind}:${slot}`, document, position);
    },
    done(kind, slot) {
      documents.put(WORK.name, `${kind}:${slot}`, null, position);
    },
  };
}

function known<D>(document: D | null, stream: string): D {
  if (document === null) throw new Error(`${stream} goes on before it began`);
  return document;
}
