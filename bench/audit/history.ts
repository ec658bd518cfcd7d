import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import {
  addMonths,
  type BillDocumentRef,
  type BillEvent,
  billingFactsOf,
  type BillingState,
  billMonth,
  boundsOf,
  type ContractEvent,
  type ContractTerms,
  documentAt,
  emptyWorkspace,
  evolveBilling,
  evolveContract,
  evolveWorkspace,
  type InvoiceEvent,
  invoiceNumber,
  issueDateOf,
  issueInvoice,
  NO_EXCHANGE_RATES,
  NOTHING_BILLED,
  type OpenedContract,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import {
  type BillingEvent,
  billingStream,
  contractStream,
  type Entry,
  EventStore,
  invoiceNumberStream,
  invoiceStream,
  openEmbeddedEventStore,
  workspaceStream,
} from '@seatledger/event-store';

import { GERMAN_ADDRESS, SELLER } from '../../libs/domain/testing';
import { KnownKeys } from '../../libs/personal-data/testing';

export interface HistorySize {
  readonly workspaces: number;
  readonly months: number;
  readonly factsPerMonth: number;
}

const ZONE = 'Europe/Berlin';
const FIRST = '2023-01';

/** A linear congruential generator: the same history every time. */
class Dice {
  private state = 12345;

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }
}

class Workspace {
  readonly state: WorkspaceState = emptyWorkspace();
  revision = -1;
  contract: OpenedContract | undefined;
  contractRevision = -1;
  billing: BillingState = NOTHING_BILLED;
  readonly present: string[] = [];
  members = 0;

  constructor(
    readonly id: string,
    readonly isByUser: boolean,
  ) {}
}

/**
 * A history as the service would have written it: members come and go in all workspaces month by
 * month, some facts late; every month is closed, invoiced, and has a document.
 */
export async function writeHistory(folder: string, size: HistorySize): Promise<{ events: number; closings: number }> {
  mkdirSync(path.join(folder, 'documents'), { recursive: true });
  const clock = { now: 0 };
  const store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
  const writer = new HistoryWriter(folder, new EventStore(store, () => clock.now, new KnownKeys()), clock);
  try {
    const workspaces = Array.from({ length: size.workspaces }, (_, i) => new Workspace(`workspace-${i}`, i % 2 === 1));
    for (const workspace of workspaces) await writer.begin(workspace);
    for (let index = 0; index < size.months; index += 1) {
      const month = addMonths(FIRST, index);
      for (const workspace of workspaces) await writer.facts(workspace, month, size.factsPerMonth);
      for (const workspace of workspaces) await writer.close(workspace, month);
    }
    return { events: await store.head(), closings: size.workspaces * size.months };
  } finally {
    await store.close();
  }
}

class HistoryWriter {
  private readonly dice = new Dice();
  private readonly sequences = new Map<string, number>();
  private numbers = 0;
  private commands = 0;

  constructor(
    private readonly folder: string,
    private readonly eventStore: EventStore,
    private readonly clock: { now: number },
  ) {}

  async begin(workspace: Workspace): Promise<void> {
    const { start } = boundsOf(FIRST, ZONE);
    this.clock.now = start;
    const teams = Array.from({ length: 8 }, (_, i): WorkspaceEvent => ({
      type: 'TeamCreated',
      data: { teamId: `t${i}`, name: `Team ${i}` },
      occurredAt: start,
    }));
    const startedAt = new Date(start).toISOString();
    const data = { workspaceId: workspace.id, name: workspace.id, startedAt };
    await this.record(workspace, [{ type: 'WorkspaceStarted', data, occurredAt: start }, ...teams]);
    const terms: ContractTerms = {
      variant: workspace.isByUser ? 'user' : 'team',
      countingRule: workspace.isByUser ? 'any-time' : 'month-end',
      unitPriceMinor: 900,
      currency: 'EUR',
      timeZone: ZONE,
      language: 'de',
      paymentTermDays: 14,
      holdForApproval: false,
      annexOfUnits: false,
      buyerKind: 'business',
    };
    const opened = { workspaceId: workspace.id, firstMonth: FIRST, enterprise: false, terms, billTo: GERMAN_ADDRESS };
    await this.contract(workspace, { type: 'ContractOpened', data: opened, occurredAt: start });
  }

  async facts(workspace: Workspace, month: string, count: number): Promise<void> {
    const { start, end } = boundsOf(month, ZONE);
    const events: WorkspaceEvent[] = [];
    const step = Math.floor((end - start) / (count + 1));
    for (let i = 0; events.length < count; i += 1) {
      const occurredAt = start + i * step;
      const memberId = workspace.present[this.dice.below(workspace.present.length)];
      if (memberId === undefined || this.dice.below(100) < 55) {
        workspace.members += 1;
        const added = `m${workspace.members}`;
        // One in twenty is told of a month late.
        const at = this.dice.below(20) === 0 && month > FIRST ? occurredAt - 20 * 86_400_000 : occurredAt;
        const encrypted = `0.${'x'.repeat(48)}${added}`;
        events.push({
          type: 'MemberAdded',
          data: { memberId: added, name: encrypted, email: encrypted },
          occurredAt: at,
        });
        const teamId = `t${this.dice.below(8)}`;
        events.push({ type: 'MemberPlaced', data: { memberId: added, teamId }, occurredAt: at });
        workspace.present.push(added);
      } else {
        workspace.present.splice(workspace.present.indexOf(memberId), 1);
        events.push({ type: 'MemberRemoved', data: { memberId }, occurredAt });
      }
    }
    this.clock.now = end - 3_600_000;
    await this.record(workspace, events);
  }

  async close(workspace: Workspace, month: string): Promise<void> {
    const { id } = workspace;
    this.clock.now = boundsOf(month, ZONE).end + 7_200_000;
    await this.contract(workspace, { type: 'TermsLocked', data: { month }, occurredAt: this.clock.now });
    const { contract } = workspace;
    if (contract === undefined) throw new Error('no contract');
    const facts = billingFactsOf(workspace.billing, month, {
      workspaceId: id,
      workspace: workspace.state,
      workspaceRevision: workspace.revision,
      contract,
      contractRevision: workspace.contractRevision,
      adjustmentWindowMonths: 12,
    });
    const bill = billMonth(workspace.billing, facts, month, true);
    const closed: BillEvent = { type: 'MonthClosed', data: bill, occurredAt: this.clock.now };
    const before = workspace.billing.revision;
    workspace.billing = evolveBilling(workspace.billing, closed, before + 1);
    await this.eventStore.append(billingStream(id), before === -1 ? 'no-stream' : before, [this.entry([closed])]);
    for (const document of bill.documents.keys()) {
      await this.invoice(workspace, { month, billRevision: before + 1, document });
    }
  }

  private async invoice({ id, billing }: Workspace, ref: BillDocumentRef): Promise<void> {
    const document = documentAt(billing, ref);
    if (document === undefined) throw new Error('not closed');
    const issueDate = issueDateOf(this.clock.now);
    const year = issueDate.slice(0, 4);
    const sequence = (this.sequences.get(year) ?? 0) + 1;
    this.sequences.set(year, sequence);
    const number = invoiceNumber('RE', issueDate, sequence);
    const occurredAt = this.clock.now;
    const data = { number, sequence, document: { kind: 'bill' as const, workspaceId: id, ...ref }, issueDate };
    await this.eventStore.append(invoiceNumberStream('RE'), this.numbers === 0 ? 'no-stream' : this.numbers - 1, [
      this.entry([{ type: 'InvoiceNumberAssigned', data, occurredAt }]),
    ]);
    this.numbers += 1;
    const invoice = issueInvoice({
      document,
      number,
      issueDate,
      seller: SELLER,
      corrects: [],
      exchangeRates: NO_EXCHANGE_RATES,
    });
    const pdf = Buffer.from(JSON.stringify(invoice).repeat(10));
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    const parent = path.join(this.folder, 'documents', sha256.slice(0, 2));
    mkdirSync(parent, { recursive: true });
    writeFileSync(path.join(parent, `${sha256}.pdf`), pdf);
    const events: InvoiceEvent[] = [
      { type: 'InvoiceIssued', data: invoice, occurredAt },
      {
        type: 'InvoiceRendered',
        // One file stands for both documents.
        data: { sha256, bytes: pdf.byteLength, pages: 1, renderer: 'bench', xml: { sha256, bytes: pdf.byteLength } },
        occurredAt,
      },
      ...(invoice.delivery.includes('download')
        ? [{ type: 'InvoicePublished', data: {}, occurredAt } satisfies InvoiceEvent]
        : []),
    ];
    await this.eventStore.append(
      invoiceStream(number),
      'no-stream',
      events.map((event) => this.entry([event])),
    );
  }

  private async record(workspace: Workspace, events: readonly WorkspaceEvent[]): Promise<void> {
    const expected = workspace.revision === -1 ? 'no-stream' : workspace.revision;
    for (const event of events) evolveWorkspace(workspace.state, event);
    workspace.revision += events.length;
    await this.eventStore.append(
      workspaceStream(workspace.id),
      expected,
      events.map((event) => this.entry([event])),
    );
  }

  private async contract(workspace: Workspace, event: ContractEvent): Promise<void> {
    workspace.contract = evolveContract(workspace.contract, event);
    const expected = workspace.contractRevision === -1 ? 'no-stream' : workspace.contractRevision;
    workspace.contractRevision += 1;
    await this.eventStore.append(contractStream(workspace.id), expected, [this.entry([event])]);
  }

  private entry(events: readonly BillingEvent[]): Entry {
    this.commands += 1;
    return { origin: { commandId: `c${this.commands}`, correlationId: 'bench', actor: 'product-0badcafe' }, events };
  }
}
