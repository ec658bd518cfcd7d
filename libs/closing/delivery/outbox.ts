import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';

import { createTransport } from 'nodemailer';

import { type Mail, type Mailer, type MailResult } from './mail';

/** Writes mails as `.eml` files into a folder, named by their Message-ID: twice leaves one. */
export function openOutbox(folder: string): Mailer {
  const composer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    transport: 'outbox',
    isRepeatable: true,
    async send(mail): Promise<MailResult> {
      await mkdir(folder, { recursive: true });
      const { message } = await composer.sendMail(composed(mail));
      const name = `${mail.messageId.replace(/^<|@.*$/g, '')}.eml`;
      const temporary = path.join(folder, `.${name}.${process.pid}`);
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(message as Buffer);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path.join(folder, name));
      return { outcome: 'sent' };
    },
    close: () => Promise.resolve(),
  };
}

/** A mail as nodemailer takes it; addresses as objects, so that none is parsed out of a text. */
export function composed(mail: Mail): object {
  const boundary = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 24);
  return {
    messageId: mail.messageId,
    from: mail.from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    date: mail.date,
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
