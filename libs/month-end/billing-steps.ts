import {
  type BillingMonth,
  cancelInvoice,
  type ClosedMonth,
  type Corrections,
  correctionsOf,
  type EInvoiceCheck,
  evolveInvoice,
  type InvoiceEvent,
  type InvoiceInput,
  type InvoiceMailboxes,
  type InvoiceState,
  isDeliveryDue,
  isToBeInvoiced,
  type IssuedInvoice,
  issueDateOf,
  issueInvoice,
  mailboxesAt,
  type MonthBill,
  type Seller,
} from '@seatledger/domain';
import { xrechnungXml } from '@seatledger/e-invoice';
import { type AnnexUnit, type InvoiceRenderer } from '@seatledger/invoice-documents';
import { invoiceStream, type EventStore, monthStream, RevisionConflict } from '@seatledger/event-store';
import { type DocumentStore } from '@seatledger/blob-store';

import { type UnitLists } from './billed-units';
import { deliverByEmail, type MailSender, waitOfDelivery } from './delivery/deliver-by-email';
import { type Mailer } from './delivery/mail';
import { billIn, type MonthCloser } from './month-closer';
import { type AssignedNumber, type NumberSeries } from './number-series';
import { type Clock, type ContractHistory } from './ports';

/** A bill that is to become an invoice. */
export interface BillToInvoice {
  readonly workspaceId: string;
  readonly month: BillingMonth;
  readonly billRevision: number;
}

/** What came of issuing: the position of the last event, and the bills that failed, with why. */
export interface Issued {
  readonly position: number;
  readonly failed: ReadonlyMap<BillToInvoice, unknown>;
}

/** A step whose time has not come. */
export class RetryLater extends Error {
  /** @param failure what it waits after; nothing failed where there is none */
  constructor(
    readonly notBefore: number,
    readonly failure?: { readonly attempts: number; readonly reason: string },
  ) {
    super(`not before ${new Date(notBefore).toISOString()}`);
    this.name = 'RetryLater';
  }
}

/** An invoice complete but for its number and day. */
type Draft = Omit<InvoiceInput, 'number' | 'issueDate'>;

/** Stands for the number of an invoice that is only looked at. */
const NUMBER_TO_COME = 'XX-0000-000000';

export interface BillingStepsParts {
  readonly eventStore: EventStore;
  readonly closer: MonthCloser;
  readonly contracts: ContractHistory;
  readonly numbers: NumberSeries;
  readonly renderer: Pick<InvoiceRenderer, 'render' | 'html'>;
  readonly documents: DocumentStore;
  readonly mailer: Mailer;
  /** Absent: mails are from the seller's contact. */
  readonly sender?: MailSender;
  readonly units: UnitLists;
  /**
   * Looks at an invoice, complete but for its number and day, before it gets them. Rejects, naming
   * the rule, when it may not be issued as it is: then no number is used, and the bill waits. What
   * it passed is recorded with it.
   */
  readonly checkBeforeIssue?: (draft: IssuedInvoice) => Promise<EInvoiceCheck>;
  readonly seller: () => Seller;
  readonly clock: Clock;
}

/**
 * The steps from a closed month to a delivered invoice. Each looks at the streams for what is
 * done already, does one thing, and records it at the revision it saw: done twice, or by two
 * processes at once, it has one effect.
 */
export class BillingSteps {
  constructor(private readonly parts: BillingStepsParts) {}

  /**
   * Numbers and issues invoices for bills, numbers in one append. A bill that fails leaves the
   * others alone.
   */
  async issue(bills: readonly BillToInvoice[], correlationId: string): Promise<Issued> {
    const { numbers, clock } = this.parts;
    const failed = new Map<BillToInvoice, unknown>();
    const each = async <T>(items: readonly T[], billOf: (item: T) => BillToInvoice, act: (item: T) => Promise<void>) =>
      Promise.all(items.map((item) => act(item).catch((error: unknown) => failed.set(billOf(item), error))));

    const drafts: { bill: BillToInvoice; input: Draft; eInvoice: EInvoiceCheck | undefined }[] = [];
    const issueDate = issueDateOf(clock());
    await each(
      bills,
      (bill) => bill,
      async (bill) => {
        const input = await this.invoiceInputOf(bill);
        const eInvoice = await this.parts.checkBeforeIssue?.(
          issueInvoice({ ...input, number: NUMBER_TO_COME, issueDate }),
        );
        drafts.push({ bill, input, eInvoice });
      },
    );
    // In the order of the bills, whichever was looked at first.
    drafts.sort((a, b) => bills.indexOf(a.bill) - bills.indexOf(b.bill));
    const subjects = drafts.map(({ bill }) => subjectOfBill(bill));
    const assigned = await numbers.assign(subjects, issueDate, correlationId);
    let position = 0;
    await each(
      drafts,
      ({ bill }) => bill,
      async ({ bill, input, eInvoice }) => {
        const invoice = issueInvoice({ ...input, ...numberFor(assigned, subjectOfBill(bill)) });
        position = Math.max(position, await this.appendIssued(invoice, eInvoice, correlationId));
      },
    );
    return { position, failed };
  }

  /** Makes and stores the invoice's document. Resolves with the position of its event. */
  async render(number: string, correlationId: string): Promise<number> {
    const { renderer, documents } = this.parts;
    const state = await this.invoice(number);
    if (state.document !== undefined) return 0;
    const { invoice } = state;
    const annex = invoice.annexOfUnits ? await this.annexOf(invoice) : undefined;
    const rendered = await renderer.render(invoice, annex);
    // The file is on disk before the event that names it.
    const sha256 = await documents.put(rendered.pdf);
    const { pages, renderer: madeBy } = rendered;
    const data = { sha256, bytes: rendered.pdf.byteLength, pages, renderer: madeBy };
    const { position } = await this.record(state, correlationId, { type: 'InvoiceRendered', data });
    return position;
  }

  /** Records that a document cannot be made: from now on accounting has to ask for it. */
  async giveUpRendering(number: string, attempts: number, reason: string, correlationId: string): Promise<number> {
    const state = await this.invoice(number);
    if (state.document !== undefined || state.renderingFailed !== undefined) return 0;
    const data = { attempts, reason };
    const { position } = await this.record(state, correlationId, { type: 'InvoiceRenderingFailed', data });
    return position;
  }

  /** The invoice as a web page, made anew from what it says. */
  async html(number: string): Promise<string> {
    const { invoice } = await this.invoice(number);
    const annex = invoice.annexOfUnits ? await this.annexOf(invoice) : undefined;
    return this.parts.renderer.html(invoice, annex);
  }

  /**
   * Publishes or mails a rendered invoice, as its contract says.
   * @param isAsked somebody asked for it: a mail that failed for now does not wait for its time
   * @throws {RetryLater} a mail that failed for now has to wait
   */
  async deliver(number: string, correlationId: string, isAsked = false): Promise<number> {
    const { documents, mailer, clock } = this.parts;
    let position = 0;
    const record = async (before: InvoiceState, event: Pick<InvoiceEvent, 'type' | 'data'>): Promise<InvoiceState> => {
      const recorded = await this.record(before, correlationId, event);
      position = recorded.position;
      return recorded.state;
    };
    let state = await this.invoice(number);
    const { invoice } = state;
    const isPublished = state.deliveries.some(({ kind }) => kind === 'download');
    if (invoice.delivery.includes('download') && !isPublished) {
      state = await record(state, { type: 'InvoicePublished', data: {} });
    }
    if (!isDeliveryDue(state) || state.document === undefined) return position;
    const wait = waitOfDelivery(state, mailer, clock());
    if (wait !== undefined && !(isAsked && wait.failure !== undefined))
      throw new RetryLater(wait.notBefore, wait.failure);
    const mailboxes = await this.mailboxesOf(invoice.workspaceId);
    const pdf = await documents.get(state.document.sha256);
    const xml = Buffer.from(xrechnungXml(invoice));
    await deliverByEmail({ state, mailboxes, sender: this.parts.sender ?? {}, pdf, xml, mailer, record });
    return position;
  }

  /** Issues the cancellation invoice of a cancelled one, and hands its month back. */
  async cancel(number: string, correlationId: string): Promise<number> {
    const { numbers, clock } = this.parts;
    const { invoice, cancelled } = await this.invoice(number);
    if (cancelled === undefined) return 0;
    await this.recordBillCancelled(invoice, cancelled, correlationId);
    const subject = `cancel:${number}`;
    const issueDate = issueDateOf(clock());
    const { reason } = cancelled;
    const eInvoice = await this.parts.checkBeforeIssue?.(
      cancelInvoice(invoice, { number: NUMBER_TO_COME, issueDate, reason }),
    );
    const assigned = await numbers.assign([subject], issueDate, correlationId);
    const cancellation = cancelInvoice(invoice, { ...numberFor(assigned, subject), reason });
    return this.appendIssued(cancellation, eInvoice, correlationId);
  }

  /** Bills a cancelled month anew. */
  rebill(workspaceId: string, month: BillingMonth, correlationId: string): Promise<number> {
    return this.parts.closer.rebill(workspaceId, month, correlationId);
  }

  /** @throws when there is no such invoice */
  async invoice(number: string): Promise<InvoiceState> {
    const events = await this.parts.eventStore.read(invoiceStream(number));
    const state = events.reduce<InvoiceState | undefined>(
      (before, { event, revision }) => evolveInvoice(before, event as InvoiceEvent, revision),
      undefined,
    );
    if (state === undefined) throw new Error(`invoice ${number} was not issued`);
    return state;
  }

  /** The units that an invoice bills, as its own bill counted them. */
  private async annexOf({ workspaceId, month, billRevision }: IssuedInvoice): Promise<AnnexUnit[]> {
    const units = await this.parts.units.listOfBill(workspaceId, month, billRevision);
    return units.map(({ unitId, name, quantity, teamNames }) => ({
      unitId,
      name: name ?? '',
      quantity,
      ...(teamNames === undefined ? {} : { teams: teamNames }),
    }));
  }

  private async mailboxesOf(workspaceId: string): Promise<InvoiceMailboxes | undefined> {
    const found = await this.parts.contracts.find(workspaceId);
    return found === undefined ? undefined : mailboxesAt(found.contract, this.parts.clock());
  }

  /** What a bill says about its invoice. @throws when it may not become one */
  private async invoiceInputOf({ workspaceId, month, billRevision }: BillToInvoice): Promise<Draft> {
    const events = await this.parts.eventStore.read(monthStream(workspaceId, month));
    const bill = billIn(events, billRevision);
    const isApproved = events.some(
      ({ event, revision }) => event.type === 'MonthBillApproved' && revision > billRevision,
    );
    if (bill.invoicing.holdForApproval && !isApproved) {
      throw new Error(`the bill of ${workspaceId} ${month}, revision ${billRevision}, is not approved`);
    }
    const replaced = events.slice(0, billRevision).findLast(({ event }) => event.type === 'MonthBillCancelled')?.event;
    const replaces = replaced?.type === 'MonthBillCancelled' ? replaced.data.invoiceNumber : undefined;
    const mailbox = (await this.mailboxesOf(workspaceId))?.to[0];
    return {
      bill,
      billRevision,
      seller: this.parts.seller(),
      corrections: await this.correctionsOf(bill),
      ...(mailbox === undefined ? {} : { invoiceMailbox: mailbox }),
      ...(replaces === undefined ? {} : { replaces }),
    };
  }

  /** What the bill's adjustments correct. @throws while a corrected month waits for its own invoice */
  private async correctionsOf(bill: MonthBill): Promise<Corrections> {
    const adjusted = bill.lines.filter(({ kind }) => kind === 'adjustment').map(({ month }) => month);
    // Billed anew, a month takes off its adjustments on other bills: it waits for none of its own.
    const awaited = adjusted.filter((month) => month !== bill.month);
    const [oldest] = adjusted.sort();
    if (oldest === undefined) return { corrects: [], buyerVatIds: new Map() };
    const closedMonths = await this.parts.closer.closedMonthsFrom(bill.workspaceId, oldest);
    const invoices = new Map<ClosedMonth, IssuedInvoice>();
    for (const closed of closedMonths) {
      const invoice = await this.invoiceOf(closed);
      if (invoice !== undefined) invoices.set(closed, invoice);
      else if (isAwaited(closed, awaited)) {
        throw new Error(`${closed.bill.month} is corrected, and its own bill is no invoice yet`);
      }
    }
    return correctionsOf(bill, closedMonths, (closed) => invoices.get(closed));
  }

  /** The invoice that a closed month's bill became; undefined for none, or none yet. */
  private async invoiceOf({ bill, billRevision }: ClosedMonth): Promise<IssuedInvoice | undefined> {
    const { eventStore, numbers, clock } = this.parts;
    const { workspaceId, month } = bill;
    const subject = subjectOfBill({ workspaceId, month, billRevision });
    const assigned = await numbers.find(subject, month.slice(0, 4), issueDateOf(clock()).slice(0, 4));
    if (assigned === undefined) return undefined;
    const [first] = await eventStore.read(invoiceStream(assigned.number));
    return first?.event.type === 'InvoiceIssued' ? first.event.data : undefined;
  }

  private async appendIssued(
    issued: IssuedInvoice,
    eInvoice: EInvoiceCheck | undefined,
    correlationId: string,
  ): Promise<number> {
    const invoice = eInvoice === undefined ? issued : { ...issued, eInvoice };
    return this.unlessDone(async () => {
      const { position } = await this.parts.eventStore.append(invoiceStream(invoice.number), 'no-stream', [
        {
          origin: { commandId: `issue:${invoice.number}`, correlationId, actor: 'closing' },
          events: [{ type: 'InvoiceIssued', data: invoice, occurredAt: this.parts.clock() }],
        },
      ]);
      return position;
    });
  }

  private async recordBillCancelled(
    { workspaceId, month, number, billRevision }: IssuedInvoice,
    { reason, reissue }: { reason: string; reissue: boolean },
    correlationId: string,
  ): Promise<void> {
    const closed = await this.parts.closer.closedMonth(workspaceId, month);
    // Billed anew already, the month stands on another bill: that one was not cancelled.
    if (closed === undefined || closed.billRevision !== billRevision || closed.cancelled !== undefined) return;
    await this.unlessDone(async () => {
      const data = { workspaceId, month, invoiceNumber: number, reason, reissue };
      const { position } = await this.parts.eventStore.append(monthStream(workspaceId, month), closed.revision, [
        {
          origin: { commandId: `cancel:${number}`, correlationId, actor: 'closing' },
          events: [{ type: 'MonthBillCancelled', data, occurredAt: this.parts.clock() }],
        },
      ]);
      return position;
    });
  }

  /** Records an event of an invoice at the revision that was seen. @throws {RevisionConflict} */
  private async record(
    state: InvoiceState,
    correlationId: string,
    { type, data }: Pick<InvoiceEvent, 'type' | 'data'>,
  ): Promise<{ state: InvoiceState; position: number }> {
    const { eventStore, clock } = this.parts;
    const { invoice, revision } = state;
    const event = { type, data, occurredAt: clock() } as InvoiceEvent;
    const { position } = await eventStore.append(invoiceStream(invoice.number), revision, [
      {
        origin: { commandId: `${type}:${invoice.number}:${revision}`, correlationId, actor: 'closing' },
        events: [event],
      },
    ]);
    return { state: evolveInvoice(state, event, revision + 1), position };
  }

  /** Another process may have been quicker: then it is done all the same. */
  private async unlessDone(append: () => Promise<number>): Promise<number> {
    try {
      return await append();
    } catch (error) {
      if (error instanceof RevisionConflict) return 0;
      throw error;
    }
  }
}

/** Whether an adjusted month's bill will be an invoice without anybody's further doing. */
const isAwaited = ({ bill, approved, cancelled }: ClosedMonth, awaited: readonly BillingMonth[]): boolean =>
  awaited.includes(bill.month) && approved && cancelled === undefined && isToBeInvoiced(bill);

const subjectOfBill = ({ workspaceId, month, billRevision }: BillToInvoice): string =>
  `bill:${workspaceId}_${month}#${billRevision}`;

function numberFor(numbers: ReadonlyMap<string, AssignedNumber>, subject: string): AssignedNumber {
  const assigned = numbers.get(subject);
  if (assigned === undefined) throw new Error(`no number was assigned to ${subject}`);
  return assigned;
}
