import {
  emptyWorkspace,
  evolveWorkspace,
  type Instant,
  notFound,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import {
  type BillingEvent,
  decodeAll,
  encryptedTexts,
  type EventStorage,
  type PersonalDataKeys,
  type RecordedEvent,
  type StoredEvent,
  workspaceStream,
} from '@seatledger/event-store';

/** What the audit needs of an event store, which it only reads: events as they are stored, and in the clear. */
export interface EventHistory extends Pick<EventStorage, 'readStream' | 'readAll' | 'head'> {
  /** Events in the clear; what a destroyed key encrypted is `DISPOSED`. @throws {UnreadableEvent} */
  decode(recorded: readonly RecordedEvent[]): Promise<StoredEvent[]>;
  /** The keys that the personal data in these events was encrypted with, by name. */
  keysOf(recorded: readonly RecordedEvent[]): Promise<ReadonlyMap<string, Buffer>>;
}

/** The keys of personal data, as far as evidence needs them. */
export interface EvidenceKeys extends PersonalDataKeys {
  keysOf(encrypted: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

export const historyOf = (
  storage: Pick<EventStorage, 'readStream' | 'readAll' | 'head'>,
  keys: EvidenceKeys,
): EventHistory => ({
  readStream: (stream, options) => storage.readStream(stream, options),
  readAll: (options) => storage.readAll(options),
  head: () => storage.head(),
  decode: (recorded) => decodeAll(recorded, keys),
  keysOf: (recorded) => keys.keysOf(recorded.flatMap(encryptedTexts)),
});

/** Events read at a time, so that a long stream is never held whole. */
const PAGE_SIZE = 2000;

/** A stream's events in order, in pages. */
export async function* pagesOf<E extends BillingEvent>(
  history: EventHistory,
  stream: string,
): AsyncGenerator<StoredEvent<E>[]> {
  for (let from = 0; ; from += PAGE_SIZE) {
    const page = await history.readStream(stream, { from, limit: PAGE_SIZE });
    if (page.length > 0) yield (await history.decode(page)) as StoredEvent<E>[];
    if (page.length < PAGE_SIZE) return;
  }
}

/** All events of a stream that is known to be short. */
export async function eventsOf<E extends BillingEvent>(
  history: EventHistory,
  stream: string,
): Promise<StoredEvent<E>[]> {
  return (await history.decode(await history.readStream(stream))) as StoredEvent<E>[];
}

/** What was known: up to a revision of the workspace's facts, or before a time of recording; else now. */
export interface KnownAt {
  readonly revision?: number;
  readonly recordedBefore?: Instant;
}

/** Whether an event was recorded by then; a revision is that of a workspace's own stream. */
function isKnown(stored: StoredEvent, { revision, recordedBefore }: KnownAt): boolean {
  if (revision !== undefined && stored.revision > revision) return false;
  return recordedBefore === undefined || recordedAt(stored) < recordedBefore;
}

export const recordedAt = ({ metadata }: StoredEvent): Instant => Date.parse(metadata.recordedAt);

/** A workspace as it was known. */
export interface KnownWorkspace {
  readonly state: WorkspaceState;
  /** Revision of the last fact known; -1 for none. */
  readonly revision: number;
  /** Position of the first fact that was not known yet; undefined when all are. */
  readonly unknownFrom: number | undefined;
}

/**
 * Replays a workspace's facts as far as they were known; `onFact` sees each before it is folded.
 * @throws {DomainError} `unknown-workspace`, or `unknown-revision` for one that is not recorded yet
 */
export async function replayWorkspace(
  history: EventHistory,
  workspaceId: string,
  knownAt: KnownAt,
  onFact: (stored: StoredEvent<WorkspaceEvent>) => void = () => undefined,
): Promise<KnownWorkspace> {
  const state = emptyWorkspace();
  let revision = -1;
  for await (const page of pagesOf<WorkspaceEvent>(history, workspaceStream(workspaceId))) {
    for (const stored of page) {
      if (!isKnown(stored, knownAt)) return { state, revision, unknownFrom: stored.position };
      onFact(stored);
      evolveWorkspace(state, stored.event);
      revision = stored.revision;
    }
  }
  if (revision === -1) throw notFound('unknown-workspace', 'There is no workspace with this id.');
  if (knownAt.revision !== undefined && knownAt.revision > revision) {
    throw notFound('unknown-revision', `The workspace's history ends at revision ${revision}.`);
  }
  return { state, revision, unknownFrom: undefined };
}
