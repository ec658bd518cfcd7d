import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Database, databaseError, DatabaseError, openDatabase, type Row, runInThread } from '@seatledger/sqlite';

import {
  type AllEventsPage,
  type EventMetadata,
  EventStoreUnavailable,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../port';
import {
  APPLICATION_ID,
  BROKEN_STREAMS,
  COLUMNS,
  COLUMNS_AS_BYTES,
  HEAD,
  LAST_POSITION_GIVEN,
  latestEvent,
  readAllSql,
  streamBackward,
  streamForward,
} from './schema';

/** An event's row holds no JSON any more. */
export class DamagedEvent extends EventStoreUnavailable {
  constructor(
    file: string,
    readonly stream: string,
    readonly revision: number,
    readonly position: number,
    cause: unknown,
  ) {
    super(`${file} is damaged: the event at position ${position} cannot be read; restore the last backup`, { cause });
    this.name = 'DamagedEvent';
  }
}

/** Rows read at a time, so that reading a long stream does not stop the event loop for long. */
const CHUNK = 1_000;
/** Positions that one filtered page searches at most, for the same reason. */
const SEARCH = 20_000;

/** The reading half of the embedded store: opens its file without a writer and changes nothing in it. */
export class EmbeddedHistory {
  private isClosed = false;
  private readonly columns: string;

  constructor(
    private readonly file: string,
    /** Only reads, in this thread; sees every commit that a writer has acknowledged. */
    private readonly reader: Database,
    /** Reads texts as bytes: takes a third longer, and survives any damage of the file. */
    private readonly isCareful = false,
  ) {
    this.columns = isCareful ? COLUMNS_AS_BYTES : COLUMNS;
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<RecordedEvent[]> {
    const { direction = 'forward', limit = Infinity } = options;
    const step = direction === 'forward' ? 1 : -1;
    const sql = (direction === 'forward' ? streamForward : streamBackward)(this.columns);
    let from = options.from ?? (direction === 'forward' ? 0 : Number.MAX_SAFE_INTEGER);
    const events: RecordedEvent[] = [];
    for (;;) {
      const wanted = Math.min(CHUNK, limit - events.length);
      if (!(wanted > 0)) return events;
      const rows = await translated(() => this.read(sql, [stream, from, wanted]));
      for (const row of rows) events.push(this.toEvent(row));
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
      const sql = readAllSql(this.columns, types !== undefined, streamPrefixes !== undefined);
      // Parameters behind the last one that is used must not be bound.
      const used = streamPrefixes !== undefined ? 5 : types !== undefined ? 4 : 3;
      const rows = this.read(sql, parameters.slice(0, used));
      const events = rows.map((row) => this.toEvent(row));
      const full = events.length >= limit;
      const position = Math.max(after, full ? (events.at(-1)?.position ?? after) : until);
      return { events, position, atEnd: position >= head };
    });
  }

  head(): Promise<number> {
    return translated(() => this.headNow());
  }

  latest(): Promise<RecordedEvent | undefined> {
    return translated(() => {
      const [row] = this.read(latestEvent(this.columns), []);
      return row && this.toEvent(row);
    });
  }

  headNow(): number {
    return Number(this.read(HEAD, [])[0]?.[0]);
  }

  /**
   * The last position that an event was ever given, also when that event is no longer there:
   * positions are 1, 2, 3, ... without a gap, so that one that is missing was taken out by hand.
   */
  lastPositionGiven(): Promise<number> {
    return translated(() => Number(this.read(LAST_POSITION_GIVEN, [])[0]?.[0] ?? 0));
  }

  /**
   * Reads the whole file and checks its structure and the revisions of every stream. Takes
   * seconds per gigabyte, in a thread of its own.
   * @returns what is wrong; nothing when all is well
   */
  async checkIntegrity(): Promise<string[]> {
    try {
      const [structure = [], streams = []] = await runInThread(this.file, ['PRAGMA integrity_check', BROKEN_STREAMS]);
      return [
        ...structure.map(([message]) => String(message)).filter((message) => message !== 'ok'),
        ...streams.map(
          ([stream, count, min, max]) => `stream ${textOf(stream)}: ${count} events from revision ${min} to ${max}`,
        ),
      ];
    } catch (error) {
      if (error instanceof DatabaseError && error.fault === 'damaged') return [error.message];
      throw unavailable(error);
    }
  }

  private toEvent(row: Row): RecordedEvent {
    return toEvent(this.isCareful ? textsOf(row, this.file) : row, this.file);
  }

  /** @throws {DatabaseError} */
  read(sql: string, parameters: Row): Row[] {
    if (this.isClosed) throw new EventStoreUnavailable(`${this.file} is closed`);
    return this.reader.prepare(sql).all(parameters);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.reader.close();
  }
}

/**
 * Opens a store's file for reading alone, whether or not a service uses it.
 * @throws {EventStoreUnavailable} naming the file and what to do
 */
export function openEmbeddedHistory({ file }: { readonly file: string }): Promise<EmbeddedHistory> {
  return translated(() => {
    const reader = openDatabase(file, { readonly: true });
    if (Number(reader.prepare('PRAGMA application_id').get()?.[0]) !== APPLICATION_ID) {
      reader.close();
      throw databaseError('other-content', file);
    }
    return new EmbeddedHistory(file, reader, true);
  });
}

const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);

/** A row that was read as bytes, in the order that `toEvent` reads. @throws {DamagedEvent} */
function textsOf([bytes, revision = null, position = null]: readonly unknown[], file: string): Row {
  const content =
    bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.alloc(0);
  const [stream = '', id = '', type = '', data = '', metadata = '', ...more] = content.toString('utf8').split('\n');
  if (!isUtf8(content) || more.length > 0) {
    throw new DamagedEvent(file, stream, Number(revision), Number(position), new Error('not UTF-8'));
  }
  return [stream, Number(revision), Number(position), id, type, data, metadata];
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
    throw new DamagedEvent(file, String(stream), Number(revision), Number(position), error);
  }
}

/** Runs an action so that every fault of the database becomes the port's error. */
export async function translated<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(error: unknown): unknown {
  return error instanceof DatabaseError ? new EventStoreUnavailable(error.message, { cause: error }) : error;
}
