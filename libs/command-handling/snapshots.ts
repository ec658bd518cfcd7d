import { rm } from 'node:fs/promises';

import { type Database, DatabaseError, openDatabase, Writer } from '@seatledger/sqlite';

/** A subject as its stream left it, and how to tell that it is that stream. */
export interface Snapshot {
  readonly revision: number;
  /** Of the event at that revision, its link in the hash chain. */
  readonly hash: string;
  /** JSON values. */
  readonly content: unknown;
}

/**
 * States of subjects with long histories, so that they need not be folded from the beginning.
 * Never the truth: each can be thrown away at any time and is made again from the history.
 */
export interface Snapshots {
  /** The latest snapshot of this version of the state; others are not known. */
  find(stream: string, version: number): Promise<Snapshot | undefined>;
  save(stream: string, version: number, snapshot: Snapshot): Promise<void>;
  /** For one that turned out not to be of the history at hand. */
  remove(stream: string): Promise<void>;
  close(): Promise<void>;
  /** Told when one, or the file of all, could not be used: that costs time, and nothing else. */
  readonly onFailure?: (streamOrFile: string, error: unknown) => void;
}

/** Marks the file as ours: "SLsn". */
const APPLICATION_ID = 0x534c736e;
const SCHEMA = [
  `CREATE TABLE snapshots (
     stream TEXT PRIMARY KEY,
     version INTEGER NOT NULL,
     revision INTEGER NOT NULL,
     hash TEXT NOT NULL,
     content TEXT NOT NULL
   ) STRICT`,
];
const FIND = 'SELECT revision, hash, content FROM snapshots WHERE stream = ? AND version = ?';
/** A process that is behind never takes the place of one that is ahead; what cannot be read is replaced. */
const SAVE = `INSERT INTO snapshots (stream, version, revision, hash, content) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET version = excluded.version, revision = excluded.revision,
    hash = excluded.hash, content = excluded.content
  WHERE excluded.version > version OR excluded.revision >= revision`;

/**
 * Snapshots in a file of their own, which may be deleted while the service is stopped; one that is
 * damaged is deleted here.
 * @throws {DatabaseError}
 */
export async function openSnapshots(file: string, options: Pick<Snapshots, 'onFailure'> = {}): Promise<Snapshots> {
  try {
    return await openFile(file, options);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault !== 'damaged') throw error;
    options.onFailure?.(file, error);
    for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    return openFile(file, options);
  }
}

async function openFile(file: string, options: Pick<Snapshots, 'onFailure'>): Promise<Snapshots> {
  const writer = await Writer.open({
    file,
    applicationId: APPLICATION_ID,
    schema: SCHEMA,
    // What a power failure takes is made again.
    durability: 'checkpoint',
    lockTimeout: 10_000,
    checkpointPages: 1000,
  });
  let reader: Database;
  try {
    reader = openDatabase(file, { readonly: true });
  } catch (error) {
    await writer.close();
    throw error;
  }
  return {
    ...options,
    find(stream, version) {
      const row = reader.prepare(FIND).get([stream, version]);
      if (row === undefined) return Promise.resolve(undefined);
      const [revision, hash, content] = row;
      return Promise.resolve({
        revision: Number(revision),
        hash: String(hash),
        content: JSON.parse(String(content)) as unknown,
      });
    },
    async save(stream, version, { revision, hash, content }) {
      const values = [stream, version, revision, hash, JSON.stringify(content)];
      await writer.write({ statements: [{ sql: SAVE, width: values.length, values }] });
    },
    async remove(stream) {
      await writer.write({
        statements: [{ sql: 'DELETE FROM snapshots WHERE stream = ?', width: 1, values: [stream] }],
      });
    },
    async close() {
      reader.close();
      await writer.close();
    },
  };
}
