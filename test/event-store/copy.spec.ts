import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  copyEvents,
  type EventStorage,
  EventStore,
  openEmbeddedEventStore,
  openEventStoreDb,
} from '@seatledger/event-store';

import { readToEnd } from '../../libs/event-store/testing';
import { KnownKeys } from '../../libs/personal-data/testing';
import { TestCluster } from '../support/eventstoredb';

describe('migrating to another event store', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'copy-'));
  const opened: EventStorage[] = [];
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await cluster.stop();
    rmSync(folder, { recursive: true });
  });

  async function embedded(name: string): Promise<EventStorage> {
    const store = await openEmbeddedEventStore({ file: path.join(folder, `${name}.db`), durability: 'none-for-tests' });
    opened.push(store);
    return store;
  }

  it('goes from the embedded store to EventStoreDB and back, over cut connections', async () => {
    const source = await embedded('source');
    const eventStore = new EventStore(source, () => Date.UTC(2026, 2, 1), new KnownKeys());
    for (let round = 0; round < 100; round += 1) {
      const stream = `workspace-${round % 7}`;
      const revision = Math.floor(round / 7) * 3 - 1;
      const events = ['a', 'b', 'c'].map((teamId) => ({
        type: 'TeamRenamed' as const,
        data: { teamId, name: `Größe ${round} 📦` },
        occurredAt: Date.UTC(2026, 1, 1),
      }));
      const origin = { commandId: `c${round}`, correlationId: 'c', actor: 'key-1' };
      await eventStore.append(stream, revision === -1 ? 'no-stream' : revision, [{ origin, events }]);
    }
    const server = await openEventStoreDb({ connectionString: cluster.url });
    opened.push(server);
    for (const moment of ['after-write', 'before-write'] as const) cluster.current.faults.cutNextAppend(moment);
    cluster.current.faults.dropNextSubscription(17);
    expect(await copyEvents(source, server)).toEqual({ events: 300, streams: 7, copied: 300 });
    expect(await copyEvents(source, server)).toEqual({ events: 300, streams: 7, copied: 0 });
    const home = await embedded('home');
    expect(await copyEvents(server, home)).toEqual({ events: 300, streams: 7, copied: 300 });
    const all = (store: EventStorage) => readToEnd(store, { after: 0, limit: 500 });
    expect(await all(home)).toEqual(await all(source));
  });
});
