import { conflict, notFound } from '../domain-error';
import { type Instant } from '../event';
import { type BillingFacts, billMonth, hasNothingToClose } from './close';
import {
  type ApproveBill,
  type BillingCommand,
  type CancelBill,
  type CloseMonth,
  type RebillMonth,
  type RecountDraft,
  type ReturnDraft,
} from './commands';
import { billedMonthsBefore, endOfMonth, isWithinContract } from './due';
import { type BillDocumentRef, type BillEvent } from './events';
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
    case 'ReturnDraft':
      return returnDraft(command, state, now);
    case 'RecountDraft':
      return recountDraft(command, state, now);
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

function rebillMonth(command: RebillMonth, state: BillingState, now: Instant): BillEvent[] {
  const cancelled = requireDocument(state, command);
  if (cancelled.cancelled?.reissue !== true || cancelled.rebilled === true) return [];
  return [billedAgain(cancelled, command.facts, state, now)];
}

function billedAgain(replaced: BilledDocument, facts: BillingFacts, state: BillingState, now: Instant): BillEvent {
  const { month, billRevision, document, isOwn } = replaced;
  const bill = billMonth(state, facts, month, isOwn && isWithinContract(facts.contract, month));
  return { type: 'MonthRebilled', data: { ...bill, replaces: { billRevision, document } }, occurredAt: now };
}

function approveBill({ month, billRevision, document }: ApproveBill, state: BillingState, now: Instant): BillEvent[] {
  const draft = requireDraft(state, { month, billRevision, document });
  if (draft.approved) return [];
  if (draft.cancelled !== undefined) {
    throw conflict('draft-returned', `The draft was returned: ${draft.cancelled.reason} Recount it first.`);
  }
  return [{ type: 'BillApproved', data: { month, billRevision, document }, occurredAt: now }];
}

function returnDraft({ type: _type, ...data }: ReturnDraft, state: BillingState, now: Instant): BillEvent[] {
  const draft = requireUnapproved(requireDraft(state, data));
  return draft.cancelled?.reason === data.reason ? [] : [{ type: 'DraftReturned', data, occurredAt: now }];
}

function recountDraft({ facts, ...ref }: RecountDraft, state: BillingState, now: Instant): BillEvent[] {
  const draft = requireUnapproved(requireDraft(state, ref));
  if (draft.cancelled === undefined) {
    throw conflict(
      'draft-not-returned',
      'The draft waits for approval; return it with a reason before it is recounted.',
    );
  }
  return [billedAgain(draft, facts, state, now)];
}

/** @throws {DomainError} `unknown-draft`, or `draft-replaced` */
function requireDraft(state: BillingState, ref: BillDocumentRef): BilledDocument {
  const draft = documentAt(state, ref);
  if (draft?.isHeld !== true) throw notFound('unknown-draft', 'There is no such draft.');
  if (draft.rebilled === true) {
    throw conflict('draft-replaced', 'It was billed again since; that bill is a draft of its own.');
  }
  return draft;
}

function requireUnapproved(draft: BilledDocument): BilledDocument {
  if (draft.approved) throw conflict('draft-approved', 'The draft was approved already; cancel its invoice instead.');
  return draft;
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
