import { createHash } from 'node:crypto';

import { type InvoiceEvent, type InvoiceState, type IssuedInvoice } from '@seatledger/domain';

import { invoiceMail } from './invoice-mail';
import { type Mailer } from './mail';

/** How long to wait after each failure before accounting has to look: seven tries over a day. */
const RETRY_DELAYS = [60e3, 300e3, 1800e3, 7200e3, 21600e3, 43200e3];
/** An attempt without an outcome after this long has none: its process died. In milliseconds. */
const ATTEMPT_LIMIT = 5 * 60e3;

/** How long a delivery has to wait, and after which failure; undefined when it may be tried now. */
export function waitOfDelivery(
  state: InvoiceState,
  mailer: Mailer,
  now: number,
): { notBefore: number; failure?: { attempts: number; reason: string } } | undefined {
  const latest = emailsOf(state).at(-1);
  if (latest === undefined) return undefined;
  if (latest.outcome === 'started' && !mailer.isRepeatable) {
    const notBefore = later(latest.at, ATTEMPT_LIMIT, now);
    return notBefore === undefined ? undefined : { notBefore };
  }
  if (latest.outcome !== 'temporary') return undefined;
  const attempts = temporaryTries(state);
  const wait = RETRY_DELAYS[Math.min(attempts, RETRY_DELAYS.length) - 1] ?? 0;
  const notBefore = later(latest.at, wait * jitterOf(latest.messageId ?? ''), now);
  return notBefore === undefined ? undefined : { notBefore, failure: { attempts, reason: latest.reason ?? '' } };
}

interface EmailDelivery {
  readonly state: InvoiceState;
  readonly recipient: string | undefined;
  readonly pdf: Uint8Array;
  readonly mailer: Mailer;
  /** Records an event at the revision of the state. Resolves with the state after it. */
  readonly record: (state: InvoiceState, event: Pick<InvoiceEvent, 'type' | 'data'>) => Promise<InvoiceState>;
}

/**
 * One attempt to mail an invoice. Its beginning is recorded first: only the process whose record
 * is taken sends, and an attempt whose outcome was lost is known as such.
 */
export async function deliverByEmail({ state, recipient, pdf, mailer, record }: EmailDelivery): Promise<void> {
  const { invoice } = state;
  const emails = emailsOf(state);
  const open = emails.find(({ outcome }) => outcome === 'started');
  const failed = (before: InvoiceState, data: Omit<FailedData, 'attempt'>) =>
    record(before, { type: 'InvoiceDeliveryFailed', data: { attempt, ...data } });
  const attempt = open?.attempt ?? emails.length + 1;
  if (open !== undefined && !mailer.isRepeatable) {
    const reason = 'The outcome of this attempt was lost; the mail may have arrived.';
    await failed(state, { recipient: open.recipient ?? null, reason, outcome: 'uncertain' });
    return;
  }
  if (recipient === undefined) {
    const reason = 'The contract has no invoice mailbox.';
    await failed(state, { recipient: null, reason, outcome: 'refused' });
    return;
  }
  const started = {
    attempt,
    recipient: open?.recipient ?? recipient,
    messageId: open?.messageId ?? messageIdOf(state),
  };
  const current = open === undefined ? await record(state, { type: 'InvoiceDeliveryStarted', data: started }) : state;
  const result = await mailer.send({
    ...invoiceMail(invoice),
    messageId: started.messageId,
    to: started.recipient,
    // The record's time, so that a repeated hand-over is the same mail to the byte.
    date: new Date(emailsOf(current).at(-1)?.at ?? 0),
    attachment: { filename: `${invoice.number}.pdf`, content: pdf },
  });
  if (result.outcome === 'sent') {
    await record(current, { type: 'InvoiceSent', data: { ...started, transport: mailer.transport } });
    return;
  }
  const isGivenUp = result.outcome === 'temporary' && temporaryTries(current) >= RETRY_DELAYS.length;
  await failed(current, {
    recipient: started.recipient,
    reason: result.reason,
    outcome: isGivenUp ? 'refused' : result.outcome,
  });
}

type FailedData = Extract<InvoiceEvent, { type: 'InvoiceDeliveryFailed' }>['data'];

const emailsOf = ({ deliveries }: InvoiceState) => deliveries.filter(({ kind }) => kind === 'email');

/** Temporary failures since the last outcome that was final. */
function temporaryTries(state: InvoiceState): number {
  const ended = emailsOf(state).filter(({ outcome }) => outcome !== 'started');
  return ended.length - 1 - ended.findLastIndex(({ outcome }) => outcome !== 'temporary');
}

/**
 * The same for the same delivery of the same document, whoever sends it and how often ever it is
 * tried; a delivery that was asked for anew has another.
 */
function messageIdOf(state: InvoiceState): string {
  const { number, seller }: IssuedInvoice = state.invoice;
  const ended = emailsOf(state).filter(({ outcome }) => outcome !== 'started' && outcome !== 'temporary');
  const delivery = ended.length + 1;
  const domain = seller.contact.email.split('@').at(-1) ?? 'localhost';
  const sha256 = state.document?.sha256 ?? '';
  const hash = createHash('sha256').update(`${number}/${delivery}/${sha256}`).digest('hex');
  return `<${number}.${delivery}.${hash.slice(0, 16)}@${domain}>`;
}

/** From 0.75 to 1.25, so that what failed together is not tried again together. */
function jitterOf(messageId: string): number {
  const byte = createHash('sha256').update(messageId).digest()[0] ?? 0;
  return 0.75 + byte / 510;
}

function later(at: string, wait: number, now: number): number | undefined {
  const due = Date.parse(at) + wait;
  return due > now ? due : undefined;
}
