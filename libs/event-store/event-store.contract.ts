/**
 * What every adapter of the event store port must do, as one Jest suite. It assumes nothing about
 * the store's content: streams and types are new in each test, positions may begin anywhere and
 * have gaps, and others may append meanwhile.
 */
import { randomUUID } from 'node:crypto';

import {
  type AppendResult,
  type EventMetadata,
  type EventStorage,
  type EventToAppend,
  type ExpectedRevision,
  type ReadAllOptions,
  type RecordedEvent,
  RevisionConflict,
} from './port';

export interface EventStoreUnderTest {
  /** Looks for appends of other processes only every ten minutes: its own wake it at once. */
  readonly store: EventStorage;
  /** Opens another store on the same data, as another process would, which looks often. */
  readonly openAnother: () => Promise<EventStorage>;
  /** Closes the store and opens it again on the same data; left out where that means nothing. */
  readonly reopen?: () => Promise<EventStorage>;
  /** Closes what is open and removes the data. */
  readonly dispose: () => Promise<void>;
}

const METADATA: EventMetadata = {
  $correlationId: 'b4a0d1f8-1c9e-4a52-8f9a-1f6f3a0e0001',
  $causationId: 'b4a0d1f8-1c9e-4a52-8f9a-1f6f3a0e0002',
  actor: 'key-1',
  occurredAt: '2026-03-01T10:00:00.000Z',
  recordedAt: '2026-03-01T10:00:00.123Z',
  hash: 'a'.repeat(64),
};

/** An event for tests; its id is new unless given. */
export function testEvent(overrides: Partial<EventToAppend> = {}): EventToAppend {
  return { id: randomUUID(), type: 'TeamCreated.v1', data: { name: 'Blue' }, metadata: METADATA, ...overrides };
}

export function testEvents(count: number, overrides: Partial<EventToAppend> = {}): EventToAppend[] {
  return Array.from({ length: count }, (_, index) => testEvent({ data: { index }, ...overrides }));
}

const unique = (prefix: string): string => `${prefix}-${randomUUID()}`;
const ids = (events: readonly EventToAppend[]): string[] => events.map(({ id }) => id);

/** Reads page by page until the end. */
export async function readToEnd(store: EventStorage, options: ReadAllOptions): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let after = options.after;
  for (;;) {
    const page = await store.readAll({ ...options, after });
    events.push(...page.events);
    if (page.atEnd) return events;
    expect(page.position).toBeGreaterThan(after);
    after = page.position;
  }
}

/** How many of those who lost an append try again at the same time: all at once would mostly lose again. */
const CONTENDERS = 4;

/**
 * Appends each event by a writer of its own. All of them begin at once, expecting no stream;
 * the loser goes on from the revision that the conflict tells, until it wins.
 */
async function appendByRivals(
  store: EventStorage,
  stream: string,
  events: readonly EventToAppend[],
): Promise<AppendResult[]> {
  const results: AppendResult[] = [];
  const losers: { readonly writer: number; readonly actual: ExpectedRevision }[] = [];
  const tryOnce = async (writer: number, expected: ExpectedRevision): Promise<RevisionConflict | undefined> => {
    try {
      results[writer] = await store.append(stream, events.slice(writer, writer + 1), expected);
      return undefined;
    } catch (error) {
      if (error instanceof RevisionConflict) return error;
      throw error;
    }
  };
  await Promise.all(
    events.map(async (_, writer) => {
      const conflict = await tryOnce(writer, 'no-stream');
      if (conflict !== undefined) losers.push({ writer, actual: conflict.actual });
    }),
  );
  const contend = async (): Promise<void> => {
    for (let loser = losers.pop(); loser !== undefined; loser = losers.pop()) {
      let { actual } = loser;
      for (;;) {
        const conflict = await tryOnce(loser.writer, actual);
        if (conflict === undefined) break;
        ({ actual } = conflict);
      }
    }
  };
  await Promise.all(Array.from({ length: CONTENDERS }, contend));
  return results;
}

export function eventStoreContract(name: string, open: () => Promise<EventStoreUnderTest>): void {
  describe(`${name} as an event store`, () => {
    let tested: EventStoreUnderTest;
    let store: EventStorage;

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.dispose());

    async function conflictOf(append: Promise<unknown>): Promise<RevisionConflict> {
      const error: unknown = await append.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RevisionConflict);
      return error as RevisionConflict;
    }

    describe('append', () => {
      it('starts a stream at revision 0 and counts on', async () => {
        const stream = unique('workspace');
        const first = await store.append(stream, testEvents(1), 'no-stream');
        const second = await store.append(stream, testEvents(1), 0);
        expect([first.revision, second.revision]).toEqual([0, 1]);
        expect(second.position).toBeGreaterThan(first.position);
      });

      it('gives back every field as it came', async () => {
        const stream = unique('workspace');
        const event = testEvent({
          metadata: { ...METADATA, idempotencyKey: 'order 7 / "ü"', requestHash: 'f'.repeat(64) },
        });
        const { position } = await store.append(stream, [event], 'no-stream');
        expect(await store.readStream(stream)).toEqual([{ ...event, stream, revision: 0, position }]);
      });

      it('appends several events at once and answers with the last', async () => {
        const stream = unique('workspace');
        const events = testEvents(250);
        const result = await store.append(stream, events, 'no-stream');
        const stored = await store.readStream(stream);
        expect(ids(stored)).toEqual(ids(events));
        expect(stored.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
        expect(stored.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
        expect(result).toEqual({ revision: 249, position: stored.at(-1)!.position });
        const more = testEvents(3);
        expect((await store.append(stream, more, 249)).revision).toBe(252);
        expect(ids(await store.readStream(stream, { from: 250 }))).toEqual(ids(more));
      });

      it.each<[string, number, ExpectedRevision, ExpectedRevision]>([
        ['no stream, but there is one', 2, 'no-stream', 1],
        ['a revision that is past', 3, 0, 2],
        ['the revision before the last', 3, 1, 2],
        ['a revision still to come', 3, 3, 2],
        ['a revision far ahead', 1, 1_000_000, 0],
        ['a revision of a stream that does not exist', 0, 0, 'no-stream'],
      ])('refuses an append that expects %s', async (_, existing, expected, actual) => {
        const stream = unique('workspace');
        const before = testEvents(existing);
        if (existing > 0) await store.append(stream, before, 'no-stream');
        const one = await conflictOf(store.append(stream, testEvents(1), expected));
        expect(one).toMatchObject({ stream, expected, actual });
        expect(one.message).toContain(stream);
        const several = await conflictOf(store.append(stream, testEvents(3), expected));
        expect(several).toMatchObject({ stream, expected, actual });
        expect(ids(await store.readStream(stream))).toEqual(ids(before));
      });

      it('answers a repeat as the first time and writes nothing', async () => {
        const stream = unique('workspace');
        const opening = testEvents(1);
        const batch = testEvents(3);
        const opened = await store.append(stream, opening, 'no-stream');
        const appended = await store.append(stream, batch, 0);
        await store.append(stream, testEvents(1), 3);
        expect(await store.append(stream, opening, 'no-stream')).toEqual(opened);
        expect(await store.append(stream, batch, 0)).toEqual(appended);
        expect(await store.readStream(stream)).toHaveLength(5);
      });

      it('answers two of the same append at the same time alike', async () => {
        const stream = unique('workspace');
        const events = testEvents(2);
        const [first, ...others] = await Promise.all(
          Array.from({ length: 10 }, () => store.append(stream, events, 'no-stream')),
        );
        for (const other of others) expect(other).toEqual(first);
        expect(ids(await store.readStream(stream))).toEqual(ids(events));
      });

      it('takes no append for a repeat that differs in an id, in number or in place', async () => {
        const stream = unique('workspace');
        const [a, b, c] = testEvents(3) as [EventToAppend, EventToAppend, EventToAppend];
        await store.append(stream, [a, b, c], 'no-stream');
        for (const [events, expected] of [
          [[a, testEvent()], 'no-stream'],
          [[b, a], 'no-stream'],
          [[a, b, c, testEvent()], 'no-stream'],
          [[a], 0],
        ] as const) {
          expect((await conflictOf(store.append(stream, events, expected))).actual).toBe(2);
        }
        expect(await store.readStream(stream)).toHaveLength(3);
      });

      it('refuses an append without events as a mistake', async () => {
        await expect(store.append(unique('workspace'), [], 'no-stream')).rejects.toThrow(TypeError);
      });

      it('keeps any JSON value', async () => {
        const stream = unique('workspace');
        const values: unknown[] = [
          { text: 'äöüß 漢字 🧾 עברית \u0000 \u2028 "quoted" \\back\\ \r\n\t', key: { 'ключ 🔑': [] } },
          { integers: [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], float: 0.1, tiny: 1e-300 },
          { nothing: null, yes: true, no: false, empty: {}, list: [[], [[1]]], text: '' },
          { half: 'a lone surrogate \ud83d stays one' },
          'text',
          42,
          null,
          [],
        ];
        const events = values.map((data) => testEvent({ data }));
        await store.append(stream, events.slice(0, 1), 'no-stream');
        await store.append(stream, events.slice(1), 0);
        expect((await store.readStream(stream)).map(({ data }) => data)).toEqual(values);
      });

      it.each([1, 40])('keeps an append of nearly 1 MiB in %d events', async (count) => {
        const stream = unique('workspace');
        const text = 'größer 📦 ';
        const bytesEach = (1024 * 1024) / count - Buffer.byteLength(JSON.stringify(METADATA)) - 1024 / count - 50;
        const data = { text: text.repeat(Math.floor(bytesEach / Buffer.byteLength(text))) };
        const events = testEvents(count, { data });
        await store.append(stream, events, 'no-stream');
        const stored = await store.readStream(stream);
        expect(ids(stored)).toEqual(ids(events));
        for (const event of stored) expect(event.data).toEqual(data);
      });

      it('loses and doubles nothing with 1,000 writers on one stream', async () => {
        const stream = unique('workspace');
        const events = testEvents(1_000);
        const results = await appendByRivals(store, stream, events);
        expect(results).toHaveLength(1_000);
        const stored = await store.readStream(stream);
        expect(stored.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
        expect(new Set(ids(stored))).toEqual(new Set(ids(events)));
        for (const [index, { revision, position }] of results.entries()) {
          expect(stored[revision]).toMatchObject({ id: events[index]!.id, position });
        }
      });
    });

    describe('readStream', () => {
      const stream = unique('workspace');
      const written = testEvents(7);
      beforeAll(() => store.append(stream, written, 'no-stream'));
      const revisions = async (options: Parameters<EventStorage['readStream']>[1]) =>
        (await store.readStream(stream, options)).map(({ revision }) => revision);

      it.each<[Parameters<EventStorage['readStream']>[1], number[]]>([
        [{}, [0, 1, 2, 3, 4, 5, 6]],
        [{ from: 5 }, [5, 6]],
        [{ from: 7 }, []],
        [{ limit: 2 }, [0, 1]],
        [{ from: 3, limit: 2 }, [3, 4]],
        [{ direction: 'backward' }, [6, 5, 4, 3, 2, 1, 0]],
        [{ direction: 'backward', limit: 1 }, [6]],
        [{ direction: 'backward', from: 2 }, [2, 1, 0]],
        [{ direction: 'backward', from: 4, limit: 2 }, [4, 3]],
        [{ direction: 'backward', from: 100, limit: 2 }, [6, 5]],
      ])('%j gives revisions %j', async (options, expected) => {
        expect(await revisions(options)).toEqual(expected);
      });

      it('finds nothing in an unknown stream, in either direction', async () => {
        const unknown = unique('workspace');
        expect(await store.readStream(unknown)).toEqual([]);
        expect(await store.readStream(unknown, { direction: 'backward', limit: 1 })).toEqual([]);
      });

      it('distinguishes streams whose names begin alike', async () => {
        await store.append(`${stream}-2`, testEvents(1), 'no-stream');
        expect(await revisions({})).toHaveLength(7);
      });

      it('reads a stream of thousands of events in order', async () => {
        const long = unique('workspace');
        const batches = 5;
        for (let batch = 0; batch < batches; batch += 1) {
          await store.append(long, testEvents(500), batch === 0 ? 'no-stream' : batch * 500 - 1);
        }
        const all = await store.readStream(long);
        expect(all.map(({ revision }) => revision)).toEqual(Array.from({ length: 2_500 }, (_, index) => index));
        const back = await store.readStream(long, { direction: 'backward', limit: 2_100 });
        expect(back.map(({ revision }) => revision)).toEqual(Array.from({ length: 2_100 }, (_, at) => 2_499 - at));
      });
    });

    describe('readAll', () => {
      const run = randomUUID();
      const types = [`Opened-${run}.v1`, `Moved-${run}.v1`, `Closed-${run}.v2`] as const;
      const teams = `team-${run}-`;
      const users = `user-${run}-`;
      let start: number;
      let written: RecordedEvent[];

      beforeAll(async () => {
        start = await store.head();
        const next = new Map<string, number>();
        for (let index = 0; index < 60; index += 1) {
          const stream = `${index % 3 === 0 ? users : teams}${index % 5}`;
          const revision = next.get(stream) ?? 0;
          await store.append(
            stream,
            [testEvent({ type: types[index % 4] ?? types[0] })],
            revision === 0 ? 'no-stream' : revision - 1,
          );
          next.set(stream, revision + 1);
        }
        const streams = await Promise.all([...next.keys()].map((stream) => store.readStream(stream)));
        written = streams.flat().sort((a, b) => a.position - b.position);
      });

      const ours = (events: readonly RecordedEvent[]) => events.filter(({ stream }) => stream.includes(run));

      it('reads all streams in the order of their positions', async () => {
        const all = await readToEnd(store, { after: start, limit: 1_000 });
        expect(ours(all)).toEqual(written);
        const positions = all.map(({ position }) => position);
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      });

      it('reads the same page by page', async () => {
        expect(ours(await readToEnd(store, { after: start, limit: 7 }))).toEqual(written);
        const page = await store.readAll({ after: start, limit: 7 });
        expect(page.events.length).toBeLessThanOrEqual(7);
        expect(page.atEnd).toBe(false);
      });

      it('begins after the given position', async () => {
        const [, second] = written;
        const all = await readToEnd(store, { after: second!.position, limit: 1_000 });
        expect(ours(all)).toEqual(written.slice(2));
      });

      it('reads only events of the given types', async () => {
        const filter = { types: [types[1], types[2]] };
        const expected = written.filter(({ type }) => type !== types[0]);
        for (const limit of [3, 1_000]) {
          expect(await readToEnd(store, { after: start, limit, ...filter })).toEqual(expected);
        }
      });

      it('reads only events of streams with the given prefixes', async () => {
        const expected = written.filter(({ stream }) => stream.startsWith(users));
        for (const limit of [3, 1_000]) {
          expect(await readToEnd(store, { after: start, limit, streamPrefixes: [users] })).toEqual(expected);
        }
        const both = await readToEnd(store, { after: start, limit: 9, streamPrefixes: [users, teams] });
        expect(both).toEqual(written);
      });

      it('reads by type and prefix together', async () => {
        const filter = { types: [types[0]], streamPrefixes: [teams] };
        const expected = written.filter(({ type, stream }) => type === types[0] && stream.startsWith(teams));
        expect(await readToEnd(store, { after: start, limit: 4, ...filter })).toEqual(expected);
      });

      it('moves on where nothing matches', async () => {
        const none = { types: [`Never-${run}.v1`] };
        let page = await store.readAll({ after: start, limit: 10, ...none });
        while (!page.atEnd) page = await store.readAll({ after: page.position, limit: 10, ...none });
        expect(page.events).toEqual([]);
        expect(page.position).toBeGreaterThanOrEqual(written.at(-1)!.position);
      });

      it('serves several readers at once, each its own', async () => {
        const filters = [
          {},
          { types: [types[2]] },
          { streamPrefixes: [users] },
          { streamPrefixes: [teams] },
          { streamPrefixes: [teams] },
          { types: [types[0]], streamPrefixes: [teams, users] },
        ];
        const read = await Promise.all(
          filters.map((filter) => readToEnd(store, { after: start, limit: 4, ...filter })),
        );
        for (const [index, { types: wanted, streamPrefixes: prefixes }] of filters.entries()) {
          const expected = written.filter(
            ({ type, stream }) =>
              (wanted ?? [type]).includes(type) && (prefixes ?? ['']).some((prefix) => stream.startsWith(prefix)),
          );
          expect(ours(read[index]!)).toEqual(expected);
        }
      });

      it('goes on from every position that a page gave', async () => {
        const seen: RecordedEvent[] = [];
        for (let after = start; ;) {
          const page = await store.readAll({ after, limit: 3, streamPrefixes: [users] });
          expect(await store.readAll({ after, limit: 3, streamPrefixes: [users] })).toMatchObject({
            events: page.events,
          });
          seen.push(...page.events);
          after = page.position;
          if (page.atEnd) break;
        }
        expect(seen).toEqual(written.filter(({ stream }) => stream.startsWith(users)));
      });

      it('finds nothing by an empty filter', async () => {
        for (const filter of [{ types: [] }, { streamPrefixes: [] }]) {
          expect(await readToEnd(store, { after: start, limit: 10, ...filter })).toEqual([]);
        }
      });

      it('no longer changes at the end', async () => {
        const head = await store.head();
        const page = await store.readAll({ after: head, limit: 10 });
        // Others may have appended since.
        if (page.events.length === 0) expect(page).toEqual({ events: [], position: head, atEnd: true });
        expect(ours(page.events)).toEqual([]);
      });

      it('gives a reader who follows the writers every event once, in order', async () => {
        const prefix = `followed-${run}-`;
        const after = await store.head();
        const writers = 20;
        const each = 15;
        const stop = new AbortController();
        const follow = async () => {
          const seen: RecordedEvent[] = [];
          for (let position = after; seen.length < writers * each;) {
            const page = await store.readAll({ after: position, limit: 10, streamPrefixes: [prefix] });
            seen.push(...page.events);
            position = page.position;
            if (page.atEnd && seen.length < writers * each) await store.waitForEvents(position, stop.signal);
          }
          return seen;
        };
        const write = async (writer: number) => {
          const stream = `${prefix}${writer}`;
          for (let index = 0; index < each; index += 1) {
            await store.append(stream, testEvents(1), index === 0 ? 'no-stream' : index - 1);
          }
          return store.readStream(stream);
        };
        const [seen, ...streams] = await Promise.all([
          follow(),
          ...Array.from({ length: writers }, (_, writer) => write(writer)),
        ]);
        expect(seen).toEqual(streams.flat().sort((a, b) => a.position - b.position));
      });
    });

    describe('head and waiting', () => {
      it('knows the position of the last event', async () => {
        const { position } = await store.append(unique('workspace'), testEvents(2), 'no-stream');
        expect(await store.head()).toBeGreaterThanOrEqual(position);
      });

      it('knows the last event', async () => {
        const stream = unique('workspace');
        const events = testEvents(3);
        const { position } = await store.append(stream, events, 'no-stream');
        const latest = await store.latest();
        expect(latest?.position).toBeGreaterThanOrEqual(position);
        if (latest?.position !== position) return;
        expect(latest).toEqual({ ...events[2], stream, revision: 2, position });
      });

      it('does not wait for what is there already', async () => {
        const { position } = await store.append(unique('workspace'), testEvents(1), 'no-stream');
        await store.waitForEvents(position - 1, new AbortController().signal);
      });

      it('wakes everyone who waits when something is appended', async () => {
        const head = await store.head();
        const signal = new AbortController().signal;
        const waiting = Promise.all(Array.from({ length: 5 }, () => store.waitForEvents(head, signal)));
        const { position } = await store.append(unique('workspace'), testEvents(1), 'no-stream');
        await waiting;
        const { events } = await store.readAll({ after: head, limit: 1_000 });
        expect(events.map((event) => event.position)).toContain(position);
      });

      it('sees what another process appends, and is woken by it', async () => {
        const another = await tested.openAnother();
        try {
          const after = await another.head();
          const waiting = another.waitForEvents(after, new AbortController().signal);
          const stream = unique('workspace');
          const events = testEvents(2);
          const { position } = await store.append(stream, events, 'no-stream');
          await waiting;
          expect(ids(await another.readStream(stream))).toEqual(ids(events));
          expect(await another.head()).toBeGreaterThanOrEqual(position);
          expect((await conflictOf(another.append(stream, testEvents(1), 'no-stream'))).actual).toBe(1);
          expect(await another.append(stream, events, 'no-stream')).toEqual({ revision: 1, position });
          await another.append(stream, testEvents(1), 1);
          expect((await conflictOf(store.append(stream, testEvents(1), 1))).actual).toBe(2);
        } finally {
          await another.close();
        }
      });

      it('stops waiting when told to', async () => {
        const controller = new AbortController();
        const waiting = store.waitForEvents(Number.MAX_SAFE_INTEGER, controller.signal);
        controller.abort();
        await waiting;
        await store.waitForEvents(Number.MAX_SAFE_INTEGER, controller.signal);
      });
    });

    it('is healthy', async () => {
      await expect(store.checkHealth()).resolves.toBeUndefined();
    });

    it('still has everything after it was closed and opened again', async () => {
      if (tested.reopen === undefined) return;
      const stream = unique('workspace');
      const events = testEvents(3);
      const { position } = await store.append(stream, events, 'no-stream');
      store = await tested.reopen();
      expect(ids(await store.readStream(stream))).toEqual(ids(events));
      expect(await store.append(stream, events, 'no-stream')).toEqual({ revision: 2, position });
      const { position: next } = await store.append(stream, testEvents(1), 2);
      expect(next).toBeGreaterThan(position);
    });
  });
}
