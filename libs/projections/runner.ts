import { setTimeout as delay } from 'node:timers/promises';

import { type EventStore, type StoredEvent, UnreadableEvent } from '@seatledger/event-store';
import { CheckpointMoved, type CollectionSpec, type Document, type ReadStore } from '@seatledger/read-store';

import { type DocumentKey, UnitOfWork } from './unit-of-work';

/** A read model: how events become documents. No side effects besides the documents. */
export interface Projection {
  /** Name of the read model and of its checkpoint. */
  readonly name: string;
  /**
   * Of the code below, and part of its collections' names. Changing what the code makes of
   * the same events counts it up: the next start rebuilds the read model beside the old one.
   */
  readonly version: number;
  readonly collections: readonly CollectionSpec[];
  /** Amounts in the documents of a collection, summed up to compare a rebuild with what it replaces. */
  readonly totals?: Readonly<Record<string, (document: Document) => Readonly<Record<string, number>>>>;
  /** The streams that it is made of. Every event in them must be handled or declared irrelevant. */
  readonly streamPrefixes: readonly string[];
  /** Documents that `project` will ask for. */
  needs(event: StoredEvent): DocumentKey[];
  /** Folds one event; a promise only where documents must be searched. */
  project(event: StoredEvent, documents: UnitOfWork): void | Promise<void>;
}

export type RunnerState = 'running' | 'standing-by' | 'stopped' | 'failed';

export interface RunnerStatus {
  readonly projection: string;
  readonly state: RunnerState;
  /** Everything up to here is in the documents. */
  readonly checkpoint: number;
  /** Why it failed. */
  readonly reason?: string;
}

export interface RunnerOptions {
  readonly batchSize?: number;
  readonly onCommit?: (status: { events: number; milliseconds: number; checkpoint: number }) => void;
  readonly onFailure?: (projection: string, error: unknown) => void;
  /** How long to wait before trying again after another runner was ahead, or a store was away. */
  readonly retryDelay?: number;
  /**
   * From the beginning of one batch to the next, in milliseconds, while events come in one by one:
   * many cost little more than one. The first after a silence is folded at once, and so is whatever
   * a caller waits to have {@link ProjectionRunner.reached} or {@link ProjectionRunner.refresh}ed.
   */
  readonly minIntervalMs?: number;
}

/** A caller that waits to see a position in the documents. */
interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
  /** Lets a rest between two batches be one. */
  readonly isLowPriority: boolean;
  /** Where it waits: those of another runner once that has taken over. */
  among: Set<Waiter>;
}

/**
 * Pulls events in global order, folds them in batches, and commits documents and checkpoint
 * together. A second runner of the same projection loses on the checkpoint and is on standby. An
 * event that cannot be read or folded stops the projection: it waits for an operator.
 */
export class ProjectionRunner {
  private readonly documents: UnitOfWork;
  private aborter = new AbortController();
  private readonly waiters = new Set<Waiter>();
  private checkpoint = 0;
  private state: RunnerState = 'stopped';
  private reason: string | undefined;
  private loop: Promise<void> | undefined;
  /** Up to where events are folded; ahead of `checkpoint` while what was folded is being committed. */
  private folded = 0;
  private committing: Promise<void> = Promise.resolve();
  /** What the store holds: behind `checkpoint` where only events of other streams were passed. */
  private committed = 0;
  /** There was more to fold than one batch holds, when it last looked. */
  private isBehind = true;
  /** Ends the rest between two batches. */
  private endRest: () => void = () => undefined;
  /** Smaller while it looks for the one event that a batch failed at. */
  private batchSize: number;

  constructor(
    private readonly projection: Projection,
    private readonly eventStore: EventStore,
    private readonly readStore: ReadStore,
    private readonly options: RunnerOptions = {},
  ) {
    this.documents = new UnitOfWork(readStore);
    this.batchSize = this.fullBatch;
  }

  /**
   * Declares the collections, and takes up what is stored; {@link start} then goes on from there.
   * @throws {ReadModelAhead}
   */
  async open(): Promise<void> {
    for (const collection of this.projection.collections) {
      await this.readStore.ensureCollection(collection);
    }
    await this.resume();
    const head = await this.eventStore.storage.head();
    if (this.committed > head) throw new ReadModelAhead(this.projection.name, this.committed, head);
  }

  /** Follows the history until it is stopped; after a stop it may be started again. While it runs, it runs on. */
  start(): void {
    // Two loops would fold the same events twice.
    if (this.state === 'running' || this.state === 'standing-by') return;
    this.aborter = new AbortController();
    this.state = 'running';
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    this.endRest();
    await this.loop;
    if (this.state !== 'failed') this.state = 'stopped';
  }

  /**
   * Folds up to and including a position, for a rebuild; not while it runs. Nothing to do when it
   * stands there or beyond.
   */
  async foldUpTo(position: number, signal: AbortSignal): Promise<void> {
    try {
      while (this.folded < position && !signal.aborted) await this.runBatch(position);
    } finally {
      await this.committing;
    }
  }

  /** Takes over those who wait for another runner that this one replaces. */
  adopt(other: ProjectionRunner): void {
    for (const waiter of other.waiters) {
      waiter.among = this.waiters;
      this.waiters.add(waiter);
    }
    other.waiters.clear();
    this.wake();
  }

  /** Gives up what is held in memory, and goes on from what is stored, whichever process wrote it. */
  async reload(): Promise<void> {
    this.documents.clear();
    await this.resume();
  }

  status(): RunnerStatus {
    return {
      projection: this.projection.name,
      state: this.state,
      checkpoint: this.checkpoint,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
    };
  }

  /** Resolves when everything up to the position is in the documents; false after the time limit. */
  reached(position: number, milliseconds: number): Promise<boolean> {
    if (this.checkpoint >= position) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        resolve: () => {
          clearTimeout(limit);
          resolve(true);
        },
        isLowPriority: false,
        among: this.waiters,
      };
      const limit = setTimeout(() => {
        waiter.among.delete(waiter);
        resolve(false);
      }, milliseconds);
      this.waiters.add(waiter);
      this.endRest();
    });
  }

  /**
   * Resolves when what the store holds by now is in the documents, mostly at once: where they lag
   * anyway, or another runner writes them, nothing is waited for; else no longer than the limit.
   */
  async refresh(milliseconds: number): Promise<void> {
    if (this.state !== 'running' || this.isBehind) return;
    const waiting = new AbortController();
    const limit = delay(milliseconds, 0, { signal: waiting.signal }).catch(() => 0);
    // What is in the documents can be read also while the store of events is away.
    const head = await Promise.race([this.eventStore.storage.head().catch(() => 0), limit]);
    waiting.abort();
    await this.reached(head, milliseconds);
  }

  /** Resolves when more is in the documents than now, or when aborted. A waiter of low priority does not shorten a rest. */
  async changed(signal: AbortSignal, isLowPriority = false): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        waiter.among.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { position: this.checkpoint + 1, resolve: end, isLowPriority, among: this.waiters };
      this.waiters.add(waiter);
      if (!isLowPriority) this.endRest();
      signal.addEventListener('abort', end);
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.aborter;
    while (!signal.aborted) {
      try {
        const next = performance.now() + (this.options.minIntervalMs ?? 0);
        const atEnd = await this.runBatch();
        this.state = 'running';
        this.isBehind = !atEnd;
        this.batchSize = Math.min(this.fullBatch, this.batchSize * 2);
        if (!atEnd) continue;
        await this.eventStore.storage.waitForEvents(this.checkpoint, signal);
        await this.rest(next - performance.now(), signal);
      } catch (caught) {
        // What was folded before may have failed to be written as well: that comes first.
        const error: unknown = await this.committing.then(
          () => caught,
          (failed: unknown) => failed,
        );
        this.documents.clear();
        this.folded = this.checkpoint;
        this.committing = Promise.resolve();
        if (signal.aborted) return;
        if (error instanceof CheckpointMoved) {
          this.state = 'standing-by';
          await this.pause(signal);
          await this.resume().catch((reason: unknown) => this.fail(reason));
        } else if (isLasting(error) && this.batchSize > 1) {
          // What comes before the event in question is not held up by it.
          this.batchSize = Math.ceil(this.batchSize / 8);
        } else if (isLasting(error)) {
          this.fail(error);
        } else {
          this.options.onFailure?.(this.projection.name, error);
          await this.pause(signal);
          // Whether the last commit was applied may be unknown.
          await this.resume().catch((reason: unknown) => this.fail(reason));
        }
        if (this.isFailed()) return;
      }
    }
    await this.committing.catch(() => this.documents.clear());
    this.folded = this.checkpoint;
    this.committing = Promise.resolve();
  }

  private isFailed(): boolean {
    return this.state === 'failed';
  }

  /** Stops for good when trying again would not help; else the loop comes again by itself. */
  private fail(error: unknown): void {
    if (!isLasting(error)) return;
    this.state = 'failed';
    this.reason = error instanceof Error ? error.message : String(error);
    this.options.onFailure?.(this.projection.name, error);
  }

  private get fullBatch(): number {
    return this.options.batchSize ?? 2000;
  }

  /** True when nothing was left to read, up to a position where one is given. */
  private async runBatch(upTo = Infinity): Promise<boolean> {
    const began = performance.now();
    const page = await this.readPage(upTo);
    // Nothing new: the checkpoint need not be written again for events of other streams alone.
    if (page.events.length === 0) {
      await this.committing;
      this.folded = page.position;
      this.advance(page.position);
      return page.atEnd;
    }
    await this.documents.prefetch(needsOf(this.projection, page.events));
    for (const event of page.events) {
      try {
        const more = this.projection.project(event, this.documents);
        if (more !== undefined) await more;
      } catch (error) {
        throw new ProjectionFailed(this.projection.name, event, error);
      }
    }
    await this.committing;
    this.folded = page.position;
    // The next batch is read and folded while this one is written.
    this.committing = this.commit(page.position, page.events.length, began);
    if (page.atEnd) await this.committing;
    else this.committing.catch(() => undefined);
    return page.atEnd;
  }

  private async commit(checkpoint: number, events: number, began: number): Promise<void> {
    await this.readStore.commit({
      projection: this.projection.name,
      expectedCheckpoint: this.committed,
      checkpoint,
      writes: this.documents.beginCommit(),
    });
    this.committed = checkpoint;
    this.documents.settle();
    this.advance(checkpoint);
    this.options.onCommit?.({ events, milliseconds: performance.now() - began, checkpoint });
  }

  private async readPage(upTo: number): Promise<Awaited<ReturnType<EventStore['readAll']>>> {
    const page = await this.eventStore.readAll({
      after: this.folded,
      limit: this.batchSize,
      streamPrefixes: this.projection.streamPrefixes,
    });
    if (page.position <= upTo) return page;
    return { events: page.events.filter(({ position }) => position <= upTo), position: upTo, atEnd: true };
  }

  /** Goes on from what is stored, whichever process wrote it. */
  private async resume(): Promise<void> {
    const stored = await this.readStore.checkpoint(this.projection.name);
    // It only ever goes forward, until the documents are dropped.
    if (stored < this.committed) throw new ReplacedReadModel(this.projection.name);
    this.committed = stored;
    this.checkpoint = stored;
    this.folded = stored;
    this.committing = Promise.resolve();
    this.wake();
  }

  private advance(position: number): void {
    this.checkpoint = Math.max(this.checkpoint, position);
    this.wake();
  }

  private wake(): void {
    for (const waiter of this.waiters) {
      if (waiter.position > this.checkpoint) continue;
      this.waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Lets more events come in, unless a caller waits to see them. */
  private async rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    const isAwaited = [...this.waiters].some(({ isLowPriority }) => !isLowPriority);
    if (milliseconds <= 0 || isAwaited || signal.aborted) return;
    const resting = new AbortController();
    this.endRest = () => resting.abort();
    await delay(milliseconds, undefined, { signal: resting.signal }).catch(() => undefined);
    this.endRest = () => undefined;
  }

  private async pause(signal: AbortSignal): Promise<void> {
    await delay(this.options.retryDelay ?? 500, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * The documents reflect events that the store does not have. Going on would leave out what is
 * recorded at those positions from now on.
 */
export class ReadModelAhead extends Error {
  constructor(projection: string, checkpoint: number, head: number) {
    super(
      `read model ${projection} is ahead of the event store (position ${checkpoint}, the last event is ${head}): ` +
        'the history was restored from an older backup, or moved; remove the read models, and they are made again',
    );
    this.name = 'ReadModelAhead';
  }
}

/** A projection met an event that it cannot fold. */
export class ProjectionFailed extends Error {
  constructor(projection: string, event: StoredEvent, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`projection ${projection} stopped at ${event.event.type} (${event.stream}@${event.revision}): ${why}`, {
      cause,
    });
    this.name = 'ProjectionFailed';
  }
}

/** The documents are gone: a rebuild by another process replaced them, or an operator dropped them. */
export class ReplacedReadModel extends Error {
  constructor(projection: string) {
    super(`the documents of projection ${projection} are gone; they were rebuilt elsewhere: start this process again`);
    this.name = 'ReplacedReadModel';
  }
}

/** Trying again would not help: the event or the projection is at fault, not a store. */
export const isLasting = (error: unknown): boolean =>
  error instanceof ProjectionFailed || error instanceof UnreadableEvent || error instanceof ReplacedReadModel;

function* needsOf(projection: Projection, events: readonly StoredEvent[]): Generator<DocumentKey> {
  for (const event of events) yield* projection.needs(event);
}
