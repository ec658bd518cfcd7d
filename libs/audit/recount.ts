import {
  ADJUSTMENT_WINDOW_MONTHS,
  billedMonthsBefore,
  billingFactsOf,
  type BillingMonth,
  type BillingState,
  billMonth,
  type CountedUnit,
  countMonth,
  evolveBilling,
  formatQuantity,
  isWithinContract,
  linesOf,
  type MonthBill,
  type MonthLine,
  notFound,
  owedNetMinor,
  standingNetMinor,
} from '@seatledger/domain';
import { canonicalJson } from '@seatledger/event-store';

import {
  billingBefore,
  billsOf,
  type Books,
  booksBefore,
  contractAt,
  readBooks,
  type RecordedBill,
  validBill,
} from './books';
import { type EventHistory, type KnownAt, type KnownWorkspace, replayWorkspace } from './history';

/** A unit that counts differently. Quantities are decimal strings, `"0"` for a unit that does not count. */
export interface UnitDifference {
  readonly unitId: string;
  readonly closed: string;
  readonly recounted: string;
}

/** How a recount differs from the closing. Amounts are minor units, recounted less closed. */
export interface Difference {
  readonly units: readonly UnitDifference[];
  /** Of the month's own lines. */
  readonly ownNetMinor: number;
  /** Of the adjustments of other months that are on its bill. */
  readonly adjustmentsNetMinor: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

/** What stands for a month over all bills, against what its facts say. Minor units. */
export interface Settlement {
  readonly billedNetMinor: number;
  readonly owedNetMinor: number;
  /** What the next closing bills or credits, as long as the month lies in its adjustment window. */
  readonly outstandingNetMinor: number;
}

export interface Recount {
  /** What closing the month would have billed, had this been known. */
  readonly bill: MonthBill;
  /** The bill that is valid for the month now; absent while it is open. */
  readonly closing?: RecordedBill;
  /** False for an open month. */
  readonly differsFromClosing: boolean;
  readonly difference?: Difference;
  /** Of a closed month that was not cancelled. */
  readonly settlement?: Settlement;
}

/**
 * Counts and prices a month from the history as it was known at a time. A closed month keeps the
 * terms, the buyer and the adjustment window that it was closed with, and is recounted against the closings
 * before it. An open one looks back as far as the latest closing did.
 * @throws {DomainError} `unknown-workspace`, `unknown-revision`, `unknown-contract`, `month-not-billed`
 */
export async function recountMonth(
  history: EventHistory,
  workspaceId: string,
  month: BillingMonth,
  knownAt: KnownAt,
): Promise<Recount> {
  const books = await readBooks(history, workspaceId);
  const known = await replayWorkspace(history, workspaceId, knownAt);
  const knownBooks = booksBefore(books, known.unknownFrom ?? Infinity, knownAt.recordedBefore);
  const closing = validBill(books, month);
  const { bill, units } = billAgain(knownBooks, known, month, closing);
  if (closing === undefined) return { bill, differsFromClosing: false };
  const settlement = settlementOf(knownBooks, known, month);
  const closedUnits = await unitsAsClosed(history, closing.bill);
  return {
    bill,
    closing,
    differsFromClosing: !saysTheSame(bill, closing.bill),
    difference: differenceOf(bill, units, closing.bill, closedUnits),
    ...(settlement === undefined ? {} : { settlement }),
  };
}

/** The bill as its closing would have made it; of a closed month by the terms that it was closed with. */
function billAgain(
  books: Books,
  known: KnownWorkspace,
  month: BillingMonth,
  closing: RecordedBill | undefined,
): { bill: MonthBill; units: readonly CountedUnit[] } {
  const { workspaceId } = books;
  const contractRevision = Math.min(closing?.bill.contractRevision ?? Infinity, books.contract.at(-1)?.revision ?? -1);
  const contract = contractAt(books.contract, contractRevision);
  if (contract === undefined) throw notFound('unknown-contract', 'No contract of the workspace was known then.');
  if (month < contract.firstMonth) {
    throw notFound('month-not-billed', `The contract's first month is ${contract.firstMonth}.`);
  }
  const latest = (closing ?? billsOf(books).at(-1))?.bill;
  const agreed = {
    workspaceId,
    workspace: known.state,
    workspaceRevision: known.revision,
    contract,
    contractRevision,
    adjustmentWindowMonths: latest?.adjustmentWindowMonths ?? ADJUSTMENT_WINDOW_MONTHS,
  };
  const billFor = (state: BillingState, billed: BillingMonth) => {
    const facts = billingFactsOf(state, billed, agreed);
    const withOwn = isWithinContract(contract, billed) && closing?.bill.withinContract !== false;
    const units = withOwn ? (facts.counts.get(billed)?.units ?? []) : [];
    return { bill: billMonth(state, facts, billed, withOwn), units };
  };
  if (closing !== undefined) return billFor(billingBefore(books, closing.stored.revision), month);
  // Closing an open month would first close those before it, which take the adjustments.
  let state = billingBefore(books);
  const missed = billedMonthsBefore(contract, month, contract.firstMonth).filter((other) => !state.months.has(other));
  for (const other of missed) {
    const { bill } = billFor(state, other);
    state = evolveBilling(state, { type: 'MonthClosed', data: bill, occurredAt: 0 }, state.revision + 1);
  }
  return billFor(state, month);
}

/** The units that a closing counted, by the facts that it saw. */
export async function unitsAsClosed(history: EventHistory, bill: MonthBill): Promise<readonly CountedUnit[]> {
  if (!bill.withinContract) return [];
  const { state } = await replayWorkspace(history, bill.workspaceId, { revision: bill.workspaceRevision });
  return countMonth(state, bill.month, bill.terms).units;
}

/** All that a bill comes to; the revisions that it saw, and words, may differ. */
const saysTheSame = (a: MonthBill, b: MonthBill): boolean =>
  canonicalJson(outcomeOf(a)) === canonicalJson(outcomeOf(b));

const outcomeOf = ({ units, quantity, unitsDigest, documents, taxes, netMinor, taxMinor, grossMinor }: MonthBill) => ({
  units,
  quantity,
  unitsDigest,
  lines: documents.map(({ lines }) => lines),
  taxes,
  netMinor,
  taxMinor,
  grossMinor,
});

function differenceOf(
  recounted: MonthBill,
  recountedUnits: readonly CountedUnit[],
  closed: MonthBill,
  closedUnits: readonly CountedUnit[],
): Difference {
  const netOf = (lines: readonly MonthLine[], adjustments: boolean): number =>
    lines
      .filter(({ kind }) => (kind === 'adjustment') === adjustments)
      .reduce((sum, { netMinor }) => sum + netMinor, 0);
  return {
    units: unitDifferences(closedUnits, recountedUnits),
    ownNetMinor: netOf(linesOf(recounted), false) - netOf(linesOf(closed), false),
    adjustmentsNetMinor: netOf(linesOf(recounted), true) - netOf(linesOf(closed), true),
    netMinor: recounted.netMinor - closed.netMinor,
    taxMinor: recounted.taxMinor - closed.taxMinor,
    grossMinor: recounted.grossMinor - closed.grossMinor,
  };
}

function unitDifferences(closed: readonly CountedUnit[], recounted: readonly CountedUnit[]): UnitDifference[] {
  const before = new Map(closed.map(({ unitId, quantity }) => [unitId, quantity]));
  const after = new Map(recounted.map(({ unitId, quantity }) => [unitId, quantity]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((unitId) => ({
      unitId,
      closed: formatQuantity(before.get(unitId) ?? 0),
      recounted: formatQuantity(after.get(unitId) ?? 0),
    }))
    .filter((unit) => unit.closed !== unit.recounted);
}

function settlementOf(books: Books, { state: workspace }: KnownWorkspace, month: BillingMonth): Settlement | undefined {
  const state = billingBefore(books);
  const closed = state.months.get(month);
  const own = state.documents.find(({ isOwn, billRevision }) => isOwn && billRevision === closed?.billRevision);
  if (own?.cancelled !== undefined) return undefined;
  const owed = owedNetMinor(state, month, (terms) => countMonth(workspace, month, terms));
  if (owed === undefined) return undefined;
  const billedNetMinor = standingNetMinor(state, month);
  return { billedNetMinor, owedNetMinor: owed, outstandingNetMinor: owed - billedNetMinor };
}
