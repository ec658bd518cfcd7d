import { isDuplicateKey, type MongoConnection } from '@seatledger/mongodb';
import { type ClientSession, type Collection as MongoCollection, type Db, MongoServerError } from 'mongodb';

import { Declared, tooLate } from '../declaration';
import { newestWrites } from '../newest-writes';
import {
  CheckpointMoved,
  type CollectionSpec,
  type Commit,
  type Document,
  type FieldValue,
  type Filter,
  type FindOptions,
  type ListOptions,
  type ReadStore,
  type StoredDocument,
  type Total,
  type Write,
} from '../port';
import { byValue, canTell, total, totalsOf } from '../sums';
import { Collection, type Listed, type Stored, type StoredGroup, toDocument, toGroup } from './collection';

interface Checkpoint {
  readonly _id: string;
  readonly checkpoint: number;
}

type GroupedByServer = { readonly _id: FieldValue; readonly count: number } & Readonly<Record<`s${number}`, number>>;

/** No collection of the port can have this name. */
const CHECKPOINTS = '_checkpoints';

/** Ids asked for at once: a command must not grow beyond 16 MiB. */
const IDS_AT_ONCE = 10_000;

/** How long the server may search, in ms. */
const SEARCH_TIMEOUT = 30_000;

/** The read store in a database of MongoDB; opened by {@link openMongoReadStore}. */
export class MongoReadStore implements ReadStore {
  private readonly collections = new Declared<Collection>();
  private closed: Promise<void> | undefined;

  private constructor(private readonly connection: MongoConnection) {}

  static async open(connection: MongoConnection): Promise<MongoReadStore> {
    await connection.run((db) => ensureExists(db, CHECKPOINTS));
    return new MongoReadStore(connection);
  }

  async ensureCollection(spec: CollectionSpec): Promise<void> {
    const collection = new Collection(spec);
    await this.connection.run(async (db) => {
      await ensureExists(db, spec.name);
      if (collection.list.length > 0) await ensureDerived(db, collection, collection.listName);
      if (collection.sums !== undefined) await ensureDerived(db, collection, collection.sumsName);
      if (collection.definition.length > 0) await db.collection(spec.name).createIndexes(collection.definition);
    });
    this.collections.set(spec.name, collection);
  }

  async get<D extends Document>(collection: string, id: string): Promise<StoredDocument<D> | undefined> {
    this.collections.get(collection);
    const found = await this.connection.run(() => this.stored(collection).findOne({ _id: id }, READ));
    return found === null ? undefined : toDocument<D>(found);
  }

  async getMany<D extends Document>(collection: string, ids: readonly string[]): Promise<StoredDocument<D>[]> {
    this.collections.get(collection);
    const found: StoredDocument<D>[] = [];
    for (let first = 0; first < ids.length; first += IDS_AT_ONCE) {
      const some = ids.slice(first, first + IDS_AT_ONCE);
      const documents = await this.connection.run(() =>
        this.stored(collection)
          .find({ _id: { $in: some } }, { ...READ, batchSize: some.length + 1 })
          .toArray(),
      );
      for (const document of documents) found.push(toDocument<D>(document));
    }
    return found;
  }

  async find<D extends Document>(collection: string, options: FindOptions): Promise<StoredDocument<D>[]> {
    const { filters, sort } = this.collections.get(collection).find(options);
    const found: StoredDocument<D>[] = [];
    for (const filter of filters) {
      const limit = options.limit - found.length;
      if (limit <= 0) break;
      const documents = await this.connection.run(() =>
        this.stored(collection)
          .find(filter, { ...READ, sort, limit, batchSize: limit })
          .toArray(),
      );
      for (const document of documents) found.push(toDocument<D>(document));
    }
    return found;
  }

  async count(collection: string, where: FindOptions['where']): Promise<number> {
    const filter = this.collections.get(collection).count(where);
    return this.connection.run(() => this.stored(collection).countDocuments(filter, READ));
  }

  async list<D extends Document>(collection: string, options: ListOptions): Promise<StoredDocument<D>[]> {
    const declared = this.collections.get(collection);
    const { filter, sort } = declared.listed(options);
    const { limit } = options;
    const listed = await this.connection.run((db) =>
      db
        .collection<Listed>(declared.listName)
        .find(filter, { ...READ, sort, limit, batchSize: limit, projection: { _id: 1 } })
        .toArray(),
    );
    const ids = listed.map(({ _id }) => _id);
    const found = new Map((await this.getMany<D>(collection, ids)).map((stored) => [stored.id, stored]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async totals(collection: string, where: Filter, by: string): Promise<Total[]> {
    const declared = this.collections.get(collection);
    const { sums, pipeline } = declared.totals(where, by);
    if (canTell(sums, where)) {
      const groups = await this.connection.run((db) =>
        db.collection<StoredGroup>(declared.sumsName).find({}, READ).toArray(),
      );
      return totalsOf(
        sums,
        groups.map((group) => toGroup(sums, group)),
        where,
        by,
      );
    }
    const found = await this.connection.run((db) =>
      db.collection(declared.listName).aggregate<GroupedByServer>(pipeline, READ).toArray(),
    );
    return found
      .map(({ _id, count, ...rest }) =>
        total(
          sums.of,
          _id,
          count,
          sums.of.map((_, at) => rest[`s${at}`] ?? 0),
        ),
      )
      .sort(byValue);
  }

  async checkpoint(projection: string): Promise<number> {
    const found = await this.connection.run((db) => checkpoints(db).findOne({ _id: projection }, READ));
    return found?.checkpoint ?? 0;
  }

  async commit({ projection, expectedCheckpoint, checkpoint, writes }: Commit): Promise<void> {
    const batches = [...newestWrites(writes)].map(([name, ofCollection]) => {
      const collection = this.collections.get(name);
      return { name, collection, writes: ofCollection };
    });
    const moved = new Error('the checkpoint is another one');
    try {
      await this.connection.transaction(async (session) => {
        // Compare and set: another runner of the same projection meets this write and waits for its outcome.
        const { matchedCount, upsertedCount } = await checkpoints(this.connection.db)
          .updateOne(
            { _id: projection, checkpoint: expectedCheckpoint },
            { $set: { checkpoint } },
            { session, upsert: expectedCheckpoint === 0 },
          )
          .catch((error: unknown) => {
            if (!isDuplicateKey(error)) throw error;
            // There is one, and it does not stand at 0.
            throw moved;
          });
        if (matchedCount + upsertedCount === 0) throw moved;
        for (const { name, collection, writes } of batches) {
          const all = [...writes.values()];
          if (collection.list.length > 0) await this.commitList(collection, writes, session);
          const operations = all.map((write) => collection.operation(write));
          await this.stored(name).bulkWrite(operations, { session, ordered: false });
        }
      });
    } catch (error) {
      if (error !== moved) throw error;
      throw new CheckpointMoved(projection, expectedCheckpoint, await this.checkpoint(projection));
    }
  }

  async drop(projection: string, collections: readonly string[]): Promise<void> {
    const known = collections.map((name) => new Collection({ name, indexes: [] }));
    await this.connection.run(async (db) => {
      // The checkpoint first: aborted after it, the projection begins again, and replaces what is still there.
      await checkpoints(db).deleteOne({ _id: projection });
      for (const { name, listName, sumsName } of known) {
        for (const part of [listName, sumsName, name]) await db.dropCollection(part);
        this.collections.delete(name);
      }
    });
  }

  async checkHealth(): Promise<void> {
    // Removes nothing, and is only answered when a majority has everything that was written before.
    await this.connection.run((db) => checkpoints(db).deleteOne({ _id: '' }));
  }

  close(): Promise<void> {
    return (this.closed ??= this.connection.close());
  }

  /** What lists and sums say of documents that are about to be written. */
  private async commitList(
    collection: Collection,
    writes: ReadonlyMap<string, Write>,
    session: ClientSession,
  ): Promise<void> {
    const { db } = this.connection;
    const list = db.collection<Listed>(collection.listName);
    if (collection.sums !== undefined) {
      const before = await list.find({ _id: { $in: [...writes.keys()] } }, { session }).toArray();
      const known = new Map(before.map((listed) => [listed._id, listed]));
      const operations = collection.sumsOperations(writes.values(), known);
      if (operations.length > 0) {
        await db.collection<StoredGroup>(collection.sumsName).bulkWrite(operations, { session, ordered: false });
      }
    }
    const operations = [...writes.values()].map((write) => collection.listOperation(write));
    await list.bulkWrite(operations, { session, ordered: false });
  }

  private stored(collection: string): MongoCollection<Stored> {
    return this.connection.db.collection<Stored>(collection);
  }
}

const READ = { maxTimeMS: SEARCH_TIMEOUT };

const checkpoints = (db: Db): MongoCollection<Checkpoint> => db.collection<Checkpoint>(CHECKPOINTS);

/** @throws {TypeError} there are documents that it would leave out */
async function ensureDerived(db: Db, { name }: Collection, derived: string): Promise<void> {
  const named = await db.listCollections({ name: derived }, { nameOnly: true }).toArray();
  const isKnown = named.some((known) => known.name === derived);
  if (!isKnown && (await db.collection(name).findOne({}, READ)) !== null) throw tooLate(name);
  await ensureExists(db, derived);
}

async function ensureExists(db: Db, name: string): Promise<void> {
  await db.createCollection(name).catch((error: unknown) => {
    const exists = error instanceof MongoServerError && error.code === 48;
    if (!exists) throw error;
  });
}
