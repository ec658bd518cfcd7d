import {
  addMonths,
  type BillingMonth,
  type ClosedMonth,
  type ContractEvent,
  evolveContract,
  evolveMonth,
  type Instant,
  type MonthBill,
  type MonthEvent,
  monthsBetween,
  type OpenedContract,
} from '@seatledger/domain';
import { contractStream, monthStream, type StoredEvent } from '@seatledger/event-store';

import { type EventHistory, eventsOf, recordedAt } from './history';

/** A bill with the event that holds it. */
export interface RecordedBill {
  readonly bill: MonthBill;
  readonly stored: StoredEvent<MonthEvent>;
}

/** What was agreed with a workspace and what it was billed, as recorded. */
export interface Books {
  readonly workspaceId: string;
  readonly contract: readonly StoredEvent<ContractEvent>[];
  /** Of all months, in the order in which they were recorded. */
  readonly months: readonly StoredEvent<MonthEvent>[];
}

/**
 * Reads a workspace's contract and the streams of its months: those whose closing began by the
 * contract's own events, and on while there are more; or exactly the ones that are named.
 */
export async function readBooks(
  history: EventHistory,
  workspaceId: string,
  named?: Iterable<BillingMonth>,
): Promise<Books> {
  const contract = await eventsOf<ContractEvent>(history, contractStream(workspaceId));
  const months: StoredEvent<MonthEvent>[] = [];
  const readMonth = async (month: BillingMonth): Promise<boolean> => {
    const events = await eventsOf<MonthEvent>(history, monthStream(workspaceId, month));
    months.push(...events);
    return events.length > 0;
  };
  const opened = contractAt(contract);
  if (named !== undefined) {
    for (const month of named) await readMonth(month);
  } else if (opened !== undefined) {
    const { firstMonth, lockedThrough = addMonths(firstMonth, -1) } = opened;
    for (const month of monthsBetween(firstMonth, lockedThrough)) await readMonth(month);
    for (let month = addMonths(lockedThrough, 1); await readMonth(month); month = addMonths(month, 1));
  }
  months.sort((a, b) => a.position - b.position);
  return { workspaceId, contract, months };
}

/** The books as they stood before a position and a time of recording. */
export function booksBefore(books: Books, position: number, recordedBefore: Instant = Infinity): Books {
  const isBefore = (stored: StoredEvent): boolean => stored.position < position && recordedAt(stored) < recordedBefore;
  return { ...books, contract: books.contract.filter(isBefore), months: books.months.filter(isBefore) };
}

/** The contract as its stream was at a revision, by default its last; undefined before it was opened. */
export function contractAt(
  events: readonly StoredEvent<ContractEvent>[],
  revision = Infinity,
): OpenedContract | undefined {
  return events
    .filter((stored) => stored.revision <= revision)
    .reduce<OpenedContract | undefined>((contract, { event }) => evolveContract(contract, event), undefined);
}

/** The closed months that some events make, by month. */
export function closedMonthsOf(events: readonly StoredEvent<MonthEvent>[]): Map<BillingMonth, ClosedMonth> {
  const months = new Map<BillingMonth, ClosedMonth>();
  for (const { event, revision } of events) {
    const { month } = event.data;
    months.set(month, evolveMonth(months.get(month), event, revision));
  }
  return months;
}

/** All bills of a workspace, first ones and those of months billed again. */
export function billsOf({ months }: Pick<Books, 'months'>): RecordedBill[] {
  return months.flatMap((stored) => {
    const { event } = stored;
    return event.type === 'MonthClosed' || event.type === 'MonthRebilled' ? [{ bill: event.data, stored }] : [];
  });
}

/** The bill that is valid for a month; undefined while it is open. */
export const validBill = (books: Books, month: BillingMonth): RecordedBill | undefined =>
  billsOf(books).findLast(({ bill }) => bill.month === month);
