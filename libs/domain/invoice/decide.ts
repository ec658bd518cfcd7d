import { conflict, notFound } from '../domain-error';
import { type Instant } from '../event';
import { type CancelInvoice, type InvoiceCommand, type StartDelivery } from './commands';
import { type InvoiceEvent } from './events';
import { type DeliveryRecord, type InvoiceState } from './state';

/**
 * Decides what becomes of an invoice: it is issued once, printed once, cancelled once, and each
 * attempt to deliver it begins and ends once. @throws {DomainError} the command is refused
 */
export function decideInvoice(command: InvoiceCommand, state: InvoiceState | undefined, now: Instant): InvoiceEvent[] {
  if (command.type === 'IssueInvoice') {
    return state === undefined ? [{ type: 'InvoiceIssued', data: command.invoice, occurredAt: now }] : [];
  }
  if (state === undefined) throw notFound('unknown-invoice', 'There is no such invoice.');
  return decideIssued(command, state, now);
}

function decideIssued(
  command: Exclude<InvoiceCommand, { type: 'IssueInvoice' }>,
  state: InvoiceState,
  now: Instant,
): InvoiceEvent[] {
  const isPrinted = state.document !== undefined;
  switch (command.type) {
    case 'RecordRendering':
      return isPrinted ? [] : [{ type: 'InvoiceRendered', data: command.document, occurredAt: now }];
    case 'GiveUpRendering': {
      if (isPrinted || state.renderingFailed !== undefined) return [];
      return [{ type: 'InvoiceRenderingFailed', data: command.failure, occurredAt: now }];
    }
    case 'PublishInvoice': {
      const isPublished = state.deliveries.some(({ kind }) => kind === 'download');
      return isPublished ? [] : [{ type: 'InvoicePublished', data: {}, occurredAt: now }];
    }
    case 'StartDelivery':
      return startDelivery(command, state, now);
    case 'RecordSent': {
      const isEnded = isOver(attemptOf(state, command.delivery.attempt));
      return isEnded ? [] : [{ type: 'InvoiceSent', data: command.delivery, occurredAt: now }];
    }
    case 'RecordDeliveryFailure': {
      const isEnded = isOver(attemptOf(state, command.failure.attempt));
      return isEnded ? [] : [{ type: 'InvoiceDeliveryFailed', data: command.failure, occurredAt: now }];
    }
    case 'CancelInvoice':
      return cancel(command, state, now);
    case 'ResendInvoice':
      return resend(state, now);
  }
}

/** Only the process whose attempt is recorded sends. */
function startDelivery({ delivery }: StartDelivery, state: InvoiceState, now: Instant): InvoiceEvent[] {
  if (attemptOf(state, delivery.attempt) !== undefined) {
    throw conflict('delivery-started', `Attempt ${delivery.attempt} of ${state.invoice.number} has begun already.`);
  }
  return [{ type: 'InvoiceDeliveryStarted', data: delivery, occurredAt: now }];
}

const attemptOf = ({ deliveries }: InvoiceState, attempt: number): DeliveryRecord | undefined =>
  deliveries.find((delivery) => delivery.kind === 'email' && delivery.attempt === attempt);

const isOver = (delivery: DeliveryRecord | undefined): boolean =>
  delivery !== undefined && delivery.outcome !== 'started';

function cancel(
  { reason, reissue }: CancelInvoice,
  { invoice, cancelled }: InvoiceState,
  now: Instant,
): InvoiceEvent[] {
  if (invoice.kind === 'cancellation') {
    throw conflict('not-cancellable', `${invoice.number} is a cancellation itself.`);
  }
  if (cancelled === undefined) return [{ type: 'InvoiceCancelled', data: { reason, reissue }, occurredAt: now }];
  if (cancelled.reason === reason && cancelled.reissue === reissue) return [];
  throw conflict('invoice-cancelled', `${invoice.number} is cancelled already.`);
}

function resend({ invoice, renderingFailed, emailsAskedFor }: InvoiceState, now: Instant): InvoiceEvent[] {
  if (renderingFailed === undefined && !invoice.delivery.includes('email')) {
    throw conflict('not-sent-by-email', `${invoice.number} is delivered as a download.`);
  }
  return [{ type: 'InvoiceResendRequested', data: { request: emailsAskedFor + 1 }, occurredAt: now }];
}
