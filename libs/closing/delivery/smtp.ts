import { createTransport } from 'nodemailer';
import { type Options as PoolOptions } from 'nodemailer/lib/smtp-pool';

import { type Mailer, type MailResult } from './mail';
import { composed } from './outbox';

/** Sends mails through an SMTP server, `smtp://user:password@host:587` or `smtps://`. */
export function openSmtp(url: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as PoolOptions);
  return {
    transport: 'smtp',
    isRepeatable: false,
    async send(mail): Promise<MailResult> {
      try {
        await transport.sendMail(composed(mail));
        return { outcome: 'sent' };
      } catch (error) {
        return resultOf(error as SmtpError);
      }
    },
    close() {
      transport.close();
      return Promise.resolve();
    },
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** What an SMTP failure means: an answer says it, and without one it depends on how far it came. */
function resultOf({ responseCode, command, message }: SmtpError): MailResult {
  const reason = responseCode === undefined ? message : `${responseCode}: ${message}`;
  if (responseCode !== undefined && responseCode >= 500) return { outcome: 'refused', reason };
  if (responseCode !== undefined && responseCode >= 400) return { outcome: 'temporary', reason };
  // Without an answer to the message itself the server may have taken it.
  const isAfterData = command === 'DATA' || command === undefined;
  return { outcome: isAfterData ? 'uncertain' : 'temporary', reason };
}
