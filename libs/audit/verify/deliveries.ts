import { type InvoiceEvent, type IssuedInvoice } from '@seatledger/domain';
import { type StoredEvent } from '@seatledger/event-store';

import { type Failure, failureAt } from './failure';

/**
 * The record of how an invoice reached its workspace: nothing before there was a document, only
 * the ways that were agreed, attempts numbered from 1, and each outcome that of an attempt which
 * was begun before, to the same recipient with the same Message-ID.
 */
export function verifyDeliveries(
  { workspaceId, number: invoiceNumber, delivery }: IssuedInvoice,
  events: readonly StoredEvent<InvoiceEvent>[],
): Failure[] {
  const failures: Failure[] = [];
  const begun = new Map<number, { readonly recipient: string; readonly messageId: string; open: boolean }>();
  let attempts = 0;
  let isRendered = false;
  for (const stored of events) {
    const { event } = stored;
    const fail = (detail: string): void =>
      void failures.push(failureAt('delivery', stored, detail, { workspaceId, invoiceNumber }));
    switch (event.type) {
      case 'InvoiceRendered':
        isRendered = true;
        break;
      case 'InvoicePublished':
        if (!isRendered) fail('it was published before there was a document');
        if (!delivery.includes('download')) fail('it was published, which was not agreed');
        break;
      case 'InvoiceDeliveryStarted': {
        const { attempt, recipient, messageId } = event.data;
        if (!isRendered) fail('it was mailed before there was a document');
        if (attempt !== attempts + 1) fail(`attempt ${attempt} follows attempt ${attempts}`);
        attempts = attempt;
        begun.set(attempt, { recipient, messageId, open: true });
        break;
      }
      case 'InvoiceSent': {
        const { attempt, recipient, messageId } = event.data;
        const start = begun.get(attempt);
        if (start?.open !== true) fail(`attempt ${attempt} has an outcome, but was not begun`);
        else if (start.recipient !== recipient || start.messageId !== messageId) {
          fail(`attempt ${attempt} was begun to another recipient, or with another Message-ID`);
        }
        if (start !== undefined) start.open = false;
        break;
      }
      case 'InvoiceDeliveryFailed': {
        const { attempt, recipient } = event.data;
        const start = begun.get(attempt);
        if (start !== undefined && !start.open) fail(`attempt ${attempt} has a second outcome`);
        if (start === undefined && recipient !== null) fail(`attempt ${attempt} has an outcome, but was not begun`);
        if (start !== undefined && recipient !== null && start.recipient !== recipient) {
          fail(`attempt ${attempt} was begun to another recipient`);
        }
        attempts = Math.max(attempts, attempt);
        if (start !== undefined) start.open = false;
        break;
      }
      case 'InvoiceIssued':
      case 'InvoiceRenderingFailed':
      case 'InvoiceResendRequested':
      case 'InvoiceCancelled':
        break;
    }
  }
  return failures;
}
