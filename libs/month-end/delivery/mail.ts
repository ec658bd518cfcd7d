import { createHash } from 'node:crypto';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** An e-mail, complete. */
export interface Mail {
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  /** Where answers go; absent: to the sender. */
  readonly replyTo?: string;
  /** Where failures are reported to (Return-Path); absent: to the sender. */
  readonly envelopeFrom?: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  /** Message-IDs of the mails that it repeats, oldest first. */
  readonly repeats: readonly string[];
  /** Whether automatic answers are wanted: portals of public buyers confirm what they take in. */
  readonly isAnswerable: boolean;
  readonly attachments: readonly Attachment[];
}

/** What became of a mail that was handed over. */
export type MailResult =
  /** `refused`: recipients that the server did not take it for, although it took it for others. */
  | { readonly outcome: 'sent'; readonly refused?: readonly string[] }
  /** refused: for good. temporary: may be tried again. uncertain: it may have been accepted. */
  | { readonly outcome: 'refused' | 'temporary' | 'uncertain'; readonly reason: string };

export interface Mailer {
  readonly transport: 'smtp' | 'outbox';
  /** Handing the same mail over twice leaves one: then an attempt without outcome is repeated. */
  readonly isRepeatable: boolean;
  send(mail: Mail): Promise<MailResult>;
  close(): Promise<void>;
}

/** One address without a name: nothing in it can end a line or begin a second address. */
const MAILBOX = /^[^\s\p{Cc}@<>"(),:;[\]\\]{1,64}@[^\s\p{Cc}@<>"(),:;[\]\\]{1,255}$/u;

/**
 * Why a mail is not handed over at all; undefined when it may be. Addresses are checked where
 * they were given; this is the last check before a mail server.
 */
export function refusalOf({ to, cc, from, replyTo, envelopeFrom }: Mail): MailResult | undefined {
  const badRecipient = [...to, ...cc].find((address) => !MAILBOX.test(address));
  if (badRecipient !== undefined) {
    return { outcome: 'refused', reason: `${JSON.stringify(badRecipient)} is not an e-mail address.` };
  }
  if (to.length === 0) return { outcome: 'refused', reason: 'There is no recipient.' };
  const senders = [from.address, replyTo, envelopeFrom].filter((address) => address !== undefined);
  const badSender = senders.find((address) => !MAILBOX.test(address));
  if (badSender === undefined) return undefined;
  return { outcome: 'refused', reason: `The sender ${JSON.stringify(badSender)} is not an e-mail address.` };
}

/**
 * A mail as nodemailer takes it; addresses as objects, so that none is parsed out of a text. The
 * same mail is the same bytes.
 */
export function composed(mail: Mail) {
  const { messageId, from, replyTo, envelopeFrom = from.address, to, cc, subject, text, date, repeats } = mail;
  const inReplyTo = repeats.at(-1);
  return {
    messageId,
    from,
    ...(replyTo === undefined ? {} : { replyTo: plain(replyTo) }),
    to: to.map(plain),
    ...(cc.length === 0 ? {} : { cc: cc.map(plain) }),
    envelope: { from: envelopeFrom, to: [...to, ...cc] },
    subject,
    text,
    date,
    ...(inReplyTo === undefined ? {} : { inReplyTo, references: [...repeats] }),
    // Tells automatic responders to keep quiet (RFC 3834).
    ...(mail.isAnswerable ? {} : { headers: { 'Auto-Submitted': 'auto-generated' } }),
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      filename,
      content: Buffer.from(content),
      contentType,
    })),
  };
}

const plain = (address: string): { name: string; address: string } => ({ name: '', address });
