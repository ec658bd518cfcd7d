/**
 * Opening a large embedded event store: a store of 10 million events (times `scale`) is laid out
 * with SQL, then opened, asked for its head, read at its end, and appended to.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { type EmbeddedEventStore, openEmbeddedEventStore, type RecordedEvent } from '../../libs/event-store/testing';
import { type BenchOptions, print, type Row, runRounds } from '../measure';

const STREAM_LENGTH = 1_000;
const CHUNK = 250_000;

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'open-'));
  const file = path.join(own, 'events.db');
  const count = Math.ceil((10_000_000 * scale) / CHUNK) * CHUNK;
  try {
    await (await openEmbeddedEventStore({ file })).close();
    const began = performance.now();
    lay(file, count);
    const gigabytes = statSync(file).size / 1e9;
    console.log(
      `${count} events, ${gigabytes.toFixed(2)} GB, laid out in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    const data = `${count} events in ${count / STREAM_LENGTH} streams, ${gigabytes.toFixed(2)} GB`;
    const durability = 'the file as a crash left it: nothing to recover';
    let store: EmbeddedEventStore | undefined;
    let last: RecordedEvent | undefined;
    const step = (name: string, action: (round: number) => Promise<void>) => ({
      name,
      data,
      durability,
      measure: async (round: number) => milliseconds(() => action(round)),
    });
    return await runRounds(
      [
        step('open', async () => {
          store = await openEmbeddedEventStore({ file });
        }),
        step('head', async () => {
          const head = await opened(store).head();
          if (head < count) throw new Error(`the head is ${head}`);
        }),
        step('read the last events of all streams', async () => {
          const { events } = await opened(store).readAll({ after: count - 100, limit: 100 });
          last = events.at(-1);
        }),
        step('read a stream of 1,000 events', async () => {
          const events = await opened(store).readStream(`workspace-${count / STREAM_LENGTH / 2}`);
          if (events.length !== STREAM_LENGTH) throw new Error(`the stream has ${events.length} events`);
        }),
        step('append an event', async (round) => {
          if (last === undefined) throw new Error('nothing was read');
          await opened(store).append(`workspace-new-${round}`, [last], 'no-stream');
        }),
        step('close', async () => {
          await opened(store).close();
        }),
      ],
      'ms',
      rounds,
    );
  } finally {
    rmSync(own, { recursive: true });
  }
}

function opened(store: EmbeddedEventStore | undefined): EmbeddedEventStore {
  if (store === undefined) throw new Error('not opened');
  return store;
}

async function milliseconds(action: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

/** Quicker than appending: by SQL, without a flush until the end. */
function lay(file: string, count: number): void {
  const database = openDatabase(file, { cacheSize: 512 * 1024 });
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 20000');
    for (let from = 0; from < count; from += CHUNK) {
      database
        .prepare(
          `WITH RECURSIVE numbers(n) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1 + ${CHUNK} - 1)
           INSERT INTO events (stream, revision, id, type, data, metadata)
           SELECT 'workspace-' || (n / ${STREAM_LENGTH}), n % ${STREAM_LENGTH},
                  printf('0b0f7c0e-6c0d-5d43-9f0a-%012d', n), 'MemberPlaced.v1',
                  '{"teamId":"team-' || (n % 7) || '","memberId":"member-' || n || '"}',
                  '{"actor":"key-12","occurredAt":"2026-03-01T10:00:00.000Z","hash":"' || printf('%064x', n) || '"}'
           FROM numbers`,
        )
        .run([from]);
    }
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  } finally {
    database.close();
  }
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? tmpdir(), scale: Number(process.argv[3] ?? 1) }).then(print);
}
