import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';

import { createTransport } from 'nodemailer';

import { composed, type Mailer, type MailResult, refusalOf } from './mail';

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
      const refusal = refusalOf(mail);
      if (refusal !== undefined) return refusal;
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
