import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type EventStorage, EventStore, openEmbeddedEventStore, subjectOf } from '@seatledger/event-store';
import { openEmbeddedReadStore, type ReadStore, type StoredDocument } from '@seatledger/read-store';

import { KnownKeys } from '../personal-data/testing';
import { answersOf, type Projection, ReadModel, type ReadModelOptions } from '.';

const NOW = Date.parse('2026-03-01T10:00:00Z');

interface Counted extends Record<string, unknown> {
  readonly teams: number;
  readonly last: string;
}

/** How many teams each workspace ever created: counts, so that an event folded twice shows. */
const counting = (change: Partial<Projection> & { by?: number } = {}): Projection => ({
  name: 'counts',
  version: 1,
  collections: [{ name: 'counts', indexes: [] }],
  streamPrefixes: ['workspace-'],
  totals: { counts: (document) => ({ teams: (document as Counted).teams }) },
  needs: ({ stream }) => [{ collection: 'counts', id: subjectOf(stream) }],
  project({ event, stream, position }, documents) {
    if (event.type !== 'TeamCreated') return;
    if (event.data.teamId === 'poison') throw new Error('too much');
    const id = subjectOf(stream);
    const teams = (documents.get<Counted>('counts', id)?.teams ?? 0) + (change.by ?? 1);
    documents.put('counts', id, { teams, last: event.data.teamId }, position);
  },
  ...change,
});

describe('a read model', () => {
  let folder: string;
  let events: EventStorage;
  let eventStore: EventStore;
  let store: ReadStore;
  const opened: ReadModel[] = [];

  beforeEach(async () => {
    revisions.clear();
    folder = mkdtempSync(path.join(tmpdir(), 'read-model-'));
    events = await openEmbeddedEventStore({ file: path.join(folder, 'events.db') });
    eventStore = new EventStore(events, () => NOW, new KnownKeys());
    store = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
    await create('a', 10);
    await create('b', 7);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((model) => model.stop()));
    await store.close();
    await events.close();
    rmSync(folder, { recursive: true });
  });

  const revisions = new Map<string, number>();

  /** Creates teams; each in an event of its own. */
  async function create(workspace: string, count: number, teamId?: string): Promise<number> {
    const stream = `workspace-${workspace}`;
    const revision = revisions.get(stream) ?? -1;
    const entries = Array.from({ length: count }, (_, index) => ({
      origin: { commandId: `${stream}-${revision + index}`, correlationId: 'test', actor: 'test' },
      events: [
        {
          type: 'TeamCreated',
          occurredAt: NOW,
          data: { teamId: teamId ?? `t${revision + 1 + index}`, name: 'T' },
        } as const,
      ],
    }));
    const appended = await eventStore.append(stream, revision === -1 ? 'no-stream' : revision, entries);
    revisions.set(stream, appended.revision);
    return appended.position;
  }

  async function open(projection = counting(), options: ReadModelOptions = {}, on = store): Promise<ReadModel> {
    const model = new ReadModel(projection, eventStore, on, {
      batchSize: 4,
      retryDelay: 5,
      maintainEveryMs: 5,
      ...options,
    });
    opened.push(model);
    await model.start();
    return model;
  }

  const answers = async (model: ReadModel, on = store): Promise<Record<string, unknown>> => {
    const found = await answersOf(on, [model]).find<Counted>('counts', { where: {}, limit: 100 });
    return Object.fromEntries(found.map(({ id, document }) => [id, document.teams]));
  };
  const caughtUp = async (model: ReadModel): Promise<void> =>
    expect(await model.reached(await events.head(), 5000)).toBe(true);
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 600_000; !(await isSo());) {
      if (Date.now() > deadline) throw new Error(`never so: ${isSo.toString()}`);
      await new Promise(setImmediate);
    }
  };
  /** Whether documents of a projectionVersion are there, under the name that they are stored by. */
  const exists = async (name: string): Promise<boolean> => {
    await store.ensureCollection({ name, indexes: [] });
    try {
      return (await store.count(name, {})) > 0;
    } catch (error) {
      // Dropped between the two.
      if (error instanceof TypeError && error.message.includes('is not declared')) return false;
      throw error;
    }
  };

  it('has its version in the names of its collections', async () => {
    await caughtUp(await open());
    expect(await exists('counts.v1')).toBe(true);
    expect(await store.checkpoint('counts.v1')).toBe(await events.head());
  });

  it('lets events come together that nobody waits for, and stops without finishing its rest', async () => {
    const batches: number[] = [];
    const model = await open(counting(), { minIntervalMs: 60_000, onCommit: ({ events: many }) => batches.push(many) });
    await create('a', 1);
    await caughtUp(model);
    for (let index = 0; index < 3; index += 1) await create('a', 1);
    await caughtUp(model);
    expect(batches.at(-1)).toBe(3);
    // A read that does not know up to where sees what was left for later.
    await create('a', 2);
    await model.refresh(5000);
    expect(batches.at(-1)).toBe(2);
    // Also while the events are out of reach: then what is there must do.
    const head = jest.spyOn(events, 'head').mockRejectedValueOnce(new Error('away'));
    await model.refresh(5000);
    head.mockReturnValueOnce(new Promise(() => undefined));
    await model.refresh(5);
    head.mockRestore();
    await create('a', 1);
    await model.stop();
    expect(batches.at(-1)).toBe(2);
  });

  it('leaves nothing on the signal of a caller that waited for a change', async () => {
    const model = await open();
    await caughtUp(model);
    const waiting = new AbortController();
    const left = () => getEventListeners(waiting.signal, 'abort').length;
    const changed = model.changed(waiting.signal);
    expect(left()).toBe(1);
    await create('a', 1);
    await changed;
    expect(left()).toBe(0);
    const never = model.changed(waiting.signal);
    waiting.abort();
    await never;
    expect(left()).toBe(0);
  });

  it('rests again once nobody waits any more, also when they waited across a rebuild', async () => {
    const batches: number[] = [];
    const model = await open(counting(), { minIntervalMs: 60_000, onCommit: ({ events: many }) => batches.push(many) });
    await caughtUp(model);
    const inVain = model.reached((await events.head()) + 1000, 500);
    await model.rebuild();
    await model.settled();
    expect(await inVain).toBe(false);
    await create('a', 1);
    await caughtUp(model);
    for (let index = 0; index < 3; index += 1) await create('a', 1);
    await caughtUp(model);
    expect(batches.at(-1)).toBe(3);
  });

  it('folds the next batch while one is written, and loses nothing when writing fails', async () => {
    await create('a', 30);
    const reads = jest.spyOn(eventStore, 'readAll');
    let commits = 0;
    let readsAtCommit = 0;
    const failing = new Proxy(store, {
      get: (target, name: keyof ReadStore) =>
        name !== 'commit'
          ? (...given: never[]) => (target[name] as (...all: never[]) => unknown)(...given)
          : async (commit: Parameters<ReadStore['commit']>[0]) => {
              if (commit.projection !== 'counts.v1') return target.commit(commit);
              commits += 1;
              if (commits === 1) {
                readsAtCommit = reads.mock.calls.length;
                await until(() => reads.mock.calls.length > readsAtCommit);
              }
              // Every third write fails, every ninth although it was done.
              if (commits % 9 === 0) await target.commit(commit);
              if (commits % 3 === 0) throw new Error('the store is away');
              return target.commit(commit);
            },
    });
    const model = await open(counting(), {}, failing);
    await caughtUp(model);
    expect(commits).toBeGreaterThan(9);
    expect(await answers(model)).toEqual({ a: 40, b: 7 });
  });

  describe('rebuilt', () => {
    it('is built beside the old one, switched to, and the old one dropped later', async () => {
      const model = await open(counting(), { keepReplaced: 60_000, clock: () => now });
      let now = NOW;
      await caughtUp(model);
      // What waits across the switch is told.
      const later = model.reached((await events.head()) + 1, 5000);
      await model.rebuild();
      expect(await answers(model)).toEqual({ a: 10, b: 7 });
      await model.settled();
      expect(model.status().rebuild).toMatchObject({ state: 'done', events: 17, differences: [] });
      expect(model.storedName('counts')).toBe('counts.v1.2');
      expect(await answers(model)).toEqual({ a: 10, b: 7 });
      await create('a', 1);
      expect(await later).toBe(true);
      expect(await answers(model)).toEqual({ a: 11, b: 7 });
      expect(await exists('counts.v1')).toBe(true);
      now += 60_000;
      await until(async () => !(await exists('counts.v1')));
      expect(await answers(model)).toEqual({ a: 11, b: 7 });
    });

    it('answers from the old documents as long as the new ones are built, and keeps those up to date', async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const slow = new Proxy(store, {
        get: (target, name: keyof ReadStore) =>
          name !== 'commit'
            ? (...given: never[]) => (target[name] as (...all: never[]) => unknown)(...given)
            : async (commit: Parameters<ReadStore['commit']>[0]) => {
                if (commit.projection === 'counts.v1.2') await held;
                return target.commit(commit);
              },
      });
      const model = await open(counting(), {}, slow);
      await caughtUp(model);
      await model.rebuild();
      await create('a', 5);
      await caughtUp(model);
      expect(model.storedName('counts')).toBe('counts.v1');
      expect(await answers(model)).toEqual({ a: 15, b: 7 });
      release();
      await model.settled();
      expect(model.storedName('counts')).toBe('counts.v1.2');
      await caughtUp(model);
      expect(await answers(model)).toEqual({ a: 15, b: 7 });
    });

    it('is not switched to when it differs, unless that is accepted', async () => {
      const model = await open();
      await caughtUp(model);
      const writes = [
        { collection: 'counts.v1', id: 'a', document: { teams: 12, last: 't9' }, position: 10 },
        { collection: 'counts.v1', id: 'c', document: { teams: 1, last: 't0' }, position: 10 },
      ];
      await store.commit({ projection: 'damage', expectedCheckpoint: 0, checkpoint: 1, writes });
      await model.rebuild();
      await model.settled();
      expect(model.status().rebuild).toMatchObject({
        state: 'differs',
        differences: ['counts, documents: 3 before, 2 now', 'counts, sum of teams: 20 before, 17 now'],
      });
      expect(model.storedName('counts')).toBe('counts.v1');
      await create('b', 1);
      await caughtUp(model);
      await model.rebuild({ acceptDifferences: true });
      await model.settled();
      expect(model.status().rebuild?.state).toBe('done');
      await caughtUp(model);
      expect(await answers(model)).toEqual({ a: 10, b: 8 });
    });

    it('goes on after a kill at any point', async () => {
      const first = await open();
      await caughtUp(first);
      await first.stop();
      let isDone = false;
      for (let writes = 0; !isDone; writes += 1) {
        let left = writes;
        const guarded = new Set(['commit', 'drop', 'ensureCollection']);
        const dying = new Proxy(store, {
          get:
            (target, name: keyof ReadStore) =>
            // A process that is killed writes nothing any more; what it reads does not matter.
            (...given: never[]) => {
              if (guarded.has(name) && (left -= 1) < 0) return Promise.reject(new Error('killed'));
              return (target[name] as (...all: never[]) => unknown)(...given);
            },
        });
        const failed = jest.fn();
        const model = new ReadModel(counting(), eventStore, dying, {
          batchSize: 4,
          keepReplaced: 0,
          maintainEveryMs: 1,
          onFailure: failed,
        });
        const killed = await model
          .start()
          .then(() => model.rebuild())
          .then(() => until(() => failed.mock.calls.length > 0 || model.status().rebuild?.state === 'done'))
          .then(
            () => failed.mock.calls.length > 0,
            () => true,
          );
        await model.stop();
        isDone = !killed;

        const next = await open(counting(), { keepReplaced: 0 });
        await next.settled();
        await caughtUp(next);
        expect([writes, await answers(next)]).toEqual([writes, { a: 10, b: 7 }]);
        await next.stop();
        if (writes > 60) throw new Error('it never comes to an end');
      }
    });

    it('is built once when it is asked for twice at once', async () => {
      const onRebuilt = jest.fn();
      const model = await open(counting(), { onRebuilt });
      await caughtUp(model);
      const declared = jest.spyOn(store, 'ensureCollection');
      await Promise.all([model.rebuild(), model.rebuild()]);
      await model.settled();
      const isDone = model.status().rebuild?.state === 'done';
      const built = declared.mock.calls.filter(([{ name }]) => name === 'counts.v1.2');
      expect([isDone, built.length, onRebuilt.mock.calls.length]).toEqual([true, 1, 1]);
      await create('a', 1);
      await caughtUp(model);
      expect(await answers(model)).toEqual({ a: 11, b: 7 });
    });

    it('can be asked for again when it could not be begun, and fails for all who asked', async () => {
      const model = await open();
      await caughtUp(model);
      const commit = jest.spyOn(store, 'commit').mockRejectedValueOnce(new Error('the store is away'));
      const asked = await Promise.allSettled([model.rebuild(), model.rebuild()]);
      expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      commit.mockRestore();
      await model.rebuild();
      await model.settled();
      expect(model.status().rebuild?.state).toBe('done');
    });

    it('is followed by another process, which then takes over', async () => {
      const other = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
      const one = await open();
      const two = await open(counting(), {}, other);
      await caughtUp(two);
      await one.rebuild();
      await one.settled();
      await until(() => two.storedName('counts') === one.storedName('counts'));
      await one.stop();
      await create('b', 2);
      await caughtUp(two);
      expect(await answers(two, other)).toEqual({ a: 10, b: 9 });
      await two.stop();
      await other.close();
    });

    it('leaves the old documents right, and itself stoppable, however often the new ones cannot be written', async () => {
      const waits = jest.spyOn(events, 'waitForEvents');
      let isAway = true;
      let failures = 0;
      const flaky = new Proxy(store, {
        get:
          (target, name: keyof ReadStore) =>
          (...given: never[]) => {
            const [spec] = given as { name?: string }[];
            if (isAway && name === 'ensureCollection' && spec?.name === 'counts.v1.2') {
              return Promise.reject(new Error('the store is away'));
            }
            return (target[name] as (...all: never[]) => unknown)(...given);
          },
      });
      const model = await open(counting(), { onFailure: () => (failures += 1) }, flaky);
      await caughtUp(model);
      await model.rebuild();
      for (let round = 0; round < 20; round += 1) {
        const before = failures;
        await create('a', 1);
        await until(() => failures > before);
      }
      await caughtUp(model);
      expect(await answers(model)).toEqual({ a: 30, b: 7 });
      isAway = false;
      await model.settled();
      expect(model.status().rebuild?.state).toBe('done');
      await create('a', 1);
      await caughtUp(model);
      expect(await answers(model)).toEqual({ a: 31, b: 7 });
      await model.stop();
      expect(waits.mock.calls.filter(([, signal]) => !signal.aborted)).toEqual([]);
    });

    it('is right in both processes when both build the same', async () => {
      const waits = jest.spyOn(events, 'waitForEvents');
      await create('a', 400);
      const other = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
      const one = await open();
      await caughtUp(one);
      await one.rebuild();
      const two = await open(counting(), {}, other);
      await Promise.all([one.settled(), two.settled()]);
      for (let round = 0; round < 20; round += 1) {
        await create('a', 1);
        await Promise.all([caughtUp(one), caughtUp(two)]);
      }
      expect([await answers(one), await answers(two, other)]).toEqual([
        { a: 430, b: 7 },
        { a: 430, b: 7 },
      ]);
      await Promise.all([one.stop(), two.stop()]);
      expect(waits.mock.calls.filter(([, signal]) => !signal.aborted)).toEqual([]);
      await other.close();
    });

    it('happens by itself when the code has another version', async () => {
      const before = await open();
      await caughtUp(before);
      await before.stop();
      const onRebuilt = jest.fn();
      const model = await open(counting({ version: 2, by: 100 }), { onRebuilt, keepReplaced: 0 });
      expect(model.status()).toMatchObject({ isOutdated: true, version: 1 });
      expect(await answers(model)).toEqual({ a: 10, b: 7 });
      await model.settled();
      expect(model.status()).toMatchObject({ isOutdated: false, version: 2 });
      expect(onRebuilt).toHaveBeenCalledWith(
        'counts',
        expect.objectContaining({
          state: 'done',
          differences: ['counts, sum of teams: 17 before, 1700 now'],
        }),
      );
      await caughtUp(model);
      expect(await answers(model)).toEqual({ a: 1000, b: 700 });
      expect(model.storedName('counts')).toBe('counts.v2');
      await until(async () => !(await exists('counts.v1')));
    });
  });

  it('stays as it is when events are folded again', async () => {
    const first = await open();
    await caughtUp(first);
    await first.stop();
    const all = (): Promise<StoredDocument[]> => store.find('counts.v1', { where: {}, limit: 100 });
    const before = await all();
    // Only the checkpoint goes: everything is read and folded again, onto the documents that are there.
    await store.drop('counts.v1', []);
    const again = await open();
    await caughtUp(again);
    expect(await store.checkpoint('counts.v1')).toBe(await events.head());
    expect(await all()).toEqual(before);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['throws', () => create('a', 1, 'poison'), 'TeamCreated (workspace-a@10): too much'],
    [
      'is of an unknown type',
      async () => {
        const [last] = await events.readStream('workspace-a', { direction: 'backward', limit: 1 });
        const id = '0b0f7c0e-6c0d-5d43-9f0a-0d9a4a4b7c11';
        await events.append('workspace-a', [{ id, type: 'TeamMoved.v1', data: {}, metadata: last!.metadata }], 10 - 1);
        revisions.set('workspace-a', 10);
      },
      'TeamMoved.v1 at workspace-a@10: unknown event type',
    ],
  ])('stops at an event that %s, right before it, and says so', async (_, append, reason) => {
    await append();
    const last = (await events.head()) - 1;
    await create('b', 3);
    const onFailure = jest.fn();
    const model = await open(counting(), { onFailure });
    await until(() => model.status().state === 'failed');
    const { checkpoint, reason: told } = model.status();
    expect(told).toContain(reason);
    expect(checkpoint).toBe(last);
    expect(await answers(model)).toEqual({ a: 10, b: 7 });
    expect(onFailure).toHaveBeenCalledTimes(1);
  });

  it('is folded by one of two runners; the other is on standby and takes over', async () => {
    const other = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
    const one = await open();
    await caughtUp(one);
    const two = await open(counting(), { retryDelay: 20 }, other);
    for (let round = 0; round < 20; round += 1) await create(round % 2 === 0 ? 'a' : 'b', 3);
    await Promise.all([caughtUp(one), caughtUp(two)]);
    expect(await answers(one)).toEqual({ a: 40, b: 37 });
    await one.stop();
    await create('a', 1);
    await caughtUp(two);
    expect(await answers(two, other)).toEqual({ a: 41, b: 37 });
    await two.stop();
    await other.close();
  });
});
