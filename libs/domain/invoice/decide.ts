import { type Instant } from '../event';
import { conflict, notFound } from '../domain-error';
import { type InvoiceCommand } from './commands';
import { type InvoiceEvent } from './events';
import { type InvoiceState } from './state';

/** Decides what accounting asks of an issued invoice. @throws {DomainError} the command is refused */
export function decideInvoice(command: InvoiceCommand, state: InvoiceState | undefined, now: Instant): InvoiceEvent[] {
  if (state === undefined) throw notFound('unknown-invoice', 'There is no such invoice.');
  const { invoice, cancelled } = state;
  switch (command.type) {
    case 'CancelInvoice': {
      const { reason, reissue } = command;
      if (invoice.kind === 'cancellation') {
        throw conflict('not-cancellable', `${invoice.number} is a cancellation itself.`);
      }
      if (cancelled?.reason === reason && cancelled.reissue === reissue) return [];
      if (cancelled !== undefined) {
        throw conflict('invoice-cancelled', `${invoice.number} is cancelled already.`);
      }
      return [{ type: 'InvoiceCancelled', data: { reason, reissue }, occurredAt: now }];
    }
    case 'ResendInvoice': {
      const isStuck = state.renderingFailed !== undefined;
      if (!isStuck && !invoice.delivery.includes('email')) {
        throw conflict('not-sent-by-email', `${invoice.number} is delivered as a download.`);
      }
      const data = { request: state.emailsAskedFor + 1 };
      return [{ type: 'InvoiceResendRequested', data, occurredAt: now }];
    }
  }
}
