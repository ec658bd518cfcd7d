import { type OpenedContract, termsFor } from '../contract/state';
import { type Instant } from '../event';
import { addMonths, type BillingMonth, boundsOf, monthsBetween } from './billing-month';

/** The month that is to be closed next: months are closed in order, from the first one on. */
export function nextMonthToClose(contract: OpenedContract, lastClosed: BillingMonth | undefined): BillingMonth {
  return lastClosed === undefined ? contract.firstMonth : addMonths(lastClosed, 1);
}

/** The months from one on that a month's closing closes before it, none after the contract's last. */
export function billedMonthsBefore(contract: OpenedContract, month: BillingMonth, first: BillingMonth): BillingMonth[] {
  const before = addMonths(month, -1);
  const { lastMonth } = contract;
  return monthsBetween(first, lastMonth !== undefined && lastMonth < before ? lastMonth : before);
}

/** The instant at which a month is over where the contract is. */
export function endOfMonth(contract: OpenedContract, month: BillingMonth): Instant {
  return boundsOf(month, termsFor(contract, month).timeZone).end;
}

/** Whether the contract bills a month at all: from its first to its last. */
export function isWithinContract(contract: OpenedContract, month: BillingMonth): boolean {
  return month >= contract.firstMonth && (contract.lastMonth === undefined || month <= contract.lastMonth);
}
