import {
  type BillingMonth,
  boundsOf,
  type CountedUnit,
  countMonth,
  formatQuantity,
  type InvoiceEvent,
  type InvoiceLine,
  type InvoiceNumberAssigned,
  type IssuedInvoice,
  type MonthBill,
  type MonthLine,
  notFound,
  ownLines,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { invoiceStream, type StoredEvent } from '@seatledger/event-store';

import { billingBefore, billsOf, type Books, readBooks, type RecordedBill } from './books';
import { type Evidence, evidenceOf } from './evidence';
import { type EventHistory, eventsOf, replayWorkspace } from './history';
import { numberStreamOf } from './numbers';

/** What was billed for a month on one bill. */
export interface BilledPart {
  readonly month: BillingMonth;
  /** The event that holds the bill. */
  readonly bill: Evidence;
  readonly quantity: string;
  readonly netMinor: number;
}

/** Why a line is on the invoice. */
export type LineExplanation = {
  readonly line: InvoiceLine;
  /** One sentence. */
  readonly reason: string;
} & (
  | { readonly kind: 'own'; readonly counted: string; readonly freeUnits: number; readonly minimumUnits: number }
  | {
      readonly kind: 'adjustment';
      /** What the month's facts came to when this invoice's month was closed. */
      readonly owed: { readonly quantity: string; readonly netMinor: number };
      /** What had been billed for it before, and where. */
      readonly billed: readonly BilledPart[];
      /** The facts of that month that came after its own closing. */
      readonly lateFacts: readonly Evidence[];
    }
);

export interface InvoiceExplanation {
  readonly invoice: IssuedInvoice;
  readonly number: Evidence | undefined;
  /** Everything recorded about the invoice: issued, rendered, delivered, cancelled. */
  readonly events: readonly Evidence[];
  /** The closing, or the month billed again, that it invoices; its data is the bill. */
  readonly bill: Evidence;
  /** The contract's events that its terms and buyer follow from. */
  readonly contract: readonly Evidence[];
  /** Last fact that the closing saw. */
  readonly factsThrough: Evidence | undefined;
  readonly units: readonly { readonly unitId: string; readonly quantity: string }[];
  readonly lines: readonly LineExplanation[];
}

/**
 * Explains an invoice line by line from the events that it rests on. A cancellation has the lines
 * of the invoice that it cancels, negated, and is explained by that one's bill.
 * @throws {DomainError} `unknown-invoice`
 */
export async function explainInvoice(history: EventHistory, number: string): Promise<InvoiceExplanation> {
  const events = await eventsOf<InvoiceEvent>(history, invoiceStream(number));
  const issued = events[0]?.event;
  if (issued?.type !== 'InvoiceIssued') throw notFound('unknown-invoice', 'There is no such invoice.');
  const invoice = issued.data;
  const { workspaceId, month, billRevision } = invoice;
  const books = await readBooks(history, workspaceId);
  const recorded = billsOf(books).find(({ stored }) => stored.revision === billRevision);
  if (recorded === undefined) throw notFound('unknown-bill', `${number} names a bill that is not in the history.`);
  const { bill, stored } = recorded;

  const before = billsBefore(books, recorded);
  const late = new LateFacts(before);
  let last: StoredEvent<WorkspaceEvent> | undefined;
  const { state } = await replayWorkspace(history, workspaceId, { revision: bill.workspaceRevision }, (fact) => {
    late.note(fact);
    last = fact;
  });
  const count = bill.withinContract ? countMonth(state, month, bill.terms) : { units: [], quantity: 0 };
  return {
    invoice,
    number: await numberOf(history, number),
    events: events.map(evidenceOf),
    bill: evidenceOf(stored),
    contract: books.contract.filter(({ revision }) => revision <= bill.contractRevision).map(evidenceOf),
    factsThrough: last && evidenceOf(last),
    units: count.units.map(({ unitId, quantity }) => ({ unitId, quantity: formatQuantity(quantity) })),
    lines: invoice.lines.map((line) =>
      line.kind === 'adjustment'
        ? explainAdjustment(line, state, before, late)
        : explainOwnLine(line, bill, count.units, formatQuantity(count.quantity)),
    ),
  };
}

async function numberOf(history: EventHistory, number: string): Promise<Evidence | undefined> {
  const stream = numberStreamOf(number);
  if (stream === undefined) return undefined;
  const assigned = await eventsOf<InvoiceNumberAssigned>(history, stream);
  const found = assigned.find(({ event }) => event.data.number === number);
  return found && evidenceOf(found);
}

function explainOwnLine(
  line: InvoiceLine,
  { terms }: MonthBill,
  units: readonly CountedUnit[],
  counted: string,
): LineExplanation {
  const { freeUnits = 0, minimumUnits = 0 } = terms;
  const what = `${units.length} ${terms.variant === 'team' ? 'teams' : 'members'} count by the rule ${terms.countingRule}, quantity ${counted}`;
  const free = freeUnits === 0 ? '' : `, of which ${freeUnits} are free`;
  const reason = {
    license: `${what}${free}${terms.tiers === undefined ? '' : `; priced by ${terms.tiers.mode} tiers`}.`,
    minimum: `At least ${minimumUnits} are billed: ${what}${free}.`,
    discount: `${line.percent ?? ''} % off the lines above.`,
    adjustment: '',
  }[line.kind];
  return { kind: 'own', line, reason, counted, freeUnits, minimumUnits };
}

function explainAdjustment(
  line: InvoiceLine,
  state: WorkspaceState,
  before: readonly StandingBill[],
  late: LateFacts,
): LineExplanation {
  const { month } = line;
  const own = before.find(({ bill, isCounted }) => isCounted && bill.month === month);
  const billed = before.flatMap(({ bill, stored, lines: standing }): BilledPart[] => {
    const lines = standing.filter(
      (part) => part.month === month && (part.kind === 'adjustment' || bill.month === month),
    );
    const netMinor = lines.reduce((sum, part) => sum + part.netMinor, 0);
    if (bill.month !== month && lines.length === 0) return [];
    const quantity = bill.month === month ? bill.quantity : (lines[0]?.quantity ?? '0');
    return [{ month: bill.month, bill: evidenceOf(stored), quantity, netMinor }];
  });
  if (own === undefined) {
    const reason = `Nothing may stand for ${month} on other bills: it is billed again on this one, or its invoice was cancelled for good.`;
    return { kind: 'adjustment', line, reason, owed: { quantity: '0', netMinor: 0 }, billed, lateFacts: [] };
  }
  const { terms, buyer } = own.bill;
  const count = countMonth(state, month, terms);
  const netMinor = ownLines(month, count, terms, buyer).reduce((sum, part) => sum + part.netMinor, 0);
  return {
    kind: 'adjustment',
    line,
    reason: `By the facts known at this closing ${month} comes to another amount than had been billed for it.`,
    owed: { quantity: formatQuantity(count.quantity), netMinor },
    billed,
    lateFacts: late.of(month),
  };
}

interface StandingBill extends RecordedBill {
  /** Of its documents that were not cancelled. */
  readonly lines: readonly MonthLine[];
  /** The month was counted by it last, and what it counted was not cancelled. */
  readonly isCounted: boolean;
}

/** The bills that stood when a bill was made: recorded before it, and not cancelled whole by then. */
function billsBefore(books: Books, { stored }: RecordedBill): StandingBill[] {
  const state = billingBefore(books, stored.revision);
  return billsOf(books).flatMap((recorded): StandingBill[] => {
    const { revision } = recorded.stored;
    if (revision >= stored.revision) return [];
    const documents = state.documents.filter(({ billRevision }) => billRevision === revision);
    const isLatest = state.months.get(recorded.bill.month)?.billRevision === revision;
    const isCounted = isLatest && !documents.some(({ isOwn, cancelled }) => isOwn && cancelled !== undefined);
    const lines = documents.filter(({ cancelled }) => cancelled === undefined).flatMap(({ content }) => content.lines);
    return isCounted || lines.length > 0 ? [{ ...recorded, lines, isCounted }] : [];
  });
}

/** The facts of closed months that were recorded after their closing, noted while a workspace is replayed. */
class LateFacts {
  private readonly byMonth = new Map<BillingMonth, Evidence[]>();
  private readonly closed: readonly { month: BillingMonth; after: number; end: number }[];

  constructor(bills: readonly StandingBill[]) {
    this.closed = bills
      .filter(({ isCounted }) => isCounted)
      .map(({ bill }) => ({
        month: bill.month,
        after: bill.workspaceRevision,
        end: boundsOf(bill.month, bill.terms.timeZone).end,
      }));
  }

  note(fact: StoredEvent<WorkspaceEvent>): void {
    for (const { month, after, end } of this.closed) {
      if (fact.revision <= after || fact.event.occurredAt >= end) continue;
      const known = this.byMonth.get(month);
      if (known === undefined) this.byMonth.set(month, [evidenceOf(fact)]);
      else known.push(evidenceOf(fact));
    }
  }

  of(month: BillingMonth): readonly Evidence[] {
    return this.byMonth.get(month) ?? [];
  }
}
