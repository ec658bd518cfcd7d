import { createHash } from 'node:crypto';

/** An e-mail, complete. */
export interface Mail {
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  readonly attachment: { readonly filename: string; readonly content: Uint8Array };
}

/** What became of a mail that was handed over. */
export type MailResult =
  | { readonly outcome: 'sent' }
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
 * they were given; this is the last door before a mail server.
 */
export function refusalOf({ to, from }: Mail): MailResult | undefined {
  if (!MAILBOX.test(to)) return { outcome: 'refused', reason: `${JSON.stringify(to)} is not an e-mail address.` };
  if (!MAILBOX.test(from.address)) {
    return { outcome: 'refused', reason: `The sender ${JSON.stringify(from.address)} is not an e-mail address.` };
  }
  return undefined;
}

/**
 * A mail as nodemailer takes it; addresses as objects, so that none is parsed out of a text. The
 * same mail is the same bytes.
 */
export function composed(mail: Mail) {
  const boundary = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 24);
  return {
    messageId: mail.messageId,
    from: mail.from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    date: mail.date,
    // Tells automatic responders to keep quiet (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    baseBoundary: boundary,
    attachments: [
      {
        filename: mail.attachment.filename,
        content: Buffer.from(mail.attachment.content),
        contentType: 'application/pdf',
      },
    ],
  };
}
