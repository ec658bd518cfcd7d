/**
 * Durable appends to the embedded event store, beside the limits of the machine that they are
 * measured on: what the disk can flush, and what the same database commits without our code.
 */
import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { type EventToAppend, type ExpectedRevision, openEmbeddedEventStore } from '../../libs/event-store/testing';
import { type BenchOptions, type Measurement, print, rate, type Row, runRounds } from '../measure';
import { type EmmettStore, loadEmmett } from '../peers/emmett';

const FLUSH = 'disk: write 4 KiB at the end, fdatasync';
const OVERWRITE = 'disk: overwrite 4 KiB, fdatasync';
const INSERT = 'SQLite: INSERT, one a transaction';
const FSYNC = 'fsync before the answer';

const metadata = {
  $correlationId: '0b0f7c0e-6c0d-5d43-9f0a-0d9a4a4b7c11',
  $causationId: '0b0f7c0e-6c0d-5d43-9f0a-0d9a4a4b7c12',
  actor: 'key-12',
  occurredAt: '2026-03-01T10:00:00.000Z',
  recordedAt: '2026-03-01T10:00:00.000Z',
  hash: 'a'.repeat(64),
};
const data = { team: 'team-123', unit: 'user-123456', from: '2026-03-01T10:00:00.000Z', note: 'x'.repeat(40) };
const size = JSON.stringify(data).length + JSON.stringify(metadata).length;
const EVENT = `events of ${size} bytes of JSON, a stream for each writer`;

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'append-'));
  const count = (operations: number) => Math.max(1, Math.round(operations * scale));
  const store = await openEmbeddedEventStore({ file: path.join(own, 'events.db') });
  const plain = openPlain(path.join(own, 'plain.db'));

  const append = (writers: number, appends: number, batch: number) => (round: number) =>
    rate(writers * appends * batch, async () => {
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          const stream = `workspace-${writers}-${batch}-${round}-${writer}`;
          let revision: ExpectedRevision = 'no-stream';
          for (let index = 0; index < appends; index += 1) {
            const events: EventToAppend[] = Array.from({ length: batch }, (__, at) => ({
              id: `0b0f7c0e-6c0d-5d43-9f0a-${writer}-${index}-${at}`,
              type: 'SeatAssigned.v1',
              data,
              metadata,
            }));
            revision = (await store.append(stream, events, revision)).revision;
          }
        }),
      );
    });

  const peer = loadEmmett();
  const peerStore = peer?.getSQLiteEventStore({ fileName: path.join(own, 'emmett.db') });
  /** The same appends to Emmett's store; it lets writers wait for each other, one append at a time. */
  const emmett = (writers: readonly number[], batch: number): Measurement[] =>
    peerStore === undefined
      ? []
      : writers.map((many) => ({
          name: `${batch === 1 ? `append: ${many} ${many === 1 ? 'writer' : 'writers'}` : `append: 1 writer, ${batch} events at once`}, Emmett`,
          data: EVENT,
          durability: 'fsync before the answer (SQLite, WAL, synchronous=FULL)',
          ratioTo: [FLUSH],
          measure: (round) => appendToEmmett(peerStore, round, many, count(batch === 1 ? 300 / many : 20), batch),
        }));

  try {
    // Not measured: first uses compile code and lay out files.
    await append(16, 50, 1)(-1);
    return await runRounds(
      [
        {
          name: FLUSH,
          data: 'a growing file',
          durability: 'fdatasync',
          measure: () => flush(path.join(own, 'raw'), count(2_000), false),
        },
        {
          name: OVERWRITE,
          data: 'a file of 8 MiB',
          durability: 'fdatasync',
          measure: () => flush(path.join(own, 'raw'), count(2_000), true),
        },
        {
          name: INSERT,
          data: EVENT,
          durability: 'fsync, in the main thread, without checks',
          ratioTo: [FLUSH],
          measure: (round) => rate(count(3_000), () => plain.insert(round, count(3_000))),
        },
        {
          name: 'append: 1 writer',
          data: EVENT,
          durability: FSYNC,
          ratioTo: [FLUSH, OVERWRITE, INSERT],
          measure: append(1, count(3_000), 1),
        },
        {
          name: 'append: 16 writers',
          data: EVENT,
          durability: FSYNC,
          ratioTo: [FLUSH],
          measure: append(16, count(1_000), 1),
        },
        {
          name: 'append: 128 writers',
          data: EVENT,
          durability: FSYNC,
          ratioTo: [FLUSH],
          measure: append(128, count(300), 1),
        },
        {
          name: 'append: 1 writer, 100 events at once',
          data: EVENT,
          durability: FSYNC,
          ratioTo: [FLUSH],
          measure: append(1, count(200), 100),
        },
        ...emmett([1, 16, 128], 1),
        ...emmett([1], 100),
      ],
      'events/s',
      rounds,
    );
  } finally {
    plain.close();
    await store.close();
    rmSync(own, { recursive: true });
  }
}

async function appendToEmmett(
  store: EmmettStore,
  round: number,
  writers: number,
  appends: number,
  batch: number,
): Promise<number> {
  const events = Array.from({ length: batch }, () => ({ type: 'SeatAssigned', data, metadata }));
  return rate(writers * appends * batch, async () => {
    const oneWriter = async (writer: number): Promise<void> => {
      let expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' = 'STREAM_DOES_NOT_EXIST';
      for (let index = 0; index < appends; index += 1) {
        const stream = `workspace-${writers}-${batch}-${round}-${writer}`;
        const result = await store.appendToStream(stream, events, { expectedStreamVersion });
        expectedStreamVersion = result.nextExpectedStreamVersion;
      }
    };
    // Its transactions cannot be open side by side in one process.
    for (let writer = 0; writer < writers; writer += 1) await oneWriter(writer);
  });
}

/** What the disk gives to anyone who flushes after every write. */
function flush(file: string, times: number, overwrite: boolean): Promise<number> {
  const block = Buffer.alloc(4_096, 1);
  const descriptor = openSync(file, 'w');
  try {
    if (overwrite) {
      writeSync(descriptor, Buffer.alloc(8 << 20, 1), 0, 8 << 20, 0);
      fdatasyncSync(descriptor);
    }
    return rate(times, () => {
      for (let index = 0; index < times; index += 1) {
        const position = overwrite ? (index % 2_048) * block.length : index * block.length;
        writeSync(descriptor, block, 0, block.length, position);
        fdatasyncSync(descriptor);
      }
    }).finally(() => closeSync(descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The same table in the same database with the same durability, and nothing else. */
function openPlain(file: string) {
  const database = openDatabase(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(`CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL,
    revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL,
    UNIQUE (stream, revision)) STRICT`);
  const statement = database.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const text = [JSON.stringify(data), JSON.stringify(metadata)] as const;
  return {
    insert: (round: number, times: number): void => {
      for (let index = 0; index < times; index += 1) {
        statement.run([`workspace-${round}`, index, `0b0f7c0e-6c0d-5d43-9f0a-${index}`, 'SeatAssigned.v1', ...text]);
      }
    },
    close: () => database.close(),
  };
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? tmpdir(), scale: Number(process.argv[3] ?? 1) }).then(print);
}
