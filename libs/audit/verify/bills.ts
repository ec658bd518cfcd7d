import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  addMonths,
  billingFactsOf,
  type BillingMonth,
  type BillingState,
  billMonth,
  countMonth,
  documentAt,
  emptyWorkspace,
  evolveBilling,
  evolveWorkspace,
  isWithinContract,
  type MonthBill,
  monthsBetween,
  NOTHING_BILLED,
  owedNetMinor,
  RULES_VERSION,
  standingNetMinor,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { billingStream, type StoredEvent, subjectOf, workspaceStream } from '@seatledger/event-store';

import { billingBefore, billsOf, type Books, contractAt, type RecordedBill } from '../books';
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
      failures.push(...verifyBill(books, next, state));
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

function verifyBill(books: Books, recorded: RecordedBill, workspace: WorkspaceState): Failure[] {
  const { bill, stored } = recorded;
  const { workspaceId } = books;
  const { month, contractRevision, adjustmentWindowMonths } = bill;
  const fail = (detail: string): Failure[] => [failureAt('closing', stored, detail, { workspaceId, month })];

  if (bill.workspaceId !== subjectOf(stored.stream)) {
    return fail(`it is in the stream of another workspace: ${bill.workspaceId}`);
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
  // Decided at this revision, it knew every bill before it.
  const state = billingBefore(books, stored.revision);
  const known = { workspaceId, workspace, workspaceRevision: bill.workspaceRevision, contract, contractRevision };
  let found: string | undefined;
  try {
    const facts = billingFactsOf(state, month, { ...known, adjustmentWindowMonths });
    found = differences(withoutReplaced(bill), billMonth(state, facts, month, hasOwn(state, recorded, contract)));
  } catch (error) {
    found = `it cannot be derived: ${reasonOf(error)}`;
  }
  return found === undefined ? [] : fail(found);
}

/** Whether a bill has lines of its own month: those of corrections that are billed again have none. */
function hasOwn(
  state: BillingState,
  { bill, stored }: RecordedBill,
  contract: Parameters<typeof isWithinContract>[0],
): boolean {
  if (!isWithinContract(contract, bill.month)) return false;
  if (stored.event.type !== 'MonthRebilled') return true;
  return documentAt(state, { month: bill.month, ...stored.event.data.replaces })?.isOwn === true;
}

const withoutReplaced = ({ replaces: _replaced, ...bill }: MonthBill & { replaces?: unknown }): MonthBill => bill;

/**
 * After its latest closing, what a workspace was billed for each month of the adjustment window over all
 * bills equals what the month's facts say, to the cent: never more than is owed, and for cancelled
 * months nothing.
 */
function verifySettled(books: Books, { bill, stored }: RecordedBill, workspace: WorkspaceState): Failure[] {
  const { workspaceId } = books;
  const state = billingBefore(books, stored.revision + 1);
  return [...state.months.keys()].flatMap((month): Failure[] => {
    if (month > bill.month || month < addMonths(bill.month, -bill.adjustmentWindowMonths)) return [];
    const owed = owedNetMinor(state, month, (terms) => countMonth(workspace, month, terms));
    const net = standingNetMinor(state, month);
    if (owed === undefined || owed === net) return [];
    const detail = `${month} was billed with ${net} over all bills up to this one, but its facts come to ${owed}`;
    return [failureAt('adjustments', stored, detail, { workspaceId, month })];
  });
}

/** Months are closed one after the other, from the contract's first on, each begun by a contract's event. */
function closingOrder(books: Books, { month: only, settledBefore }: BillsOptions): Failure[] {
  const { workspaceId } = books;
  const failures: Failure[] = [];
  let state = NOTHING_BILLED;
  for (const stored of books.bills) {
    const { month } = stored.event.data;
    try {
      refuseImpossible(state, stored);
      state = evolveBilling(state, stored.event, stored.revision);
    } catch (error) {
      failures.push(failureAt('closing', stored, reasonOf(error), { workspaceId, month }));
    }
  }
  const states = state.months;
  const contract = contractAt(books.contract);
  if (contract === undefined) {
    const [first] = books.bills;
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
      const concerns = { stream: billingStream(workspaceId), revision: books.bills.length };
      failures.push(failureAt('closing', concerns, detail, { workspaceId, month }));
    }
  }
  for (const stored of books.contract) {
    if (stored.event.type !== 'TermsLocked') continue;
    const { month } = stored.event.data;
    if (states.has(month) || missing.has(month) || month < firstMonth || recordedAt(stored) >= settledBefore) continue;
    const detail = `the closing of ${month} began with ${nameOf(stored)}, but it is not recorded: it was aborted, or taken out`;
    const concerns = { stream: billingStream(workspaceId), revision: books.bills.length };
    failures.push(failureAt('closing', concerns, detail, { workspaceId, month }));
  }
  return only === undefined ? failures : failures.filter(({ month }) => month === only);
}

/** @throws when the event cannot follow the ones before it */
function refuseImpossible(state: BillingState, { event }: Books['bills'][number]): void {
  const { month } = event.data;
  if (event.type === 'MonthClosed' && state.months.has(month)) throw new Error('the month was closed before');
  if (event.type !== 'MonthRebilled') return;
  if (documentAt(state, { month, ...event.data.replaces })?.cancelled?.reissue !== true) {
    throw new Error('it bills again what was not cancelled for that');
  }
}
