/**
 * The port to an event store: streams of events, each appended at an expected revision, in one
 * global order. Adapters (embedded/, eventstoredb/) move envelopes; they know nothing of billing.
 *
 * Streams have no metadata of their own, which stores keep for how long or by whom a stream may be
 * read: the history is kept whole, and what is to be said of a stream is an event in it.
 *
 * Revisions count from 0 in each stream. Positions grow over the whole store, with gaps allowed;
 * both are safe integers.
 */

/** What travels with every event. Flat, so that any store can index it. */
export interface EventMetadata {
  /** Shared by everything that one request, or one run of a process, set off. */
  readonly $correlationId: string;
  /** The command or event that caused this one. */
  readonly $causationId: string;
  /** Who did it: the id of an API key or the name of a process, never the key itself. */
  readonly actor: string;
  /** When the fact took effect, RFC 3339 UTC with milliseconds. Units are counted by it. */
  readonly occurredAt: string;
  /** When it was recorded, RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
  /** The request's Idempotency-Key, on the first event that answered it. */
  readonly idempotencyKey?: string;
  /** Keyed hash of the request under that key, to tell a repeat from another request. */
  readonly requestHash?: string;
  /** The event's link in the hash chain of its stream (see chain.ts). */
  readonly hash: string;
}

/** An event on its way into a stream. */
export interface EventToAppend {
  /** Unique and stable: the same append tried again brings the same ids. */
  readonly id: string;
  /** Name and version, such as `TeamArchived.v1`. */
  readonly type: string;
  /** A JSON value. */
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

/** An event as a store gives it back. */
export interface RecordedEvent extends EventToAppend {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/** The revision that a stream must be at: `no-stream` for one without events. */
export type ExpectedRevision = number | 'no-stream';

export interface AppendResult {
  /** Revision of the last event appended. */
  readonly revision: number;
  /** Position of the last event appended. */
  readonly position: number;
}

export interface ReadStreamOptions {
  /** First revision to read; from the start, or from the end when reading backward. */
  readonly from?: number;
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** Reads what lies after this position, one that the store gave out; 0 is the beginning. */
  readonly after: number;
  readonly limit: number;
  /** Only events of these types (exactly as recorded, with version). */
  readonly types?: readonly string[];
  /** Only events of streams that begin with one of these, such as `workspace-`. */
  readonly streamPrefixes?: readonly string[];
}

export interface AllEventsPage {
  readonly events: readonly RecordedEvent[];
  /**
   * Up to where the store was searched: what a filtered reader may go on from, even when no
   * event matched. Never beyond an event that is still to be returned.
   */
  readonly position: number;
  /** True when, at the time of reading, nothing lay beyond `position`. */
  readonly atEnd: boolean;
}

export interface StreamHead {
  readonly revision: number;
  readonly hash: string;
}

export interface EventStorage {
  /**
   * Appends all events or none; when it resolves they are durable (on disk, or acknowledged by
   * the leader). Appending the same ids at the same expected revision again answers as the first
   * time and writes nothing.
   * @throws {RevisionConflict} the stream is at another revision
   * @throws {AppendTooLarge} the store takes no append of this size; nothing was written
   * @throws {EventStoreUnavailable} not known whether it was written: try again with the same ids
   */
  append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<AppendResult>;

  /** The stream's events in order; an unknown stream has none. */
  readStream(stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]>;

  /** A page of all streams in global order. */
  readAll(options: ReadAllOptions): Promise<AllEventsPage>;

  /** The position of the last event in the store, 0 when empty. */
  head(): Promise<number>;

  /** The last event in the store; undefined when empty. */
  latest(): Promise<RecordedEvent | undefined>;

  /**
   * Resolves as soon as there may be something after `position`: at once when there is, on an
   * append otherwise (also one by another process, within a bounded poll), or when aborted.
   */
  waitForEvents(position: number, signal: AbortSignal): Promise<void>;

  /** Resolves when the store can be read and written. @throws {EventStoreUnavailable} */
  checkHealth(): Promise<void>;

  close(): Promise<void>;
}

/** The stream does not stand where the append expected it to. */
export class RevisionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`stream ${stream}: expected revision ${expected}, found ${actual}`);
    this.name = 'RevisionConflict';
  }
}

/** More than the store takes in one append; trying the same again does not help. */
export class AppendTooLarge extends Error {
  constructor(
    readonly stream: string,
    /** Bytes of data, metadata and type names that one append may have. */
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(`stream ${stream}: an append of more than ${limit} bytes is not taken by the event store`, options);
    this.name = 'AppendTooLarge';
  }
}

/** The store could not answer; whether an append was written is not known. */
export class EventStoreUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EventStoreUnavailable';
  }
}
