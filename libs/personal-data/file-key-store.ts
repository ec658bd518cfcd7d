import { type Database, openDatabase, Writer } from '@seatledger/sqlite';

import { type FollowedTo, type KeyStore } from './key-store';

/** Marks the key file as ours: "SLky". */
const APPLICATION_ID = 0x534c6b79;
const SCHEMA = [
  `CREATE TABLE keys (id TEXT NOT NULL PRIMARY KEY, wrapped TEXT) WITHOUT ROWID;
   CREATE TABLE master_check (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);`,
  // Stands beside the keys, so that older keys, from a backup, bring their older place with them.
  `CREATE TABLE erasures_followed (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     position INTEGER NOT NULL,
     next_event_id TEXT NOT NULL
   );`,
];

export interface FileKeyStoreOptions {
  readonly file: string;
  readonly durability?: 'fsync' | 'none-for-tests';
}

/** Keys in a file of their own, beside the embedded stores. @throws {DatabaseError} */
export async function openFileKeyStore({ file, durability }: FileKeyStoreOptions): Promise<KeyStore> {
  const writer = await Writer.open({
    file,
    applicationId: APPLICATION_ID,
    schema: SCHEMA,
    durability: durability === 'none-for-tests' ? 'none' : 'fsync',
    lockTimeout: 10_000,
    checkpointPages: 1000,
    secureDelete: true,
  });
  // A process that died in an erasure may have left the key in the log.
  await writer.write({ statements: [], erases: true });
  return new FileKeyStore(writer, openDatabase(file, { readonly: true }));
}

/** The same for reading alone, also beside a running service. @throws {DatabaseError} */
export function readFileKeyStore(file: string): KeyStore {
  return new FileKeyStore(READS_ONLY, openDatabase(file, { readonly: true }));
}

const READS_ONLY: Pick<Writer, 'write' | 'close'> = {
  write: () => Promise.reject(new Error('the keys are opened for reading alone')),
  close: () => Promise.resolve(),
};

/* Reads answer at once, and are promises only because other stores are further away. */
/* eslint-disable @typescript-eslint/require-await */
class FileKeyStore implements KeyStore {
  constructor(
    private readonly writer: Pick<Writer, 'write' | 'close'>,
    private readonly reader: Database,
  ) {}

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const rows = this.reader
      .prepare('SELECT id, wrapped FROM keys WHERE id IN (SELECT value FROM json_each(?))')
      .all([JSON.stringify(ids)]);
    return new Map(rows.map(([id, wrapped]) => [String(id), typeof wrapped === 'string' ? wrapped : null]));
  }

  async add(wrapped: ReadonlyMap<string, string>): Promise<void> {
    const values = [...wrapped].flat();
    await this.writer.write({ statements: [{ sql: 'INSERT OR IGNORE INTO keys VALUES (?, ?)', width: 2, values }] });
  }

  async destroy(id: string): Promise<void> {
    const sql = 'INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO UPDATE SET wrapped = NULL';
    await this.writer.write({ statements: [{ sql, width: 1, values: [id] }], erases: true });
  }

  async masterCheck(value: string): Promise<string> {
    const kept = (): unknown => this.reader.prepare('SELECT value FROM master_check WHERE id = 1').get()?.[0];
    if (kept() === undefined) {
      const sql = 'INSERT OR IGNORE INTO master_check VALUES (1, ?)';
      await this.writer.write({ statements: [{ sql, width: 1, values: [value] }] });
    }
    return String(kept());
  }

  async followedTo(): Promise<FollowedTo | undefined> {
    const row = this.reader.prepare('SELECT position, next_event_id FROM erasures_followed WHERE id = 1').get();
    return row && { position: Number(row[0]), nextEventId: String(row[1]) };
  }

  async noteFollowed({ position, nextEventId }: FollowedTo): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO erasures_followed VALUES (1, ?, ?)';
    await this.writer.write({ statements: [{ sql, width: 2, values: [position, nextEventId] }] });
  }

  async close(): Promise<void> {
    this.reader.close();
    await this.writer.close();
  }
}
