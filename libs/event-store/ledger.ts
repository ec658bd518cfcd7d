import { formatInstant } from '@seatledger/domain';
import { LRUCache } from 'lru-cache';

import { chainHash, chainStart } from './chain';
import { decode, encodeType, type StoredEvent } from './codec';
import { eventId } from './event-id';
import {
  type AppendResult,
  type EventMetadata,
  type EventStore,
  EventStoreUnavailable,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  RevisionConflict,
  type StreamHead,
} from './port';
import { type LedgerEvent } from './schemas/types';

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
export interface Entry<E extends LedgerEvent = LedgerEvent> {
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

/** How an append ended: `conflict` when the stream stood at another revision. */
export interface AppendTiming {
  readonly outcome: 'appended' | 'conflict' | 'failed';
  readonly events: number;
  readonly milliseconds: number;
}

/** An event that cannot be written down; nothing was appended. */
export class UnrecordableEvent extends Error {
  constructor(stream: string, cause: unknown) {
    super(`stream ${stream}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'UnrecordableEvent';
  }
}

/** How often an append with an unknown outcome is tried again, by the same ids. */
const APPEND_TRIES = 4;
/** Events read at a time from a stream that may be long. */
const PORTION = 1000;
const FIRST_PORTION = 100;

/**
 * The event store in the words of the domain: checks events against their schemas, gives them
 * ids, metadata and their link in the stream's hash chain, and reads them back at their newest
 * version. Adapters below it only move envelopes.
 */
export class Ledger {
  /** Latest revision and hash of streams written lately: the chain goes on without a read. */
  private readonly heads = new LRUCache<string, StreamHead>({ max: 50_000 });

  constructor(
    readonly store: EventStore,
    private readonly clock: () => number,
    private readonly onAppend?: (timing: AppendTiming) => void,
  ) {}

  /**
   * Appends the entries' events at once, all or none; durable when it resolves.
   * @throws {RevisionConflict}
   * @throws {UnrecordableEvent}
   */
  async append(stream: string, expected: ExpectedRevision, entries: readonly Entry[]): Promise<Appended> {
    const { envelopes, events, head } = written(
      stream,
      expected,
      entries,
      await this.hashAt(stream, expected),
      this.clock(),
    );
    const result = await this.timed(envelopes.length, this.appendSurely(stream, envelopes, expected));
    this.heads.set(stream, head);
    return { ...result, events };
  }

  /** A stream's events from a revision on, in order. */
  async read(stream: string, from = 0): Promise<StoredEvent[]> {
    return (await this.store.readStream(stream, { from })).map(decode);
  }

  /**
   * The same in portions, for streams of any length: what was read need not stay in memory, and
   * while one portion is worked on the next is being read. The first is small: most tails are.
   */
  async *readPortions(stream: string, from = 0): AsyncGenerator<StoredEvent[]> {
    let limit = FIRST_PORTION;
    let reading = this.store.readStream(stream, { from, limit });
    for (;;) {
      const portion = await reading;
      const last = portion.at(-1);
      if (last === undefined) return;
      const isLast = portion.length < limit;
      if (!isLast) {
        limit = PORTION;
        reading = this.store.readStream(stream, { from: last.revision + 1, limit });
        // Whoever asks for no more portions does not learn that it failed.
        reading.catch(() => undefined);
      }
      yield portion.map(decode);
      if (isLast) return;
    }
  }

  /** The last event of a stream; undefined when it has none. */
  async last(stream: string): Promise<StoredEvent | undefined> {
    const [last] = await this.store.readStream(stream, { direction: 'backward', limit: 1 });
    return last && decode(last);
  }

  /** A page of all streams in global order. */
  async readAll(options: ReadAllOptions): Promise<{ events: StoredEvent[]; position: number; atEnd: boolean }> {
    const page = await this.store.readAll(options);
    return { events: page.events.map(decode), position: page.position, atEnd: page.atEnd };
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
  private async appendSurely(
    stream: string,
    envelopes: readonly EventToAppend[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.store.append(stream, envelopes, expected);
      } catch (error) {
        this.heads.delete(stream);
        if (!(error instanceof EventStoreUnavailable) || tries === APPEND_TRIES) throw error;
      }
    }
  }

  /** The hash that the next event is chained to. */
  private async hashAt(stream: string, expected: ExpectedRevision): Promise<string> {
    if (expected === 'no-stream') return chainStart(stream);
    const head = this.heads.get(stream);
    if (head?.revision === expected) return head.hash;
    const [last] = await this.store.readStream(stream, { direction: 'backward', limit: 1 });
    if (last?.revision !== expected) {
      throw new RevisionConflict(stream, expected, last?.revision ?? 'no-stream');
    }
    this.heads.set(stream, { revision: last.revision, hash: last.metadata.hash });
    return last.metadata.hash;
  }
}

/** The entries' events as they are appended, chained to the one before. @throws {UnrecordableEvent} */
function written(stream: string, expected: ExpectedRevision, entries: readonly Entry[], before: string, now: number) {
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
        const unchained = metadataOf(event, origin, index, recordedAt);
        hash = chainHash(hash, type, event.data, unchained);
        const metadata: EventMetadata = { ...unchained, hash };
        const id = eventId(origin.commandId, index, hash);
        envelopes.push({ id, type, data: event.data, metadata });
        events.push({ event, stream, revision, id, metadata });
      });
    }
  } catch (error) {
    throw new UnrecordableEvent(stream, error);
  }
  return { envelopes, events, head: { revision, hash } };
}

function metadataOf(
  event: LedgerEvent,
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
