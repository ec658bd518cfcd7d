import { type Database, openDatabase, type Row, type SqlValue, Writer, type WriteStatement } from '@seatledger/sqlite';

import { checkTotals, Declared, tooLate } from '../declaration';
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
import { byValue, canTell, type Group, total, totalsOf } from '../sums';
import { Collection, tableOf } from './collection';

export interface EmbeddedReadStoreOptions {
  /** Database file; created, with its folder, when missing. */
  readonly file: string;
  /** How long a commit waits for another process that is writing, in ms. */
  readonly lockTimeout?: number;
}

/** "SLrd" in ASCII: distinguishes the file of the read store from any other SQLite file. */
const APPLICATION_ID = 0x534c7264;

/** Only what every read store has; the tables of collections come with their declaration. */
const SCHEMA: readonly string[] = [
  `CREATE TABLE checkpoints (projection TEXT PRIMARY KEY, checkpoint INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
];

const CHECKPOINT = 'SELECT checkpoint FROM checkpoints WHERE projection = ?';

/** Compare and set: changes no row when another runner moved the checkpoint. */
const MOVE_CHECKPOINT = `
  INSERT INTO checkpoints (projection, checkpoint)
  SELECT ?1, ?2 WHERE ?3 = coalesce((SELECT checkpoint FROM checkpoints WHERE projection = ?1), 0)
  ON CONFLICT (projection) DO UPDATE SET checkpoint = excluded.checkpoint`;

/**
 * Opens the read store. After a power failure it may be at an earlier checkpoint, never in
 * between two: the projections go on from there.
 * @throws {DatabaseError} naming the file and what to do
 */
export async function openEmbeddedReadStore(options: EmbeddedReadStoreOptions): Promise<ReadStore> {
  const { file, lockTimeout = 10_000 } = options;
  const writer = await Writer.open({
    file,
    applicationId: APPLICATION_ID,
    schema: SCHEMA,
    // The event store is the truth: a lost commit costs some milliseconds of replay.
    durability: 'checkpoint',
    lockTimeout,
    // A replay writes the same pages again and again: moved late, they are moved once.
    checkpointPages: 10_000,
  });
  try {
    return new SqliteReadStore(writer, openDatabase(file, { readonly: true }));
  } catch (error) {
    await writer.close();
    throw error;
  }
}

class SqliteReadStore implements ReadStore {
  private readonly collections = new Declared<Collection>();
  private closed: Promise<void> | undefined;

  constructor(
    private readonly writer: Writer,
    /** Only reads, in this thread; sees every commit that the writer has acknowledged. */
    private readonly reader: Database,
  ) {}

  async ensureCollection(spec: CollectionSpec): Promise<void> {
    const collection = new Collection(spec);
    const define = (columns: readonly string[]) =>
      this.writer.write({
        statements: collection.definition(columns).map((sql) => ({ sql, width: 0, values: [] })),
      });
    const columns = this.columns(spec.name);
    if (collection.sums !== undefined && this.isTooLateForSums(collection)) throw tooLate(spec.name);
    try {
      await define(columns);
    } catch (error) {
      // Another process may have added the same column since they were listed.
      const since = this.columns(spec.name);
      if (since.length === columns.length) throw error;
      await define(since);
    }
    this.collections.set(spec.name, collection);
  }

  // The port is asynchronous for stores behind a network; what this one throws must reject.
  // eslint-disable-next-line @typescript-eslint/require-await
  async get<D extends Document>(collection: string, id: string): Promise<StoredDocument<D> | undefined> {
    const row = this.reader.prepare(this.collections.get(collection).byId).get([id]);
    return row === undefined ? undefined : toDocument<D>(row);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async getMany<D extends Document>(collection: string, ids: readonly string[]): Promise<StoredDocument<D>[]> {
    const rows = this.reader.prepare(this.collections.get(collection).byIds).all([JSON.stringify(ids)]);
    return rows.map((row) => toDocument<D>(row));
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async find<D extends Document>(collection: string, options: FindOptions): Promise<StoredDocument<D>[]> {
    const found: StoredDocument<D>[] = [];
    for (const { sql, parameters } of this.collections.get(collection).find(options)) {
      const missing = options.limit - found.length;
      if (missing <= 0) break;
      const rows = this.reader.prepare(sql).all([...parameters, missing]);
      for (const row of rows) found.push(toDocument<D>(row));
    }
    return found;
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async count(collection: string, where: FindOptions['where']): Promise<number> {
    const { sql, parameters } = this.collections.get(collection).count(where);
    return Number(this.reader.prepare(sql).get(parameters)?.[0]);
  }

  async list<D extends Document>(collection: string, options: ListOptions): Promise<StoredDocument<D>[]> {
    const { sql, parameters } = this.collections.get(collection).listed(options);
    const ids = this.reader
      .prepare(sql)
      .all([...parameters, options.limit])
      .map(([id]) => String(id));
    const found = new Map((await this.getMany<D>(collection, ids)).map((stored) => [stored.id, stored]));
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async totals(collection: string, where: Filter, by: string): Promise<Total[]> {
    const declared = this.collections.get(collection);
    const { sql, parameters } = declared.totals(where, by);
    const sums = checkTotals(declared, where, by);
    if (canTell(sums, where)) return totalsOf(sums, this.groups(declared), where, by);
    return this.reader
      .prepare(sql)
      .all([...parameters])
      .map(([value, count, ...rest]) => total(sums.of, fieldValue(value), Number(count), rest.map(Number)))
      .sort(byValue);
  }

  private isTooLateForSums({ name, table }: Collection): boolean {
    const tables = this.reader.prepare('SELECT name FROM sqlite_master WHERE name IN (?, ?)');
    const names = tables.all([tableOf(name), `s_${name}`]).map(([found]) => found);
    const isNew = !names.includes(tableOf(name)) || names.includes(`s_${name}`);
    return !isNew && this.reader.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
  }

  private *groups({ sumsTable }: Collection): Generator<Group> {
    for (const [key, count, ...sums] of this.reader.prepare(`SELECT * FROM ${sumsTable}`).all([])) {
      yield { values: JSON.parse(String(key)) as Group['values'], count: Number(count), sums: sums.map(Number) };
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async checkpoint(projection: string): Promise<number> {
    return this.checkpointNow(projection);
  }

  async commit({ projection, expectedCheckpoint, checkpoint, writes }: Commit): Promise<void> {
    const move = { sql: MOVE_CHECKPOINT, width: 3, values: [projection, checkpoint, expectedCheckpoint] };
    const outcome = await this.writer.write({ guarded: true, statements: [move, ...this.statements(writes)] });
    if (!outcome.applied) throw new CheckpointMoved(projection, expectedCheckpoint, this.checkpointNow(projection));
  }

  async drop(projection: string, collections: readonly string[]): Promise<void> {
    const tables = collections.flatMap((name) => {
      const { table, sumsTable } = new Collection({ name, indexes: [] });
      return [table, sumsTable];
    });
    await this.writer.write({
      statements: [
        { sql: 'DELETE FROM checkpoints WHERE projection = ?', width: 1, values: [projection] },
        ...tables.map((table) => ({ sql: `DROP TABLE IF EXISTS ${table}`, width: 0, values: [] })),
      ],
    });
    for (const name of collections) this.collections.delete(name);
  }

  async checkHealth(): Promise<void> {
    this.checkpointNow('');
    // An empty transaction: takes and releases the write lock.
    await this.writer.write({ statements: [] });
  }

  close(): Promise<void> {
    this.closed ??= this.writer.close().then(() => this.reader.close());
    return this.closed;
  }

  private columns(collection: string): string[] {
    const rows = this.reader.prepare('SELECT name FROM pragma_table_xinfo(?)').all([tableOf(collection)]);
    return rows.map(([name]) => String(name));
  }

  private checkpointNow(projection: string): number {
    return Number(this.reader.prepare(CHECKPOINT).get([projection])?.[0] ?? 0);
  }

  /** One upsert and one removal for each collection. */
  private statements(writes: readonly Write[]): WriteStatement[] {
    const statements: WriteStatement[] = [];
    for (const [name, ofCollection] of newestWrites(writes)) {
      const { upsert, remove } = this.collections.get(name);
      const kept: [id: string, position: number, document: Document][] = [];
      const removed: SqlValue[] = [];
      for (const { id, position, document } of ofCollection.values()) {
        if (document === null) removed.push(id, position);
        else kept.push([id, position, document]);
      }
      if (kept.length > 0) statements.push({ sql: upsert, width: 1, values: [JSON.stringify(kept)] });
      if (removed.length > 0) statements.push({ sql: remove, width: 2, values: removed });
    }
    return statements;
  }
}

const fieldValue = (value: SqlValue | undefined): FieldValue =>
  typeof value === 'string' || typeof value === 'number' ? value : null;

function toDocument<D extends Document>([id, position, document]: Row): StoredDocument<D> {
  return { id: String(id), position: Number(position), document: JSON.parse(String(document)) as D };
}
