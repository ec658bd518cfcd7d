import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Worker } from 'node:worker_threads';

import { openDatabase } from '@seatledger/sqlite';

import { eventStoreContract, readToEnd, testEvent, testEvents } from '../event-store.contract';
import { EventStoreUnavailable, RevisionConflict } from '../port';
import { type EmbeddedEventStore, type EmbeddedEventStoreOptions, openEmbeddedEventStore } from '.';

let folder: string;
let opened: EmbeddedEventStore[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'events-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

const fileIn = (name = 'events.db') => path.join(folder, name);
async function open(options: Partial<EmbeddedEventStoreOptions> = {}): Promise<EmbeddedEventStore> {
  const store = await openEmbeddedEventStore({ file: fileIn(), durability: 'none-for-tests', ...options });
  opened.push(store);
  return store;
}

for (const durability of ['fsync', 'none-for-tests'] as const) {
  eventStoreContract(`embedded (${durability})`, async () => {
    const own = mkdtempSync(path.join(tmpdir(), 'events-'));
    const options = { file: path.join(own, 'events.db'), durability, pollInterval: 600_000 };
    let store = await openEmbeddedEventStore(options);
    return {
      store,
      openAnother: () => openEmbeddedEventStore({ ...options, pollInterval: 5 }),
      reopen: async () => {
        await store.close();
        return (store = await openEmbeddedEventStore(options));
      },
      dispose: async () => {
        await store.close();
        rmSync(own, { recursive: true });
      },
    };
  });
}

describe('opening', () => {
  it('creates the file and its folder', async () => {
    const file = path.join(folder, 'new', 'deep', 'events.db');
    const store = await open({ file });
    expect(existsSync(file)).toBe(true);
    expect(await store.head()).toBe(0);
  });

  it.each<[string, (file: string) => void, RegExp]>([
    [
      'a file that is no database',
      (file) => writeFileSync(file, 'invoices;2026\n'.repeat(500)),
      /is not a database: .*left as it is/,
    ],
    ['a file of a few bytes', (file) => writeFileSync(file, 'note'), /is not a database/],
    [
      'the database of something else',
      (file) => {
        const other = openDatabase(file);
        other.exec('CREATE TABLE events (a)');
        other.close();
      },
      /other content/,
    ],
  ])('refuses %s', async (_, prepare, message) => {
    prepare(fileIn());
    const before = readFileSync(fileIn());
    const refused = open();
    await expect(refused).rejects.toThrow(EventStoreUnavailable);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(fileIn());
    expect(readFileSync(fileIn())).toEqual(before);
  });

  it('refuses a folder that cannot be one', async () => {
    writeFileSync(fileIn('file'), '');
    await expect(open({ file: path.join(fileIn('file'), 'events.db') })).rejects.toThrow(/cannot be opened/);
  });

  it('refuses a file of a newer version', async () => {
    await (await open()).close();
    const newer = openDatabase(fileIn());
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    await expect(open()).rejects.toThrow(/newer version .*schema version 99/);
  });
});

describe('a damaged file', () => {
  beforeEach(async () => {
    const store = await open();
    for (let index = 0; index < 20; index += 1) await store.append(`workspace-${index}`, testEvents(100), 'no-stream');
    // A copy, as this process may still hold pages of the original.
    await store.backupTo(fileIn('damaged.db'));
  });
  const damaged = () => fileIn('damaged.db');
  const openDamaged = () => open({ file: damaged() });

  async function overwrite(from: number, bytes: number): Promise<void> {
    const handle = await openFile(damaged(), 'r+');
    await handle.write(Buffer.alloc(bytes, 0xa5), 0, bytes, from);
    await handle.close();
  }

  it('is told on opening when it was cut off', async () => {
    truncateSync(damaged(), statSync(damaged()).size - 4_096);
    await expect(openDamaged()).rejects.toThrow(/damaged\.db is damaged: .*restore the last backup/);
  });

  it('is told on opening when its schema cannot be read', async () => {
    await overwrite(100, 3_900);
    await expect(openDamaged()).rejects.toThrow(/damaged\.db is damaged/);
  });

  it('is told on opening when its first bytes were overwritten', async () => {
    await overwrite(0, 100);
    await expect(openDamaged()).rejects.toThrow(/damaged\.db is not a database: .*restore the last backup/);
  });

  it('is told on opening when it lost all but its first page', async () => {
    truncateSync(damaged(), 4_096);
    await expect(openDamaged()).rejects.toThrow(/damaged\.db is damaged: .*restore the last backup/);
  });

  it('is told on reading, and by the integrity check', async () => {
    const { size } = statSync(damaged());
    await overwrite(8_192, size - 12_288);
    const store = await openDamaged();
    const reading = readToEnd(store, { after: 0, limit: 100 });
    await expect(reading).rejects.toThrow(EventStoreUnavailable);
    await expect(reading).rejects.toThrow(/damaged\.db is damaged: .*restore the last backup/);
    expect(await store.checkIntegrity()).not.toEqual([]);
  });

  it('is told by the integrity check when an event was taken out', async () => {
    const tampered = openDatabase(damaged());
    tampered.exec("DELETE FROM events WHERE stream = 'workspace-3' AND revision = 50");
    tampered.close();
    expect(await (await openDamaged()).checkIntegrity()).toEqual([
      'stream workspace-3: 99 events from revision 0 to 99',
    ]);
  });

  it('is told when an event is not what was written', async () => {
    const tampered = openDatabase(damaged());
    tampered.exec("UPDATE events SET data = '{' WHERE position = 7");
    tampered.close();
    const store = await openDamaged();
    await expect(store.readAll({ after: 0, limit: 10 })).rejects.toThrow(/damaged: the event at position 7/);
  });
});

describe.each(['stream', 'id', 'type', 'data', 'metadata'])('a byte of %s that makes it no text', (column) => {
  it('is told on reading, naming the event, and ends no process', async () => {
    const store = await open();
    await store.append('workspace-1', testEvents(20), 'no-stream');
    await store.backupTo(fileIn('damaged.db'));
    const tampered = openDatabase(fileIn('damaged.db'));
    tampered.exec(`UPDATE events SET ${column} = CAST(CAST(${column} AS BLOB) || x'ff' AS TEXT) WHERE position = 7`);
    tampered.close();
    const damaged = await open({ file: fileIn('damaged.db') });
    const told = /damaged: the event at position 7/;
    await expect(damaged.readAll({ after: 0, limit: 100 })).rejects.toThrow(told);
    await expect(damaged.readAll({ after: 7, limit: 100 })).resolves.toMatchObject({ atEnd: true });
    if (column !== 'stream') await expect(damaged.readStream('workspace-1')).rejects.toThrow(told);
  });
});

it('a stream is read whatever its name', async () => {
  const store = await open();
  await store.append('"work"\nspace-ü', testEvents(2), 'no-stream');
  const { events } = await store.readAll({ after: 0, limit: 10 });
  expect(events.map(({ stream, revision }) => [stream, revision])).toEqual([0, 1].map((at) => ['"work"\nspace-ü', at]));
  expect(await store.readStream('"work"\nspace-ü')).toEqual(events);
});

describe('several stores on one file', () => {
  it('see one another, and one of two that expect the same revision wins', async () => {
    const [a, b] = [await open(), await open()];
    await a.append('workspace-1', testEvents(1), 'no-stream');
    expect(await b.readStream('workspace-1')).toHaveLength(1);
    const results = await Promise.allSettled([a, b].map((store) => store.append('workspace-1', testEvents(1), 0)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toEqual(new RevisionConflict('workspace-1', 0, 1));
  });

  it('wake one another within the poll', async () => {
    const [a, b] = [await open(), await open({ pollInterval: 5 })];
    const waiting = b.waitForEvents(0, new AbortController().signal);
    await a.append('workspace-1', testEvents(1), 'no-stream');
    await waiting;
    expect(await b.head()).toBe(1);
  });

  it('wait for one another, and give up with a clear message', async () => {
    const store = await open({ lockTimeout: 50 });
    const other = openDatabase(fileIn());
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append('workspace-1', testEvents(1), 'no-stream')).rejects.toThrow(
      /events\.db stays locked by another process/,
    );
    await expect(store.checkHealth()).rejects.toThrow(EventStoreUnavailable);
    expect(await store.readStream('workspace-1')).toEqual([]);
    other.exec('ROLLBACK');
    other.close();
    expect(await store.append('workspace-1', testEvents(1), 'no-stream')).toEqual({ revision: 0, position: 1 });
  });
});

describe('reading', () => {
  it('searches a large store in several pages, and says how far it came', async () => {
    const store = await open();
    for (let index = 0; index < 25; index += 1) await store.append(`many-${index}`, testEvents(1_000), 'no-stream');
    await store.append('workspace-1', [testEvent({ type: 'Rare.v1' })], 'no-stream');
    const first = await store.readAll({ after: 0, limit: 10, types: ['Rare.v1'] });
    expect(first).toMatchObject({ events: [], atEnd: false });
    const second = await store.readAll({ after: first.position, limit: 10, types: ['Rare.v1'] });
    expect(second).toMatchObject({ events: [{ stream: 'workspace-1' }], position: 25_001, atEnd: true });
  });

  it('lets others have their turn while it reads a long stream, from the first page on', async () => {
    await (await open()).append('a-1', testEvents(5000), 'no-stream');
    const store = await open();
    let turns = 0;
    let next = setImmediate(function turn() {
      turns += 1;
      next = setImmediate(turn);
    });
    expect(await store.readStream('a-1')).toHaveLength(5000);
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
  it('goes on when the thread that reads ends, and reads in another', async () => {
    const store = await open();
    await store.append('w', testEvents(3_000), 'no-stream');
    const { pages } = (store as unknown as { history: { pages: { worker: Worker; isReady(): boolean } } }).history;
    const ready = async (): Promise<void> => {
      while (!pages.isReady()) await new Promise((resolve) => setImmediate(resolve));
    };
    await ready();
    // No question: the thread ends at it, and those that follow are not answered.
    pages.worker.postMessage(undefined);
    const [page, stream] = await Promise.all([store.readAll({ after: 0, limit: 3_000 }), store.readStream('w')]);
    expect([page.events.length, stream.length]).toEqual([3_000, 3_000]);
    await ready();
    expect(await store.readStream('w')).toEqual(stream);
  });

  it('stays where it was when the store is behind, as after restoring a backup', async () => {
    const store = await open();
    await store.append('workspace-1', testEvents(1), 'no-stream');
    expect(await store.readAll({ after: 500, limit: 10 })).toEqual({ events: [], position: 500, atEnd: true });
  });

  it('takes prefixes for plain text', async () => {
    const store = await open();
    for (const stream of ['a%b-1', 'axb-1', "a'b-1"]) await store.append(stream, testEvents(1), 'no-stream');
    const streams = async (prefix: string) =>
      (await readToEnd(store, { after: 0, limit: 10, streamPrefixes: [prefix] })).map(({ stream }) => stream);
    expect(await streams('a%')).toEqual(['a%b-1']);
    expect(await streams("a'")).toEqual(["a'b-1"]);
    expect(await streams('A')).toEqual([]);
  });
});

describe('backup', () => {
  it('copies a store that is being written, as it was at one moment', async () => {
    const store = await open();
    let revision = (await store.append('workspace-1', testEvents(500), 'no-stream')).revision;
    let writing = true;
    const writer = (async () => {
      while (writing) revision = (await store.append('workspace-1', testEvents(10), revision)).revision;
    })();
    const position = await store.backupTo(fileIn('backups/one.db'));
    writing = false;
    await writer;
    const copy = await open({ file: fileIn('backups/one.db') });
    expect(await copy.head()).toBe(position);
    expect(await copy.checkIntegrity()).toEqual([]);
    const original = await store.readStream('workspace-1', { limit: position });
    expect(await copy.readStream('workspace-1')).toEqual(original);
    const next = await copy.append('workspace-1', testEvents(1), position - 1);
    expect(next.position).toBe(position + 1);
  });

  it('overwrites nothing', async () => {
    const store = await open();
    writeFileSync(fileIn('there.db'), 'precious');
    await expect(store.backupTo(fileIn('there.db'))).rejects.toThrow(/there\.db cannot be opened: .*exists already/);
  });
});

describe('closing', () => {
  it('finishes what was asked for, then refuses', async () => {
    const store = await open();
    const waiting = store.waitForEvents(1_000, new AbortController().signal);
    const appends = Array.from({ length: 50 }, (_, index) => store.append(`w-${index}`, testEvents(1), 'no-stream'));
    await Promise.all([store.close(), ...appends, waiting]);
    await expect(store.append('w-1', testEvents(1), 0)).rejects.toThrow(/events\.db is closed/);
    await expect(store.readStream('w-1')).rejects.toThrow(EventStoreUnavailable);
    await store.close();
    expect(await (await open()).head()).toBe(50);
  });
});
