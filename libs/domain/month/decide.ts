import { type Instant } from '../event';
import { isToBeInvoiced } from '../invoice/issue';
import { conflict, notFound } from '../domain-error';
import { type MonthCommand } from './commands';
import { type MonthEvent } from './events';
import { type MonthState } from './state';

/** Decides what accounting asks of a closed month. @throws {DomainError} the command is refused */
export function decideMonth({ billRevision }: MonthCommand, state: MonthState, now: Instant): MonthEvent[] {
  const isDraft = state?.bill.invoicing.holdForApproval === true && isToBeInvoiced(state.bill);
  if (!isDraft || billRevision > state.billRevision) throw notFound('unknown-draft', 'There is no such draft.');
  if (billRevision < state.billRevision) {
    throw conflict('draft-replaced', 'The month was billed anew since; that bill is a draft of its own.');
  }
  if (state.approved) return [];
  const { workspaceId, month } = state.bill;
  return [{ type: 'MonthBillApproved', data: { workspaceId, month }, occurredAt: now }];
}
