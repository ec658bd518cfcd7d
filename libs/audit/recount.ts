import {
  ADJUSTMENT_WINDOW_MONTHS,
  asClosed,
  billedMonthsBefore,
  billedPerMonth,
  billMonth,
  buyerFor,
  type BillingInput,
  type BillingMonth,
  type ClosedMonth,
  type CountedUnit,
  countMonth,
  formatQuantity,
  isWithinContract,
  type MonthBill,
  type MonthLine,
  monthsLookedAt,
  nextMonthToClose,
  notFound,
  ownLines,
  termsFor,
} from '@seatledger/domain';
import { canonicalJson } from '@seatledger/event-store';

import {
  billsOf,
  type Books,
  booksBefore,
  closedMonthsOf,
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
  const input = inputOf(knownBooks, known, month, closing);
  const { bill, count } = billMonth(input);
  if (closing === undefined) return { bill, differsFromClosing: false };
  const settlement = settlementOf(knownBooks, known, month);
  const closedUnits = await unitsAsClosed(history, closing.bill);
  return {
    bill,
    closing,
    differsFromClosing: !saysTheSame(bill, closing.bill),
    difference: differenceOf(bill, count.units, closing.bill, closedUnits),
    ...(settlement === undefined ? {} : { settlement }),
  };
}

/** What the closing was given, or would have been; for a closed month with the terms that it was closed with. */
function inputOf(
  books: Books,
  { state, revision }: KnownWorkspace,
  month: BillingMonth,
  closing: RecordedBill | undefined,
): BillingInput {
  const { workspaceId } = books;
  const contractRevision = Math.min(closing?.bill.contractRevision ?? Infinity, books.contract.at(-1)?.revision ?? -1);
  const contract = contractAt(books.contract, contractRevision);
  if (contract === undefined) throw notFound('unknown-contract', 'No contract of the workspace was known then.');
  if (month < contract.firstMonth) {
    throw notFound('month-not-billed', `The contract's first month is ${contract.firstMonth}.`);
  }
  const before = closing === undefined ? books : booksBefore(books, closing.stored.position);
  const closedMonths = closedMonthsOf(before.months);
  const { adjustmentWindowMonths } = (closing ?? billsOf(before).at(-1))?.bill ?? {
    adjustmentWindowMonths: ADJUSTMENT_WINDOW_MONTHS,
  };
  const assumed: ClosedMonth[] = [];
  const inputFor = (billed: BillingMonth): BillingInput => ({
    workspaceId,
    month: billed,
    terms: termsFor(contract, billed),
    buyer: buyerFor(contract, billed),
    workspace: state,
    workspaceRevision: revision,
    contractRevision,
    billed: isWithinContract(contract, billed),
    closedMonths: monthsLookedAt(contract, billed, adjustmentWindowMonths)
      .map((other) => closedMonths.get(other))
      .filter((other) => other !== undefined)
      .concat(assumed),
    adjustmentWindowMonths,
  });
  // Closing an open month would first close those before it, which take the adjustments.
  if (closing === undefined) {
    const first = nextMonthToClose(contract, [...closedMonths.keys()].sort().at(-1));
    for (const missed of billedMonthsBefore(contract, month, first)) {
      assumed.push(asClosed(billMonth(inputFor(missed)).bill));
    }
  }
  return inputFor(month);
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

const outcomeOf = ({ units, quantity, unitsDigest, lines, taxes, netMinor, taxMinor, grossMinor }: MonthBill) => ({
  units,
  quantity,
  unitsDigest,
  lines,
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
    ownNetMinor: netOf(recounted.lines, false) - netOf(closed.lines, false),
    adjustmentsNetMinor: netOf(recounted.lines, true) - netOf(closed.lines, true),
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

function settlementOf(books: Books, { state }: KnownWorkspace, month: BillingMonth): Settlement | undefined {
  const closedMonths = closedMonthsOf(books.months);
  const closed = closedMonths.get(month);
  if (closed === undefined || closed.cancelled !== undefined || !closed.bill.withinContract) return undefined;
  const { terms, buyer } = closed.bill;
  const owed = ownLines(month, countMonth(state, month, terms), terms, buyer);
  const owedNetMinor = owed.reduce((sum, { netMinor }) => sum + netMinor, 0);
  const billedNetMinor = billedPerMonth([...closedMonths.values()]).get(month)?.netMinor ?? 0;
  return { billedNetMinor, owedNetMinor, outstandingNetMinor: owedNetMinor - billedNetMinor };
}
