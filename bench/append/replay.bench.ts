/**
 * Replay: all events read in order, folded into documents, and committed in batches to the
 * embedded read store, the next batch being read while one is committed. Also into MongoDB, where
 * `TEST_MONGODB_URL` names one.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { EventStore } from '@seatledger/event-store';
import { ProjectionRunner, workspacesProjection } from '@seatledger/projections';
import { type Document, openEmbeddedReadStore, type ReadStore, type Write } from '@seatledger/read-store';

import { type EmbeddedEventStore, type EventToAppend, openEmbeddedEventStore } from '../../libs/event-store/testing';
import { KnownKeys } from '../../libs/personal-data/testing';
import { databaseOn, REAL_SERVER } from '../../test/support/mongodb/databases';
import { openMongoStores } from '../../test/support/mongodb/stores';
import { writeHistory } from '../counting/large-history';
import { type BenchOptions, type Measurement, print, rate, type Row, runRounds } from '../measure';
import { type Emmett, loadEmmett } from '../peers/emmett';

const BATCH = 4_000;
const PAGE = 1_000;

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'replay-'));
  const count = Math.ceil((200_000 * scale) / 1_000) * 1_000;
  const events = await openEmbeddedEventStore({ file: path.join(own, 'events.db'), durability: 'none-for-tests' });
  const documents = await openEmbeddedReadStore({ file: path.join(own, 'documents.db') });
  const facts = Math.ceil(200_000 * scale);
  const peer = loadEmmett();
  const history = await openEmbeddedEventStore({ file: path.join(own, 'facts.db'), durability: 'none-for-tests' });
  const eventStore = new EventStore(history, Date.now, new KnownKeys());
  try {
    await fill(events, count);
    await writeHistory(eventStore, { teams: 400, members: 20_000, facts });
    const replayInto = (share: number) => (round: number) =>
      rate(count, () => replay(events, documents, `units-${share}-${round}`, Math.ceil(count / share)));
    const measurement = (share: number) => ({
      name: `replay: ${share} events a document`,
      data: `${count} events into ${Math.ceil(count / share)} documents of about 250 bytes with an index of two fields, batches of ${BATCH} events`,
      durability: 'documents and checkpoint committed together; not flushed at every commit',
      measure: replayInto(share),
    });
    return await runRounds(
      [
        {
          name: 'read only',
          data: `${count} events, pages of ${PAGE}`,
          durability: 'none',
          measure: () => rate(count, () => readOnly(events)),
        },
        measurement(1_000),
        measurement(10),
        measurement(1),
        {
          name: 'replay: workspaces, teams and members, by the service',
          data: `${facts} facts of a workspace, checked, folded and committed by the projection's runner`,
          durability: 'documents and checkpoint committed together; not flushed at every commit',
          ratioTo: ['read only'],
          measure: async (round) => {
            const store = await openEmbeddedReadStore({ file: path.join(own, `workspaces-${round}.db`) });
            return rate(facts, () => replayWorkspaces(eventStore, store)).finally(() => store.close());
          },
        },
        ...(REAL_SERVER === undefined ? [] : intoMongo(REAL_SERVER, { events, count, eventStore, facts })),
        ...(peer === undefined ? [] : [emmettConsumer(peer, path.join(own, 'emmett'), Math.ceil(10_000 * scale))]),
      ],
      'events/s',
      rounds,
    );
  } finally {
    await events.close();
    await documents.close();
    await history.close();
    rmSync(own, { recursive: true });
  }
}

async function fill(store: EmbeddedEventStore, count: number): Promise<void> {
  for (let first = 0; first < count; first += 1_000) {
    const batch: EventToAppend[] = Array.from({ length: 1_000 }, (_, index) => ({
      id: `0b0f7c0e-6c0d-5d43-9f0a-${first + index}`,
      type: 'SeatAssigned.v1',
      data: { team: `team-${index % 7}`, unit: `user-${first + index}`, from: '2026-03-01T10:00:00.000Z' },
      metadata: {
        $correlationId: '0b0f7c0e-6c0d-5d43-9f0a-0d9a4a4b7c11',
        $causationId: '0b0f7c0e-6c0d-5d43-9f0a-0d9a4a4b7c12',
        actor: 'key-12',
        occurredAt: '2026-03-01T10:00:00.000Z',
        recordedAt: '2026-03-01T10:00:00.000Z',
        hash: 'a'.repeat(64),
      },
    }));
    await store.append(`workspace-${first}`, batch, 'no-stream');
  }
}

async function readOnly(store: EmbeddedEventStore): Promise<void> {
  for (let after = 0; ;) {
    const page = await store.readAll({ after, limit: PAGE });
    if (page.atEnd) return;
    after = page.position;
  }
}

async function replay(events: EmbeddedEventStore, store: ReadStore, collection: string, size: number): Promise<void> {
  await store.ensureCollection({ name: collection, indexes: [['team', 'seats']] });
  const state = new Map<string, Document>();
  let batch = new Map<string, Write>();
  let handled = 0;
  let checkpoint = 0;
  let committed = Promise.resolve();
  for (let after = 0, seen = 0; ;) {
    const page = await events.readAll({ after, limit: PAGE });
    for (const event of page.events) {
      const { team } = event.data as { team: string };
      // Spreads over all documents, and visits each of them equally often.
      const id = `unit-${(seen * 7_919) % size}`;
      seen += 1;
      const seats = Number(state.get(id)?.['seats'] ?? 0) + 1;
      const document = { team, seats, last: event.revision, name: 'x'.repeat(180) };
      state.set(id, document);
      batch.set(id, { collection, id, document, position: event.position });
    }
    handled += page.events.length;
    after = page.position;
    if (handled >= BATCH || page.atEnd) {
      await committed;
      const expectedCheckpoint = checkpoint;
      checkpoint = after;
      committed = store.commit({ projection: collection, expectedCheckpoint, checkpoint, writes: [...batch.values()] });
      batch = new Map();
      handled = 0;
    }
    if (page.atEnd) break;
    await nextTurn();
  }
  await committed;
  if ((await store.count(collection, {})) !== size) throw new Error(`${collection} lacks documents`);
  await store.drop(collection, [collection]);
}

/** The same into a fresh database of a MongoDB each time. */
function intoMongo(
  server: string,
  {
    events,
    count,
    eventStore,
    facts,
  }: { events: EmbeddedEventStore; count: number; eventStore: EventStore; facts: number },
): Measurement[] {
  const inFreshDatabase = async (work: (store: ReadStore) => Promise<number>): Promise<number> => {
    const database = await databaseOn(server);
    try {
      const { readStore } = await openMongoStores({ url: database.url });
      return await work(readStore).finally(() => readStore.close());
    } finally {
      await database.dispose();
    }
  };
  const durability = 'documents and checkpoint committed together, acknowledged by a majority';
  return [
    {
      name: 'replay: 10 events a document, MongoDB',
      data: `${count} events into ${Math.ceil(count / 10)} documents of about 250 bytes, batches of ${BATCH} events`,
      durability,
      measure: () =>
        inFreshDatabase((store) => rate(count, () => replay(events, store, 'units', Math.ceil(count / 10)))),
    },
    {
      name: 'replay: workspaces, teams and members, by the service, MongoDB',
      data: `${facts} facts of a workspace, checked, folded and committed by the projection's runner`,
      durability,
      measure: () => inFreshDatabase((store) => rate(facts, () => replayWorkspaces(eventStore, store))),
    },
  ];
}

/** What the service does after a start with empty read models. */
async function replayWorkspaces(eventStore: EventStore, store: ReadStore): Promise<void> {
  const runner = new ProjectionRunner(workspacesProjection, eventStore, store);
  await runner.open();
  runner.start();
  await runner.reached(await eventStore.storage.head(), 600_000);
  await runner.stop();
}

/** Emmett's consumer with a handler that writes a document for each event, in batches of 1,000. */
function emmettConsumer(peer: Emmett, folder: string, count: number): Measurement {
  return {
    name: "replay: 10 events a document, Emmett's consumer",
    data: `${count} events into ${Math.ceil(count / 10)} documents, batches of 1000 events`,
    durability: 'documents and checkpoint committed together, with fsync',
    async measure(round) {
      const store = peer.getSQLiteEventStore({ fileName: `${folder}-${round}.db` });
      for (let first = 0; first < count; first += 1_000) {
        const batch = Array.from({ length: Math.min(1_000, count - first) }, (_, index) => ({
          type: 'SeatAssigned',
          data: { team: `team-${index % 7}`, unit: `user-${first + index}`, from: '2026-03-01T10:00:00.000Z' },
        }));
        await store.appendToStream(`workspace-${first}`, batch, { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' });
      }
      const consumer = store.consumer({ pulling: { batchSize: 1_000 } });
      let seen = 0;
      consumer.processor({
        processorId: 'documents',
        startFrom: 'BEGINNING',
        stopAfter: () => seen >= count,
        async eachMessage({ data }, { connection }) {
          if (seen === 0) {
            await connection.command('CREATE TABLE documents (id TEXT PRIMARY KEY, document TEXT NOT NULL)');
          }
          const { team } = data as { team: string };
          const document = JSON.stringify({ team, seats: 1, last: seen, name: 'x'.repeat(180) });
          await connection.command(
            'INSERT INTO documents VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document',
            [`unit-${(seen * 7_919) % Math.ceil(count / 10)}`, document],
          );
          seen += 1;
        },
      });
      const speed = await rate(count, () => consumer.start());
      await consumer.close();
      if (seen !== count) throw new Error(`the consumer saw ${seen} of ${count} events`);
      return speed;
    },
  };
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? tmpdir(), scale: Number(process.argv[3] ?? 1) }).then(print);
}
