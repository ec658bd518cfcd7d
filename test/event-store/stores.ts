import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openEmbeddedEventStore, openEventStoreDb } from '@seatledger/event-store';

import { type EventStoreUnderTest } from '../../libs/event-store/testing';
import { TestCluster } from '../support/eventstoredb';

/** Every store that the suites of this folder run on, with what is needed to run it. */
export interface StoreForSuites {
  readonly name: string;
  /** The environment variable to set, where the store is not there without it. */
  readonly missing?: string;
  readonly open: () => Promise<EventStoreUnderTest>;
}

const REAL_SERVER = process.env['TEST_EVENT_STORE_URL'];

export const EMBEDDED: StoreForSuites = {
  name: 'the embedded store',
  open: async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'events-'));
    const options = {
      file: path.join(folder, 'events.db'),
      durability: 'none-for-tests',
      pollInterval: 600_000,
    } as const;
    const store = await openEmbeddedEventStore(options);
    return {
      store,
      openAnother: () => openEmbeddedEventStore({ ...options, pollInterval: 5 }),
      dispose: async () => {
        await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

export const EVENT_STORE_DBS: readonly StoreForSuites[] = [
  ...[true, false].map((offersBatchAppend) => ({
    name: `EventStoreDB (test server ${offersBatchAppend ? 'with' : 'without'} batch append)`,
    open: async () => {
      const cluster = await TestCluster.start({ offersBatchAppend });
      return eventStoreDb(cluster.url, () => cluster.stop());
    },
  })),
  {
    name: 'EventStoreDB (real server)',
    ...(REAL_SERVER === undefined ? { missing: 'TEST_EVENT_STORE_URL' } : {}),
    open: () => eventStoreDb(REAL_SERVER ?? ''),
  },
];

async function eventStoreDb(
  connectionString: string,
  stop: () => Promise<void> = () => Promise.resolve(),
): Promise<EventStoreUnderTest> {
  // A busy machine may need long for a thousand appends at once.
  const open = (pollInterval = 600_000) => openEventStoreDb({ connectionString, pollInterval, deadline: 60_000 });
  let store = await open();
  return {
    store,
    openAnother: () => open(20),
    reopen: async () => {
      await store.close();
      return (store = await open());
    },
    dispose: async () => {
      await store.close();
      await stop();
    },
  };
}
