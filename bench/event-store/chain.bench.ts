/**
 * What the hash chain costs: the eventStore's work for an event with and without it, durable appends
 * with and without it, and how fast the chains of a whole store are verified.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  type BillingEvent,
  chainHash,
  encodeType,
  eventId,
  type EventMetadata,
  type EventStorage,
  EventStore,
  type EventToAppend,
  openEmbeddedEventStore,
  type Origin,
  verifyChain,
} from '@seatledger/event-store';

import { KnownKeys } from '../../libs/personal-data/testing';
import { type BenchOptions, print, rate, type Row, runRounds } from '../measure';

const NOW = '2026-03-01T10:00:00.000Z';
const FSYNC = 'fsync before the answer';
const WRITERS = 128;

const event = (index: number): BillingEvent => ({
  type: 'MemberPlaced',
  data: { teamId: `team-${index % 7}`, memberId: `member-${index}` },
  occurredAt: Date.parse(NOW),
});
const originOf = (commandId: string): Origin => ({ commandId, correlationId: commandId, actor: 'product-1a2b3c4d' });

/** What the eventStore does for an event, but for the hash. */
function unchained(one: BillingEvent, commandId: string, hash = '0'.repeat(64)): EventToAppend {
  const metadata: EventMetadata = {
    $correlationId: commandId,
    $causationId: commandId,
    actor: 'product-1a2b3c4d',
    occurredAt: NOW,
    recordedAt: NOW,
    hash,
  };
  return { id: eventId(commandId, 0, hash), type: encodeType(one), data: one.data, metadata };
}

function chained(one: BillingEvent, commandId: string, previous: string): EventToAppend {
  const envelope = unchained(one, commandId);
  const { hash: _, ...metadata } = envelope.metadata;
  const hash = chainHash(previous, envelope.type, envelope.data, metadata);
  return { ...envelope, id: eventId(commandId, 0, hash), metadata: { ...metadata, hash } };
}

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'chain-'));
  const count = (operations: number) => Math.max(1, Math.round(operations * scale));
  const store = await openEmbeddedEventStore({ file: path.join(own, 'events.db') });
  const full = await openEmbeddedEventStore({ file: path.join(own, 'full.db'), durability: 'on-close' });
  const eventStore = new EventStore(store, () => Date.parse(NOW), new KnownKeys());
  const events = count(200) * 1_000;
  try {
    await fill(full, events);
    const data = 'events of about 400 bytes of JSON, a stream for each writer';
    const inMemory = { data: 'an event of about 400 bytes of JSON', durability: 'none: in memory' };
    const writers = (each: (stream: string, appends: number) => Promise<void>) => (round: number) => {
      const appends = count(150);
      return rate(WRITERS * appends, async () => {
        await Promise.all(
          Array.from({ length: WRITERS }, (_, writer) => each(`workspace-${each.name}-${round}-${writer}`, appends)),
        );
      });
    };
    const reading = { data: `${events} events in ${events / 1_000} streams`, durability: 'none' };
    return await runRounds(
      [
        {
          name: 'envelope without chain',
          ...inMemory,
          measure: () => rate(count(50_000), () => envelopes(count(50_000), (one, id) => unchained(one, id))),
        },
        {
          name: 'envelope with chain',
          ...inMemory,
          ratioTo: ['envelope without chain'],
          measure: () => {
            let hash = 'workspace-a';
            return rate(count(50_000), () =>
              envelopes(count(50_000), (one, id) => {
                const envelope = chained(one, id, hash);
                ({ hash } = envelope.metadata);
                return envelope;
              }),
            );
          },
        },
        {
          name: `append, ${WRITERS} writers, without chain`,
          data,
          durability: FSYNC,
          measure: writers(async function plain(stream, appends) {
            for (let index = 0; index < appends; index += 1) {
              const envelope = unchained(event(index), `${stream}/${index}`);
              await store.append(stream, [envelope], index === 0 ? 'no-stream' : index - 1);
            }
          }),
        },
        {
          name: `append, ${WRITERS} writers, with chain`,
          data,
          durability: FSYNC,
          ratioTo: [`append, ${WRITERS} writers, without chain`],
          measure: writers(async function linked(stream, appends) {
            for (let index = 0; index < appends; index += 1) {
              const entry = { origin: originOf(`${stream}/${index}`), events: [event(index)] };
              await eventStore.append(stream, index === 0 ? 'no-stream' : index - 1, [entry]);
            }
          }),
        },
        { name: 'read all streams', ...reading, measure: () => rate(events, () => readAll(full)) },
        {
          name: 'verify all streams',
          ...reading,
          ratioTo: ['read all streams'],
          measure: () =>
            rate(events, async () => {
              const report = await verifyChain(full);
              if (report.events !== events || report.faultCount > 0) throw new Error(JSON.stringify(report));
            }),
        },
      ],
      'events/s',
      rounds,
    );
  } finally {
    await Promise.all([store.close(), full.close()]);
    rmSync(own, { recursive: true });
  }
}

function envelopes(count: number, make: (one: BillingEvent, commandId: string) => EventToAppend): void {
  for (let index = 0; index < count; index += 1) make(event(index), `command-${index}`);
}

async function fill(store: EventStorage, events: number): Promise<void> {
  const eventStore = new EventStore(store, () => Date.parse(NOW), new KnownKeys());
  for (let first = 0; first < events; first += 1_000) {
    const entry = { origin: originOf(`fill-${first}`), events: Array.from({ length: 1_000 }, (_, at) => event(at)) };
    await eventStore.append(`workspace-${first}`, 'no-stream', [entry]);
  }
}

async function readAll(store: EventStorage): Promise<void> {
  for (let after = 0, atEnd = false; !atEnd;) {
    ({ position: after, atEnd } = await store.readAll({ after, limit: 1_000 }));
  }
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? tmpdir(), scale: Number(process.argv[3] ?? 1) }).then(print);
}
