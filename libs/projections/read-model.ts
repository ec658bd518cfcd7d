import { setTimeout as delay } from 'node:timers/promises';

import { type EventStore } from '@seatledger/event-store';
import { CheckpointMoved, type ReadStore } from '@seatledger/read-store';

import { differences } from './compare';
import {
  isSame,
  nameIn,
  type ProjectionVersion,
  ProjectionVersionRecord,
  type ProjectionVersions,
  storeOf,
  VersionedStore,
} from './projection-versions';
import { isLasting, type Projection, ProjectionRunner, type RunnerOptions, type RunnerStatus } from './runner';

export interface RebuildStatus {
  /** `differs`: built and compared, but not switched to, until an operator accepts it. */
  readonly state: 'building' | 'differs' | 'failed' | 'done';
  /** Events folded, by this process. */
  readonly events: number;
  /** Up to where it is built. */
  readonly checkpoint: number;
  /** Milliseconds since it began or was taken up. */
  readonly milliseconds: number;
  /** Where counts and totals are others than before. */
  readonly differences: readonly string[];
  /** Why it failed. */
  readonly reason?: string;
}

export interface ReadModelStatus extends RunnerStatus {
  readonly version: number;
  /** The documents in use were made by the code of another version; new ones are being built. */
  readonly isOutdated: boolean;
  readonly rebuild?: RebuildStatus;
}

export interface ReadModelOptions extends RunnerOptions {
  readonly clock?: () => number;
  /** How long replaced documents are kept, for other processes that still answer from them, in ms. */
  readonly keepReplaced?: number;
  /** How often to look whether another process has rebuilt, and for what may be dropped, in ms. */
  readonly maintainEveryMs?: number;
  readonly onRebuilt?: (projection: string, status: RebuildStatus) => void;
}

const TEN_MINUTES = 600_000;
const FIVE_SECONDS = 5_000;

/**
 * A projection with the documents that it answers from. A rebuild makes new documents beside them,
 * compares, switches, and drops the old ones later; what was begun is recorded in the read store,
 * so that the next start goes on with it after a stop at any point. When the projection's code has
 * another version than the documents, the start rebuilds by itself and answers from the old ones
 * meanwhile, which then do not change.
 */
export class ReadModel {
  /** What it answers from, and what folds that. */
  private current: ProjectionVersion;
  private runner: ProjectionRunner;
  private versions: ProjectionVersions;
  private readonly record: ProjectionVersionRecord;
  private readonly aborter = new AbortController();
  private beginning: Promise<void> | undefined;
  private building: Promise<void> | undefined;
  private rebuilt: RebuildStatus | undefined;
  private acceptsDifferences = false;
  private timer: NodeJS.Timeout | undefined;
  private maintaining: Promise<void> | undefined;

  constructor(
    readonly projection: Projection,
    private readonly eventStore: EventStore,
    private readonly store: ReadStore,
    private readonly options: ReadModelOptions = {},
  ) {
    const { version, collections } = projection;
    const active = { version, build: 1, collections: collections.map(({ name }) => name) };
    this.versions = { active, next: null, retired: [] };
    this.record = new ProjectionVersionRecord(store, projection.name);
    this.current = active;
    this.runner = this.runnerOf(active);
  }

  async start(): Promise<void> {
    await this.load();
    const { active, next } = this.versions;
    this.current = active;
    this.runner = this.runnerOf(active);
    await this.runner.open();
    if (!this.isOutdated) this.runner.start();
    if (this.isOutdated || next?.version === this.projection.version) await this.rebuild();
    const maintain = (): void => {
      this.maintaining ??= this.maintain().finally(() => (this.maintaining = undefined));
    };
    this.timer = setInterval(maintain, this.options.maintainEveryMs ?? FIVE_SECONDS).unref();
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    clearInterval(this.timer);
    await this.beginning?.catch(() => undefined);
    await this.building;
    await this.maintaining;
    await this.runner.stop();
  }

  status(): ReadModelStatus {
    return {
      ...this.runner.status(),
      version: this.current.version,
      isOutdated: this.isOutdated,
      ...(this.rebuilt === undefined ? {} : { rebuild: this.rebuilt }),
    };
  }

  /** See {@link ProjectionRunner.reached}. */
  reached(position: number, milliseconds: number): Promise<boolean> {
    return this.runner.reached(position, milliseconds);
  }

  /** See {@link ProjectionRunner.refresh}. */
  refresh(milliseconds: number): Promise<void> {
    return this.runner.refresh(milliseconds);
  }

  /** See {@link ProjectionRunner.changed}. */
  changed(signal: AbortSignal, isLowPriority?: boolean): Promise<void> {
    return this.runner.changed(signal, isLowPriority);
  }

  /** The name of a collection in the documents that are answered from; undefined when it is none of this. */
  storedName(collection: string): string | undefined {
    const isOurs = this.projection.collections.some(({ name }) => name === collection);
    return isOurs ? nameIn(this.current, collection) : undefined;
  }

  /**
   * Begins a rebuild in the background, or goes on with the one that was begun; {@link status} tells
   * how it fares. One that differed is switched to when its differences are accepted.
   */
  async rebuild(options: { acceptDifferences?: boolean } = {}): Promise<void> {
    this.acceptsDifferences = options.acceptDifferences === true;
    this.beginning ??= this.begin().finally(() => (this.beginning = undefined));
    await this.beginning;
  }

  private async begin(): Promise<void> {
    if (this.rebuilt?.state === 'building') return;
    // Both change the record of the versions, and which runner is in use.
    await this.maintaining;
    const next = await this.plan();
    const began = performance.now();
    this.rebuilt = { state: 'building', events: 0, checkpoint: 0, milliseconds: 0, differences: [] };
    const note = (change: Partial<RebuildStatus>): void => {
      if (this.rebuilt?.state !== 'building') return;
      this.rebuilt = { ...this.rebuilt, milliseconds: performance.now() - began, ...change };
    };
    this.building = this.build(next, note)
      .then((state) => note({ state }))
      .catch((error: unknown) => {
        note({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
        this.options.onFailure?.(this.projection.name, error);
      })
      .then(() => {
        if (this.rebuilt !== undefined) this.options.onRebuilt?.(this.projection.name, this.rebuilt);
      });
  }

  /** Resolves when no rebuild is under way. */
  async settled(): Promise<void> {
    await this.building;
  }

  private get isOutdated(): boolean {
    return this.current.version !== this.projection.version;
  }

  private runnerOf(projectionVersion: ProjectionVersion, onCommit = this.options.onCommit): ProjectionRunner {
    return new ProjectionRunner(this.projection, this.eventStore, storeOf(this.store, projectionVersion), {
      ...this.options,
      ...(onCommit === undefined ? {} : { onCommit }),
    });
  }

  /** The recorded versions; the first process of all records the first. */
  private async load(): Promise<void> {
    let stored = await this.record.load();
    if (stored === undefined) {
      await this.record.save(this.versions);
      stored = await this.record.load();
    }
    if (stored !== undefined) this.versions = stored;
  }

  private async save(change: (versions: ProjectionVersions) => ProjectionVersions): Promise<void> {
    for (;;) {
      await this.load();
      const changed = change(this.versions);
      if (await this.record.save(changed)) {
        this.versions = changed;
        return;
      }
    }
  }

  /** What is being built, recorded before the first document of it is written. */
  private async plan(): Promise<ProjectionVersion> {
    const { version, collections } = this.projection;
    await this.save((versions) => {
      const { active, next, retired } = versions;
      if (next?.version === version) return versions;
      const builds = [active, ...retired].filter((known) => known.version === version).map(({ build }) => build);
      const planned = { version, build: Math.max(0, ...builds) + 1, collections: collections.map(({ name }) => name) };
      // What another version began and left is dropped like what was replaced.
      const abandoned = next === null ? [] : [{ ...next, since: this.now() }];
      return { active, next: planned, retired: [...retired, ...abandoned] };
    });
    const { next } = this.versions;
    if (next === null) throw new Error('nothing is planned');
    return next;
  }

  private async build(
    next: ProjectionVersion,
    note: (change: Partial<RebuildStatus>) => void,
  ): Promise<RebuildStatus['state']> {
    const { signal } = this.aborter;
    let events = 0;
    const runner = this.runnerOf(next, (batch) => {
      events += batch.events;
      note({ events, checkpoint: batch.checkpoint });
      this.options.onCommit?.(batch);
    });
    const old = storeOf(this.store, this.current);
    const { name } = this.projection;
    while (!signal.aborted) {
      let held: ProjectionRunner | undefined;
      try {
        await runner.open();
        await runner.foldUpTo(await old.checkpoint(name), signal);
        // Nearly level: the old one is held still, so that both stand at the same event.
        held = this.runner;
        await held.stop();
        const level = await old.checkpoint(name);
        await runner.foldUpTo(level, signal);
        if (signal.aborted) break;
        const found = await differences(this.projection, old, storeOf(this.store, next));
        note({ differences: found, checkpoint: level });
        // Another process may have folded on in the old one meanwhile: once more.
        if ((await old.checkpoint(name)) === level) {
          // Another version of the code is there to make a difference.
          if (found.length > 0 && !this.isOutdated && !this.acceptsDifferences) return 'differs';
          if (this.isOutdated) await runner.foldUpTo(await this.eventStore.storage.head(), signal);
          if (signal.aborted) break;
          await this.switchTo(next, runner);
          return 'done';
        }
      } catch (error) {
        if (isLasting(error)) throw error;
        if (!(error instanceof CheckpointMoved)) this.options.onFailure?.(name, error);
        await delay(this.options.retryDelay ?? 500, undefined, { signal }).catch(() => undefined);
        await runner.reload().catch(() => undefined);
      } finally {
        const isSwitched = isSame(this.current, next);
        if (!signal.aborted && !isSwitched && !this.isOutdated) held?.start();
      }
    }
    return 'building';
  }

  private async switchTo(next: ProjectionVersion, runner: ProjectionRunner): Promise<void> {
    await this.save(({ active, next: planned, retired }) => {
      // Another process that built the same was quicker.
      if (isSame(next, active)) return { active, next: planned, retired };
      const collections = [...new Set([...active.collections, ...next.collections])];
      return { active: next, next: null, retired: [...retired, { ...active, collections, since: this.now() }] };
    });
    await this.use(next, runner);
  }

  private async use(projectionVersion: ProjectionVersion, runner: ProjectionRunner): Promise<void> {
    const old = this.runner;
    await old.stop();
    this.current = projectionVersion;
    this.runner = runner;
    runner.adopt(old);
    runner.start();
  }

  /** Follows a rebuild by another process, and drops what was replaced long enough ago. */
  private async maintain(): Promise<void> {
    try {
      if (this.beginning !== undefined || this.rebuilt?.state === 'building') return;
      await this.load();
      const { active } = this.versions;
      if (!isSame(active, this.current) && active.version === this.projection.version) {
        const runner = this.runnerOf(active);
        await runner.open();
        await this.use(active, runner);
      }
      await this.dropRetired();
    } catch (error) {
      this.options.onFailure?.(this.projection.name, error);
    }
  }

  private async dropRetired(): Promise<void> {
    const { keepReplaced = TEN_MINUTES } = this.options;
    const due = this.versions.retired.filter(({ since }) => since + keepReplaced <= this.now());
    if (due.length === 0) return;
    for (const projectionVersion of due) {
      await storeOf(this.store, projectionVersion).drop(this.projection.name, projectionVersion.collections);
    }
    await this.save(({ retired, ...rest }) => ({
      ...rest,
      retired: retired.filter((one) => !due.some((dropped) => isSame(dropped, one))),
    }));
  }

  private now(): number {
    return (this.options.clock ?? Date.now)();
  }
}

/** The read store as queries see it: each collection in the documents that its read model answers from. */
export const answersOf = (store: ReadStore, readModels: readonly ReadModel[]): ReadStore =>
  new VersionedStore(store, (name) => {
    for (const readModel of readModels) {
      const stored = readModel.storedName(name);
      if (stored !== undefined) return stored;
    }
    return name;
  });
