/**
 * A MongoDB server inside the test process, so that the official driver is really exercised:
 * handshake, sessions, transactions, retryable writes, cursors, GridFS. It proves that an adapter
 * speaks to the driver, not that MongoDB agrees: for that the same suites run on a real server.
 */
import { createServer, type Server, type Socket } from 'node:net';

import { type Binary, Long, Timestamp } from 'bson';

import { COMMANDS, Cursors } from './commands';
import { ServerError, Storage, type Transaction } from './storage';
import { type Doc, encode, Messages, type Request } from './wire';

/** What goes wrong with the next command of a name. */
export type Fault =
  | 'none'
  | { readonly error: { readonly code: number; readonly name: string; readonly labels?: readonly string[] } }
  /** The connection breaks before the command is run, or after it but before the answer. */
  | { readonly cut: 'before' | 'after' };

export interface TestServerOptions {
  /** Without it, as a server outside of a replica set: no transactions. */
  readonly isReplicaSet?: boolean;
  /** Version of the wire protocol; 21 is MongoDB 7.0. */
  readonly wireVersion?: number;
}

interface Session {
  /** Number of the last retryable write or transaction. */
  number: bigint;
  transaction: Transaction | undefined;
  /** The answer to that write, for a repeat. */
  reply: Doc | undefined;
}

export class MongoTestServer {
  /** Every command as it came, without the handshake and the heartbeats. */
  readonly received: Doc[] = [];
  private readonly faults: { command: string; fault: Fault }[] = [];
  private readonly storage = new Storage();
  private readonly cursors = new Cursors();
  private readonly sessions = new Map<string, Session>();
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private time = 0;

  private constructor(
    private readonly options: TestServerOptions,
    /** 0 until it first listened. */
    public port: number,
  ) {}

  static async start(options: TestServerOptions = {}): Promise<MongoTestServer> {
    const server = new MongoTestServer(options, 0);
    await server.listen();
    return server;
  }

  /** Listens on a free port, or again on the one it had, with the documents it had. */
  async listen(): Promise<void> {
    const server = createServer((socket) => this.serve(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    this.server = server;
  }

  url(database: string): string {
    return `mongodb://127.0.0.1:${this.port}/${database}`;
  }

  /** The next commands of these names fail, each fault once and in this order. */
  failNext(command: string, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ command, fault })));
  }

  /** Ends the open transactions, as a server does with those that are a minute old. */
  expireTransactions(): void {
    for (const session of this.sessions.values()) this.abort(session);
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise<unknown>((resolve) => server?.close(resolve) ?? resolve(undefined));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serve(socket: Socket): void {
    if (this.server === undefined) {
      socket.destroy();
      return;
    }
    const messages = new Messages();
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const request of messages.take(chunk)) this.answer(socket, request);
    });
  }

  private answer(socket: Socket, request: Request): void {
    const { command } = request;
    const name = Object.keys(command)[0] ?? '';
    const isHandshake = name === 'hello' || name.toLowerCase() === 'ismaster';
    if (!isHandshake) this.received.push(command);
    const at = this.faults.findIndex((planned) => planned.command === name);
    const planned = at === -1 ? undefined : this.faults.splice(at, 1)[0]?.fault;
    const fault = planned === 'none' ? undefined : planned;
    if (fault !== undefined && 'cut' in fault && fault.cut === 'before') {
      socket.destroy();
      return;
    }
    const reply = isHandshake ? this.hello() : this.run(name, command, fault);
    if (fault !== undefined && 'cut' in fault) {
      socket.destroy();
      return;
    }
    if (request.moreToCome || socket.destroyed) return;
    const clusterTime = new Timestamp({ t: 1_700_000_000, i: (this.time += 1) });
    const signature = { hash: Buffer.alloc(20), keyId: Long.ZERO };
    socket.write(encode(request, { ...reply, operationTime: clusterTime, $clusterTime: { clusterTime, signature } }));
  }

  private hello(): Doc {
    const { isReplicaSet = true, wireVersion = 21 } = this.options;
    const address = `127.0.0.1:${this.port}`;
    return {
      ok: 1,
      helloOk: true,
      ismaster: true,
      isWritablePrimary: true,
      minWireVersion: 0,
      maxWireVersion: wireVersion,
      maxBsonObjectSize: 16 * 1024 * 1024,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      logicalSessionTimeoutMinutes: 30,
      ...(isReplicaSet ? { setName: 'rs0', setVersion: 1, hosts: [address], me: address, primary: address } : {}),
    };
  }

  private run(name: string, command: Doc, fault: Exclude<Fault, 'none'> | undefined): Doc {
    try {
      if (fault !== undefined && 'error' in fault) {
        const { code, name: codeName, labels } = fault.error;
        throw new ServerError(code, codeName, `${codeName}, as the test asked for`, labels);
      }
      return { ok: 1, ...this.inSession(name, command) };
    } catch (error) {
      if (!(error instanceof ServerError)) return { ok: 0, code: 8, codeName: 'UnknownError', errmsg: String(error) };
      const { code, codeName, message, labels } = error;
      return { ok: 0, code, codeName, errmsg: message, ...(labels.length > 0 ? { errorLabels: labels } : {}) };
    }
  }

  /** A command as part of its session: in a transaction, as a retryable write, or by itself. */
  private inSession(name: string, command: Doc): Doc {
    const { lsid, txnNumber } = command as { lsid?: { id: Binary }; txnNumber?: number | bigint | Long };
    if (lsid === undefined || txnNumber === undefined) return this.execute(name, command, undefined);
    const session = this.session(lsid.id.toString('hex'));
    const number = BigInt(txnNumber.toString());
    if (number < session.number) throw new ServerError(225, 'TransactionTooOld', 'a newer transaction has begun');
    if (command['autocommit'] === false) return this.inTransaction(name, command, session, number);
    if (number === session.number && session.reply !== undefined) return session.reply;
    this.begin(session, number);
    session.reply = this.execute(name, command, undefined);
    return session.reply;
  }

  private inTransaction(name: string, command: Doc, session: Session, number: bigint): Doc {
    if (this.options.isReplicaSet === false) {
      const message = 'Transaction numbers are only allowed on a replica set member or mongos';
      throw new ServerError(20, 'IllegalOperation', message);
    }
    if (command['startTransaction'] === true) {
      this.begin(session, number);
      session.transaction = this.storage.begin();
    }
    const { transaction } = session;
    if (name === 'commitTransaction' && number === session.number && transaction === undefined) {
      // Asked again after its answer was lost.
      if (session.reply !== undefined) return session.reply;
    }
    if (transaction === undefined || number !== session.number) {
      const labels = ['TransientTransactionError'];
      throw new ServerError(251, 'NoSuchTransaction', 'the transaction was aborted', labels);
    }
    try {
      if (name === 'commitTransaction') {
        this.storage.commit(transaction);
        session.transaction = undefined;
        session.reply = {};
        return session.reply;
      }
      if (name === 'abortTransaction') {
        this.abort(session);
        return {};
      }
      const reply = this.execute(name, command, transaction);
      if (reply['writeErrors'] !== undefined) this.abort(session);
      return reply;
    } catch (error) {
      this.abort(session);
      throw error;
    }
  }

  private execute(name: string, command: Doc, transaction: Transaction | undefined): Doc {
    const handler = COMMANDS[name];
    if (handler === undefined) throw new ServerError(59, 'CommandNotFound', `no such command: '${name}'`);
    const database = String(command['$db']);
    const collection = typeof command[name] === 'string' ? command[name] : String(command['collection']);
    const namespace = `${database}.${collection}`;
    return handler({ storage: this.storage, cursors: this.cursors, command, database, namespace, transaction });
  }

  private session(id: string): Session {
    let session = this.sessions.get(id);
    if (session === undefined) {
      session = { number: -1n, transaction: undefined, reply: undefined };
      this.sessions.set(id, session);
    }
    return session;
  }

  /** What a session began before is over, also a transaction whose client was cut off. */
  private begin(session: Session, number: bigint): void {
    this.abort(session);
    session.number = number;
    session.reply = undefined;
  }

  private abort(session: Session): void {
    if (session.transaction !== undefined) this.storage.abort(session.transaction);
    session.transaction = undefined;
  }
}
