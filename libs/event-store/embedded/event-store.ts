import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  copyDatabase,
  type Database,
  DatabaseError,
  openDatabase,
  type Row,
  runInThread,
  Writer,
} from '@seatledger/sqlite';

import {
  type AllEventsPage,
  type AppendResult,
  type EventMetadata,
  type EventStore,
  EventStoreUnavailable,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  RevisionConflict,
} from '../port';
import {
  APPEND_MANY,
  APPEND_ONE,
  APPLICATION_ID,
  BROKEN_STREAMS,
  HEAD,
  IDS,
  readAllSql,
  SCHEMA,
  STREAM_BACKWARD,
  STREAM_FORWARD,
  STREAM_REVISION,
} from './schema';
import { Waiters } from './waiters';

export interface EmbeddedEventStoreOptions {
  /** Database file; created, with its folder, when missing. */
  readonly file: string;
  /** How often to look for appends of other processes while somebody waits for one, in ms. */
  readonly pollInterval?: number;
  /** How long an append waits for another process that is writing, in ms. */
  readonly lockTimeout?: number;
  /** `fsync` unless for tests, where losing events with the power does not matter. */
  readonly durability?: 'fsync' | 'none-for-tests';
}

/** The event store in one SQLite file, which several processes may share. */
export interface EmbeddedEventStore extends EventStore {
  /**
   * Writes a copy of the store as it is at one moment, while it goes on being used.
   * @returns the position of the last event in the copy
   * @throws {EventStoreUnavailable} also when the target exists already
   */
  backupTo(target: string): Promise<number>;

  /**
   * Reads the whole file and checks its structure and the revisions of every stream. Takes
   * seconds per gigabyte, in a thread of its own.
   * @returns what is wrong; nothing when all is well
   */
  checkIntegrity(): Promise<string[]>;
}

/**
 * Opens the store. Only the file's header and schema are checked, whatever its size.
 * @throws {EventStoreUnavailable} naming the file and what to do
 */
export async function openEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
  const { file, pollInterval = 50, lockTimeout = 10_000, durability = 'fsync' } = options;
  return translated(async () => {
    const writer = await Writer.open({
      file,
      applicationId: APPLICATION_ID,
      schema: SCHEMA,
      durability: durability === 'fsync' ? 'fsync' : 'none',
      lockTimeout,
      checkpointPages: 1_000,
    });
    try {
      return new SqliteEventStore(file, writer, openDatabase(file, { readonly: true }), pollInterval);
    } catch (error) {
      await writer.close();
      throw error;
    }
  });
}

/** Rows read at a time, so that reading a long stream does not stop the event loop for long. */
const CHUNK = 1_000;
/** Positions that one filtered page searches at most, for the same reason. */
const SEARCH = 20_000;

class SqliteEventStore implements EmbeddedEventStore {
  private readonly waiters: Waiters;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly file: string,
    private readonly writer: Writer,
    /** Only reads, in this thread; sees every commit that the writer has acknowledged. */
    private readonly reader: Database,
    pollInterval: number,
  ) {
    this.waiters = new Waiters(() => this.headNow(), pollInterval);
  }

  async append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<AppendResult> {
    const first = checkAppend(stream, events, expected);
    const revision = first + events.length - 1;
    return translated(async () => {
      const outcome = await this.writer.write({ guarded: true, statements: [insert(stream, first, events)] });
      if (!outcome.applied) return this.repeated(stream, events, expected, first);
      const position = outcome.lastInsertRowid;
      this.waiters.reached(position);
      return { revision, position };
    });
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<RecordedEvent[]> {
    const { direction = 'forward', limit = Infinity } = options;
    const step = direction === 'forward' ? 1 : -1;
    const sql = direction === 'forward' ? STREAM_FORWARD : STREAM_BACKWARD;
    let from = options.from ?? (direction === 'forward' ? 0 : Number.MAX_SAFE_INTEGER);
    const events: RecordedEvent[] = [];
    for (;;) {
      const wanted = Math.min(CHUNK, limit - events.length);
      if (!(wanted > 0)) return events;
      const rows = await translated(() => this.read(sql, [stream, from, wanted]));
      for (const row of rows) events.push(toEvent(row, this.file));
      const last = events.at(-1);
      if (last === undefined || rows.length < wanted) return events;
      from = last.revision + step;
      if (events.length < limit) await nextTurn();
    }
  }

  readAll({ after, limit, types, streamPrefixes }: ReadAllOptions): Promise<AllEventsPage> {
    return translated(() => {
      // Known before reading: an event that is committed meanwhile makes `atEnd` no lie.
      const head = this.headNow();
      const filtered = types !== undefined || streamPrefixes !== undefined;
      const until = filtered ? Math.min(head, after + SEARCH) : head;
      const parameters = [after, until, limit, JSON.stringify(types ?? []), JSON.stringify(streamPrefixes ?? [])];
      const sql = readAllSql(types !== undefined, streamPrefixes !== undefined);
      // Parameters behind the last one that is used must not be bound.
      const used = streamPrefixes !== undefined ? 5 : types !== undefined ? 4 : 3;
      const rows = this.read(sql, parameters.slice(0, used));
      const events = rows.map((row) => toEvent(row, this.file));
      const full = events.length >= limit;
      const position = Math.max(after, full ? (events.at(-1)?.position ?? after) : until);
      return { events, position, atEnd: position >= head };
    });
  }

  head(): Promise<number> {
    return translated(() => this.headNow());
  }

  waitForEvents(position: number, signal: AbortSignal): Promise<void> {
    return translated(() => this.waiters.wait(position, signal));
  }

  checkHealth(): Promise<void> {
    return translated(async () => {
      this.headNow();
      // An empty transaction: takes and releases the write lock.
      await this.writer.write({ statements: [] });
    });
  }

  backupTo(target: string): Promise<number> {
    return translated(async () => {
      await copyDatabase(this.file, target);
      const copy = openDatabase(target, { readonly: true });
      try {
        return Number(copy.prepare(HEAD).get()?.[0]);
      } finally {
        copy.close();
      }
    });
  }

  async checkIntegrity(): Promise<string[]> {
    try {
      const [structure = [], streams = []] = await runInThread(this.file, ['PRAGMA integrity_check', BROKEN_STREAMS]);
      return [
        ...structure.map(([message]) => String(message)).filter((message) => message !== 'ok'),
        ...streams.map(
          ([stream, count, min, max]) => `stream ${stream}: ${count} events from revision ${min} to ${max}`,
        ),
      ];
    } catch (error) {
      if (error instanceof DatabaseError && error.fault === 'damaged') return [error.message];
      throw unavailable(error);
    }
  }

  close(): Promise<void> {
    this.closed ??= translated(async () => {
      this.waiters.wakeAll();
      await this.writer.close();
      this.reader.close();
    });
    return this.closed;
  }

  /** The append was refused: answers as the first time if it was this very append that got there before. */
  private repeated(
    stream: string,
    events: readonly EventToAppend[],
    expected: ExpectedRevision,
    first: number,
  ): AppendResult {
    const revision = first + events.length - 1;
    const stored = this.read(IDS, [stream, first, revision]);
    const last = stored.at(-1);
    if (last !== undefined && stored.length === events.length && stored.every(([id], at) => id === events[at]?.id)) {
      return { revision, position: Number(last[1]) };
    }
    const actual = this.read(STREAM_REVISION, [stream])[0]?.[0] ?? null;
    throw new RevisionConflict(stream, expected, actual === null ? 'no-stream' : Number(actual));
  }

  private headNow(): number {
    return Number(this.read(HEAD, [])[0]?.[0]);
  }

  private read(sql: string, parameters: Row): Row[] {
    if (this.closed !== undefined) throw new EventStoreUnavailable(`${this.file} is closed`);
    return this.reader.prepare(sql).all(parameters);
  }
}

/** The revision of the first event. @throws {TypeError} a mistake of the caller */
function checkAppend(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): number {
  if (stream === '') throw new TypeError('an append needs the name of a stream');
  if (events.length === 0) throw new TypeError(`stream ${stream}: an append needs at least one event`);
  if (expected === 'no-stream') return 0;
  if (!Number.isSafeInteger(expected) || expected < 0) {
    throw new TypeError(`stream ${stream}: ${expected} is not a revision`);
  }
  return expected + 1;
}

function insert(stream: string, first: number, events: readonly EventToAppend[]) {
  const rows = events.map(({ id, type, data, metadata }) => [id, type, JSON.stringify(data), JSON.stringify(metadata)]);
  const [only] = rows;
  if (only !== undefined && rows.length === 1) return { sql: APPEND_ONE, width: 6, values: [stream, first, ...only] };
  return { sql: APPEND_MANY, width: 3, values: [stream, first, JSON.stringify(rows)] };
}

function toEvent([stream, revision, position, id, type, data, metadata]: Row, file: string): RecordedEvent {
  try {
    return {
      stream: String(stream),
      revision: Number(revision),
      position: Number(position),
      id: String(id),
      type: String(type),
      data: JSON.parse(String(data)) as unknown,
      metadata: JSON.parse(String(metadata)) as EventMetadata,
    };
  } catch (error) {
    const message = `${file} is damaged: the event at position ${position} cannot be read; restore the last backup`;
    throw new EventStoreUnavailable(message, { cause: error });
  }
}

/** Runs an action so that every fault of the database becomes the port's error. */
async function translated<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(error: unknown): unknown {
  return error instanceof DatabaseError ? new EventStoreUnavailable(error.message, { cause: error }) : error;
}
