import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { KnownKeys } from '../personal-data/testing';
import {
  type BillingEvent,
  chainHash,
  ChainVerifier,
  type EventStorage,
  EventStore,
  openEmbeddedEventStore,
  type RecordedEvent,
  verifyChain,
} from '.';

let folder: string;
let file: string;
let store: EventStorage;
let eventStore: EventStore;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chain-'));
  file = path.join(folder, 'events.db');
  store = await openEmbeddedEventStore({ file, durability: 'none-for-tests' });
  eventStore = new EventStore(store, () => Date.UTC(2026, 2, 1), new KnownKeys());
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const named = (name: string): BillingEvent => ({
  type: 'TeamRenamed',
  data: { teamId: 'red', name },
  occurredAt: Date.UTC(2026, 1, 1),
});

async function append(stream: string, first: number, names: readonly string[]): Promise<void> {
  const origin = { commandId: `${stream}/${first}`, correlationId: 'c', actor: 'key-1' };
  await eventStore.append(stream, first === 0 ? 'no-stream' : first - 1, [{ origin, events: names.map(named) }]);
}

/** Three streams that were written by turns, two appends each. */
async function write(): Promise<void> {
  for (const stream of ['workspace-a', 'workspace-b', 'workspace-c']) await append(stream, 0, ['one', 'two', 'three']);
  for (const stream of ['workspace-c', 'workspace-a', 'workspace-b']) await append(stream, 3, ['four', 'five']);
}

function tamper(sql: string): void {
  const database = openDatabase(file);
  database.exec(sql);
  database.close();
}

it('finds nothing wrong in what was recorded, over all streams and in each', async () => {
  await write();
  const seen: number[] = [];
  expect(await verifyChain(store, { onProgress: (events) => seen.push(events) })).toEqual({
    events: 15,
    streams: 3,
    faults: [],
    faultCount: 0,
  });
  expect(seen).toEqual([15]);
  expect(await verifyChain(store, { stream: 'workspace-b' })).toMatchObject({ events: 5, streams: 1, faultCount: 0 });
  expect(await verifyChain(store, { stream: 'workspace-none' })).toMatchObject({ events: 0, streams: 0 });
});

it('reads a long stream to its end', async () => {
  for (let first = 0; first < 2_500; first += 500) {
    await append(
      'workspace-a',
      first,
      Array.from({ length: 500 }, (_, index) => `${first + index}`),
    );
  }
  tamper(`UPDATE events SET data = replace(data, '"2400"', '"2401"') WHERE revision = 2400`);
  for (const options of [{}, { stream: 'workspace-a' }]) {
    const report = await verifyChain(store, options);
    expect(report).toMatchObject({ events: 2_500, faultCount: 1, faults: [{ revision: 2_400, kind: 'changed' }] });
  }
});

const AT = (stream: string, revision: number) => `stream = '${stream}' AND revision = ${revision}`;

describe.each<[string, string, { revision: number; kind: string; faultCount: number; message: RegExp }]>([
  [
    'data',
    `UPDATE events SET data = replace(data, 'two', 'too') WHERE ${AT('workspace-b', 1)}`,
    { revision: 1, kind: 'changed', faultCount: 1, message: /^workspace-b@1 \(TeamRenamed\.v1, position 5\) has / },
  ],
  [
    'a property added',
    `UPDATE events SET data = json_set(data, '$.note', null) WHERE ${AT('workspace-b', 0)}`,
    { revision: 0, kind: 'changed', faultCount: 1, message: /was changed$/ },
  ],
  [
    'the type',
    `UPDATE events SET type = 'TeamCreated.v1' WHERE ${AT('workspace-b', 4)}`,
    { revision: 4, kind: 'changed', faultCount: 1, message: /^workspace-b@4 \(TeamCreated/ },
  ],
  ...(['actor', 'occurredAt', 'recordedAt', '$correlationId', '$causationId'] as const).map(
    (name): [string, string, { revision: number; kind: string; faultCount: number; message: RegExp }] => [
      `metadata: ${name}`,
      `UPDATE events SET metadata = json_set(metadata, '$."${name}"', '2020') WHERE ${AT('workspace-b', 2)}`,
      { revision: 2, kind: 'changed', faultCount: 1, message: /^workspace-b@2/ },
    ],
  ),
  [
    'metadata that is none',
    `UPDATE events SET metadata = 'null' WHERE ${AT('workspace-b', 2)}`,
    { revision: 2, kind: 'changed', faultCount: 2, message: /^workspace-b@2/ },
  ],
  [
    'order: two events of a stream changed places',
    `UPDATE events SET revision = 90 WHERE ${AT('workspace-b', 1)};
     UPDATE events SET revision = 1 WHERE ${AT('workspace-b', 2)};
     UPDATE events SET revision = 2 WHERE ${AT('workspace-b', 90)}`,
    // In the global order revision 2 now comes before 1.
    { revision: 2, kind: 'missing', faultCount: 3, message: /revision 1 of the stream cannot be found/ },
  ],
  [
    'order: two events changed their content',
    `UPDATE events SET data = (SELECT data FROM events WHERE ${AT('workspace-b', 2)}) WHERE ${AT('workspace-b', 1)}`,
    { revision: 1, kind: 'changed', faultCount: 1, message: /^workspace-b@1/ },
  ],
  [
    'a deletion in the middle',
    `DELETE FROM events WHERE ${AT('workspace-b', 1)} OR ${AT('workspace-b', 2)}`,
    { revision: 3, kind: 'missing', faultCount: 1, message: /revisions 1 to 2 of the stream cannot be found/ },
  ],
  [
    'a deletion of the beginning',
    `DELETE FROM events WHERE ${AT('workspace-b', 0)}`,
    { revision: 1, kind: 'missing', faultCount: 1, message: /revision 0 of the stream cannot be found/ },
  ],
  [
    'a deletion that was closed up',
    `DELETE FROM events WHERE ${AT('workspace-b', 1)};
     UPDATE events SET revision = revision - 1 WHERE stream = 'workspace-b' AND revision > 1`,
    { revision: 1, kind: 'changed', faultCount: 1, message: /^workspace-b@1/ },
  ],
])('tampered with: %s', (_, sql, { revision, kind, faultCount, message }) => {
  it('is found at the first event that it shows in, and leaves other streams clean', async () => {
    await write();
    tamper(sql);
    const report = await verifyChain(store);
    expect(report.faults[0]).toMatchObject({ stream: 'workspace-b', revision, kind });
    expect(report.faults[0]?.message).toMatch(message);
    expect(report.faultCount).toBe(faultCount);
    expect((await verifyChain(store, { stream: 'workspace-b' })).faultCount).toBeGreaterThan(0);
    for (const stream of ['workspace-a', 'workspace-c']) {
      expect((await verifyChain(store, { stream })).faults).toEqual([]);
    }
  });
});

it('finds a whole stream that was moved under another name', async () => {
  await write();
  tamper("UPDATE events SET stream = 'workspace-z' WHERE stream = 'workspace-a'");
  expect((await verifyChain(store)).faults).toMatchObject([{ stream: 'workspace-z', revision: 0, kind: 'changed' }]);
});

it('finds an event that was changed together with its own hash at the one after it', async () => {
  await write();
  const events = await store.readStream('workspace-b');
  const [before, event] = events as [RecordedEvent, RecordedEvent];
  const { hash: _, ...metadata } = event.metadata;
  const forged = chainHash(before.metadata.hash, event.type, { teamId: 'red', name: 'forged' }, metadata);
  tamper(`UPDATE events SET data = '{"teamId":"red","name":"forged"}', metadata = json_set(metadata, '$.hash', '${forged}')
          WHERE ${AT('workspace-b', 1)}`);
  expect((await verifyChain(store)).faults).toMatchObject([{ stream: 'workspace-b', revision: 2, kind: 'changed' }]);
});

describe('the verifier', () => {
  it('names the first fault, counts, and knows the heads', async () => {
    await write();
    const { events } = await store.readAll({ after: 0, limit: 100 });
    const verifier = new ChainVerifier();
    for (const event of events) expect(verifier.take(event)).toBeUndefined();
    expect(verifier.firstFault).toBeUndefined();
    const last = (await store.readStream('workspace-a')).at(-1)!;
    expect(verifier.heads.get('workspace-a')).toEqual({
      revision: 4,
      position: last.position,
      hash: last.metadata.hash,
    });
    const repeated = verifier.take(events[0]!);
    expect(repeated).toMatchObject({ stream: 'workspace-a', revision: 0, kind: 'order' });
    expect(verifier.take({ ...last, stream: 'workspace-b', revision: 9 })).toMatchObject({ kind: 'missing' });
    expect(verifier.firstFault).toBe(repeated);
    expect(verifier.events).toBe(17);
    // A repeat does not take the chain back.
    await append('workspace-a', 5, ['six']);
    expect(verifier.take((await store.readStream('workspace-a')).at(-1)!)).toBeUndefined();
  });

  it('finds an event at a position before the one that it follows', async () => {
    await write();
    const [first, second] = (await store.readStream('workspace-a')) as [RecordedEvent, RecordedEvent];
    const verifier = new ChainVerifier();
    verifier.take({ ...first, position: 10 });
    expect(verifier.take({ ...second, position: 10 })).toMatchObject({ kind: 'order', revision: 1, position: 10 });
  });
});
