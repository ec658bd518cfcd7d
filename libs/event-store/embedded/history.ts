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
  LINE_COUNT,
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

  constructor(
    private readonly file: string,
    /** Only reads, in this thread; sees every commit that a writer has acknowledged. */
    private readonly reader: Database,
  ) {}

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<RecordedEvent[]> {
    const { direction = 'forward', limit = Infinity } = options;
    const step = direction === 'forward' ? 1 : -1;
    const sql = direction === 'forward' ? STREAM_FORWARD : STREAM_BACKWARD;
    let from = options.from ?? (direction === 'forward' ? 0 : Number.MAX_SAFE_INTEGER);
    const events: RecordedEvent[] = [];
    for (;;) {
      const wanted = Math.min(CHUNK, limit - events.length);
      if (!(wanted > 0)) return events;
      const chunk = await translated(() => this.events(sql, [stream, from, wanted]));
      for (const event of chunk) events.push(event);
      const last = chunk.at(-1);
      if (last === undefined || chunk.length < wanted) return events;
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
      const events = this.events(sql, parameters.slice(0, used));
      const full = events.length >= limit;
      const position = Math.max(after, full ? (events.at(-1)?.position ?? after) : until);
      return { events, position, atEnd: position >= head };
    });
  }

  head(): Promise<number> {
    return translated(() => this.headNow());
  }

  latest(): Promise<RecordedEvent | undefined> {
    return translated(() => this.events(LATEST_EVENT, [])[0]);
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
  private events(sql: string, parameters: Row): RecordedEvent[] {
    const [[bytes, count] = []] = this.read(inOneBlob(sql), parameters);
    const lines = linesOf(bytes);
    if (lines?.length !== Number(count) * LINE_COUNT) {
      return this.read(inBlobs(sql), parameters).map((row) => toEvent(damagedLines(row, this.file), 0, this.file));
    }
    const events: RecordedEvent[] = [];
    for (let at = 0; at < lines.length; at += LINE_COUNT) events.push(toEvent(lines, at, this.file));
    return events;
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
    return new EmbeddedHistory(file, reader);
  });
}

const textOf = (value: unknown): string =>
  value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()
    : String(value);

/** Undefined for what is no text. */
function linesOf(value: unknown): string[] | undefined {
  if (value === null) return [];
  if (!(value instanceof Uint8Array) || !isUtf8(value)) return undefined;
  return textOf(value).split('\n');
}

/** The lines of one event among which one is damaged. @throws {DamagedEvent} if it is this one */
function damagedLines([bytes, revision, position]: Row, file: string): readonly string[] {
  const lines = linesOf(bytes);
  if (lines?.length === LINE_COUNT) return lines;
  const [, stream = ''] = /^\["([^"]*)"/.exec(textOf(bytes)) ?? [];
  throw new DamagedEvent(file, stream, Number(revision), Number(position), new Error('not lines of UTF-8'));
}

function toEvent(lines: readonly string[], at: number, file: string): RecordedEvent {
  const [names = '', revision, position, data = '', metadata = ''] = lines.slice(at, at + LINE_COUNT);
  let stream = '';
  try {
    // Parsed, they are texts of their own: a part that was cut out keeps the whole page in memory.
    const [named, id, type] = JSON.parse(names) as [string, string, string];
    stream = named;
    return {
      stream,
      revision: Number(revision),
      position: Number(position),
      id,
      type,
      data: JSON.parse(data) as unknown,
      metadata: JSON.parse(metadata) as EventMetadata,
    };
  } catch (error) {
    throw new DamagedEvent(file, stream, Number(revision), Number(position), error);
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
