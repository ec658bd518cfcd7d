import { isAscii, isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  type Database,
  DatabaseError,
  databaseError,
  openDatabase,
  Reader,
  type Row,
  runInThread,
} from '@seatledger/sqlite';

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
  FIELD_COUNT,
  HEAD,
  inBlobs,
  inOneBlob,
  LAST_POSITION_GIVEN,
  LATEST_EVENT,
  readAllSql,
  STREAM_BACKWARD,
  STREAM_FORWARD,
} from './schema';

/** An event's row holds no JSON any more. */
export class DamagedEvent extends EventStoreUnavailable {
  constructor(
    file: string,
    readonly stream: string,
    readonly revision: number,
    readonly position: number,
  ) {
    super(`${file} is damaged: the event at position ${position} cannot be read; restore the last backup`);
    this.name = 'DamagedEvent';
  }
}

/** So few events are read at once in this thread: it takes no longer than to ask the other one. */
const FEW = 200;
/** Rows read at a time, so that reading a long stream does not stop the event loop for long. */
const CHUNK = 1_000;
/** Positions that one filtered page searches at most, for the same reason. */
const SEARCH = 20_000;

/** The reading half of the embedded store: opens its file without a writer and changes nothing in it. */
export class EmbeddedHistory {
  private isClosed = false;
  /** For many events: they are read in a thread of its own. */
  private readonly pages: Reader;

  constructor(
    private readonly file: string,
    /** Only reads, in this thread; sees every commit that a writer has acknowledged. */
    private readonly reader: Database,
  ) {
    this.pages = new Reader(file);
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
      const chunk = await translated(() => this.events(sql, [stream, from, wanted], wanted));
      for (const event of chunk) events.push(event);
      const last = chunk.at(-1);
      if (last === undefined || chunk.length < wanted) return events;
      from = last.revision + step;
    }
  }

  readAll({ after, limit, types, streamPrefixes }: ReadAllOptions): Promise<AllEventsPage> {
    return translated(async () => {
      // Known before reading: an event that is committed meanwhile makes `atEnd` no lie.
      const head = this.headNow();
      const filtered = types !== undefined || streamPrefixes !== undefined;
      const until = filtered ? Math.min(head, after + SEARCH) : head;
      const parameters = [after, until, limit, JSON.stringify(types ?? []), JSON.stringify(streamPrefixes ?? [])];
      const sql = readAllSql(types !== undefined, streamPrefixes !== undefined);
      // Parameters behind the last one that is used must not be bound.
      const used = streamPrefixes !== undefined ? 5 : types !== undefined ? 4 : 3;
      const events = await this.events(sql, parameters.slice(0, used), limit);
      const full = events.length >= limit;
      const position = Math.max(after, full ? (events.at(-1)?.position ?? after) : until);
      return { events, position, atEnd: position >= head };
    });
  }

  head(): Promise<number> {
    return translated(() => this.headNow());
  }

  latest(): Promise<RecordedEvent | undefined> {
    return translated(async () => (await this.events(LATEST_EVENT, [], 1))[0]);
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

  /** The events that a query selects. @throws {DamagedEvent} naming the first that cannot be read */
  private async events(sql: string, parameters: Row, limit: number): Promise<RecordedEvent[]> {
    const query = inOneBlob(sql);
    const rows = limit > FEW ? await this.manyRows(query, parameters) : this.read(query, parameters);
    const [[page, count] = []] = rows;
    if (count === 0) return [];
    return eventsIn(page, Number(count)) ?? this.read(inBlobs(sql), parameters).map((row) => eventIn(row, this.file));
  }

  /** Reads in the thread; until that has started, here, but others have their turn in between. */
  private async manyRows(query: string, parameters: Row): Promise<Row[]> {
    if (this.pages.isReady()) {
      try {
        return await this.pages.all(query, parameters);
      } catch (error) {
        // The thread ended, and not because the store was closed: what it read is still there.
        const isLost = error instanceof DatabaseError && error.fault === 'closed' && !this.isClosed;
        if (!isLost) throw error;
      }
    }
    const rows = this.read(query, parameters);
    await nextTurn();
    return rows;
  }

  /** @throws {DatabaseError} */
  read(sql: string, parameters: Row): Row[] {
    if (this.isClosed) throw new EventStoreUnavailable(`${this.file} is closed`);
    return this.reader.prepare(sql).all(parameters);
  }

  async close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.reader.close();
    }
    await this.pages.close();
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
    return new EmbeddedHistory(file, reader);
  });
}

const textOf = (value: unknown): string => {
  if (!(value instanceof Uint8Array)) return String(value);
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  // Most pages are, and then are copied, which is quicker than to decode them.
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
};

/** The fields of some events, an array of each. */
type Fields = readonly [string[], string[], string[], number[], number[], unknown[], EventMetadata[]];

/** The events of a page; undefined when it does not hold just so many. */
function eventsIn(page: unknown, count: number): RecordedEvent[] | undefined {
  if (!(page instanceof Uint8Array) || !isUtf8(page)) return undefined;
  let fields: Fields;
  try {
    fields = JSON.parse(textOf(page)) as Fields;
  } catch {
    return undefined;
  }
  const isWhole = (values: unknown): boolean => Array.isArray(values) && values.length === count;
  if (fields.length !== FIELD_COUNT || !fields.every(isWhole)) return undefined;
  const [streams, ids, types, revisions, positions, data, metadata] = fields;
  return streams.map((stream, at) => ({
    stream,
    revision: revisions[at] ?? NaN,
    position: positions[at] ?? NaN,
    id: ids[at] ?? '',
    type: types[at] ?? '',
    data: data[at],
    metadata: metadata[at] as EventMetadata,
  }));
}

/** One event of a page in which one is damaged. @throws {DamagedEvent} if it is this one */
function eventIn([bytes, revision, position]: Row, file: string): RecordedEvent {
  const [event] = eventsIn(bytes, 1) ?? [];
  if (event !== undefined) return event;
  const [, stream = ''] = /^\[\["([^"]*)"/.exec(textOf(bytes)) ?? [];
  throw new DamagedEvent(file, stream, Number(revision), Number(position));
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
