import {
  type BillEvent,
  type BillingMonth,
  type BillingState,
  type ContractEvent,
  evolveBilling,
  evolveContract,
  type Instant,
  type MonthBill,
  NOTHING_BILLED,
  type OpenedContract,
} from '@seatledger/domain';
import { billingStream, contractStream, type StoredEvent } from '@seatledger/event-store';

import { type EventHistory, eventsOf, recordedAt } from './history';

/** A bill with the event that holds it. */
export interface RecordedBill {
  readonly bill: MonthBill;
  readonly stored: StoredEvent<BillEvent>;
}

/** What was agreed with a workspace and what it was billed, as recorded. */
export interface Books {
  readonly workspaceId: string;
  readonly contract: readonly StoredEvent<ContractEvent>[];
  /** Of all months, in the order in which they were recorded. */
  readonly bills: readonly StoredEvent<BillEvent>[];
}

/** Reads a workspace's contract and its bills. */
export async function readBooks(history: EventHistory, workspaceId: string): Promise<Books> {
  const contract = await eventsOf<ContractEvent>(history, contractStream(workspaceId));
  const bills = await eventsOf<BillEvent>(history, billingStream(workspaceId));
  return { workspaceId, contract, bills };
}

/** The books as they stood before a position and a time of recording. */
export function booksBefore(books: Books, position: number, recordedBefore: Instant = Infinity): Books {
  const isBefore = (stored: StoredEvent): boolean => stored.position < position && recordedAt(stored) < recordedBefore;
  return { ...books, contract: books.contract.filter(isBefore), bills: books.bills.filter(isBefore) };
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

/** The bills as their stream stood before a revision, by default its end. */
export const billingBefore = ({ bills }: Pick<Books, 'bills'>, before = Infinity): BillingState =>
  bills
    .filter(({ revision }) => revision < before)
    .reduce<BillingState>((state, { event, revision }) => evolveBilling(state, event, revision), NOTHING_BILLED);

/** All bills of a workspace, first ones and those billed again. */
export function billsOf({ bills }: Pick<Books, 'bills'>): RecordedBill[] {
  return bills.flatMap((stored) => {
    const { event } = stored;
    return event.type === 'MonthClosed' || event.type === 'MonthRebilled' ? [{ bill: event.data, stored }] : [];
  });
}

/** The bill that a month was counted by last; undefined while it is open. */
export function validBill(books: Books, month: BillingMonth): RecordedBill | undefined {
  const revision = billingBefore(books).months.get(month)?.billRevision;
  return billsOf(books).find(({ stored }) => stored.revision === revision);
}
