import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  addMonths,
  billedPerMonth,
  billMonth,
  buyerFor,
  type BillingInput,
  type BillingMonth,
  type ClosedMonth,
  countMonth,
  emptyWorkspace,
  evolveMonth,
  evolveWorkspace,
  isWithinContract,
  type MonthBill,
  monthsBetween,
  monthsLookedAt,
  ownLines,
  RULES_VERSION,
  termsFor,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { monthOfStream, monthStream, type StoredEvent, workspaceStream } from '@seatledger/event-store';

import { billsOf, type Books, closedMonthsOf, contractAt, type RecordedBill } from '../books';
import { nameOf } from '../evidence';
import { type EventHistory, pagesOf, recordedAt } from '../history';
import { differences } from './differences';
import { type FactLog } from './fact-log';
import { type Failure, failureAt, reasonOf } from './failure';

export interface BillsOptions {
  /** Only this month's bills; else all. */
  readonly month?: BillingMonth;
  /** Events recorded after this may belong to something that is still under way. */
  readonly settledBefore: number;
}

/**
 * Derives every bill of a workspace again, from the facts up to the revision that it names and the
 * contract as it was at the revision that it names, in one replay. Facts that `log` holds are not
 * read again.
 */
export async function verifyBills(
  history: EventHistory,
  books: Books,
  options: BillsOptions,
  log?: FactLog,
): Promise<{ failures: Failure[]; checked: number }> {
  const { workspaceId } = books;
  const failures = closingOrder(books, options);
  const bills = billsOf(books).filter(({ bill }) => options.month === undefined || bill.month === options.month);
  const lastClosing = billsOf(books).findLast(({ stored }) => stored.event.type === 'MonthClosed');
  const pending = [...bills].sort((a, b) => a.bill.workspaceRevision - b.bill.workspaceRevision);
  const stream = workspaceStream(workspaceId);
  const state = emptyWorkspace();
  let last: Pick<StoredEvent, 'stream' | 'revision' | 'position'> = { stream, revision: -1, position: 0 };

  const pass = async (): Promise<void> => {
    for (let next = pending[0]; next !== undefined && next.bill.workspaceRevision <= last.revision; next = pending[0]) {
      pending.shift();
      await nextTurn();
      failures.push(...verifyBill(books, next, state, last.position));
      if (next === lastClosing) failures.push(...verifySettled(books, next, state));
    }
  };

  await pass();
  const noted = log?.take(workspaceId, pending.at(-1)?.bill.workspaceRevision ?? -1);
  const facts = noted === undefined ? pagesOf<WorkspaceEvent>(history, stream) : [noted];
  replay: for await (const page of facts) {
    for (const fact of page) {
      if (pending.length === 0) break replay;
      try {
        evolveWorkspace(state, fact.event);
      } catch (error) {
        failures.push(failureAt('event', fact, reasonOf(error), { workspaceId }));
        pending.length = 0;
        break replay;
      }
      last = fact;
      if ((pending[0]?.bill.workspaceRevision ?? Infinity) <= last.revision) await pass();
    }
  }
  for (const { bill, stored } of pending) {
    const detail = `it saw the facts up to ${stream}@${bill.workspaceRevision}, but they end at revision ${last.revision}: later ones were taken out`;
    failures.push(failureAt('closing', stored, detail, { workspaceId, month: bill.month }));
  }
  return { failures, checked: bills.length };
}

function verifyBill(books: Books, recorded: RecordedBill, workspace: WorkspaceState, factsPosition: number): Failure[] {
  const { bill, stored } = recorded;
  const { workspaceId } = books;
  const { month, contractRevision, adjustmentWindowMonths } = bill;
  const fail = (detail: string): Failure[] => [failureAt('closing', stored, detail, { workspaceId, month })];

  const named = monthOfStream(stored.stream);
  if (bill.workspaceId !== named.workspaceId || month !== named.month) {
    return fail(`it is in the stream of another month: ${bill.workspaceId} ${month}`);
  }
  if (bill.rulesVersion !== RULES_VERSION) {
    return fail(`it was made by version ${bill.rulesVersion} of the rules; this software knows ${RULES_VERSION}`);
  }
  const terms = books.contract.find(({ revision }) => revision === contractRevision);
  const contract = contractAt(books.contract, contractRevision);
  if (terms === undefined || contract === undefined) {
    return fail(`it names revision ${contractRevision} of the contract, which is not in the history: it was taken out`);
  }
  if (stored.event.type === 'MonthClosed' && (contract.lockedThrough ?? '') < month) {
    return fail(`the contract at revision ${contractRevision} does not say that the closing had begun`);
  }
  const input: Omit<BillingInput, 'closedMonths'> = {
    workspaceId,
    month,
    terms: termsFor(contract, month),
    buyer: buyerFor(contract, month),
    workspace,
    workspaceRevision: bill.workspaceRevision,
    contractRevision,
    billed: isWithinContract(contract, month),
    adjustmentWindowMonths,
  };
  const lookedAt = monthsLookedAt(contract, month, adjustmentWindowMonths);
  let first: string | undefined;
  for (const closedMonths of seenMonths(books, recorded, Math.max(terms.position, factsPosition))) {
    const seen = lookedAt.map((other) => closedMonths.get(other)).filter((other) => other !== undefined);
    let found: string | undefined;
    try {
      found = differences(bill, billMonth({ ...input, closedMonths: seen }).bill);
    } catch (error) {
      found = `it cannot be derived: ${reasonOf(error)}`;
    }
    if (found === undefined) return [];
    first ??= found;
  }
  return fail(first ?? 'it cannot be derived');
}

/** How many events of other months may have come between a closing's reading and its writing. */
const MAX_BETWEEN = 50;

/**
 * The other months as the closing can have seen them: all that was recorded before it, or less the
 * last of it, which may have been recorded by another process while the closing was under way.
 */
function* seenMonths(
  books: Books,
  { stored }: RecordedBill,
  surely: number,
): Generator<ReadonlyMap<BillingMonth, ClosedMonth>> {
  const before = books.months.filter(({ position }) => position < stored.position);
  const between = before.filter(({ position }) => position > surely).slice(-MAX_BETWEEN);
  for (let left = 0; left <= between.length; left += 1) {
    yield closedMonthsOf(before.slice(0, before.length - left));
  }
}

/**
 * After its latest closing, what a workspace was billed for each month of the adjustment window over all
 * bills equals what the month's facts say, to the cent; for cancelled months, nothing.
 */
function verifySettled(
  { workspaceId, contract, months }: Books,
  { bill, stored }: RecordedBill,
  workspace: WorkspaceState,
): Failure[] {
  // What another process recorded while the closing was under way is settled by the next one.
  const begun = contract.find(({ revision }) => revision === bill.contractRevision)?.position ?? 0;
  if (months.some(({ position }) => position > begun && position < stored.position)) return [];
  const closed = [...closedMonthsOf(months.filter(({ position }) => position <= stored.position)).values()];
  const billed = billedPerMonth(closed);
  return closed.flatMap((other): Failure[] => {
    const { month, terms, buyer, withinContract } = other.bill;
    if (!withinContract || other.cancelled?.reissue === true) return [];
    if (month > bill.month || month < addMonths(bill.month, -bill.adjustmentWindowMonths)) return [];
    const count = other.cancelled === undefined ? countMonth(workspace, month, terms) : undefined;
    const owed = count === undefined ? 0 : netOf(ownLines(month, count, terms, buyer));
    const net = billed.get(month)?.netMinor ?? 0;
    if (owed === net) return [];
    const detail = `${month} was billed with ${net} over all bills up to this one, but its facts come to ${owed}`;
    return [failureAt('adjustments', stored, detail, { workspaceId, month })];
  });
}

const netOf = (lines: readonly MonthBill['lines'][number][]): number =>
  lines.reduce((sum, { netMinor }) => sum + netMinor, 0);

/** Months are closed one after the other, from the contract's first on, each begun by a contract's event. */
function closingOrder(books: Books, { month: only, settledBefore }: BillsOptions): Failure[] {
  const { workspaceId } = books;
  const failures: Failure[] = [];
  const states = new Map<BillingMonth, ClosedMonth | undefined>();
  for (const stored of books.months) {
    const { month } = monthOfStream(stored.stream);
    try {
      const before = states.get(month);
      states.set(month, evolveMonth(before, stored.event, stored.revision));
      if (stored.event.type === 'MonthClosed' && before !== undefined) throw new Error('the month was closed before');
      if (stored.event.type === 'MonthRebilled' && before?.cancelled?.reissue !== true) {
        throw new Error('it bills a month again that was not cancelled for that');
      }
    } catch (error) {
      failures.push(failureAt('closing', stored, reasonOf(error), { workspaceId, month }));
    }
  }
  const contract = contractAt(books.contract);
  if (contract === undefined) {
    const [first] = books.months;
    if (first === undefined) return failures;
    return [...failures, failureAt('closing', first, 'the workspace has no contract', { workspaceId })];
  }
  const { firstMonth, lastMonth } = contract;
  const latest = [...states.keys()].sort().at(-1);
  const missing = new Set<BillingMonth>();
  if (latest !== undefined) {
    const end = lastMonth !== undefined && lastMonth < latest ? lastMonth : latest;
    for (const month of monthsBetween(firstMonth, end)) {
      if (states.has(month)) continue;
      missing.add(month);
      const detail = `${month} is not closed, but ${latest} is: its closing was taken out`;
      const concerns = { stream: monthStream(workspaceId, month), revision: 0 };
      failures.push(failureAt('closing', concerns, detail, { workspaceId, month }));
    }
  }
  for (const stored of books.contract) {
    if (stored.event.type !== 'TermsLocked') continue;
    const { month } = stored.event.data;
    if (states.has(month) || missing.has(month) || month < firstMonth || recordedAt(stored) >= settledBefore) continue;
    const detail = `the closing of ${month} began with ${nameOf(stored)}, but it is not recorded: it was aborted, or taken out`;
    const concerns = { stream: monthStream(workspaceId, month), revision: 0 };
    failures.push(failureAt('closing', concerns, detail, { workspaceId, month }));
  }
  return only === undefined ? failures : failures.filter(({ month }) => month === only);
}
