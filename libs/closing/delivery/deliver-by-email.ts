import { createHash } from 'node:crypto';

import { formatInstant, type InvoiceEvent, type InvoiceState, type IssuedInvoice } from '@seatledger/domain';

import { invoiceMail } from './invoice-mail';
import { type Mailer } from './mail';

/** How often a delivery is tried before accounting has to look, and how long after the last try. */
const RETRY_DELAYS = [60e3, 300e3, 1800e3, 7200e3, 21600e3, 43200e3];
/** An attempt without an outcome after this long has none: its process died. In milliseconds. */
const ATTEMPT_LIMIT = 5 * 60e3;

/** When a delivery may next be tried; undefined when it may be now. */
export function deliveryNotBefore(state: InvoiceState, now: number): number | undefined {
  const latest = state.deliveries.filter(({ kind }) => kind === 'email').at(-1);
  if (latest?.outcome !== 'temporary') return undefined;
  const tries = temporaryTries(state);
  const wait = RETRY_DELAYS[Math.min(tries, RETRY_DELAYS.length) - 1] ?? 0;
  const due = Date.parse(latest.at) + wait;
  return due > now ? due : undefined;
}

interface EmailDelivery {
  readonly state: InvoiceState;
  readonly recipient: string | undefined;
  readonly pdf: Uint8Array;
  readonly mailer: Mailer;
  readonly now: number;
  readonly record: (state: InvoiceState, event: Pick<InvoiceEvent, 'type' | 'data'>) => Promise<number>;
  readonly reload: () => Promise<InvoiceState>;
}

/**
 * One attempt to mail an invoice. Its beginning is recorded first: only the process whose record
 * is taken sends, and an attempt whose outcome was lost is known as such.
 */
export async function deliverByEmail(delivery: EmailDelivery): Promise<number> {
  const { state, mailer, recipient, now, record, reload } = delivery;
  const { invoice } = state;
  const emails = state.deliveries.filter(({ kind }) => kind === 'email');
  const open = emails.find(({ outcome }) => outcome === 'started');
  if (open?.attempt !== undefined && !mailer.isRepeatable) {
    if (now - Date.parse(open.at) < ATTEMPT_LIMIT) return 0;
    return record(state, {
      type: 'InvoiceDeliveryFailed',
      data: {
        attempt: open.attempt,
        recipient: open.recipient ?? null,
        reason: 'The outcome of this attempt was lost; the mail may have arrived.',
        outcome: 'uncertain',
      },
    });
  }
  const attempt = open?.attempt ?? emails.length + 1;
  if (recipient === undefined) {
    return record(state, {
      type: 'InvoiceDeliveryFailed',
      data: {
        attempt,
        recipient: null,
        reason: 'The contract has no invoice mailbox.',
        outcome: 'refused',
      },
    });
  }
  const messageId = messageIdOf(invoice, attempt);
  const started = { attempt, recipient: open?.recipient ?? recipient, messageId };
  if (open === undefined) await record(state, { type: 'InvoiceDeliveryStarted', data: started });
  const current = await reload();
  const result = await mailer.send({
    ...invoiceMail(invoice),
    messageId,
    to: started.recipient,
    // The record's time, so that a repeated hand-over is the same mail to the byte.
    date: new Date(current.deliveries.at(-1)?.at ?? formatInstant(now)),
    attachment: { filename: `${invoice.number}.pdf`, content: delivery.pdf },
  });
  if (result.outcome === 'sent') {
    return record(current, { type: 'InvoiceSent', data: { ...started, transport: mailer.transport } });
  }
  const givenUp = result.outcome === 'temporary' && temporaryTries(current) >= RETRY_DELAYS.length;
  return record(current, {
    type: 'InvoiceDeliveryFailed',
    data: {
      attempt,
      recipient: started.recipient,
      reason: result.reason,
      outcome: givenUp ? 'refused' : result.outcome,
    },
  });
}

/** Temporary failures since the last outcome that was final. */
function temporaryTries({ deliveries }: InvoiceState): number {
  const emails = deliveries.filter(({ kind, outcome }) => kind === 'email' && outcome !== 'started');
  return emails.length - 1 - emails.findLastIndex(({ outcome }) => outcome !== 'temporary');
}

/** The same for the same delivery of the same document, whoever sends it. */
function messageIdOf(invoice: IssuedInvoice, attempt: number): string {
  const domain = invoice.seller.contact.email.split('@').at(-1) ?? 'localhost';
  const hash = createHash('sha256').update(`${invoice.number}/${attempt}`).digest('hex');
  return `<${invoice.number}.${attempt}.${hash.slice(0, 16)}@${domain}>`;
}
