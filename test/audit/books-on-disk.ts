import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';

import { type EventHistory, historyOf } from '@seatledger/audit';
import { openDocumentFolder } from '@seatledger/blob-store';
import { SAMPLE_SELLER } from '@seatledger/configuration';
import { type BillingMonth, type ContractCommand, numberOf, type WorkspaceCommand } from '@seatledger/domain';
import { facturXXml } from '@seatledger/e-invoice';
import { EventStore, openEmbeddedEventStore } from '@seatledger/event-store';
import { type InvoiceRenderer } from '@seatledger/invoice-documents';
import { BillingSteps, type BillToInvoice, MonthClosing, openOutbox, UnitLists } from '@seatledger/month-end';
import { openFileKeyStore, PersonalData } from '@seatledger/personal-data';

import { commandsOn, type CommandsOptions } from '../../libs/month-end/testing';

const { numberPrefix, seller: SELLER } = SAMPLE_SELLER;

/** What the keys of personal data are wrapped with; the folder has it, too. */
export const MASTER_KEY = Buffer.alloc(32, 7);

/** Stands for the browser: what the audit needs of a document are its bytes. */
const renderer: InvoiceRenderer = {
  render: (invoice) =>
    Promise.resolve({
      pdf: Buffer.concat([
        Buffer.from(`%PDF-1.7 ${JSON.stringify(invoice)}\n<</Type /EmbeddedFile>>\nstream\n`),
        deflateSync(facturXXml(invoice)),
      ]),
      sha256: '',
      pages: 1,
      renderer: 'test',
    }),
  html: () => '',
  queued: () => 0,
  ready: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/**
 * The writing half of the service on a folder laid out as DATA_DIR, driven step by step and by a
 * clock of the test's own: facts, contracts, closings, numbers, documents and mails.
 */
export class BooksOnDisk {
  now = Date.parse('2026-01-01T08:00:00Z');

  private constructor(
    readonly folder: string,
    private readonly parts: Awaited<ReturnType<typeof open>>,
  ) {}

  static async open(
    folder: string,
    options: Pick<CommandsOptions, 'adjustmentWindowMonths'> = {},
  ): Promise<BooksOnDisk> {
    const clock = { now: () => 0 };
    const books = new BooksOnDisk(folder, await open(folder, () => clock.now(), options));
    clock.now = () => books.now;
    return books;
  }

  get eventStore(): EventStore {
    return this.parts.eventStore;
  }

  get history(): EventHistory {
    return historyOf(this.parts.eventStore.storage, this.parts.personalData);
  }

  at(time: string): this {
    this.now = Date.parse(time);
    return this;
  }

  async fact(workspaceId: string, command: Record<string, unknown> & { type: string }): Promise<number> {
    const { occurredAt, ...rest } = command;
    const outcome = await this.parts.workspaces.submit(
      workspaceId,
      randomUUID(),
      { ...rest, occurredAt: typeof occurredAt === 'string' ? Date.parse(occurredAt) : this.now } as WorkspaceCommand,
      { actor: 'product-key', correlationId: randomUUID() },
    );
    if (outcome.status === 'refused') throw outcome.problem;
    return outcome.answer.revision;
  }

  /** A workspace that begins now with one team, billed at 10.00 from a month on. */
  async begin(workspaceId: string, firstMonth: BillingMonth): Promise<void> {
    await this.fact(workspaceId, { type: 'StartWorkspace', workspaceId, name: workspaceId });
    await this.fact(workspaceId, { type: 'CreateTeam', teamId: 'A', name: 'A' });
    const terms = { unitPriceMinor: 1000, currency: 'EUR' };
    const opened = { workspaceId, workspaceStartedAt: this.now, firstMonth, billTo: BUYER, terms };
    await this.contract(workspaceId, { type: 'OpenContract', ...opened });
  }

  async contract(workspaceId: string, command: Record<string, unknown> & { type: string }): Promise<void> {
    const outcome = await this.parts.contracts.submit(
      workspaceId,
      randomUUID(),
      command as unknown as ContractCommand,
      {
        actor: 'accounting-key',
        correlationId: randomUUID(),
      },
    );
    if (outcome.status === 'refused') throw outcome.problem;
  }

  /** Closes a month and takes its bill all the way; resolves with the invoice's number, if there is one. */
  async close(workspaceId: string, month: BillingMonth): Promise<string | undefined> {
    const result = await this.parts.months.close(workspaceId, month, 'closing-run');
    if (result.outcome !== 'closed') return undefined;
    await this.invoiceAll(workspaceId);
    return this.numberOf(workspaceId, month);
  }

  async cancel(number: string, reissue: boolean): Promise<void> {
    const { invoices, steps } = this.parts;
    const command = { type: 'CancelInvoice', reason: 'wrong address', reissue } as const;
    const context = { actor: 'accounting-key', correlationId: randomUUID() };
    const outcome = await invoices.submit(number, randomUUID(), command, context);
    if (outcome.status === 'refused') throw outcome.problem;
    await steps.cancel(number, 'cancel-run');
    const { workspaceId, month, billRevision, billDocument } = (await steps.invoice(number)).invoice;
    if (!reissue) return;
    await steps.rebill(workspaceId, { month, billRevision, document: billDocument }, 'rebill-run');
    await this.invoiceAll(workspaceId);
  }

  /** The cancelling step once more, as a process does it that died before it knew that it was done. */
  async repeatCancelling(number: string): Promise<void> {
    await this.parts.steps.cancel(number, 'cancel-run');
  }

  /** Takes all documents of bills that have no number yet all the way. */
  private async invoiceAll(workspaceId: string): Promise<void> {
    const { documents } = await this.parts.months.stateOf(workspaceId);
    for (const { month, billRevision, document } of documents) {
      const bill = { workspaceId, month, billRevision, document };
      if ((await this.assigned(bill)) === undefined) await this.invoice(bill);
    }
  }

  private assigned(bill: BillToInvoice) {
    return this.parts.commands.invoiceNumbers.inspect(numberPrefix, (state) =>
      numberOf(state, { kind: 'bill', ...bill }),
    );
  }

  /** The number of the first document of the bill that a month was counted by last. */
  private async numberOf(workspaceId: string, month: BillingMonth): Promise<string | undefined> {
    const { billRevision = 0 } = (await this.parts.months.closedMonth(workspaceId, month)) ?? {};
    return (await this.assigned({ workspaceId, month, billRevision, document: 0 }))?.number;
  }

  private async invoice(bill: BillToInvoice): Promise<void> {
    const { steps } = this.parts;
    const { failed } = await steps.issue([bill], 'issue-run');
    for (const error of failed.values()) throw error;
    const { number } = (await this.assigned(bill))!;
    await steps.render(number, 'render-run');
    await steps.deliver(number, 'deliver-run');
  }

  async stop(): Promise<void> {
    await this.parts.eventStore.storage.close();
    await this.parts.personalData.close();
  }
}

async function open(folder: string, clock: () => number, options: Pick<CommandsOptions, 'adjustmentWindowMonths'>) {
  const store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
  const keys = await openFileKeyStore({
    file: path.join(folder, 'personal-data-keys.db'),
    durability: 'none-for-tests',
  });
  const personalData = await PersonalData.open({ store: keys, masterKey: MASTER_KEY });
  writeFileSync(path.join(folder, 'personal-data.key'), MASTER_KEY.toString('base64'), { mode: 0o600 });
  const eventStore = new EventStore(store, clock, personalData);
  const { commands, readFacts } = commandsOn(eventStore, clock, { personalData, ...options });
  const { workspaces, contracts, invoices } = commands;
  const months = new MonthClosing(commands, readFacts, eventStore, clock);
  const documents = await openDocumentFolder({ folder: path.join(folder, 'documents') });
  const units = new UnitLists(eventStore, months, commands, personalData);
  const steps = new BillingSteps({
    commands,
    months,
    numberPrefix,
    renderer,
    documents,
    mailer: openOutbox(path.join(folder, 'outbox')),
    units,
    seller: () => SELLER,
    clock,
  });
  return { eventStore, personalData, commands, workspaces, contracts, invoices, months, steps, documents };
}

export const BUYER = { name: 'Muster GmbH', street: 'Hafenweg 1', postalCode: '48155', city: 'Münster', country: 'DE' };

/**
 * Two workspaces over January to May 2026: `acme` by teams, with a late fact in March for January,
 * and February's invoice cancelled and issued again; `beta` by users, mailed, on graduated tiers with
 * a minimum and a discount, prorated by day.
 */
export async function writeSampleBooks(folder: string): Promise<BooksOnDisk> {
  const books = await BooksOnDisk.open(folder);
  for (const workspaceId of ['acme', 'beta']) {
    const startedAt = Date.parse('2024-05-01T08:00:00Z');
    await books.fact(workspaceId, { type: 'StartWorkspace', workspaceId, name: `${workspaceId} AG`, startedAt });
  }
  books.at('2026-01-05T08:00:00Z');
  for (const teamId of ['red', 'blue']) await books.fact('acme', { type: 'CreateTeam', teamId, name: teamId });
  for (const teamId of ['dev', 'ops']) await books.fact('beta', { type: 'CreateTeam', teamId, name: teamId });
  books.at('2026-01-06T08:00:00Z');
  for (let i = 1; i <= 6; i += 1) {
    const memberId = `m${i}`;
    const teamIds = [i % 2 === 0 ? 'dev' : 'ops'];
    await books.fact('beta', { type: 'AddMember', memberId, name: `N ${i}`, email: `m${i}@x.example`, teamIds });
  }
  await books.contract('acme', {
    type: 'OpenContract',
    workspaceId: 'acme',
    workspaceStartedAt: Date.parse('2024-05-01T08:00:00Z'),
    terms: { unitPriceMinor: 4900, currency: 'EUR' },
    firstMonth: '2026-01',
    billTo: BUYER,
  });
  await books.contract('beta', {
    type: 'OpenContract',
    workspaceId: 'beta',
    workspaceStartedAt: Date.parse('2024-05-01T08:00:00Z'),
    variant: 'user',
    terms: {
      unitPriceMinor: 900,
      currency: 'EUR',
      countingRule: 'prorated-daily',
      tiers: { mode: 'graduated', steps: [{ upTo: 3, unitPriceMinor: 900 }, { unitPriceMinor: 700 }] },
      minimumUnits: 5,
      discount: { percent: '7.50', firstMonth: '2026-02', lastMonth: '2026-03' },
      invoiceMailboxes: { to: ['rechnung@beta.example'], cc: [] },
    },
    firstMonth: '2026-01',
    billTo: { ...BUYER, name: 'Beispiel AG', country: 'AT', vatId: 'ATU12345675' },
  });
  const closeBoth = async (month: BillingMonth, at: string) => {
    books.at(at);
    return [await books.close('acme', month), await books.close('beta', month)];
  };
  await closeBoth('2026-01', '2026-02-01T03:00:00Z');
  books.at('2026-02-10T08:00:00Z');
  await books.fact('beta', { type: 'ArchiveTeam', teamId: 'ops', occurredAt: '2026-02-09T11:00:00Z' });
  const [february] = await closeBoth('2026-02', '2026-03-01T03:00:00Z');
  books.at('2026-03-05T08:00:00Z');
  // Late: it changes January and February, and every later month.
  await books.fact('acme', { type: 'CreateTeam', teamId: 'green', name: 'green', occurredAt: '2026-01-20T08:00:00Z' });
  await books.fact('beta', { type: 'RemoveMember', memberId: 'm2', occurredAt: '2026-02-20T08:00:00Z' });
  await closeBoth('2026-03', '2026-04-01T03:00:00Z');
  books.at('2026-04-10T08:00:00Z');
  await books.cancel(february!, true);
  await books.contract('acme', {
    type: 'ChangeTerms',
    effectiveFrom: '2026-05',
    changes: { unitPriceMinor: 5900 },
  });
  await closeBoth('2026-04', '2026-05-01T03:00:00Z');
  books.at('2026-05-12T08:00:00Z');
  await books.fact('acme', { type: 'ArchiveTeam', teamId: 'blue' });
  await closeBoth('2026-05', '2026-06-01T03:00:00Z');
  return books;
}
