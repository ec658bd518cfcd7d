import {
  type BillingMonth,
  cancelInvoice,
  evolveInvoice,
  type InvoiceEvent,
  type InvoiceState,
  isDeliveryDue,
  type IssuedInvoice,
  issueDateOf,
  issueInvoice,
  type MonthEvent,
  type Seller,
} from '@seatledger/domain';
import { type AnnexUnit, type InvoiceRenderer } from '@seatledger/documents';
import { invoiceStream, type Ledger, monthStream, RevisionConflict } from '@seatledger/event-store';
import { type DocumentStore } from '@seatledger/read-store';

import { type UnitLists } from './billed-units';
import { deliverByEmail } from './delivery/deliver-by-email';
import { type Mailer } from './delivery/mail';
import { type MonthCloser } from './month-closer';
import { type AssignedNumber, type NumberSeries } from './number-series';
import { type Clock, type ContractHistory } from './ports';

/** A bill that is to become an invoice. */
export interface BillToInvoice {
  readonly workspaceId: string;
  readonly month: BillingMonth;
  readonly billRevision: number;
}

export interface BillingStepsParts {
  readonly ledger: Ledger;
  readonly closer: MonthCloser;
  readonly contracts: ContractHistory;
  readonly numbers: NumberSeries;
  readonly renderer: InvoiceRenderer;
  readonly documents: DocumentStore;
  readonly mailer: Mailer;
  readonly units: UnitLists;
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

  /** Numbers and issues invoices for bills, numbers in one append. */
  async issue(bills: readonly BillToInvoice[], correlationId: string): Promise<number> {
    const { numbers, clock } = this.parts;
    const assigned = await numbers.assign(bills.map(subjectOfBill), issueDateOf(clock()), correlationId);
    const positions = await Promise.all(
      bills.map((bill) => this.issueOne(bill, numberFor(assigned, subjectOfBill(bill)), correlationId)),
    );
    return Math.max(0, ...positions);
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
    return this.record(state, correlationId, {
      type: 'InvoiceRendered',
      data: {
        sha256,
        bytes: rendered.pdf.byteLength,
        pages: rendered.pages,
        renderer: rendered.renderer,
      },
    });
  }

  /** The invoice as a web page, made anew from what it says. */
  async html(number: string): Promise<string> {
    const { invoice } = await this.invoice(number);
    const annex = invoice.annexOfUnits ? await this.annexOf(invoice) : undefined;
    return this.parts.renderer.html(invoice, annex);
  }

  /** Publishes or mails a rendered invoice, as its contract says. */
  async deliver(number: string, correlationId: string): Promise<number> {
    let state = await this.invoice(number);
    let position = 0;
    const { invoice } = state;
    const isPublished = state.deliveries.some(({ kind }) => kind === 'download');
    if (invoice.delivery.includes('download') && !isPublished) {
      position = await this.record(state, correlationId, { type: 'InvoicePublished', data: {} });
      state = await this.invoice(number);
    }
    if (!isDeliveryDue(state) || state.document === undefined) return position;
    const { contracts, documents, mailer, clock } = this.parts;
    const found = await contracts.find(invoice.workspaceId);
    return deliverByEmail({
      state,
      recipient: found?.contract.invoiceMailbox,
      pdf: await documents.get(state.document.sha256),
      mailer,
      now: clock(),
      record: (current, event) => this.record(current, correlationId, event),
      reload: () => this.invoice(number),
    });
  }

  /** Issues the cancellation invoice of a cancelled one, and hands its month back. */
  async cancel(number: string, correlationId: string): Promise<number> {
    const { numbers, clock } = this.parts;
    const { invoice, cancelled } = await this.invoice(number);
    if (cancelled === undefined) return 0;
    await this.recordBillCancelled(invoice, cancelled, correlationId);
    const subject = `cancel:${number}`;
    const assigned = await numbers.assign([subject], issueDateOf(clock()), correlationId);
    const { reason } = cancelled;
    const cancellation = cancelInvoice(invoice, { ...numberFor(assigned, subject), reason });
    return this.appendIssued(cancellation, correlationId);
  }

  /** Bills a cancelled month anew. */
  rebill(workspaceId: string, month: BillingMonth, correlationId: string): Promise<number> {
    return this.parts.closer.rebill(workspaceId, month, correlationId);
  }

  /** @throws when there is no such invoice */
  async invoice(number: string): Promise<InvoiceState> {
    const events = await this.parts.ledger.read(invoiceStream(number));
    const state = events.reduce<InvoiceState | undefined>(
      (before, { event, revision }) => evolveInvoice(before, event as InvoiceEvent, revision),
      undefined,
    );
    if (state === undefined) throw new Error(`invoice ${number} was not issued`);
    return state;
  }

  /** The units that an invoice bills, as they were known when its month was closed. */
  private async annexOf({ workspaceId, month }: IssuedInvoice): Promise<AnnexUnit[]> {
    const listed = await this.parts.units.list(workspaceId, month);
    return (listed?.units ?? []).map(({ unitId, name, quantity, teams }) => ({
      unitId,
      name: name ?? '',
      quantity,
      ...(teams === undefined ? {} : { teams: [...teams] }),
    }));
  }

  private async issueOne(
    { workspaceId, month, billRevision }: BillToInvoice,
    { number, issueDate }: AssignedNumber,
    correlationId: string,
  ): Promise<number> {
    const events = await this.parts.ledger.read(monthStream(workspaceId, month));
    const billed = events[billRevision]?.event as MonthEvent | undefined;
    if (billed?.type !== 'MonthClosed' && billed?.type !== 'MonthRebilled') {
      throw new Error(`no bill at ${workspaceId} ${month}, revision ${billRevision}`);
    }
    const replaced = events.slice(0, billRevision).findLast(({ event }) => event.type === 'MonthBillCancelled')?.event;
    const replaces = replaced?.type === 'MonthBillCancelled' ? replaced.data.invoiceNumber : undefined;
    const invoice = issueInvoice({
      bill: billed.data,
      billRevision,
      number,
      issueDate,
      seller: this.parts.seller(),
      ...(replaces === undefined ? {} : { replaces }),
    });
    return this.appendIssued(invoice, correlationId);
  }

  private async appendIssued(invoice: IssuedInvoice, correlationId: string): Promise<number> {
    return this.unlessDone(async () => {
      const { position } = await this.parts.ledger.append(invoiceStream(invoice.number), 'no-stream', [
        {
          origin: { commandId: `issue:${invoice.number}`, correlationId, actor: 'closing' },
          events: [{ type: 'InvoiceIssued', data: invoice, occurredAt: this.parts.clock() }],
        },
      ]);
      return position;
    });
  }

  private async recordBillCancelled(
    { workspaceId, month, number }: IssuedInvoice,
    { reason, reissue }: { reason: string; reissue: boolean },
    correlationId: string,
  ): Promise<void> {
    const closed = await this.parts.closer.closedMonth(workspaceId, month);
    if (closed === undefined || closed.cancelled?.invoiceNumber === number) return;
    await this.unlessDone(async () => {
      const data = { workspaceId, month, invoiceNumber: number, reason, reissue };
      const { position } = await this.parts.ledger.append(monthStream(workspaceId, month), closed.revision, [
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
    { invoice, revision }: InvoiceState,
    correlationId: string,
    event: Pick<InvoiceEvent, 'type' | 'data'>,
  ): Promise<number> {
    const { ledger, clock } = this.parts;
    const { position } = await ledger.append(invoiceStream(invoice.number), revision, [
      {
        origin: { commandId: `${event.type}:${invoice.number}:${revision}`, correlationId, actor: 'closing' },
        events: [{ ...event, occurredAt: clock() } as InvoiceEvent],
      },
    ]);
    return position;
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

const subjectOfBill = ({ workspaceId, month, billRevision }: BillToInvoice): string =>
  `bill:${workspaceId}_${month}#${billRevision}`;

function numberFor(numbers: ReadonlyMap<string, AssignedNumber>, subject: string): AssignedNumber {
  const assigned = numbers.get(subject);
  if (assigned === undefined) throw new Error(`no number was assigned to ${subject}`);
  return assigned;
}
