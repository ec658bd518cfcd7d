import { type Collection as MongoCollection, type Db, MongoServerError } from 'mongodb';

import { isDuplicateKey, type MongoConnection } from '@seatledger/mongodb';

import { Declared } from '../declaration';
import { newestWrites } from '../newest-writes';
import {
  CheckpointMoved,
  type CollectionSpec,
  type Commit,
  type Document,
  type FindOptions,
  type ReadStore,
  type StoredDocument,
} from '../port';
import { Collection, type Stored, toDocument } from './collection';

interface Checkpoint {
  readonly _id: string;
  readonly checkpoint: number;
}

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

  async checkpoint(projection: string): Promise<number> {
    const found = await this.connection.run((db) => checkpoints(db).findOne({ _id: projection }, READ));
    return found?.checkpoint ?? 0;
  }

  async commit({ projection, expectedCheckpoint, checkpoint, writes }: Commit): Promise<void> {
    const batches = [...newestWrites(writes)].map(([name, ofCollection]) => {
      const collection = this.collections.get(name);
      return { name, operations: [...ofCollection.values()].map((write) => collection.operation(write)) };
    });
    const moved = new Error('the checkpoint is another one');
    try {
      await this.connection.transaction(async (session) => {
        // Compare and set: another runner of the same projection meets this write and waits for its fate.
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
        for (const { name, operations } of batches) {
          await this.stored(name).bulkWrite(operations, { session, ordered: false });
        }
      });
    } catch (error) {
      if (error !== moved) throw error;
      throw new CheckpointMoved(projection, expectedCheckpoint, await this.checkpoint(projection));
    }
  }

  async drop(projection: string, collections: readonly string[]): Promise<void> {
    const known = collections.map((name) => new Collection({ name, indexes: [] }).name);
    await this.connection.run(async (db) => {
      // The checkpoint first: broken off after it, the projection begins anew, and replaces what is still there.
      await checkpoints(db).deleteOne({ _id: projection });
      for (const name of known) {
        await db.dropCollection(name);
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

  private stored(collection: string): MongoCollection<Stored> {
    return this.connection.db.collection<Stored>(collection);
  }
}

const READ = { maxTimeMS: SEARCH_TIMEOUT };

const checkpoints = (db: Db): MongoCollection<Checkpoint> => db.collection<Checkpoint>(CHECKPOINTS);

async function ensureExists(db: Db, name: string): Promise<void> {
  await db.createCollection(name).catch((error: unknown) => {
    const exists = error instanceof MongoServerError && error.code === 48;
    if (!exists) throw error;
  });
}
