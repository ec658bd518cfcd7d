import {
  CheckpointMoved,
  type CollectionSpec,
  type Commit,
  type Document,
  type Filter,
  type FindOptions,
  type ListOptions,
  type ReadStore,
  type StoredDocument,
  type Total,
} from '@seatledger/read-store';

/** One set of a read model's collections: those that the code of a version folded, in one build. */
export interface ProjectionVersion {
  /** Of the projection's code. */
  readonly version: number;
  /** Counts the rebuilds by the same code, from 1. */
  readonly build: number;
  /** Names as the projection has them, without version. */
  readonly collections: readonly string[];
}

/** Which versions of a read model there are. */
export interface ProjectionVersions {
  /** What is answered from. */
  readonly active: ProjectionVersion;
  /** What is being built beside it. */
  readonly next: ProjectionVersion | null;
  /** What is no longer answered from and will be dropped; `since` in ms of the epoch. */
  readonly retired: readonly (ProjectionVersion & { readonly since: number })[];
}

/** `months.v2`, or `months.v2.3` for the third build by the code of version 2. */
export const nameIn = ({ version, build }: ProjectionVersion, name: string): string =>
  `${name}.v${version}${build === 1 ? '' : `.${build}`}`;

export const isSame = (one: ProjectionVersion, other: ProjectionVersion | null): boolean =>
  one.version === other?.version && one.build === other.build;

const RECORDS: CollectionSpec = { name: 'projection-versions', indexes: [] };

/** The record of a read model's versions, in the read store itself; several processes may share it. */
export class ProjectionVersionRecord {
  private revision = 0;

  constructor(
    private readonly store: ReadStore,
    private readonly projection: string,
  ) {}

  async load(): Promise<ProjectionVersions | undefined> {
    await this.store.ensureCollection(RECORDS);
    this.revision = await this.store.checkpoint(this.key);
    const stored = await this.store.get(RECORDS.name, this.projection);
    return stored?.document as ProjectionVersions | undefined;
  }

  /** False when another process changed the record since it was loaded. */
  async save(versions: ProjectionVersions): Promise<boolean> {
    const position = this.revision + 1;
    try {
      await this.store.commit({
        projection: this.key,
        expectedCheckpoint: this.revision,
        checkpoint: position,
        writes: [{ collection: RECORDS.name, id: this.projection, document: { ...versions }, position }],
      });
    } catch (error) {
      if (error instanceof CheckpointMoved) return false;
      throw error;
    }
    this.revision = position;
    return true;
  }

  private get key(): string {
    return `${RECORDS.name}.${this.projection}`;
  }
}

/** A read store in which the collections of the read models have the names that their projectionVersion gives them. */
export class VersionedStore implements ReadStore {
  constructor(
    private readonly store: ReadStore,
    /** The stored name of a collection or of a projection's checkpoint. */
    private readonly stored: (name: string) => string,
  ) {}

  ensureCollection(spec: CollectionSpec): Promise<void> {
    return this.store.ensureCollection({ ...spec, name: this.stored(spec.name) });
  }

  get<D extends Document>(collection: string, id: string): Promise<StoredDocument<D> | undefined> {
    return this.store.get<D>(this.stored(collection), id);
  }

  getMany<D extends Document>(collection: string, ids: readonly string[]): Promise<StoredDocument<D>[]> {
    return this.store.getMany<D>(this.stored(collection), ids);
  }

  find<D extends Document>(collection: string, options: FindOptions): Promise<StoredDocument<D>[]> {
    return this.store.find<D>(this.stored(collection), options);
  }

  count(collection: string, where: FindOptions['where']): Promise<number> {
    return this.store.count(this.stored(collection), where);
  }

  list<D extends Document>(collection: string, options: ListOptions): Promise<StoredDocument<D>[]> {
    return this.store.list<D>(this.stored(collection), options);
  }

  totals(collection: string, where: Filter, by: string): Promise<Total[]> {
    return this.store.totals(this.stored(collection), where, by);
  }

  checkpoint(projection: string): Promise<number> {
    return this.store.checkpoint(this.stored(projection));
  }

  commit({ projection, writes, ...rest }: Commit): Promise<void> {
    return this.store.commit({
      ...rest,
      projection: this.stored(projection),
      writes: writes.map((write) => ({ ...write, collection: this.stored(write.collection) })),
    });
  }

  drop(projection: string, collections: readonly string[]): Promise<void> {
    return this.store.drop(
      this.stored(projection),
      collections.map((name) => this.stored(name)),
    );
  }

  checkHealth(): Promise<void> {
    return this.store.checkHealth();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

export const storeOf = (store: ReadStore, projectionVersion: ProjectionVersion): ReadStore =>
  new VersionedStore(store, (name) => nameIn(projectionVersion, name));
