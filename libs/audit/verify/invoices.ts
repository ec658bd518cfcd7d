import { createHash } from 'node:crypto';

import {
  type BillDocumentRef,
  type BilledDocument,
  type BillEvent,
  type BillingState,
  cancelInvoice,
  documentAt,
  ExchangeRates,
  firstDayOf,
  type InvoiceDocument,
  type InvoiceEvent,
  isSame,
  type IssuedInvoice,
  issueInvoice,
  lastDayOf,
} from '@seatledger/domain';
import { billingStream, invoiceStream, type StoredEvent } from '@seatledger/event-store';

import { billingBefore, type Books } from '../books';
import { nameOf } from '../evidence';
import { type EventHistory, eventsOf, recordedAt } from '../history';
import { verifyDeliveries } from './deliveries';
import { differences } from './differences';
import { documentFaults, type DocumentReader } from './documents';
import { type Failure, failureAt, reasonOf } from './failure';
import { type Assignment, type NumberBook } from './numbers';

export interface InvoicesOptions {
  readonly documents: DocumentReader;
  /** Only invoices of this month, or only this one; else all of the workspace. */
  readonly month?: string;
  readonly invoiceNumber?: string;
  /** Events recorded after this may belong to something that is still under way. */
  readonly settledBefore: number;
}

export interface InvoicesChecked {
  readonly failures: Failure[];
  readonly invoices: number;
  readonly documents: number;
  readonly deliveries: number;
}

type StoredBillEvent = StoredEvent<BillEvent>;
type StoredInvoiceEvent = StoredEvent<InvoiceEvent>;

/**
 * Every bill that was to be invoiced has its number and its invoice, which says what the bill says;
 * every cancellation turns its original round; every document is the one that was recorded.
 */
export async function verifyInvoices(
  history: EventHistory,
  books: Books,
  numbers: NumberBook,
  options: InvoicesOptions,
): Promise<InvoicesChecked> {
  return new InvoiceVerifier(history, books, numbers, options).run();
}

class InvoiceVerifier {
  private readonly failures: Failure[] = [];
  private readonly invoices = new Map<string, StoredInvoiceEvent[]>();
  private documents = 0;
  private deliveries = 0;
  private readonly documentChecks: Promise<Failure[]>[] = [];
  /** The bills as they stand at the end of the history. */
  private readonly billing: BillingState;

  constructor(
    private readonly history: EventHistory,
    private readonly books: Books,
    private readonly numbers: NumberBook,
    private readonly options: InvoicesOptions,
  ) {
    this.billing = billingBefore(books);
  }

  async run(): Promise<InvoicesChecked> {
    const { workspaceId } = this.books;
    this.verifyNumbered();
    const assigned = this.numbers.ofWorkspace(workspaceId).filter((assignment) => this.isAskedFor(assignment));
    for (const assignment of assigned) {
      const { number } = assignment.stored.event.data;
      try {
        await this.verifyOne(assignment);
      } catch (error) {
        const concerns = { stream: invoiceStream(number), revision: 0 };
        this.failures.push(failureAt('invoice', concerns, reasonOf(error), { workspaceId, invoiceNumber: number }));
      }
    }
    for (const found of await Promise.all(this.documentChecks)) this.failures.push(...found);
    const { failures, documents, deliveries } = this;
    return { failures, invoices: assigned.length, documents, deliveries };
  }

  /** Documents of bills and their numbers: one for each that could be invoiced, none for any other. */
  private verifyNumbered(): void {
    const { workspaceId } = this.books;
    const { settledBefore, month: only, invoiceNumber: number } = this.options;
    if (number !== undefined) return;
    for (const document of this.billing.documents) {
      const { month, billRevision, document: index, approved } = document;
      if (only !== undefined && month !== only) continue;
      const bill = this.eventAt(billRevision);
      const released = this.releaseOf(document);
      const assignment = this.numbers.of({ kind: 'bill', workspaceId, month, billRevision, document: index });
      if (released !== undefined && assignment === undefined && recordedAt(released) < settledBefore) {
        const detail = 'it was to be invoiced, but no number was ever assigned to it, or the number was taken out';
        this.failures.push(failureAt('invoice', bill, detail, { workspaceId, month }));
      }
      if (!approved && assignment !== undefined) {
        const detail = `${nameOf(bill)} was not to be invoiced, but has a number`;
        this.failures.push(failureAt('number', assignment.stored, detail, { workspaceId, month }));
      }
    }
  }

  /** The event by which a document could be invoiced: its bill's, or its approval. */
  private releaseOf({ month, billRevision, document, isHeld }: BilledDocument): StoredBillEvent | undefined {
    if (!isHeld) return this.eventAt(billRevision);
    return this.books.bills.find(
      ({ event }) => event.type === 'BillApproved' && isSame(event.data, { month, billRevision, document }),
    );
  }

  private eventAt(revision: number): StoredBillEvent {
    const found = this.books.bills.find((stored) => stored.revision === revision);
    if (found === undefined) throw new Error(`${billingStream(this.books.workspaceId)}@${revision} is missing`);
    return found;
  }

  private isAskedFor({ stored, document }: Assignment): boolean {
    const { month, invoiceNumber: number } = this.options;
    const assigned = stored.event.data.number;
    if (number !== undefined)
      return number === assigned || (document.kind === 'cancellation' && document.cancels === number);
    if (month === undefined) return true;
    const bill = document.kind === 'cancellation' ? this.numbers.numbered(document.cancels)?.document : document;
    return bill?.kind === 'bill' && bill.month === month;
  }

  private async verifyOne({ stored, document }: Assignment): Promise<void> {
    const { number } = stored.event.data;
    const events = await this.eventsOfInvoice(number);
    const [issued] = events;
    if (issued?.event.type !== 'InvoiceIssued') {
      if (recordedAt(stored) >= this.options.settledBefore) return;
      const concerns = { stream: invoiceStream(number), revision: 0 };
      this.fail(number, 'invoice', concerns, 'its number was assigned, but it was never issued, or was taken out');
      return;
    }
    const invoice = issued.event.data;
    if (document.kind === 'bill') this.verifyAgainstBill(number, issued, invoice, document, stored);
    if (document.kind === 'cancellation') await this.verifyCancellation(number, issued, invoice, document.cancels);
    this.verifyCancelled(number, events, invoice);
    this.deliveries += events.filter(
      ({ event }) => event.type === 'InvoiceSent' || event.type === 'InvoicePublished',
    ).length;
    this.failures.push(...verifyDeliveries(invoice, events));
    // Read beside each other, and told in order at the end.
    for (const event of events) this.documentChecks.push(this.verifyDocuments(number, event));
  }

  private verifyAgainstBill(
    number: string,
    issued: StoredInvoiceEvent,
    invoice: IssuedInvoice,
    ref: BillDocumentRef,
    assigned: StoredEvent,
  ): void {
    const document = documentAt(this.billing, ref);
    if (document === undefined) {
      const bill = `${billingStream(invoice.workspaceId)}@${ref.billRevision}`;
      this.fail(number, 'invoice', issued, `there is no document ${ref.document} of a bill at ${bill}`);
      return;
    }
    const derived = issueInvoice({
      document,
      number,
      issueDate: this.issueDateOf(assigned),
      seller: invoice.seller,
      corrects: invoice.corrects ?? [],
      exchangeRates: new ExchangeRates(invoice.euroTax?.rates ?? []),
      ...(invoice.invoiceMailbox === undefined ? {} : { invoiceMailbox: invoice.invoiceMailbox }),
    });
    const found = differences(withoutCheck(invoice), { ...derived, servicePeriod: periodOf(invoice, derived) });
    if (found !== undefined) this.fail(number, 'invoice', issued, found);
  }

  private async verifyCancellation(
    number: string,
    issued: StoredInvoiceEvent,
    invoice: IssuedInvoice,
    cancels: string,
  ): Promise<void> {
    const original = await this.eventsOfInvoice(cancels);
    const first = original[0]?.event;
    const cancelled = original.find(({ event }) => event.type === 'InvoiceCancelled')?.event;
    if (first?.type !== 'InvoiceIssued' || cancelled?.type !== 'InvoiceCancelled') {
      this.fail(number, 'cancellation', issued, `${cancels}, which it cancels, is not recorded as cancelled`);
      return;
    }
    const assigned = this.numbers.numbered(number);
    const issueDate = assigned === undefined ? invoice.issueDate : this.issueDateOf(assigned.stored);
    const derived = cancelInvoice(first.data, { number, issueDate, reason: cancelled.data.reason });
    const found = differences(withoutCheck(invoice), derived);
    if (found !== undefined) this.fail(number, 'cancellation', issued, found);
  }

  /** A cancelled invoice has its cancellation, and its month knows of it; and the other way round. */
  private verifyCancelled(
    number: string,
    events: readonly StoredInvoiceEvent[],
    { month, billRevision, billDocument }: IssuedInvoice,
  ): void {
    const ref = { month, billRevision, document: billDocument };
    const cancelledBill = this.books.bills.find(
      ({ event }) => event.type === 'BillCancelled' && event.data.invoiceNumber === number,
    );
    const stored = events.find(({ event }) => event.type === 'InvoiceCancelled');
    if (stored?.event.type !== 'InvoiceCancelled') {
      if (cancelledBill === undefined) return;
      this.fail(number, 'cancellation', cancelledBill, `the invoice ${number} does not say that it was cancelled`);
      return;
    }
    if (recordedAt(stored) >= this.options.settledBefore) return;
    const { reason, reissue } = stored.event.data;
    if (cancelledBill?.event.type !== 'BillCancelled') {
      this.fail(number, 'cancellation', stored, 'its bill was not cancelled with it, or the event was taken out');
    } else if (cancelledBill.event.data.reason !== reason || cancelledBill.event.data.reissue !== reissue) {
      this.fail(number, 'cancellation', cancelledBill, 'it says something else than the cancelled invoice');
    } else if (reissue && documentAt(this.billing, ref)?.rebilled !== true) {
      this.fail(
        number,
        'cancellation',
        cancelledBill,
        'it was to be billed again, and was not, or the bill was taken out',
      );
    }
    if (this.numbers.forCancellationOf(number) === undefined) {
      this.fail(number, 'cancellation', stored, 'there is no cancellation invoice for it, or its number was taken out');
    }
  }

  private async verifyDocuments(number: string, stored: StoredInvoiceEvent): Promise<Failure[]> {
    if (stored.event.type !== 'InvoiceRendered') return [];
    const { workspaceId } = this.books;
    const failures: Failure[] = [];
    for (const { sha256, bytes } of documentsIn(stored.event.data)) {
      this.documents += 1;
      const fault = await this.faultOf(sha256, bytes);
      if (fault === undefined) continue;
      const detail = `${fault} (recorded by ${nameOf(stored)})`;
      failures.push({ check: 'document', concerns: sha256, detail, workspaceId, invoiceNumber: number });
    }
    return failures.length > 0 ? failures : this.verifyContents(number, stored, stored.event.data);
  }

  /** That the stored documents say what the invoice's event says. */
  private async verifyContents(
    number: string,
    stored: StoredInvoiceEvent,
    rendered: InvoiceDocument,
  ): Promise<Failure[]> {
    const [issued] = await this.eventsOfInvoice(number);
    if (issued?.event.type !== 'InvoiceIssued') return [];
    const { workspaceId } = this.books;
    const faults = await documentFaults(issued.event.data, rendered, this.options.documents);
    return faults.map(({ sha256, fault }) => ({
      check: 'document',
      concerns: sha256,
      detail: `${fault} (recorded by ${nameOf(stored)})`,
      workspaceId,
      invoiceNumber: number,
    }));
  }

  private async faultOf(sha256: string, bytes: number | undefined): Promise<string | undefined> {
    try {
      const content = await this.options.documents.get(sha256);
      const actual = createHash('sha256').update(content).digest('hex');
      if (actual !== sha256) return `its SHA-256 is ${actual}`;
      if (bytes !== undefined && content.byteLength !== bytes)
        return `it has ${content.byteLength} bytes, not ${bytes}`;
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  private async eventsOfInvoice(number: string): Promise<StoredInvoiceEvent[]> {
    const known = this.invoices.get(number);
    if (known !== undefined) return known;
    const events = await eventsOf<InvoiceEvent>(this.history, invoiceStream(number));
    this.invoices.set(number, events);
    return events;
  }

  private issueDateOf({ event }: StoredEvent): string {
    return event.type === 'InvoiceNumberAssigned' ? event.data.issueDate : '';
  }

  private fail(
    number: string,
    check: Failure['check'],
    event: Pick<StoredEvent, 'stream' | 'revision'>,
    detail: string,
  ): void {
    const { workspaceId } = this.books;
    this.failures.push(failureAt(check, event, detail, { workspaceId, invoiceNumber: number }));
  }
}

/** Every stored document that an event names, by its SHA-256. */
export function documentsIn(data: object): { readonly sha256: string; readonly bytes: number | undefined }[] {
  const { sha256, bytes } = data as { sha256?: unknown; bytes?: unknown };
  const own = typeof sha256 === 'string' ? [{ sha256, bytes: typeof bytes === 'number' ? bytes : undefined }] : [];
  const inner = Object.values(data).filter((value): value is object => typeof value === 'object' && value !== null);
  return [...own, ...inner.flatMap(documentsIn)];
}

/**
 * The period of supply that belongs on the invoice. Invoices of the time of the first e-invoice
 * writers, or before, bear the closing's month also where they only settle earlier ones.
 */
function periodOf(
  { month, servicePeriod: recorded, eInvoice }: IssuedInvoice,
  { servicePeriod }: IssuedInvoice,
): IssuedInvoice['servicePeriod'] {
  const ofClosing = { from: firstDayOf(month), to: lastDayOf(month) };
  const isEarly = (eInvoice?.writer ?? 1) === 1;
  return isEarly && differences(recorded, ofClosing) === undefined ? ofClosing : servicePeriod;
}

/** What it was checked by is no part of what it says. */
const withoutCheck = ({ eInvoice: _checked, ...invoice }: IssuedInvoice): IssuedInvoice => invoice;
