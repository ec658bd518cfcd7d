import { ChainVerifier } from './chain-verifier';
import { type EventStorage, EventStoreUnavailable, type RecordedEvent, RevisionConflict } from './port';

/** The copy cannot go on, or is not what it should be; the message names the first place. */
export class CopyRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CopyRefused';
  }
}

export interface CopyProgress {
  /** `comparing` what the target holds already, `copying` the rest, `verifying` all of it. */
  readonly phase: 'comparing' | 'copying' | 'verifying';
  /** How far in the source, of `end`; both are positions. */
  readonly position: number;
  readonly end: number;
}

export interface CopyOptions {
  readonly onProgress?: (progress: CopyProgress) => void;
}

export interface CopyReport {
  /** Events in the target, which are those of the source. */
  readonly events: number;
  readonly streams: number;
  /** Of them, written by this run; the others had been there. */
  readonly copied: number;
}

const PAGE = 1_000;
/** An append's limits: EventStoreDB takes up to 1 MiB of JSON at once. */
const BATCH_EVENTS = 500;
const BATCH_CHARACTERS = 256 * 1024;
const MAX_ATTEMPTS = 4;

/**
 * Copies every event from one store into another: ids, times, order over all streams, and with
 * them the hash chains. Positions are the target's own. A copy that was aborted goes on from
 * where it was. The target may hold nothing else, and nobody may write to either store meanwhile.
 * At the end both are read again and compared, event by event.
 * @throws {CopyRefused} @throws {EventStoreUnavailable}
 */
export async function copyEvents(from: EventStorage, to: EventStorage, options: CopyOptions = {}): Promise<CopyReport> {
  const end = await from.head();
  const report = (phase: CopyProgress['phase']) => (position: number) => options.onProgress?.({ phase, position, end });
  const common = await compare(from, to, report('comparing'));
  const already = common.chains.events;
  await copyRest(common, from, to, report('copying'));
  const { chains, complete } = await compare(from, to, report('verifying'));
  if (!complete) {
    throw new CopyRefused('The source went on being written: stop what writes to it, then copy again from here.');
  }
  return { events: chains.events, streams: chains.heads.size, copied: chains.events - already };
}

/** What both stores have in common: all that the target holds, as far as it is the source's beginning. */
interface Common {
  readonly chains: ChainVerifier;
  /** In the source, of the last event in common. */
  readonly position: number;
  /** The source has nothing more. */
  readonly complete: boolean;
}

/** @throws {CopyRefused} the target holds something else, or a chain is broken */
async function compare(from: EventStorage, to: EventStorage, report: (position: number) => void): Promise<Common> {
  const source = eventsAfter(from, 0);
  const chains = new ChainVerifier();
  let position = 0;
  for await (const copy of eventsAfter(to, 0)) {
    const { value: original } = await source.next();
    if (original === undefined) {
      throw new CopyRefused(`The target holds more than the source: ${describe(copy)}. It must be empty or a copy.`);
    }
    if (!isSame(original, copy)) {
      throw new CopyRefused(
        `The target holds other content: ${describe(copy)} is where the source has ${describe(original)}.`,
      );
    }
    refuseBroken(chains, copy, 'target');
    ({ position } = original);
    if (chains.events % PAGE === 0) report(position);
  }
  report(position);
  const complete = (await source.next()).value === undefined;
  return { chains, position, complete };
}

function refuseBroken(chains: ChainVerifier, event: RecordedEvent, where: 'source' | 'target'): void {
  const fault = chains.take(event);
  if (fault !== undefined)
    throw new CopyRefused(`The history of the ${where} does not hold together: ${fault.message}.`);
}

/** With the hash, which covers type, data and metadata; that it is right the chain shows. */
const isSame = (a: RecordedEvent, b: RecordedEvent): boolean =>
  a.id === b.id &&
  a.stream === b.stream &&
  a.revision === b.revision &&
  a.type === b.type &&
  a.metadata.hash === b.metadata.hash;

const describe = ({ stream, revision, id, type }: RecordedEvent): string => `${stream}@${revision} (${type}, id ${id})`;

async function copyRest(
  { chains, position: after }: Common,
  from: EventStorage,
  to: EventStorage,
  report: (position: number) => void,
): Promise<void> {
  for (let atEnd = false, position = after; !atEnd;) {
    const page = await from.readAll({ after: position, limit: PAGE });
    // What is not right is not copied.
    for (const event of page.events) refuseBroken(chains, event, 'source');
    // One append after the other, as only that keeps the order over all streams.
    for (const batch of batchesOf(page.events)) await appendBatch(to, batch);
    ({ position, atEnd } = page);
    report(position);
  }
}

/** Runs of events that follow each other in one stream, within what one append may hold. */
function* batchesOf(events: readonly RecordedEvent[]): Generator<[RecordedEvent, ...RecordedEvent[]]> {
  let batch: [RecordedEvent, ...RecordedEvent[]] | undefined;
  let size = 0;
  for (const event of events) {
    const own = JSON.stringify([event.data, event.metadata]).length;
    const last = batch?.at(-1);
    const continues =
      last?.stream === event.stream &&
      last.revision + 1 === event.revision &&
      batch !== undefined &&
      batch.length < BATCH_EVENTS &&
      size + own <= BATCH_CHARACTERS;
    if (continues && batch !== undefined) {
      batch.push(event);
      size += own;
    } else {
      if (batch !== undefined) yield batch;
      batch = [event];
      size = own;
    }
  }
  if (batch !== undefined) yield batch;
}

/** An append whose answer was lost is repeated by the same ids. */
async function appendBatch(to: EventStorage, batch: readonly [RecordedEvent, ...RecordedEvent[]]): Promise<void> {
  const [{ stream, revision }] = batch;
  const events = batch.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
  for (let tries = 1; ; tries += 1) {
    try {
      await to.append(stream, events, revision === 0 ? 'no-stream' : revision - 1);
      return;
    } catch (error) {
      if (error instanceof RevisionConflict) {
        throw new CopyRefused(
          `${stream} of the target is at ${error.actual} where revision ${revision} is to come: something else writes to it.`,
        );
      }
      if (!(error instanceof EventStoreUnavailable) || tries === MAX_ATTEMPTS) throw error;
    }
  }
}

async function* eventsAfter(store: EventStorage, after: number): AsyncGenerator<RecordedEvent, undefined> {
  for (let atEnd = false, position = after; !atEnd;) {
    const page = await store.readAll({ after: position, limit: PAGE });
    yield* page.events;
    ({ position, atEnd } = page);
  }
  return undefined;
}
