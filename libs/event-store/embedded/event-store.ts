import { copyDatabase, openDatabase, Writer } from '@seatledger/sqlite';

import { checkAppend } from '../check-append';
import {
  type AllEventsPage,
  type AppendResult,
  type EventStorage,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  RevisionConflict,
} from '../port';
import { Waiters } from '../waiters';
import { EmbeddedHistory, translated } from './history';
import { APPEND_MANY, APPEND_ONE, APPLICATION_ID, HEAD, IDS, SCHEMA, STREAM_REVISION } from './schema';

export interface EmbeddedEventStoreOptions {
  /** Database file; created, with its folder, when missing. */
  readonly file: string;
  /** How often to look for appends of other processes while a caller waits for one, in ms. */
  readonly pollInterval?: number;
  /** How long an append waits for another process that is writing, in ms. */
  readonly lockTimeout?: number;
  /**
   * `fsync`, unless a store is filled that nobody relies on before it is closed (`on-close`: until
   * then a power failure may take the last appends, never some in the middle), or for tests.
   */
  readonly durability?: keyof typeof DURABILITY;
}

const DURABILITY = { fsync: 'fsync', 'on-close': 'checkpoint', 'none-for-tests': 'none' } as const;

/** The event store in one SQLite file, which several processes may share. */
export interface EmbeddedEventStore extends EventStorage {
  /**
   * Writes a copy of the store as it is at one moment, while it goes on being used.
   * @returns the position of the last event in the copy
   * @throws {EventStoreUnavailable} also when the target exists already
   */
  backupTo(target: string): Promise<number>;

  /** The last position that an event was ever given, also when that event is no longer there. */
  lastPositionGiven(): Promise<number>;

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
      durability: DURABILITY[durability],
      lockTimeout,
      checkpointPages: 1_000,
    });
    try {
      return new SqliteEventStore(
        file,
        writer,
        new EmbeddedHistory(file, openDatabase(file, { readonly: true })),
        pollInterval,
      );
    } catch (error) {
      await writer.close();
      throw error;
    }
  });
}

class SqliteEventStore implements EmbeddedEventStore {
  private readonly waiters: Waiters;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly file: string,
    private readonly writer: Writer,
    private readonly history: EmbeddedHistory,
    pollInterval: number,
  ) {
    this.waiters = new Waiters(() => this.history.headNow(), pollInterval);
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

  readStream(stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]> {
    return this.history.readStream(stream, options);
  }

  readAll(options: ReadAllOptions): Promise<AllEventsPage> {
    return this.history.readAll(options);
  }

  head(): Promise<number> {
    return this.history.head();
  }

  latest(): Promise<RecordedEvent | undefined> {
    return this.history.latest();
  }

  lastPositionGiven(): Promise<number> {
    return this.history.lastPositionGiven();
  }

  waitForEvents(position: number, signal: AbortSignal): Promise<void> {
    return translated(() => this.waiters.wait(position, signal));
  }

  checkHealth(): Promise<void> {
    return translated(async () => {
      this.history.headNow();
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

  checkIntegrity(): Promise<string[]> {
    return this.history.checkIntegrity();
  }

  close(): Promise<void> {
    this.closed ??= translated(async () => {
      this.waiters.wakeAll();
      await this.history.close();
      await this.writer.close();
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
    const stored = this.history.read(IDS, [stream, first, revision]);
    const last = stored.at(-1);
    if (last !== undefined && stored.length === events.length && stored.every(([id], at) => id === events[at]?.id)) {
      return { revision, position: Number(last[1]) };
    }
    const actual = this.history.read(STREAM_REVISION, [stream])[0]?.[0] ?? null;
    throw new RevisionConflict(stream, expected, actual === null ? 'no-stream' : Number(actual));
  }
}

function insert(stream: string, first: number, events: readonly EventToAppend[]) {
  const rows = events.map(({ id, type, data, metadata }) => [id, type, JSON.stringify(data), JSON.stringify(metadata)]);
  const [only] = rows;
  if (only !== undefined && rows.length === 1) return { sql: APPEND_ONE, width: 6, values: [stream, first, ...only] };
  return { sql: APPEND_MANY, width: 3, values: [stream, first, JSON.stringify(rows)] };
}
