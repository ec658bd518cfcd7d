import { type AddressInfo, type Socket } from 'node:net';

import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

import { CERTIFICATE, CERTIFICATE_KEY } from './certificate';

/** At which command, or after which part of it, a test meddles. */
export type Moment = 'connect' | 'auth' | 'mail' | 'recipient' | 'content';

/** Refuses with an answer such as `450 later`, goes away without one, or says nothing at all. */
export type Trouble = `${number} ${string}` | 'cut' | 'silence';

/** A real SMTP server on a free port, which keeps what it accepted and makes the trouble it is told to. */
export class MailServer {
  readonly accepted: ParsedMail[] = [];
  /** Every attempt that came as far as its recipient. */
  readonly attempts: string[] = [];
  /** Contents received whole, accepted or not. */
  received = 0;
  connections = 0;
  private readonly troubles = new Map<Moment, Trouble[]>();
  private readonly sockets = new Set<Socket>();
  private readonly server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      cert: CERTIFICATE,
      key: CERTIFICATE_KEY,
      onConnect: (_session, done) => {
        this.connections += 1;
        this.meet('connect', done);
      },
      onAuth: ({ username, password }, _session, done) =>
        this.meet('auth', (error) => {
          if (error) return done(error);
          if (username === 'biller' && password === 'secret') return done(null, { user: username });
          return done(answer('535 5.7.8 Authentication credentials invalid'));
        }),
      onMailFrom: (_address, _session, done) => this.meet('mail', done),
      onRcptTo: ({ address }, _session, done) => {
        this.attempts.push(address);
        this.meet('recipient', done);
      },
      onData: (stream, _session, done) => {
        void simpleParser(stream).then((mail) => {
          this.received += 1;
          this.meet('content', (error) => {
            if (!error) this.accepted.push(mail);
            done(error);
          });
        });
      },
      ...options,
      logger: false,
    });
    // Clients that abort are part of the tests.
    this.server.on('error', () => undefined);
    this.server.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(options: SMTPServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** The next times that a mail comes to the moment, one trouble each. */
  trouble(moment: Moment, ...troubles: Trouble[]): void {
    this.troubles.set(moment, [...(this.troubles.get(moment) ?? []), ...troubles]);
  }

  /** Ends all connections at once, without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

  private meet(moment: Moment, done: (error?: Error | null) => void): void {
    const trouble = this.troubles.get(moment)?.shift();
    if (trouble === undefined) return done();
    if (trouble === 'silence') return undefined;
    if (trouble === 'cut') return this.cut();
    return done(answer(trouble));
  }
}

function answer(text: string): Error {
  return Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
}
