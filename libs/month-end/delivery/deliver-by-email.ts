import { createHash } from 'node:crypto';

import {
  defined,
  type DeliveryRecord,
  type InvoiceMailboxes,
  type InvoiceState,
  type IssuedInvoice,
  type RecordDeliveryFailure,
  type RecordSent,
  type StartDelivery,
} from '@seatledger/domain';

import { invoiceMailText } from './invoice-mail';
import { type Attachment, type Mail, type Mailer } from './mail';

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

/** Whom mails are from; what is absent follows from the seller's contact. */
export interface MailSender {
  readonly from?: string;
  readonly replyTo?: string;
  /** Where mail servers report failures to. */
  readonly envelopeFrom?: string;
}

interface EmailDelivery {
  readonly state: InvoiceState;
  /** Undefined: the contract names none. */
  readonly mailboxes: InvoiceMailboxes | undefined;
  readonly sender: MailSender;
  readonly pdf: Uint8Array;
  readonly xml: Uint8Array;
  readonly mailer: Mailer;
  /** Sends a command about an attempt. Resolves with the state after it. */
  readonly record: (
    attempt: number,
    command: StartDelivery | RecordSent | RecordDeliveryFailure,
  ) => Promise<InvoiceState>;
}

/**
 * One attempt to mail an invoice. Its beginning is recorded first: only the process whose record
 * is taken sends, and an attempt whose outcome was lost is known as such.
 */
export async function deliverByEmail(delivery: EmailDelivery): Promise<void> {
  const { state, mailboxes, mailer, record } = delivery;
  const emails = emailsOf(state);
  const open = emails.find(({ outcome }) => outcome === 'started');
  const failed = (data: Omit<RecordDeliveryFailure['failure'], 'attempt'>) =>
    record(attempt, { type: 'RecordDeliveryFailure', failure: { attempt, ...data } });
  const attempt = open?.attempt ?? emails.length + 1;
  if (open !== undefined && !mailer.isRepeatable) {
    const reason = 'The outcome of this attempt was lost; the mail may have arrived.';
    await failed({ recipient: open.recipient ?? null, reason, outcome: 'uncertain' });
    return;
  }
  const recipients = open === undefined ? recipientsOf(mailboxes) : recipientsBegun(open);
  if (recipients === undefined) {
    const reason = 'The contract has no invoice mailbox.';
    await failed({ recipient: null, reason, outcome: 'refused' });
    return;
  }
  const started = {
    attempt,
    ...recipients,
    messageId: open?.messageId ?? messageIdOf(state),
  };
  const current = open === undefined ? await record(attempt, { type: 'StartDelivery', delivery: started }) : state;
  const result = await mailer.send(mailOf(delivery, started, new Date(emailsOf(current).at(-1)?.at ?? 0)));
  if (result.outcome === 'sent') {
    const refused = result.refused === undefined ? {} : { refusedRecipients: result.refused };
    await record(attempt, { type: 'RecordSent', delivery: { ...started, ...refused, transport: mailer.transport } });
    return;
  }
  const isGivenUp = result.outcome === 'temporary' && temporaryTries(current) >= RETRY_DELAYS.length;
  await failed({
    recipient: started.recipient,
    reason: result.reason,
    outcome: isGivenUp ? 'refused' : result.outcome,
  });
}

interface Recipients {
  readonly recipient: string;
  readonly otherRecipients?: InvoiceMailboxes;
}

function recipientsOf(mailboxes: InvoiceMailboxes | undefined): Recipients | undefined {
  const [recipient, ...to] = mailboxes?.to ?? [];
  if (recipient === undefined) return undefined;
  const cc = mailboxes?.cc ?? [];
  return to.length + cc.length === 0 ? { recipient } : { recipient, otherRecipients: { to, cc } };
}

/** Of an attempt that is repeated: the same as it was begun with. */
function recipientsBegun({ recipient, otherRecipients }: DeliveryRecord): Recipients | undefined {
  if (recipient === undefined || recipient === null) return undefined;
  return otherRecipients === undefined ? { recipient } : { recipient, otherRecipients };
}

/** @param date the record's time, so that a repeated hand-over is the same mail to the byte */
function mailOf(
  { state, sender, pdf, xml }: EmailDelivery,
  { recipient, otherRecipients, messageId }: Recipients & { readonly messageId: string },
  date: Date,
): Mail {
  const { invoice } = state;
  const { seller, eInvoiceFormat } = invoice;
  const repeats = earlierMails(state, messageId);
  return {
    ...invoiceMailText(invoice, repeats.length > 0),
    messageId,
    from: { name: seller.name, address: sender.from ?? seller.contact.email },
    ...defined({ replyTo: sender.replyTo, envelopeFrom: sender.envelopeFrom }),
    to: [recipient, ...(otherRecipients?.to ?? [])],
    cc: otherRecipients?.cc ?? [],
    date,
    repeats,
    isAnswerable: eInvoiceFormat === 'xrechnung',
    attachments: attachmentsOf(invoice, pdf, xml),
  };
}

/** Message-IDs of the deliveries of the document that came before this one and may have arrived. */
function earlierMails(state: InvoiceState, messageId: string): string[] {
  const arrived = emailsOf(state).filter(({ outcome }) => outcome === 'done' || outcome === 'uncertain');
  const ids = arrived.flatMap((email) => (email.messageId === undefined ? [] : [email.messageId]));
  return [...new Set(ids)].filter((id) => id !== messageId);
}

/** A public buyer's portal takes one XML a mail, and nothing beside it. */
function attachmentsOf({ number, eInvoiceFormat }: IssuedInvoice, pdf: Uint8Array, xml: Uint8Array): Attachment[] {
  const asPdf = { filename: `${number}.pdf`, contentType: 'application/pdf', content: pdf };
  const asXml = { filename: `${number}.xml`, contentType: 'application/xml', content: xml };
  switch (eInvoiceFormat) {
    case 'zugferd':
      return [asPdf];
    case 'xrechnung':
      return [asXml];
    case 'both':
      return [asPdf, asXml];
  }
}

const emailsOf = ({ deliveries }: InvoiceState) => deliveries.filter(({ kind }) => kind === 'email');

/** Temporary failures since the last outcome that was final. */
function temporaryTries(state: InvoiceState): number {
  const ended = emailsOf(state).filter(({ outcome }) => outcome !== 'started');
  return ended.length - 1 - ended.findLastIndex(({ outcome }) => outcome !== 'temporary');
}

/**
 * The same for the same delivery of the same document, whichever process sends it and however often it is
 * tried; a delivery that was asked for again has another.
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
