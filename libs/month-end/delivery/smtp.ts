import { type Readable } from 'node:stream';

import { createTransport } from 'nodemailer';

import { composed, type Mail, type Mailer, type MailResult, refusalOf } from './mail';

/** How long to wait for an SMTP server, in milliseconds. */
export interface SmtpLimits {
  /** For the connection, and again for the server's greeting. */
  readonly connection: number;
  /** For the next sign of life. */
  readonly silence: number;
  /** For the whole of one mail: a server that trickles its answers is never silent. */
  readonly mail: number;
}

export interface SmtpOptions {
  /** How this host introduces itself to the server; absent: by its own name. */
  readonly ehloName?: string;
  readonly limits?: SmtpLimits;
}

const LIMITS: SmtpLimits = { connection: 15_000, silence: 60_000, mail: 180_000 };

/**
 * Sends mails through an SMTP server, `smtp://user:password@host:587` or `smtps://`. Where the
 * server offers TLS it is used, and with a password it must. Query parameters are options of
 * nodemailer, such as `?requireTLS=true` or `?name=mail.example.com`.
 */
export function openSmtp(url: string, { ehloName, limits = LIMITS }: SmtpOptions = {}): Mailer {
  /** The content of mails under way, by Message-ID. */
  const contents = new Map<string, Readable>();
  const transport = createTransport({
    url,
    ...(ehloName === undefined ? {} : { name: ehloName }),
    pool: true,
    maxConnections: 4,
    // Whether a mail may be sent again is decided and recorded by the sender, never in here.
    maxRequeues: 0,
    requireTLS: new URL(url).username !== '',
    connectionTimeout: limits.connection,
    greetingTimeout: limits.connection,
    socketTimeout: limits.silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  transport.use('stream', ({ message, data }, done) => {
    const read = message.createReadStream.bind(message);
    message.createReadStream = (...options) => {
      const content = read(...options);
      contents.set(String(data.messageId), content);
      return content;
    };
    done();
  });

  const send = async (mail: Mail): Promise<MailResult> => {
    try {
      const { rejected } = await transport.sendMail({ ...composed(mail), signal: AbortSignal.timeout(limits.mail) });
      return rejected.length === 0 ? { outcome: 'sent' } : { outcome: 'sent', refused: rejected };
    } catch (error) {
      // It is read only once the server has said that it waits for it.
      const isContentRead = contents.get(mail.messageId)?.readableDidRead === true;
      return resultOf(error as SmtpError, isContentRead);
    } finally {
      contents.delete(mail.messageId);
    }
  };
  return {
    transport: 'smtp',
    isRepeatable: false,
    send: async (mail) => refusalOf(mail) ?? (await send(mail)),
    close() {
      transport.close();
      return Promise.resolve();
    },
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  /** The server's answer, when the failure is one. */
  readonly responseCode?: number;
  readonly command?: string;
}

/**
 * What a failure means for the mail. Only an answer about its recipient or content refuses it for
 * good; wrong credentials or an unreachable server are our concern and pass. Without an answer it
 * depends on whether the content was on its way.
 */
function resultOf({ code, responseCode, command, message }: SmtpError, isContentRead: boolean): MailResult {
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (responseCode === undefined) {
    if (isAboutMail) return { outcome: 'refused', reason: message };
    return { outcome: isContentRead ? 'uncertain' : 'temporary', reason: message };
  }
  // 503 is about the order of commands. The sender stands on every mail: not this one's fault.
  const isFinal = responseCode >= 500 && responseCode !== 503 && command !== 'MAIL FROM';
  return { outcome: isAboutMail && isFinal ? 'refused' : 'temporary', reason: message };
}
