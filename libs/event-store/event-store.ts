import { formatInstant } from '@seatledger/domain';
import { LRUCache } from 'lru-cache';

import { chainHash, chainStart } from './chain';
import { encodeType, type StoredEvent } from './codec';
import { decodeAll, EventEncryption } from './encrypting';
import { eventId } from './event-id';
import { type PersonalDataKeys } from './personal-data';
import {
  type AppendResult,
  type EventMetadata,
  type EventStorage,
  EventStoreUnavailable,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  RevisionConflict,
  type StreamHead,
} from './port';
import { type BillingEvent } from './schemas/types';

/** Where an event comes from: becomes its metadata. */
export interface Origin {
  /** Stable over retries; the events' ids derive from it. */
  readonly commandId: string;
  readonly correlationId: string;
  readonly actor: string;
  /** The request's key and keyed hash, on the first event of the command. */
  readonly request?: { readonly key: string; readonly hash: string };
}

/** One command's events, in order. */
export interface Entry<E extends BillingEvent = BillingEvent> {
  readonly origin: Origin;
  readonly events: readonly E[];
}

export interface Appended {
  readonly revision: number;
  readonly position: number;
  readonly events: readonly AppendedEvent[];
}

/** A store need not tell the position of each event of an append. */
export type AppendedEvent = Omit<StoredEvent, 'position'>;

/** How an append ended: `conflict` when the stream was at another revision. */
export interface AppendTiming {
  readonly outcome: 'appended' | 'conflict' | 'failed';
  readonly events: number;
  readonly milliseconds: number;
}

/** An event that cannot be written down; nothing was appended. */
export class InvalidEvent extends Error {
  constructor(stream: string, cause: unknown) {
    super(`stream ${stream}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'InvalidEvent';
  }
}

/** How often an append with an unknown outcome is tried again, by the same ids. */
const MAX_APPEND_ATTEMPTS = 4;
/** Events read at a time from a stream that may be long. */
const PAGE_SIZE = 1000;
const FIRST_PAGE_SIZE = 100;

/**
 * The event store in the words of the domain: checks events against their schemas, gives them
 * ids, metadata and their link in the stream's hash chain, and reads them back at their newest
 * version. Personal data is encrypted in what is stored, and so in what the chain covers. Adapters
 * below it only move envelopes.
 */
export class EventStore {
  /** Latest revision and hash of streams written lately: the chain goes on without a read. */
  private readonly heads = new LRUCache<string, StreamHead>({ max: 50_000 });
  private readonly encryption: EventEncryption;

  constructor(
    readonly storage: EventStorage,
    private readonly clock: () => number,
    private readonly keys: PersonalDataKeys,
    private readonly onAppend?: (timing: AppendTiming) => void,
  ) {
    this.encryption = new EventEncryption(storage, keys);
  }

  /**
   * Appends the entries' events at once, all or none; durable when it resolves.
   * @throws {RevisionConflict}
   * @throws {InvalidEvent}
   */
  async append(stream: string, expected: ExpectedRevision, entries: readonly Entry[]): Promise<Appended> {
    const { envelopes, events, head } = written(
      stream,
      expected,
      entries,
      await this.hashAt(stream, expected),
      this.clock(),
      await this.encrypterOf(stream, entries),
    );
    const result = await this.timed(envelopes.length, this.appendWithRetry(stream, envelopes, expected));
    this.heads.set(stream, head);
    return { ...result, events };
  }

  /** A stream's events from a revision on, in order. */
  async read(stream: string, from = 0): Promise<StoredEvent[]> {
    return decodeAll(await this.storage.readStream(stream, { from }), this.keys);
  }

  /**
   * The same in pages, for streams of any length: what was read need not stay in memory, and
   * while one page is worked on the next is being read. The first is small: most tails are.
   */
  async *readPages(stream: string, from = 0): AsyncGenerator<StoredEvent[]> {
    let limit = FIRST_PAGE_SIZE;
    let reading = this.storage.readStream(stream, { from, limit });
    for (;;) {
      const page = await reading;
      const last = page.at(-1);
      if (last === undefined) return;
      const isLast = page.length < limit;
      if (!isLast) {
        limit = PAGE_SIZE;
        reading = this.storage.readStream(stream, { from: last.revision + 1, limit });
        // A reader that asks for no more pages does not learn that it failed.
        reading.catch(() => undefined);
      }
      yield await decodeAll(page, this.keys);
      if (isLast) return;
    }
  }

  /** The last event of a stream; undefined when it has none. */
  async last(stream: string): Promise<StoredEvent | undefined> {
    const [last] = await decodeAll(
      await this.storage.readStream(stream, { direction: 'backward', limit: 1 }),
      this.keys,
    );
    return last;
  }

  /** A page of all streams in global order. */
  async readAll(options: ReadAllOptions): Promise<{ events: StoredEvent[]; position: number; atEnd: boolean }> {
    const page = await this.storage.readAll(options);
    return { events: await decodeAll(page.events, this.keys), position: page.position, atEnd: page.atEnd };
  }

  private async encrypterOf(stream: string, entries: readonly Entry[]): Promise<DataToRecord> {
    const events = entries.flatMap((entry) => entry.events);
    try {
      return await this.encryption.encrypterOf(stream, events);
    } catch (error) {
      throw error instanceof TypeError ? new InvalidEvent(stream, error) : error;
    }
  }

  private async timed<Result>(events: number, append: Promise<Result>): Promise<Result> {
    const began = performance.now();
    const tell = (outcome: AppendTiming['outcome']): void =>
      this.onAppend?.({ outcome, events, milliseconds: performance.now() - began });
    try {
      const result = await append;
      tell('appended');
      return result;
    } catch (error) {
      tell(error instanceof RevisionConflict ? 'conflict' : 'failed');
      throw error;
    }
  }

  /** An append whose answer was lost is repeated: by its ids the store knows it again. */
  private async appendWithRetry(
    stream: string,
    envelopes: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.storage.append(stream, envelopes, expected);
      } catch (error) {
        this.heads.delete(stream);
        if (!(error instanceof EventStoreUnavailable) || tries === MAX_APPEND_ATTEMPTS) throw error;
      }
    }
  }

  /** The hash that the next event is chained to. */
  private async hashAt(stream: string, expected: ExpectedRevision): Promise<string> {
    if (expected === 'no-stream') return chainStart(stream);
    const head = this.heads.get(stream);
    if (head?.revision === expected) return head.hash;
    const [last] = await this.storage.readStream(stream, { direction: 'backward', limit: 1 });
    if (last?.revision !== expected) {
      throw new RevisionConflict(stream, expected, last?.revision ?? 'no-stream');
    }
    this.heads.set(stream, { revision: last.revision, hash: last.metadata.hash });
    return last.metadata.hash;
  }
}

type DataToRecord = (event: BillingEvent) => EventToAppend['data'];

/** The entries' events as they are appended, chained to the one before. @throws {InvalidEvent} */
function written(
  stream: string,
  expected: ExpectedRevision,
  entries: readonly Entry[],
  before: string,
  now: number,
  dataOf: DataToRecord,
) {
  const recordedAt = formatInstant(now);
  const envelopes: EventToAppend[] = [];
  const events: AppendedEvent[] = [];
  let revision = expected === 'no-stream' ? -1 : expected;
  let hash = before;
  try {
    for (const { origin, events: entryEvents } of entries) {
      entryEvents.forEach((event, index) => {
        revision += 1;
        const type = encodeType(event);
        const data = dataOf(event);
        const unchained = metadataOf(event, origin, index, recordedAt);
        hash = chainHash(hash, type, data, unchained);
        const metadata: EventMetadata = { ...unchained, hash };
        const id = eventId(origin.commandId, index, hash);
        envelopes.push({ id, type, data, metadata });
        events.push({ event, stream, revision, id, metadata });
      });
    }
  } catch (error) {
    throw new InvalidEvent(stream, error);
  }
  return { envelopes, events, head: { revision, hash } };
}

function metadataOf(
  event: BillingEvent,
  { commandId, correlationId, actor, request }: Origin,
  index: number,
  recordedAt: string,
): Omit<EventMetadata, 'hash'> {
  return {
    $causationId: commandId,
    $correlationId: correlationId,
    actor,
    occurredAt: formatInstant(event.occurredAt),
    recordedAt,
    ...(index === 0 && request !== undefined ? { idempotencyKey: request.key, requestHash: request.hash } : {}),
  };
}
