import { chainStart, continuesChain } from './chain';
import { type EventStorage, type RecordedEvent } from './port';

/** An event that does not follow from those before it in its stream. */
export interface ChainFault {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  /**
   * `missing`: events before it were taken out. `order`: it is at another place than it was
   * recorded at, or twice. `changed`: its content, or the hash of the one before it, is not what
   * was recorded.
   */
  readonly kind: 'missing' | 'order' | 'changed';
  /** One sentence that names the place. */
  readonly message: string;
}

/** The last event of a stream that was verified. */
export interface VerifiedHead {
  readonly revision: number;
  readonly position: number;
  readonly hash: string;
}

/**
 * Proves the hash chains of events that are handed over one by one: all events of one stream, or
 * of `$all`, from the first on and in order. After a fault it goes on from what the faulty event
 * says of itself, so that one tampered event is one fault, not one at every event behind it.
 *
 * What a chain cannot show is that the end of a stream was cut off: for that compare `heads` with
 * those of a backup, or with what later events of other streams say about it. Keeps about 250
 * bytes for each stream.
 */
export class ChainVerifier {
  private readonly verified = new Map<string, VerifiedHead>();
  private taken = 0;
  private first: ChainFault | undefined;

  /** Takes the next event. @returns what is wrong with it, if anything */
  take(event: RecordedEvent): ChainFault | undefined {
    const head = this.verified.get(event.stream);
    const fault = faultOf(event, head);
    this.taken += 1;
    this.first ??= fault;
    // A repeat of what was there before must not take the chain back.
    if (head === undefined || event.revision > head.revision) {
      const { revision, position } = event;
      this.verified.set(event.stream, { revision, position, hash: recordedHash(event) });
    }
    return fault;
  }

  /** Events taken so far. */
  get events(): number {
    return this.taken;
  }

  get firstFault(): ChainFault | undefined {
    return this.first;
  }

  /** By stream. */
  get heads(): ReadonlyMap<string, VerifiedHead> {
    return this.verified;
  }
}

function faultOf(event: RecordedEvent, head: VerifiedHead | undefined): ChainFault | undefined {
  const { stream, revision, position, type } = event;
  const place = `${stream}@${revision} (${type}, position ${position})`;
  const fault = (kind: ChainFault['kind'], what: string): ChainFault => ({
    stream,
    revision,
    position,
    type,
    kind,
    message: `${place} ${what}`,
  });
  const expected = head === undefined ? 0 : head.revision + 1;
  if (revision > expected) {
    const gone = revision - expected === 1 ? `revision ${expected}` : `revisions ${expected} to ${revision - 1}`;
    return fault('missing', `comes after a gap: ${gone} of the stream cannot be found`);
  }
  if (head !== undefined && (revision < expected || position <= head.position)) {
    return fault('order', `is behind ${stream}@${head.revision} at position ${head.position}: out of order`);
  }
  if (continuesChain(head?.hash ?? chainStart(stream), event)) return undefined;
  return fault('changed', 'has another hash than its content and the event before it give: one of them was changed');
}

const recordedHash = ({ metadata }: RecordedEvent): string => {
  const hash: unknown = (metadata as RecordedEvent['metadata'] | null)?.hash;
  return typeof hash === 'string' ? hash : '';
};

export interface ChainReport {
  readonly events: number;
  readonly streams: number;
  /** In the order found; the first `MAX_FAULTS` of them. */
  readonly faults: readonly ChainFault[];
  /** How many were found altogether. */
  readonly faultCount: number;
}

export interface VerifyChainOptions {
  /** One stream only; else all of them. */
  readonly stream?: string;
  readonly onProgress?: (events: number) => void;
}

const MAX_FAULTS = 100;
const PAGE = 1_000;

/**
 * Reads a store, or one of its streams, page by page and proves the hash chains.
 * @throws {EventStoreUnavailable} also for an event that cannot even be read
 */
export async function verifyChain(store: EventStorage, options: VerifyChainOptions = {}): Promise<ChainReport> {
  const verifier = new ChainVerifier();
  const faults: ChainFault[] = [];
  let faultCount = 0;
  const pages = options.stream === undefined ? pagesOfAll(store) : pagesOfStream(store, options.stream);
  for await (const page of pages) {
    for (const event of page) {
      const fault = verifier.take(event);
      if (fault === undefined) continue;
      faultCount += 1;
      if (faults.length < MAX_FAULTS) faults.push(fault);
    }
    options.onProgress?.(verifier.events);
  }
  return { events: verifier.events, streams: verifier.heads.size, faults, faultCount };
}

async function* pagesOfAll(store: EventStorage): AsyncGenerator<readonly RecordedEvent[]> {
  for (let after = 0, atEnd = false; !atEnd;) {
    const page = await store.readAll({ after, limit: PAGE });
    yield page.events;
    ({ position: after, atEnd } = page);
  }
}

async function* pagesOfStream(store: EventStorage, stream: string): AsyncGenerator<readonly RecordedEvent[]> {
  for (let from = 0; ;) {
    const page = await store.readStream(stream, { from, limit: PAGE });
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    from = last.revision + 1;
  }
}
