import { randomUUID } from 'node:crypto';

import { type DocumentStore } from '@seatledger/blob-store';
import {
  type BillDocumentRef,
  type BilledDocument,
  type BillingMonth,
  type BillingState,
  cancelInvoice,
  correctedBy,
  type CorrectedInvoice,
  correctionsOf,
  documentAt,
  type EInvoiceCheck,
  type ExchangeRates,
  type InvoiceCommand,
  type InvoiceInput,
  type InvoiceMailboxes,
  type InvoiceState,
  isDeliveryDue,
  issueDateOf,
  type IssuedInvoice,
  issueInvoice,
  mailboxesAt,
  NO_EXCHANGE_RATES,
  type NumberedDocument,
  numberOf,
  type Seller,
} from '@seatledger/domain';
import { xrechnungXml } from '@seatledger/e-invoice';
import { type AnnexUnit, type InvoiceRenderer } from '@seatledger/invoice-documents';

import { type UnitLists } from './billed-units';
import { deliverByEmail, type MailSender, waitOfDelivery } from './delivery/deliver-by-email';
import { type Mailer } from './delivery/mail';
import { answerOf, contextOf, type MonthClosing } from './month-closing';
import { type Clock, type Commands } from './ports';

/** A document of a bill that is to become an invoice. */
export interface BillToInvoice extends BillDocumentRef {
  readonly workspaceId: string;
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
  readonly commands: Commands;
  readonly months: MonthClosing;
  /** Begins the numbers of the seller's invoices. */
  readonly numberPrefix: string;
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
  /** Absent: there are none, and an invoice that needs one waits. */
  readonly exchangeRates?: () => ExchangeRates;
  readonly clock: Clock;
}

/**
 * The steps from a closed month to a delivered invoice. Each looks at the history for what is done
 * already, does one thing, and sends a command that records it: done twice, or by two processes at
 * once, it has one effect.
 */
export class BillingSteps {
  constructor(private readonly parts: BillingStepsParts) {}

  /**
   * Numbers and issues invoices for bills, numbers in one append. A bill that fails leaves the
   * others alone.
   */
  async issue(bills: readonly BillToInvoice[], correlationId: string): Promise<Issued> {
    const failed = new Map<BillToInvoice, unknown>();
    const each = async <T>(items: readonly T[], billOf: (item: T) => BillToInvoice, act: (item: T) => Promise<void>) =>
      Promise.all(items.map((item) => act(item).catch((error: unknown) => failed.set(billOf(item), error))));

    const drafts: { bill: BillToInvoice; input: Draft; eInvoice: EInvoiceCheck | undefined }[] = [];
    const issueDate = issueDateOf(this.parts.clock());
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
    await this.assignNumbers(
      drafts.map(({ bill }) => numberedOf(bill)),
      issueDate,
      correlationId,
    );
    let position = 0;
    await each(
      drafts,
      ({ bill }) => bill,
      async ({ bill, input, eInvoice }) => {
        const invoice = issueInvoice({ ...input, ...(await this.assignedNumber(numberedOf(bill))) });
        position = Math.max(position, await this.recordIssued(invoice, eInvoice, correlationId));
      },
    );
    return { position, failed };
  }

  /** Makes and stores the invoice's document. Resolves with the position of its event. */
  async render(number: string, correlationId: string): Promise<number> {
    const { renderer, documents } = this.parts;
    const { invoice, document } = await this.invoice(number);
    if (document !== undefined) return 0;
    const annex = invoice.annexOfUnits ? await this.annexOf(invoice) : undefined;
    const rendered = await renderer.render(invoice, annex);
    // The files are on disk before the event that names them.
    const sha256 = await documents.put(rendered.pdf);
    const xml = Buffer.from(xrechnungXml(invoice));
    const storedXml = { sha256: await documents.put(xml), bytes: xml.byteLength };
    const { pages, renderer: madeBy } = rendered;
    const data = { sha256, bytes: rendered.pdf.byteLength, pages, renderer: madeBy, xml: storedXml };
    return this.send(number, 'render', { type: 'RecordRendering', document: data }, correlationId);
  }

  /** Records that a document cannot be made: from now on accounting has to ask for it. */
  async giveUpRendering(number: string, attempts: number, reason: string, correlationId: string): Promise<number> {
    const failure = { attempts, reason };
    return this.send(number, `give-up:${attempts}`, { type: 'GiveUpRendering', failure }, correlationId);
  }

  /** The invoice as a web page, made again from what it says. */
  async html(number: string): Promise<string> {
    const { invoice } = await this.invoice(number);
    const annex = invoice.annexOfUnits ? await this.annexOf(invoice) : undefined;
    return this.parts.renderer.html(invoice, annex);
  }

  /**
   * Publishes or mails a rendered invoice, as its contract says.
   * @param isAsked an operator asked for it: a mail that failed for now does not wait for its time
   * @throws {RetryLater} a mail that failed for now has to wait
   */
  async deliver(number: string, correlationId: string, isAsked = false): Promise<number> {
    const { documents, mailer, clock } = this.parts;
    const { invoice } = await this.invoice(number);
    let position = 0;
    if (invoice.delivery.includes('download')) {
      position = await this.send(number, 'publish', { type: 'PublishInvoice' }, correlationId);
    }
    const state = await this.invoice(number);
    if (!isDeliveryDue(state) || state.document === undefined) return position;
    const wait = waitOfDelivery(state, mailer, clock());
    if (wait !== undefined && !(isAsked && wait.failure !== undefined)) {
      throw new RetryLater(wait.notBefore, wait.failure);
    }
    const mailboxes = await this.mailboxesOf(invoice.workspaceId);
    const pdf = await documents.get(state.document.sha256);
    await deliverByEmail({
      state,
      mailboxes,
      sender: this.parts.sender ?? {},
      pdf,
      xml: await documents.get(state.document.xml.sha256),
      mailer,
      record: async (attempt, command) => {
        // Never the id of another process' attempt: only one of them may take it for its own.
        const step = `${command.type}:${attempt}:${randomUUID()}`;
        const sent = await this.send(number, step, command, correlationId);
        position = Math.max(position, sent);
        return this.invoice(number);
      },
    });
    return position;
  }

  /** Issues the cancellation invoice of a cancelled one, and takes its bill back. */
  async cancel(number: string, correlationId: string): Promise<number> {
    const { invoice, cancelled } = await this.invoice(number);
    if (cancelled === undefined) return 0;
    await this.cancelBill(invoice, cancelled, correlationId);
    const issueDate = issueDateOf(this.parts.clock());
    const { reason } = cancelled;
    const eInvoice = await this.parts.checkBeforeIssue?.(
      cancelInvoice(invoice, { number: NUMBER_TO_COME, issueDate, reason }),
    );
    const numbered: NumberedDocument = { kind: 'cancellation', cancels: number };
    await this.assignNumbers([numbered], issueDate, correlationId);
    const cancellation = cancelInvoice(invoice, { ...(await this.assignedNumber(numbered)), reason });
    return this.recordIssued(cancellation, eInvoice, correlationId);
  }

  /** Bills a cancelled document again. */
  rebill(workspaceId: string, ref: BillDocumentRef, correlationId: string): Promise<number> {
    return this.parts.months.rebill(workspaceId, ref, correlationId);
  }

  /** @throws when there is no such invoice */
  async invoice(number: string): Promise<InvoiceState> {
    const state = await this.parts.commands.invoices.inspect(number, (found) => found);
    if (state === undefined) throw new Error(`invoice ${number} was not issued`);
    return state;
  }

  /** The units that an invoice bills, as its own bill counted them. */
  private async annexOf({ workspaceId, month, billRevision, billDocument }: IssuedInvoice): Promise<AnnexUnit[]> {
    const ref = { month, billRevision, document: billDocument };
    const units = await this.parts.units.listOfBill(workspaceId, ref);
    return units.map(({ unitId, name, quantity, teamNames }) => ({
      unitId,
      name: name ?? '',
      quantity,
      ...(teamNames === undefined ? {} : { teams: teamNames }),
    }));
  }

  private mailboxesOf(workspaceId: string): Promise<InvoiceMailboxes | undefined> {
    const now = this.parts.clock();
    return this.parts.commands.contracts.inspect(workspaceId, (contract) =>
      contract === undefined ? undefined : mailboxesAt(contract, now),
    );
  }

  /** What a bill says about its invoice. @throws when it may not become one */
  private async invoiceInputOf({ workspaceId, month, billRevision, document }: BillToInvoice): Promise<Draft> {
    const state = await this.parts.months.stateOf(workspaceId);
    const found = documentAt(state, { month, billRevision, document });
    if (found === undefined) throw new Error(`there is no bill of ${workspaceId} ${month} at revision ${billRevision}`);
    if (!found.approved) {
      throw new Error(`the bill of ${workspaceId} ${month}, revision ${billRevision}, is not approved`);
    }
    const mailbox = (await this.mailboxesOf(workspaceId))?.to[0];
    return {
      document: found,
      seller: this.parts.seller(),
      corrects: await this.correctsOf(workspaceId, state, found),
      exchangeRates: this.parts.exchangeRates?.() ?? NO_EXCHANGE_RATES,
      ...(mailbox === undefined ? {} : { invoiceMailbox: mailbox }),
    };
  }

  /** What a document's adjustments correct. @throws while an earlier one waits for its number */
  private async correctsOf(
    workspaceId: string,
    state: BillingState,
    correcting: BilledDocument,
  ): Promise<CorrectedInvoice[]> {
    const corrected = correctedBy(state, correcting);
    const numbers = await Promise.all(
      corrected.map((document) => this.numberOf(numberedOf({ workspaceId, ...refOf(document) }))),
    );
    return correctionsOf(
      correcting,
      corrected.flatMap((document, index) => {
        const assigned = numbers[index];
        if (assigned !== undefined) return [{ document, ...assigned }];
        if (document.approved && state.documents.indexOf(document) < state.documents.indexOf(correcting)) {
          throw new Error(`${document.month} is corrected, and its own bill has no number yet`);
        }
        return [];
      }),
    );
  }

  private async assignNumbers(
    documents: readonly NumberedDocument[],
    today: string,
    correlationId: string,
  ): Promise<void> {
    const [first] = documents;
    if (first === undefined) return;
    const { commands, numberPrefix: prefix } = this.parts;
    const command = { type: 'AssignNumbers', prefix, documents, today } as const;
    // Of all documents asked for: the same ones asked for again have their numbers.
    const commandId = `numbers:${JSON.stringify([first, documents.length, correlationId])}`;
    answerOf(await commands.invoiceNumbers.submit(prefix, commandId, command, contextOf(correlationId)));
  }

  private numberOf(document: NumberedDocument) {
    const { commands, numberPrefix } = this.parts;
    return commands.invoiceNumbers.inspect(numberPrefix, (state) => numberOf(state, document));
  }

  private async assignedNumber(document: NumberedDocument) {
    const assigned = await this.numberOf(document);
    if (assigned === undefined) throw new Error(`no number was assigned to ${JSON.stringify(document)}`);
    return assigned;
  }

  private recordIssued(
    issued: IssuedInvoice,
    eInvoice: EInvoiceCheck | undefined,
    correlationId: string,
  ): Promise<number> {
    const invoice = eInvoice === undefined ? issued : { ...issued, eInvoice };
    return this.send(invoice.number, 'issue', { type: 'IssueInvoice', invoice }, correlationId);
  }

  private async cancelBill(
    { workspaceId, month, number, billRevision, billDocument }: IssuedInvoice,
    { reason, reissue }: { reason: string; reissue: boolean },
    correlationId: string,
  ): Promise<void> {
    const ref = { month, billRevision, document: billDocument };
    const command = { type: 'CancelBill', ...ref, invoiceNumber: number, reason, reissue } as const;
    const { billing } = this.parts.commands;
    answerOf(await billing.submit(workspaceId, `cancel-bill:${number}`, command, contextOf(correlationId)));
  }

  /** Sends a command on an invoice. Resolves with the position of its event, 0 when it was done already. */
  private async send(number: string, step: string, command: InvoiceCommand, correlationId: string): Promise<number> {
    const commandId = `${step}:${number}`;
    const outcome = await this.parts.commands.invoices.submit(number, commandId, command, contextOf(correlationId));
    return answerOf(outcome).position ?? 0;
  }
}

const refOf = ({ month, billRevision, document }: BillDocumentRef): BillDocumentRef => ({
  month,
  billRevision,
  document,
});

const numberedOf = ({ workspaceId, ...ref }: BillToInvoice & { readonly month: BillingMonth }): NumberedDocument => ({
  kind: 'bill',
  workspaceId,
  ...refOf(ref),
});
