import { conflict, notFound } from '../domain-error';
import { type Instant } from '../event';
import { billMonth, hasNothingToClose } from './close';
import { type ApproveBill, type BillingCommand, type CancelBill, type CloseMonth, type RebillMonth } from './commands';
import { billedMonthsBefore, endOfMonth, isWithinContract } from './due';
import { type BillEvent } from './events';
import { type BilledDocument, type BillingState, documentAt } from './state';

/**
 * Decides what becomes of a workspace's bills. All of them are one history: whatever is decided knows
 * every bill before it, so that nothing is ever billed twice.
 * @throws {DomainError} the command is refused
 */
export function decideBilling(command: BillingCommand, state: BillingState, now: Instant): BillEvent[] {
  switch (command.type) {
    case 'CloseMonth':
      return closeMonth(command, state, now);
    case 'RebillMonth':
      return rebillMonth(command, state, now);
    case 'ApproveBill':
      return approveBill(command, state, now);
    case 'CancelBill':
      return cancelBill(command, state, now);
  }
}

/** @throws {DomainError} `month-not-over`, by the time zone of the workspace's contract */
export function requireOver({ contract }: Pick<CloseMonth['facts'], 'contract'>, month: string, now: Instant): void {
  if (endOfMonth(contract, month) <= now) return;
  throw conflict('month-not-over', `${month} is not over in the contract's time zone.`);
}

function closeMonth({ month, facts }: CloseMonth, state: BillingState, now: Instant): BillEvent[] {
  const { contract } = facts;
  if (state.months.has(month) || month < contract.firstMonth) return [];
  requireOver(facts, month, now);
  const open = billedMonthsBefore(contract, month, contract.firstMonth).find((earlier) => !state.months.has(earlier));
  if (open !== undefined) throw conflict('earlier-month-open', `${open} is to be closed before ${month}.`);
  const bill = billMonth(state, facts, month, isWithinContract(contract, month));
  if (hasNothingToClose(bill)) return [];
  // Terms that can still change would not be those that the month was closed with.
  if ((contract.lockedThrough ?? '') < month) throw conflict('terms-not-locked', `The terms of ${month} can change.`);
  return [{ type: 'MonthClosed', data: bill, occurredAt: now }];
}

function rebillMonth(
  { facts, month, billRevision, document }: RebillMonth,
  state: BillingState,
  now: Instant,
): BillEvent[] {
  const cancelled = requireDocument(state, { month, billRevision, document });
  if (cancelled.cancelled?.reissue !== true || cancelled.rebilled === true) return [];
  const bill = billMonth(state, facts, month, cancelled.isOwn && isWithinContract(facts.contract, month));
  return [{ type: 'MonthRebilled', data: { ...bill, replaces: { billRevision, document } }, occurredAt: now }];
}

function approveBill({ month, billRevision, document }: ApproveBill, state: BillingState, now: Instant): BillEvent[] {
  const draft = documentAt(state, { month, billRevision, document });
  if (draft?.isHeld !== true) throw notFound('unknown-draft', 'There is no such draft.');
  if (draft.rebilled === true) {
    throw conflict('draft-replaced', 'It was billed again since; that bill is a draft of its own.');
  }
  return draft.approved ? [] : [{ type: 'BillApproved', data: { month, billRevision, document }, occurredAt: now }];
}

function cancelBill({ type: _type, ...data }: CancelBill, state: BillingState, now: Instant): BillEvent[] {
  const { cancelled } = requireDocument(state, data);
  if (cancelled === undefined) return [{ type: 'BillCancelled', data, occurredAt: now }];
  if (cancelled.invoiceNumber === data.invoiceNumber) return [];
  throw conflict('bill-cancelled', `The bill was cancelled with ${cancelled.invoiceNumber}.`);
}

function requireDocument(state: BillingState, ref: Parameters<typeof documentAt>[1]): BilledDocument {
  const document = documentAt(state, ref);
  if (document === undefined) throw notFound('unknown-bill', 'There is no such bill.');
  return document;
}
