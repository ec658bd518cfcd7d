import {
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
} from '@eventstore/db-client';

import { Interrupted } from './faults';
import { PulledStream } from './pulled-stream';

/** Which events of `$all` are read: see `ReadAllOptions`. */
export interface EventFilter {
  readonly types?: readonly string[] | undefined;
  readonly streamPrefixes?: readonly string[] | undefined;
}

/** How many events the server searches before it says how far it came. */
const SEARCH_WINDOW = 1_000;
/** Events that wait here for their reader; as many again are on their way. */
const BUFFER = 64;

/** In the queue of events at its place: everything up to this position has been searched. */
class Searched {
  constructor(readonly position: number) {}
}
const CAUGHT_UP = new Searched(Infinity);

/**
 * A subscription to `$all` from after a position, read as fast as the reader asks up to a position that
 * was known to exist when it was opened. The server's word on how far it has searched (checkpoints,
 * and that it has caught up) goes through the same queue as the events: taken from the client's
 * callbacks alone it would overtake events that nobody has seen yet.
 */
export class AllFeed {
  private readonly stream: PulledStream<AllStreamResolvedEvent | Searched>;

  /**
   * @param after exclusive; must be the position of an event, as servers before 24 skip exactly
   *   the event found there
   * @param target position of an event that existed before
   * @param silence how long the server may say nothing, in ms
   */
  constructor(
    client: EventStoreDBClient,
    private readonly filter: EventFilter,
    after: number,
    readonly target: number,
    silence: number,
  ) {
    const commit = BigInt(after);
    const subscription = client.subscribeToAll(
      {
        fromPosition: after === 0 ? 'start' : { commit, prepare: commit },
        requiresLeader: true,
        filter: {
          ...serverFilter(filter),
          maxSearchWindow: SEARCH_WINDOW,
          checkpointInterval: 1,
          checkpointReached: (_subscription, position) => {
            subscription.push(new Searched(Number(position.commit)));
          },
        },
      },
      { highWaterMark: BUFFER },
    );
    subscription.on('caughtUp', () => subscription.push(CAUGHT_UP));
    this.stream = new PulledStream(subscription, () => subscription.unsubscribe(), silence);
  }

  /** Whether reading on may bring more. */
  get isOpen(): boolean {
    return this.stream.isOpen;
  }

  /** The next event that passes the filter; undefined when none is left up to the target. */
  async next(): Promise<AllStreamRecordedEvent | undefined> {
    for (;;) {
      const item = await this.stream.next();
      if (item === undefined) throw new Interrupted('the server ended the subscription');
      if (item instanceof Searched) {
        // At a checkpoint's own position there may still be an event to come.
        if (item.position > this.target) return undefined;
        continue;
      }
      const { event } = item;
      if (event === undefined) continue;
      if (passes(this.filter, event)) return event;
      if (Number(event.position.commit) >= this.target) return undefined;
    }
  }

  close(): void {
    this.stream.close();
  }
}

type ServerFilter =
  { filterOn: 'streamName' | 'eventType'; prefixes: string[] } | { filterOn: 'eventType'; regex: string };

/** The server filters by streams or by types, not both: the more selective there, the rest here. */
function serverFilter({ types, streamPrefixes }: EventFilter): ServerFilter {
  if (streamPrefixes !== undefined) return { filterOn: 'streamName', prefixes: [...streamPrefixes] };
  if (types !== undefined) return { filterOn: 'eventType', prefixes: [...types] };
  return { filterOn: 'eventType', regex: '^[^$]' };
}

function passes({ types }: EventFilter, event: AllStreamRecordedEvent): boolean {
  return !isSystemEvent(event) && (types === undefined || types.includes(event.type));
}

/** The server's own events, and links that its projections write, are no part of the eventStore. */
export function isSystemEvent({ streamId, type }: { readonly streamId: string; readonly type: string }): boolean {
  return streamId.startsWith('$') || type.startsWith('$');
}
