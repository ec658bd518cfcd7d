/**
 * The writer's side of the thread boundary: the one connection that writes a database file for
 * this process. What waits in the queue is committed in one transaction, with one fsync.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

import { type Database, openDatabase } from './database';
import { asDatabaseError, databaseError, isStatementFault } from './errors';
import { type Outcome, toFailure, type WriteRequest, type WriterOptions } from './protocol';

/** From this many requests on a transaction takes no more, so that the first need not wait for long. */
const MAX_GROUP = 2_000;

class GroupCommitter {
  private readonly database: Database;

  constructor(private readonly options: WriterOptions) {
    const { file } = options;
    try {
      mkdirSync(path.dirname(file), { recursive: true });
    } catch (error) {
      throw asDatabaseError(error, file);
    }
    this.database = openDatabase(file, { cacheSize: 65_536, lockTimeout: options.lockTimeout });
    try {
      // From here on withBusyTimeout() waits for locks.
      this.database.exec('PRAGMA busy_timeout = 0');
      const level = { fsync: 'FULL', checkpoint: 'NORMAL', none: 'OFF' }[options.durability];
      // First of all, as the next line already writes to the file.
      this.withBusyTimeout(() => this.checkedVersion());
      this.withBusyTimeout(() => this.database.exec('PRAGMA journal_mode = WAL'));
      this.database.exec(`PRAGMA synchronous = ${level}`);
      if (options.secureDelete === true) this.database.exec('PRAGMA secure_delete = ON');
      this.database.exec(
        `PRAGMA wal_autocheckpoint = ${options.checkpointPages}; PRAGMA journal_size_limit = 67108864`,
      );
      this.migrate();
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** Commits the requests together; each gets its own outcome, in the same order. */
  commit(group: readonly WriteRequest[]): Outcome[] {
    const outcomes = this.apply(group);
    if (!group.some(({ erases }) => erases)) return outcomes;
    try {
      this.emptyLog();
      return outcomes;
    } catch (error) {
      const failure = toFailure(asDatabaseError(error, this.options.file));
      return outcomes.map((outcome, index) => (group[index]?.erases === true ? failure : outcome));
    }
  }

  private apply(group: readonly WriteRequest[]): Outcome[] {
    try {
      const [only] = group;
      // A statement alone is a transaction: without BEGIN and COMMIT around it, it is quicker.
      if (only !== undefined && group.length === 1 && isSingleStatement(only)) {
        return [this.withBusyTimeout(() => this.applyOne(only))];
      }
      this.begin();
      const outcomes = group.map((request) => this.applyOne(request));
      this.database.exec('COMMIT');
      return outcomes;
    } catch (error) {
      this.rollback();
      const failure = asDatabaseError(error, this.options.file);
      // One faulty statement must not fail its neighbours: each gets a transaction of its own.
      if (isStatementFault(failure) && group.length > 1) return group.flatMap((one) => this.apply([one]));
      return group.map(() => toFailure(failure));
    }
  }

  close(): void {
    try {
      // SQLite would do it itself once the last statement is gone, which is when the garbage
      // collector says so. A reader in another process may prevent it: then the log just stays.
      this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    } finally {
      this.database.close();
    }
  }

  /** Needs no savepoint: a guard refuses before anything is written, and any error undoes the group. */
  private applyOne({ statements, guarded }: WriteRequest): Outcome {
    let lastInsertRowid = 0;
    for (const [index, { sql, width, values }] of statements.entries()) {
      const statement = this.database.prepare(sql);
      const runs = width === 0 ? 1 : values.length / width;
      for (let run = 0; run < runs; run += 1) {
        const result = statement.run(values.slice(run * width, (run + 1) * width));
        if (guarded === true && index === 0 && result.changes === 0) return { applied: false };
        lastInsertRowid = result.lastInsertRowid;
      }
    }
    return { applied: true, lastInsertRowid };
  }

  /** Moves the write-ahead log into the file and cuts it to nothing: it holds pages as they were before. */
  private emptyLog(): void {
    this.withBusyTimeout(() => {
      const [busy] = this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? [];
      if (busy !== 0) throw databaseError('locked', this.options.file, 'the log is being read');
    });
  }

  private begin(): void {
    this.withBusyTimeout(() => this.database.exec('BEGIN IMMEDIATE'));
  }

  /**
   * Tries until another process lets go of its lock. SQLite's own waiting grows to 100 ms a
   * step, and beside a busy writer would hardly ever meet the moment between two commits.
   */
  private withBusyTimeout<T>(action: () => T): T {
    const deadline = Date.now() + this.options.lockTimeout;
    for (let pause = 0.1; ; pause = Math.min(pause * 1.5, 4)) {
      try {
        return action();
      } catch (error) {
        const failure = asDatabaseError(error, this.options.file);
        if (failure.fault !== 'locked' || Date.now() > deadline) throw failure;
      }
      sleep(pause * (0.5 + Math.random()));
    }
  }

  private rollback(): void {
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
  }

  /** Brings the schema up to date, in one transaction that only one process can be in. */
  private migrate(): void {
    const { schema, applicationId } = this.options;
    this.begin();
    try {
      const version = this.checkedVersion();
      for (const script of schema.slice(version)) this.database.exec(script);
      if (version < schema.length) {
        this.database.exec(`PRAGMA user_version = ${schema.length}; PRAGMA application_id = ${applicationId}`);
      }
      this.database.exec('COMMIT');
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** The schema version of the file, 0 when it is new. @throws {DatabaseError} not our file */
  private checkedVersion(): number {
    const { file, applicationId, schema } = this.options;
    const version = this.pragma('user_version');
    const isNew = this.pragma('schema_version') === 0;
    if (!isNew && this.pragma('application_id') !== applicationId) throw databaseError('other-content', file);
    if (version > schema.length) {
      throw databaseError('too-new', file, `schema version ${version}, known up to ${schema.length}`);
    }
    return version;
  }

  private pragma(name: string): number {
    return Number(this.database.prepare(`PRAGMA ${name}`).get()?.[0]);
  }
}

function isSingleStatement({ statements }: WriteRequest): boolean {
  const [first] = statements;
  return first !== undefined && statements.length === 1 && first.values.length === first.width;
}

const cell = new Int32Array(new SharedArrayBuffer(4));
function sleep(milliseconds: number): void {
  Atomics.wait(cell, 0, 0, milliseconds);
}

/**
 * For how long to look for the next request after a commit before falling asleep, in ms: a lone
 * writer that appends again at once is answered a third sooner than if it had to wake the thread.
 */
const ATTENTION = 0.05;

type Message = readonly WriteRequest[] | null;

/** Answers every message (a list of requests) with the list of their outcomes; null closes. */
export function serveWrites(port: MessagePort, options: WriterOptions): void {
  const committer = new GroupCommitter(options);
  port.on('message', (first: Message) => {
    for (let message: Message | undefined = first; message !== undefined; message = nextWithin(port, ATTENTION)) {
      const group: WriteRequest[] = [];
      // What arrived during the last commit joins this one.
      for (; message !== undefined && message !== null; message = next(port)) {
        group.push(...message);
        if (group.length >= MAX_GROUP) break;
      }
      if (group.length > 0) port.postMessage(committer.commit(group));
      if (message === null) {
        committer.close();
        port.close();
        return;
      }
    }
  });
  port.postMessage([]);
}

function next(port: MessagePort): Message | undefined {
  return (receiveMessageOnPort(port) as { message: Message } | undefined)?.message;
}

function nextWithin(port: MessagePort, milliseconds: number): Message | undefined {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const message = next(port);
    if (message !== undefined || performance.now() > deadline) return message;
  }
}
