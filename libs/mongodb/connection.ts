import { setTimeout as delay } from 'node:timers/promises';

import {
  type ClientSession,
  type Db,
  MongoClient,
  type MongoClientOptions,
  MongoError,
  MongoServerError,
  type TransactionOptions,
} from 'mongodb';

import { MongoUnavailable } from './errors';

export interface MongoOptions {
  /**
   * `mongodb://` or `mongodb+srv://`; its path is the database, `seatledger` when it has none. It may
   * set timeouts, but not weaken what is promised about reads and writes.
   */
  readonly url: string;
}

/** The oldest that keeps fields whose names hold a dollar sign or a dot: MongoDB 5.0. */
const OLDEST_WIRE_VERSION = 13;

/** How long one operation may take on the server, in ms. */
const OPERATION_TIMEOUT = 30_000;

/** Where the URL has none: how long to look for a primary, to connect, and to wait for an answer, in ms. */
const TIMEOUTS = { serverSelectionTimeoutMS: 10_000, connectTimeoutMS: 10_000, socketTimeoutMS: 60_000 };

const MAJORITY = { w: 'majority', wtimeoutMS: OPERATION_TIMEOUT } as const;

/** What was acknowledged survives the loss of a server, and is what is read. */
const CLIENT: MongoClientOptions = {
  appName: 'seatledger',
  writeConcern: MAJORITY,
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
  ignoreUndefined: true,
};

const TRANSACTION: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: MAJORITY,
  readPreference: 'primary',
  maxCommitTimeMS: OPERATION_TIMEOUT,
};

/** How often a transaction is tried again that met another one. */
const TRANSACTION_TRIES = 6;

/** How often a commit with an unknown outcome is asked for; each time the driver itself asks twice. */
const COMMIT_TRIES = 3;

/** One database and the client that it is reached by. */
export class MongoConnection {
  private constructor(
    private readonly client: MongoClient,
    readonly db: Db,
  ) {}

  /** @throws {MongoUnavailable} that says what is wrong with the URL or with the server behind it */
  static async open({ url }: MongoOptions): Promise<MongoConnection> {
    let client: MongoClient;
    try {
      client = new MongoClient(url, { ...timeoutsBeside(url), ...CLIENT });
    } catch (error) {
      throw new MongoUnavailable(`this is no URL of a MongoDB: ${messageOf(error)}`, { cause: error });
    }
    try {
      await client.connect();
      const hello = await client.db('admin').command({ hello: 1 });
      const wrong = unsuited(hello);
      if (wrong !== undefined) throw new MongoUnavailable(`the MongoDB at ${placeOf(client)} ${wrong}`);
    } catch (error) {
      await client.close();
      if (error instanceof MongoUnavailable) throw error;
      throw new MongoUnavailable(
        `the MongoDB at ${placeOf(client)} cannot be used: ${messageOf(error)}. Does it run, can it be reached from here, are user and password right?`,
        { cause: error },
      );
    }
    const { dbName } = client.options;
    return new MongoConnection(client, client.db(hasDatabase(url) ? dbName : 'seatledger'));
  }

  /** @throws {MongoUnavailable} instead of what the driver throws when the server is not there */
  async run<Result>(operation: (db: Db) => Promise<Result>): Promise<Result> {
    try {
      return await operation(this.db);
    } catch (error) {
      throw translated(error);
    }
  }

  /**
   * Runs the writes of `body` all or not at all. Unlike the driver's own `withTransaction`, which
   * tries again for two minutes, it gives up soon: its caller looks at the checkpoint and comes
   * again, and can be stopped in between.
   */
  async transaction(body: (session: ClientSession) => Promise<void>): Promise<void> {
    await this.run(() =>
      this.client.withSession(async (session) => {
        for (let tries = 1; ; tries += 1) {
          try {
            session.startTransaction(TRANSACTION);
            await body(session);
            await commitSurely(session);
            return;
          } catch (error) {
            if (session.inTransaction()) await session.abortTransaction();
            if (!hasLabel(error, 'TransientTransactionError') || tries === TRANSACTION_TRIES) throw error;
            await delay(Math.random() * 5 * 2 ** tries);
          }
        }
      }),
    );
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/**
 * A commit whose answer was lost is asked for again, which changes nothing if it was applied. Left
 * alone, a transaction that was not would hold its documents on the server for a minute.
 */
async function commitSurely(session: ClientSession): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (!hasLabel(error, 'UnknownTransactionCommitResult') || tries === COMMIT_TRIES) throw error;
    }
  }
}

/** The server itself answers, but is none that everything here can be kept on. */
function unsuited(hello: Record<string, unknown>): string | undefined {
  const isReplicaSet = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
  if (!isReplicaSet) {
    return 'is outside of a replica set and has no transactions: start it with --replSet (one member is enough)';
  }
  if (Number(hello['maxWireVersion']) < OLDEST_WIRE_VERSION) return 'is older than version 5.0';
  return undefined;
}

function timeoutsBeside(url: string): Partial<typeof TIMEOUTS> {
  return Object.fromEntries(Object.entries(TIMEOUTS).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(url)));
}

const hasDatabase = (url: string): boolean => /^[^:]+:\/\/[^/]+\/[^?]/.test(url);

/** Hosts and ports, without the password that the URL may hold. */
function placeOf({ options: { hosts, srvHost } }: MongoClient): string {
  return srvHost ?? hosts.map((host) => host.toString()).join(',');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const hasLabel = (error: unknown, label: string): boolean => error instanceof MongoError && error.hasErrorLabel(label);

/** What is not about the server's being there stays as it is: a fault in the program, or in its data. */
function translated(error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  const isAnswer = error instanceof MongoServerError;
  const isPassing = ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult'].some(
    (label) => error.hasErrorLabel(label),
  );
  if (isAnswer && !isPassing && !UNAVAILABLE.has(Number(error.code))) return error;
  return new MongoUnavailable(`MongoDB cannot be reached or does not answer in time: ${error.message}`, {
    cause: error,
  });
}

/** Codes by which a server says that it cannot serve now: timeouts, missing rights, a write concern that was not met. */
const UNAVAILABLE: ReadonlySet<number> = new Set([13, 18, 50, 64, 202, 262, 11600, 11601, 11602, 13435, 13436]);
