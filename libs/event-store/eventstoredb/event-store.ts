import { setTimeout as delay } from 'node:timers/promises';

import {
  type EventStoreDBClient,
  type JSONEventData,
  type ReadPosition,
  type RecordedEvent as ServerEvent,
  type StreamingRead,
} from '@eventstore/db-client';

import { checkAppend } from '../check-append';
import {
  type AllEventsPage,
  type AppendResult,
  type EventMetadata,
  type EventStorage,
  EventStoreUnavailable,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../port';
import { Waiters } from '../waiters';
import { AllFeed, isSystemEvent } from './all-feed';
import { connect, disconnect } from './client';
import { parseConnectionString } from './connection-string';
import { appendFault, isPassing, isStreamNotFound, unavailable } from './faults';
import { ParkedFeeds } from './parked-feeds';
import { PulledStream } from './pulled-stream';

export interface EventStoreDbOptions {
  /** `esdb://` or `esdb+discover://`, as the server's vendor documents it. */
  readonly connectionString: string;
  /**
   * How long an operation may take, in ms: a call is given up after it, and one that fails sooner
   * because of the connection or a change of leader is tried again until then.
   */
  readonly deadline?: number;
  /** How often to look for appends of other processes while a caller waits for one, in ms. */
  readonly pollInterval?: number;
}

/**
 * Connects to the server.
 * @throws {BadConnectionString}
 * @throws {EventStoreUnavailable} naming the hosts, when no leader answers or `$all` may not be read
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStorage> {
  const { connectionString, pollInterval = 200 } = options;
  const parsed = parseConnectionString(connectionString);
  const deadline = options.deadline ?? parsed.deadline ?? 10_000;
  const client = await connect(connectionString);
  const store = new EventStoreDbEventStore(client, parsed.hosts, deadline, pollInterval);
  try {
    await store.head();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface RetryOptions {
  /** How long to go on trying, in ms; the deadline unless given. */
  readonly limit?: number;
  /** What the caller is told of the last error. */
  readonly fault?: (error: unknown) => unknown;
}

/** How many events a look for the head reads at a time where system events stand at the end. */
const HEAD_PAGE = 256;
/** How long a probe of the store's health waits, in ms. */
const HEALTH_LIMIT = 3_000;
/** Readers that may be between two pages at a time, and for how long, in ms. */
const MAX_PARKED = 16;
const PARKED_FOR = 10_000;

class EventStoreDbEventStore implements EventStorage {
  private readonly waiters: Waiters;
  private readonly feeds = new ParkedFeeds(MAX_PARKED, PARKED_FOR);
  private readonly appending = new Set<Promise<unknown>>();
  private closed: Promise<void> | undefined;
  /** The highest position that is known to exist. */
  private known = 0;

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly hosts: string,
    private readonly deadline: number,
    pollInterval: number,
  ) {
    this.waiters = new Waiters(() => {
      this.refuseWhenClosed();
      return this.findHead(this.deadline);
    }, pollInterval);
  }

  async append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<AppendResult> {
    checkAppend(stream, events, expected);
    this.refuseWhenClosed();
    const appending = this.appendWithRetry(stream, events.map(toServerEvent), expected);
    this.appending.add(appending);
    try {
      return await appending;
    } finally {
      this.appending.delete(appending);
    }
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<RecordedEvent[]> {
    const { direction = 'forward', limit = Infinity } = options;
    const isForward = direction === 'forward';
    const events: RecordedEvent[] = [];
    let { from } = options;
    if (!isForward && from !== undefined) {
      // A server looks for what lies behind the end page by page: it is told where the end is.
      const [last] = await this.readStream(stream, { direction, limit: 1 });
      from = Math.min(from, last?.revision ?? 0);
    }
    await this.retried(async () => {
      while (events.length < limit) {
        const last = events.at(-1);
        const next = last === undefined ? from : last.revision + (isForward ? 1 : -1);
        if (next === -1) return;
        const read = this.client.readStream(stream, {
          direction: isForward ? 'forwards' : 'backwards',
          ...(next === undefined ? { fromRevision: isForward ? 'start' : 'end' } : { fromRevision: BigInt(next) }),
          ...(limit === Infinity ? {} : { maxCount: limit - events.length }),
          requiresLeader: true,
        });
        try {
          for await (const { event } of this.pulled(read)) if (event !== undefined) events.push(toEvent(event));
          return;
        } catch (error) {
          if (isStreamNotFound(error)) return;
          throw error;
        }
      }
    });
    return events;
  }

  readAll({ after, limit, types, streamPrefixes }: ReadAllOptions): Promise<AllEventsPage> {
    const filter = { types, streamPrefixes };
    return this.retried(async () => {
      const target = this.known > after ? this.known : await this.findHead(this.deadline);
      if (target <= after) return { events: [], position: after, atEnd: true };
      const matchesNothing = types?.length === 0 || streamPrefixes?.length === 0;
      if (matchesNothing || limit < 1) return { events: [], position: limit < 1 ? after : target, atEnd: false };

      const at = (position: number): string => JSON.stringify([position, types, streamPrefixes]);
      const feed = this.feeds.take(at(after)) ?? new AllFeed(this.client, filter, after, target, this.deadline);
      const events: RecordedEvent[] = [];
      try {
        let position = after;
        while (position < feed.target && events.length < limit) {
          const event = await feed.next();
          if (event === undefined) break;
          events.push(toEvent(event));
          position = toPosition(event.position.commit);
        }
        if (events.length === limit && position < feed.target) {
          this.feeds.park(at(position), feed);
          return { events, position, atEnd: false };
        }
        feed.close();
        position = Math.max(position, feed.target);
        return { events, position, atEnd: (await this.findHead(this.deadline)) <= position };
      } catch (error) {
        feed.close();
        throw error;
      }
    });
  }

  head(): Promise<number> {
    return this.retried(() => this.findHead(this.deadline));
  }

  latest(): Promise<RecordedEvent | undefined> {
    return this.retried(() => this.findLatest(this.deadline));
  }

  waitForEvents(position: number, signal: AbortSignal): Promise<void> {
    return this.waiters.wait(position, signal);
  }

  async checkHealth(): Promise<void> {
    // Only the leader answers, and where it answers it also takes appends.
    const limit = Math.min(this.deadline, HEALTH_LIMIT);
    await this.retried(() => this.findHead(limit), { limit });
  }

  close(): Promise<void> {
    this.closed ??= (async () => {
      this.waiters.wakeAll();
      await Promise.allSettled(this.appending);
      this.feeds.closeAll();
      await disconnect(this.client);
    })();
    return this.closed;
  }

  /** Repeats an append whose outcome is not known: by ids and revision the server knows it again. */
  private appendWithRetry(stream: string, events: JSONEventData[], expected: ExpectedRevision): Promise<AppendResult> {
    const attempt = async (remaining: number): Promise<AppendResult> => {
      const { nextExpectedRevision, position } = await this.client.appendToStream(stream, events, {
        expectedRevision: expected === 'no-stream' ? 'no_stream' : BigInt(expected),
        requiresLeader: true,
        deadline: remaining,
      });
      const revision = Number(nextExpectedRevision);
      const result = { revision, position: await this.positionOf(stream, revision, position?.commit) };
      this.reached(result.position);
      return result;
    };
    return this.retried(attempt, { fault: (error) => appendFault(stream, expected, error, this.hosts) });
  }

  /** A server that answers a repeat at once may not tell where the events are. */
  private async positionOf(stream: string, revision: number, commit: bigint | undefined): Promise<number> {
    if (commit !== undefined && commit <= Number.MAX_SAFE_INTEGER) return Number(commit);
    const [event] = await this.readStream(stream, { from: revision, limit: 1 });
    if (event === undefined) throw new EventStoreUnavailable(`stream ${stream}@${revision} cannot be read yet`);
    return event.position;
  }

  /** The position of the last event that is not the server's own, 0 when there is none. */
  private async findHead(silence: number): Promise<number> {
    return (await this.findLatest(silence))?.position ?? 0;
  }

  private async findLatest(silence: number): Promise<RecordedEvent | undefined> {
    let from: ReadPosition = 'end';
    // Nearly always the last event is ours; where it is not, one look further back is enough.
    for (let count = 1; ; count = HEAD_PAGE) {
      let seen = 0;
      const read: StreamingRead<{ event?: ServerEvent }> = this.client.readAll({
        direction: 'backwards',
        fromPosition: from,
        maxCount: count,
        requiresLeader: true,
      });
      for await (const { event } of this.pulled(read, silence)) {
        seen += 1;
        if (event?.position === undefined) continue;
        if (!isSystemEvent(event)) {
          const latest = toEvent(event);
          this.reached(latest.position);
          return latest;
        }
        from = event.position;
      }
      if (seen < count) return undefined;
    }
  }

  private reached(position: number): void {
    this.known = Math.max(this.known, position);
    this.waiters.reached(position);
  }

  /** Reads a stream of the client as fast as the reader asks; ends the call when the reader stops. */
  private async *pulled<Item>(read: StreamingRead<Item>, silence = this.deadline): AsyncGenerator<Item> {
    const stream = new PulledStream<Item>(read, () => read.cancel(), silence);
    try {
      for (let item = await stream.next(); item !== undefined; item = await stream.next()) yield item;
    } finally {
      stream.close();
    }
  }

  /**
   * Tries again what failed because of the connection or the leader, waiting longer each time,
   * until the deadline. The client has chosen another member by then.
   */
  private async retried<Result>(
    attempt: (remaining: number) => Promise<Result>,
    { limit = this.deadline, fault = (error) => unavailable(error, this.hosts) }: RetryOptions = {},
  ): Promise<Result> {
    this.refuseWhenClosed();
    const giveUpAt = performance.now() + limit;
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(Math.max(1, Math.ceil(giveUpAt - performance.now())));
      } catch (error) {
        const pause = Math.min(25 * 2 ** tries, 1_000) * (0.5 + Math.random() / 2);
        const isLast = this.closed !== undefined || performance.now() + pause > giveUpAt;
        if (isLast || !isPassing(error)) throw fault(error);
        await delay(pause);
      }
    }
  }

  private refuseWhenClosed(): void {
    if (this.closed !== undefined) throw new EventStoreUnavailable(`the connection to ${this.hosts} is closed`);
  }
}

/** The client's type leaves out that any JSON value may be data. */
function toServerEvent({ id, type, data, metadata }: EventToAppend): JSONEventData {
  return { id, type, contentType: 'application/json', data: data as JSONEventData['data'], metadata: { ...metadata } };
}

function toEvent({ id, type, data, metadata, streamId, revision, position }: ServerEvent): RecordedEvent {
  return {
    stream: streamId,
    revision: Number(revision),
    position: toPosition(position?.commit),
    id,
    type,
    data,
    metadata: metadata as unknown as EventMetadata,
  };
}

/** Events are written without explicit transactions: the commit position alone says where one is. */
function toPosition(commit: bigint | undefined): number {
  if (commit === undefined || commit > Number.MAX_SAFE_INTEGER) {
    throw new EventStoreUnavailable('the server does not tell positions: EventStoreDB 23.10 or newer is needed');
  }
  return Number(commit);
}
