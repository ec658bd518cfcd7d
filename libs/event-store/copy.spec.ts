import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { KnownKeys } from '../personal-data/testing';
import {
  copyEvents,
  type CopyProgress,
  CopyRefused,
  type EmbeddedEventStore,
  type EventStorage,
  EventStore,
  EventStoreUnavailable,
  openEmbeddedEventStore,
  type RecordedEvent,
  verifyChain,
} from '.';
import { readToEnd } from './event-store.contract';

let folder: string;
let opened: EventStorage[];
let source: EmbeddedEventStore;
let target: EmbeddedEventStore;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'copy-'));
  opened = [];
  [source, target] = [await open('source'), await open('target')];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string) => path.join(folder, `${name}.db`);
async function open(name: string): Promise<EmbeddedEventStore> {
  const store = await openEmbeddedEventStore({ file: fileOf(name), durability: 'none-for-tests' });
  opened.push(store);
  return store;
}

/** Streams that were written by turns, some events alone and some together. */
async function fill(store: EventStorage, rounds: number, name = 'Team'): Promise<void> {
  const eventStore = new EventStore(store, () => Date.UTC(2026, 2, 1), new KnownKeys());
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, count] of [1, 3, 7].entries()) {
      const stream = `workspace-${index}`;
      const events = Array.from({ length: count }, (_, at) => ({
        type: 'TeamRenamed' as const,
        data: { teamId: 'red', name: `${name} ${round} ${at}` },
        occurredAt: Date.UTC(2026, 1, 1),
      }));
      const origin = { commandId: `${stream}/${round}`, correlationId: 'c', actor: 'key-1' };
      await eventStore.append(stream, round === 0 ? 'no-stream' : round * count - 1, [{ origin, events }]);
    }
  }
}

const everything = (store: EventStorage): Promise<RecordedEvent[]> => readToEnd(store, { after: 0, limit: 5_000 });
const withoutPosition = (events: readonly RecordedEvent[]) => events.map(({ position: _, ...event }) => event);

/** A store whose appends behave as given; everything else is the target's. */
function withAppend(append: EventStorage['append']): EventStorage {
  return new Proxy<EventStorage>(target, {
    get: (store, name) => (name === 'append' ? append : (Reflect.get(store, name) as unknown)),
  });
}

it('keeps ids, times, order over all streams, and chains; positions are the target’s own', async () => {
  await fill(source, 300);
  // Positions with a gap, as a store may have.
  const database = openDatabase(fileOf('source'));
  database.exec('UPDATE events SET position = position + 1000000 WHERE position > 500');
  database.close();
  const progress: CopyProgress[] = [];
  const report = await copyEvents(source, target, { onProgress: (one) => progress.push(one) });
  expect(report).toEqual({ events: 3_300, streams: 3, copied: 3_300 });
  expect(withoutPosition(await everything(target))).toEqual(withoutPosition(await everything(source)));
  expect((await verifyChain(target)).faultCount).toBe(0);
  expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['comparing', 'copying', 'verifying']);
  const end = await source.head();
  expect(progress.at(-1)).toEqual({ phase: 'verifying', position: end, end });
  expect(progress.filter(({ phase }) => phase === 'copying').map(({ position }) => position)).toHaveLength(4);
});

it('copies what follows in one stream together, within limits', async () => {
  const eventStore = new EventStore(source, () => 0, new KnownKeys());
  const events = (count: number, size: number) =>
    Array.from({ length: count }, () => ({
      type: 'TeamRenamed' as const,
      data: { teamId: 'red', name: 'x'.repeat(size) },
      occurredAt: 0,
    }));
  const origin = { commandId: 'a', correlationId: 'c', actor: 'key-1' };
  await eventStore.append('workspace-a', 'no-stream', [{ origin, events: events(700, 1) }]);
  await eventStore.append('workspace-b', 'no-stream', [{ origin, events: events(3, 150_000) }]);
  const sizes: number[] = [];
  await copyEvents(
    source,
    withAppend((stream, appended, expected) => {
      sizes.push(appended.length);
      return target.append(stream, appended, expected);
    }),
  );
  expect(sizes).toEqual([500, 200, 1, 1, 1]);
});

it('copies nothing of an empty store', async () => {
  expect(await copyEvents(source, target)).toEqual({ events: 0, streams: 0, copied: 0 });
});

it.each([0, 1, 2, 17, 400])('goes on after it was aborted behind %i appends', async (appends) => {
  await fill(source, 150);
  let left = appends;
  const breaking = withAppend((stream, events, expected) => {
    left -= 1;
    if (left < 0) return Promise.reject(new Error('killed'));
    return target.append(stream, events, expected);
  });
  await expect(copyEvents(source, breaking)).rejects.toThrow('killed');
  const there = (await everything(target)).length;
  expect(await copyEvents(source, target)).toEqual({ events: 1_650, streams: 3, copied: 1_650 - there });
  expect(withoutPosition(await everything(target))).toEqual(withoutPosition(await everything(source)));
  // And once more, with nothing left to do, or with what came since.
  expect(await copyEvents(source, target)).toMatchObject({ copied: 0 });
  await new EventStore(source, () => 0, new KnownKeys()).append('workspace-new', 'no-stream', [
    {
      origin: { commandId: 'later', correlationId: 'c', actor: 'key-1' },
      events: [{ type: 'TeamArchived', data: { teamId: 'red' }, occurredAt: 0 }],
    },
  ]);
  expect(await copyEvents(source, target)).toMatchObject({ events: 1_651, copied: 1 });
});

it('repeats an append whose answer was lost', async () => {
  await fill(source, 20);
  let calls = 0;
  const losing = withAppend(async (stream, events, expected) => {
    const result = await target.append(stream, events, expected);
    calls += 1;
    if (calls % 3 === 1) throw new EventStoreUnavailable('the answer was lost');
    return result;
  });
  expect(await copyEvents(source, losing)).toMatchObject({ events: 220, copied: 220 });
  expect(withoutPosition(await everything(target))).toEqual(withoutPosition(await everything(source)));
});

describe('refuses', () => {
  it('a target with other content, and leaves it as it is', async () => {
    await fill(source, 5);
    await fill(target, 2, 'Another');
    const before = await everything(target);
    const refused = copyEvents(source, target);
    await expect(refused).rejects.toThrow(CopyRefused);
    await expect(refused).rejects.toThrow(
      /holds other content: workspace-0@0 .* is where the source has workspace-0@0/,
    );
    expect(await everything(target)).toEqual(before);
  });

  it('a target that holds more than the source', async () => {
    await fill(source, 2);
    await copyEvents(source, target);
    await fill(await open('more'), 3);
    await expect(copyEvents(source, opened[2]!)).rejects.toThrow(/holds more than the source: workspace-0@2/);
  });

  it('to go on with a copy that was tampered with', async () => {
    await fill(source, 5);
    await copyEvents(source, target);
    const database = openDatabase(fileOf('target'));
    database.exec("UPDATE events SET data = replace(data, 'Team 1', 'Team 9') WHERE position = 14");
    database.close();
    await expect(copyEvents(source, target)).rejects.toThrow(
      /of the target does not hold together: workspace-1@4 .*was changed/,
    );
  });

  it.each([
    [
      'was changed',
      "UPDATE events SET metadata = json_set(metadata, '$.actor', 'x') WHERE position = 1104",
      /workspace-1@302/,
    ],
    ['lacks events', 'DELETE FROM events WHERE position = 1104', /workspace-1@303 .* revision 302 of the stream/],
  ])('a source that %s, naming the place, and copies nothing behind it', async (_, sql, message) => {
    await fill(source, 120);
    const database = openDatabase(fileOf('source'));
    database.exec(sql);
    database.close();
    const refused = copyEvents(source, target);
    await expect(refused).rejects.toThrow(/^The history of the source does not hold together/);
    await expect(refused).rejects.toThrow(message);
    expect(await everything(target)).toHaveLength(1_000);
  });

  it('a target that another process writes to', async () => {
    await fill(source, 5);
    await expect(
      copyEvents(
        source,
        withAppend(async (stream, events, expected) => {
          if (expected === 0) await fill(target, 1, 'Theirs').catch(() => undefined);
          if (expected === 0)
            await target.append(
              stream,
              events.map((event) => ({ ...event, id: 'theirs' })),
              0,
            );
          return target.append(stream, events, expected);
        }),
      ),
    ).rejects.toThrow(/something else writes to it/);
  });

  it('to call it done when the source went on', async () => {
    await fill(source, 5);
    let more = true;
    const refused = copyEvents(source, target, {
      onProgress: ({ phase }) => {
        if (phase !== 'copying' || !more) return;
        more = false;
        const database = openDatabase(fileOf('source'));
        database.exec(
          "INSERT INTO events (stream, revision, id, type, data, metadata) VALUES ('late-1', 0, 'late', 'Late.v1', '{}', '{}')",
        );
        database.close();
      },
    });
    await expect(refused).rejects.toThrow(/went on being written/);
  });
});
