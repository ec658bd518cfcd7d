/**
 * What every adapter of the read store port must do, as one Jest suite. Collections and
 * projections are new in each test; nothing is assumed about what else the store holds.
 */
import { randomUUID } from 'node:crypto';

import {
  CheckpointMoved,
  type CollectionSpec,
  type Document,
  type Filter,
  type FindOptions,
  type ListOptions,
  type ReadStore,
} from './port';

export interface ReadStoreUnderTest {
  readonly store: ReadStore;
  /** Closes the store and opens it again on the same data; left out where that means nothing. */
  readonly reopen?: () => Promise<ReadStore>;
  /** Closes what is open and removes the data. */
  readonly dispose: () => Promise<void>;
}

const unique = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 16)}`;

interface Entry {
  readonly id: string;
  readonly document: Document | null;
  readonly position?: number;
}

export function readStoreContract(name: string, open: () => Promise<ReadStoreUnderTest>): void {
  describe(`${name} as a read store`, () => {
    let tested: ReadStoreUnderTest;
    let store: ReadStore;
    const checkpoints = new Map<string, number>();

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.dispose());

    async function declare(...indexes: CollectionSpec['indexes']): Promise<string> {
      const collection = unique('units');
      await store.ensureCollection({ name: collection, indexes });
      return collection;
    }

    /** Commits entries under a projection named like the collection. */
    async function put(collection: string, entries: readonly Entry[], at?: number): Promise<void> {
      const expectedCheckpoint = checkpoints.get(collection) ?? 0;
      const checkpoint = at ?? expectedCheckpoint + 1;
      const writes = entries.map(({ position = checkpoint, ...entry }) => ({ collection, position, ...entry }));
      await store.commit({ projection: collection, expectedCheckpoint, checkpoint, writes });
      checkpoints.set(collection, checkpoint);
    }

    const idsOf = async (collection: string, options: FindOptions) =>
      (await store.find(collection, options)).map(({ id }) => id);

    describe('documents', () => {
      it('are kept as they came, with their position', async () => {
        const collection = await declare();
        const document = {
          text: 'äöü 漢字 🧾 \u0000 "quoted"',
          amount: Number.MAX_SAFE_INTEGER,
          big: '123456789012345678901234567890',
          nothing: null,
          yes: true,
          nested: { list: [1, { deep: [] }], empty: {} },
        };
        await put(collection, [{ id: 'user ü/1', document, position: 41 }]);
        expect(await store.get(collection, 'user ü/1')).toEqual({ id: 'user ü/1', position: 41, document });
      });

      it('may have names and texts that mean something to a database', async () => {
        const collection = await declare();
        const document = {
          $set: { $gt: 1, 'a.b': 2, '': 3 },
          'x.y': ['$name', '$$ROOT', { $literal: null }],
          team: '$team',
          _id: 'another',
          position: -1,
        };
        await put(collection, [{ id: '$id', document }]);
        await put(collection, [{ id: '$id', document, position: 1 }]);
        expect(await store.get(collection, '$id')).toEqual({ id: '$id', position: 1, document });
      });

      it('are not there unless written', async () => {
        const collection = await declare();
        expect(await store.get(collection, 'nobody')).toBeUndefined();
        expect(await store.getMany(collection, ['nobody', 'neither'])).toEqual([]);
        expect(await store.find(collection, { where: {}, limit: 10 })).toEqual([]);
        expect(await store.count(collection, {})).toBe(0);
      });

      it('are replaced and removed', async () => {
        const collection = await declare(['team']);
        await put(collection, [
          { id: 'a', document: { team: 'blue', seats: 1 } },
          { id: 'b', document: { team: 'blue' } },
        ]);
        await put(collection, [
          { id: 'a', document: { team: 'red' } },
          { id: 'b', document: null },
          { id: 'never', document: null },
        ]);
        expect(await store.get(collection, 'a')).toEqual({ id: 'a', position: 2, document: { team: 'red' } });
        expect(await store.get(collection, 'b')).toBeUndefined();
        expect(await store.count(collection, { team: 'blue' })).toBe(0);
        expect(await store.count(collection, { team: 'red' })).toBe(1);
      });

      it('stay when a write is older than they are', async () => {
        const collection = await declare();
        const newer = { version: 'newer' };
        await put(collection, [{ id: 'a', document: newer, position: 20 }]);
        await put(collection, [{ id: 'a', document: { version: 'older' }, position: 19 }]);
        await put(collection, [{ id: 'a', document: null, position: 19 }]);
        expect(await store.get(collection, 'a')).toEqual({ id: 'a', position: 20, document: newer });
        await put(collection, [{ id: 'a', document: { version: 'repeated' }, position: 20 }]);
        expect((await store.get(collection, 'a'))?.document).toEqual({ version: 'repeated' });
      });

      it('are as the last of several writes in a batch left them', async () => {
        const collection = await declare();
        await put(collection, [
          { id: 'a', document: { n: 1 }, position: 1 },
          { id: 'b', document: { n: 1 }, position: 1 },
          { id: 'c', document: null, position: 1 },
          { id: 'a', document: { n: 2 }, position: 2 },
          { id: 'b', document: null, position: 2 },
          { id: 'c', document: { n: 2 }, position: 2 },
          { id: 'd', document: { n: 2 }, position: 2 },
          { id: 'd', document: { n: 1 }, position: 1 },
        ]);
        const found = await store.find(collection, { where: {}, limit: 10 });
        expect(found.map(({ id, document }) => [id, document])).toEqual([
          ['a', { n: 2 }],
          ['c', { n: 2 }],
          ['d', { n: 2 }],
        ]);
      });

      it('are read many at once', async () => {
        const collection = await declare();
        const all = Array.from({ length: 2_500 }, (_, index) => `unit-${index}`);
        await put(
          collection,
          all.map((id) => ({ id, document: { id } })),
        );
        const found = await store.getMany<{ id: string }>(collection, [...all.slice(500), 'nobody', 'unit-600']);
        expect(new Set(found.map(({ document }) => document.id))).toEqual(new Set(all.slice(500)));
        expect(found).toHaveLength(2_000);
        expect(await store.getMany(collection, [])).toEqual([]);
      });

      it('of a large size are kept', async () => {
        const collection = await declare();
        const document = { lines: Array.from({ length: 20_000 }, (_, line) => ({ line, text: 'Lizenz für Käthe' })) };
        await put(collection, [{ id: 'a', document }]);
        expect((await store.get(collection, 'a'))?.document).toEqual(document);
      });
    });

    describe('find', () => {
      let collection: string;
      const people: readonly (readonly [string, string | null, number | null])[] = [
        ['p1', 'blue', 30],
        ['p2', 'blue', 10],
        ['p3', 'blue', null],
        ['p4', 'blue', 10],
        ['p5', 'red', 5],
        ['p6', null, 7],
        ['p7', 'blue', 200],
        ['p8', 'blue', null],
      ];
      beforeAll(async () => {
        collection = await declare(['team', 'age'], ['age'], ['name', 'team', 'age']);
        await put(collection, [
          ...people.map(([id, team, age]) => ({ id, document: { team, age, name: 'Kim' } })),
          { id: 'p9', document: { name: 'Ada' } },
        ]);
      });

      it.each<[string, Omit<FindOptions, 'limit'>, string[]]>([
        ['everything by id', { where: {} }, ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9']],
        [
          'everything by id, backward',
          { where: {}, direction: 'descending' },
          ['p9', 'p8', 'p7', 'p6', 'p5', 'p4', 'p3', 'p2', 'p1'],
        ],
        ['by one field', { where: { team: 'blue' } }, ['p1', 'p2', 'p3', 'p4', 'p7', 'p8']],
        ['by null, which a missing field is too', { where: { team: null } }, ['p6', 'p9']],
        ['by two fields', { where: { age: 10, team: 'blue' } }, ['p2', 'p4']],
        ['by all three', { where: { name: 'Kim', team: 'red', age: 5 } }, ['p5']],
        ['a value of another type', { where: { age: '10' } }, []],
        ['nobody', { where: { team: 'green' } }, []],
        ['in order, null first', { where: { team: 'blue' }, orderBy: ['age'] }, ['p3', 'p8', 'p2', 'p4', 'p1', 'p7']],
        [
          'in descending order, null last',
          { where: { team: 'blue' }, orderBy: ['age'], direction: 'descending' },
          ['p7', 'p1', 'p4', 'p2', 'p8', 'p3'],
        ],
        [
          'everything in order',
          { where: {}, orderBy: ['age'] },
          ['p3', 'p8', 'p9', 'p5', 'p6', 'p2', 'p4', 'p1', 'p7'],
        ],
        [
          'in order of two fields',
          { where: { name: 'Kim' }, orderBy: ['team', 'age'] },
          ['p6', 'p3', 'p8', 'p2', 'p4', 'p1', 'p7', 'p5'],
        ],
        [
          'in order of the first of two fields, then by id',
          { where: { name: 'Kim' }, orderBy: ['team'] },
          ['p6', 'p1', 'p2', 'p3', 'p4', 'p7', 'p8', 'p5'],
        ],
      ])('gives %s, whole and page by page', async (_, options, expected) => {
        expect(await idsOf(collection, { ...options, limit: 100 })).toEqual(expected);
        expect(await idsOf(collection, { ...options, limit: 2 })).toEqual(expected.slice(0, 2));
        for (const limit of [1, 2, 3]) {
          const paged: string[] = [];
          let after: FindOptions['after'];
          for (;;) {
            const page = await store.find(collection, { ...options, limit, ...(after === undefined ? {} : { after }) });
            paged.push(...page.map(({ id }) => id));
            const last = page.at(-1);
            if (last === undefined) break;
            const values = (options.orderBy ?? []).map(
              (field) => (last.document[field] ?? null) as string | number | null,
            );
            after = { values, id: last.id };
          }
          expect(paged).toEqual(expected);
        }
      });

      it('orders null, numbers and strings of one field, and ids, in the same way everywhere', async () => {
        const mixed = await declare(['value']);
        const values = [null, -5, 0, 7.5, Number.MAX_SAFE_INTEGER, '', '10', 'A', 'a', 'ä', '\uff5e', '\u{1f600}'];
        await put(
          mixed,
          values.flatMap((value, index) =>
            ['Z', 'a', '\uff5e', '\u{1f600}'].map((id) => ({ id: `${id}${index}`, document: { value } })),
          ),
        );
        const inOrder = values.flatMap((_, index) => ['Z', 'a', '\uff5e', '\u{1f600}'].map((id) => `${id}${index}`));
        for (const direction of ['ascending', 'descending'] as const) {
          const expected = direction === 'ascending' ? inOrder : inOrder.toReversed();
          const options = { where: {}, orderBy: ['value'], direction };
          expect(await idsOf(mixed, { ...options, limit: 100 })).toEqual(expected);
          const paged: string[] = [];
          for (let after: FindOptions['after']; ;) {
            const [next] = await store.find(mixed, { ...options, limit: 1, ...(after === undefined ? {} : { after }) });
            if (next === undefined) break;
            paged.push(next.id);
            after = { values: [next.document['value'] as string | number | null], id: next.id };
          }
          expect(paged).toEqual(expected);
        }
        const byId = await idsOf(mixed, { where: {}, limit: 100 });
        expect(byId).toEqual([...byId].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      });

      it('goes on after a document that is gone', async () => {
        const after = { values: [10], id: 'p2x' };
        const options = { where: { team: 'blue' }, orderBy: ['age'], after, limit: 2 };
        expect(await idsOf(collection, options)).toEqual(['p4', 'p1']);
      });

      it('counts', async () => {
        expect(await store.count(collection, {})).toBe(9);
        expect(await store.count(collection, { team: 'blue' })).toBe(6);
        expect(await store.count(collection, { team: 'blue', age: null })).toBe(2);
      });

      it.each<[string, Omit<FindOptions, 'limit'>]>([
        ['a field without an index', { where: { city: 'Bonn' } }],
        ['a field that only continues an index', { where: { team: 'blue', name: 'Kim', city: 'Bonn' } }],
        ['an order that no index has', { where: { team: 'blue' }, orderBy: ['name'] }],
        ['an order that skips a field', { where: { name: 'Kim' }, orderBy: ['age'] }],
        ['a place of another order', { where: { team: 'blue' }, orderBy: ['age'], after: { values: [], id: 'p1' } }],
      ])('refuses %s as a mistake', async (_, options) => {
        await expect(store.find(collection, { ...options, limit: 1 })).rejects.toThrow(TypeError);
      });

      it('refuses to count by a field without an index', async () => {
        await expect(store.count(collection, { city: 'Bonn' })).rejects.toThrow(/city/);
      });
    });

    describe('lists and sums', () => {
      const SPEC = {
        indexes: [],
        list: ['month', 'status', 'currency', 'net', 'gross', 'search'],
        sums: { by: ['month', 'status', 'currency'], of: ['net', 'gross'] },
      };
      const bills: readonly (readonly [string, string, string | null, string, number, string])[] = [
        ['b1', '2026-01', 'issued', 'EUR', 100, 'müller gmbh 1.00'],
        ['b2', '2026-01', 'issued', 'EUR', 250, 'a.b (c) [d] $ ^ 2.50'],
        ['b3', '2026-02', 'issued', 'USD', 70, 'muller 0.70'],
        ['b4', '2026-02', 'paid', 'EUR', -40, 'axb'],
        ['b5', '2026-03', 'paid', 'EUR', 250, '\u{1f600} % _ 2.50'],
        ['b6', '2026-03', null, 'EUR', 0, ''],
      ];
      const documentOf = ([id, month, status, currency, net, search]: (typeof bills)[number]) => ({
        id,
        document: { month, status, currency, net, gross: net * 2, search, lines: [{ text: 'not listed' }] },
      });
      let collection: string;
      beforeEach(async () => {
        collection = unique('bills');
        await store.ensureCollection({ name: collection, ...SPEC });
        await put(collection, bills.map(documentOf));
      });

      const listed = async (where: Filter, orderBy = 'net', direction: ListOptions['direction'] = 'ascending') => {
        const whole = await store.list(collection, { where, orderBy, direction, limit: 100 });
        for (const limit of [1, 2]) {
          const paged: string[] = [];
          for (let after: ListOptions['after']; ;) {
            const options = { where, orderBy, direction, limit, ...(after === undefined ? {} : { after }) };
            const page = await store.list(collection, options);
            paged.push(...page.map(({ id }) => id));
            const last = page.at(-1);
            if (last === undefined) break;
            after = { value: (last.document[orderBy] ?? null) as string | number | null, id: last.id };
          }
          expect(paged).toEqual(whole.map(({ id }) => id));
        }
        return whole.map(({ id }) => id);
      };

      it.each<[string, Filter, string[]]>([
        ['everything', {}, ['b4', 'b6', 'b3', 'b1', 'b2', 'b5']],
        ['one value', { status: { anyOf: ['paid'] } }, ['b4', 'b5']],
        ['several values, null too', { status: { anyOf: ['paid', null] } }, ['b4', 'b6', 'b5']],
        ['no value', { status: { anyOf: [] } }, []],
        ['a number', { net: { anyOf: [250] } }, ['b2', 'b5']],
        ['a range', { month: { from: '2026-02', to: '2026-03' } }, ['b4', 'b6', 'b3', 'b5']],
        ['from', { month: { from: '2026-03' } }, ['b6', 'b5']],
        ['to', { month: { to: '2026-01' } }, ['b1', 'b2']],
        ['a range of what may be null', { status: { to: 'k' } }, ['b3', 'b1', 'b2']],
        ['a part of a text', { search: { contains: 'ller' } }, ['b3', 'b1']],
        ['a part that means something elsewhere', { search: { contains: 'a.b (c) [d] $ ^' } }, ['b2']],
        ['a part that is a wildcard elsewhere', { search: { contains: '% _' } }, ['b5']],
        [
          'all of them',
          { search: { contains: '2.50' }, month: { from: '2026-02' }, currency: { anyOf: ['EUR'] } },
          ['b5'],
        ],
      ])('filter by %s, whole and page by page', async (_, where, expected) => {
        expect(await listed(where)).toEqual(expected);
      });

      it('are in the order of any field, null first, then of the id', async () => {
        expect(await listed({}, 'status')).toEqual(['b6', 'b1', 'b2', 'b3', 'b4', 'b5']);
        expect(await listed({}, 'status', 'descending')).toEqual(['b5', 'b4', 'b3', 'b2', 'b1', 'b6']);
        expect(await listed({}, 'gross', 'descending')).toEqual(['b5', 'b2', 'b1', 'b3', 'b6', 'b4']);
      });

      it('give whole documents', async () => {
        const [first] = await store.list(collection, {
          where: { search: { contains: 'müller' } },
          orderBy: 'net',
          direction: 'ascending',
          limit: 1,
        });
        expect(first).toEqual({ ...documentOf(bills[0]!), position: 1 });
      });

      const totals = (where: Filter = {}, by = 'currency') => store.totals(collection, where, by);

      it('report what a filter comes to, by kept sums or by what is listed', async () => {
        const eur = { value: 'EUR', count: 5, sums: { net: 560, gross: 1120 } };
        const usd = { value: 'USD', count: 1, sums: { net: 70, gross: 140 } };
        expect(await totals()).toEqual([eur, usd]);
        expect(await totals({ search: { contains: '' } })).toEqual([eur, usd]);
        const issued = [{ value: 'EUR', count: 2, sums: { net: 350, gross: 700 } }, usd];
        expect(await totals({ status: { anyOf: ['issued'] }, month: { to: '2026-02' } })).toEqual(issued);
        expect(await totals({ status: { anyOf: ['issued'] }, search: { contains: '' } })).toEqual(issued);
        expect(await totals({ status: { anyOf: [null] } })).toEqual([
          { value: 'EUR', count: 1, sums: { net: 0, gross: 0 } },
        ]);
        expect(await totals({ status: { to: 'k' } })).toEqual(issued);
        expect(await totals({ search: { contains: '2.50' } })).toEqual([
          { value: 'EUR', count: 2, sums: { net: 500, gross: 1000 } },
        ]);
        expect(await totals({ month: { anyOf: ['2030-01'] } })).toEqual([]);
        expect((await totals({}, 'status')).map(({ value, count }) => [value, count])).toEqual([
          ['issued', 3],
          [null, 1],
          ['paid', 2],
        ]);
      });

      it('follow what is written, replaced, removed, or too old to be written', async () => {
        const paid = { ...documentOf(bills[0]!).document, status: 'paid', net: 90, gross: 180 };
        await put(collection, [
          { id: 'b1', document: paid },
          { id: 'b3', document: null },
          { id: 'b5', document: { ...documentOf(bills[4]!).document, net: 999 }, position: 0 },
          { id: 'b6', document: null, position: 0 },
          { id: 'never', document: null },
          { id: 'b7', document: { month: '2026-04', status: 'issued', currency: 'CHF', net: 5, search: 'neu' } },
        ]);
        const now = [
          { value: 'CHF', count: 1, sums: { net: 5, gross: 0 } },
          { value: 'EUR', count: 5, sums: { net: 550, gross: 1100 } },
        ];
        expect(await totals()).toEqual(now);
        expect(await totals({ search: { contains: '' } })).toEqual(now);
        expect(await listed({ status: { anyOf: ['paid'] } })).toEqual(['b4', 'b1', 'b5']);
        expect(await listed({ search: { contains: 'neu' } })).toEqual(['b7']);
      });

      it('say nothing of a commit that lost', async () => {
        const writes = [{ collection, ...documentOf(['b9', '2026-01', 'issued', 'EUR', 7, '']), position: 9 }];
        const lost = store.commit({ projection: collection, expectedCheckpoint: 0, checkpoint: 9, writes });
        await expect(lost).rejects.toThrow(CheckpointMoved);
        expect((await totals())[0]).toMatchObject({ count: 5 });
        expect(await listed({ net: { anyOf: [7] } })).toEqual([]);
      });

      it('refuse a sum that cannot be told exactly', async () => {
        const most = {
          month: '2026-09',
          status: 'issued',
          currency: 'JPY',
          net: Number.MAX_SAFE_INTEGER,
          search: 'yen',
        };
        await put(collection, [
          { id: 'm1', document: most },
          { id: 'm2', document: most },
        ]);
        await expect(totals({ currency: { anyOf: ['JPY'] } })).rejects.toThrow(RangeError);
        await expect(totals({ search: { contains: 'yen' } })).rejects.toThrow(RangeError);
        expect((await totals({ currency: { anyOf: ['EUR'] } }))[0]).toMatchObject({ count: 5 });
      });

      it('begin again with the collection', async () => {
        await store.drop(collection, [collection]);
        checkpoints.delete(collection);
        await store.ensureCollection({ name: collection, ...SPEC });
        expect(await totals()).toEqual([]);
        await put(collection, [documentOf(bills[2]!)]);
        expect(await totals()).toEqual([{ value: 'USD', count: 1, sums: { net: 70, gross: 140 } }]);
        expect(await listed({})).toEqual(['b3']);
      });

      it('can be declared again, but not for documents that are there without', async () => {
        await store.ensureCollection({ name: collection, ...SPEC });
        expect(await listed({ net: { anyOf: [70] } })).toEqual(['b3']);
        const plain = await declare();
        await put(plain, [{ id: 'a', document: { month: '2026-01' } }]);
        await expect(store.ensureCollection({ name: plain, ...SPEC })).rejects.toThrow(/before the first document/);
      });

      it.each<[string, () => Promise<unknown>]>([
        ['a filter by a field that is not listed', () => listed({ lines: { anyOf: [1] } })],
        ['an order that is not listed', () => listed({}, 'lines')],
        ['sums by what they are not kept by', () => totals({}, 'net')],
        ['a name that cannot be a field', () => store.ensureCollection({ ...SPEC, name: unique('x'), list: ['a.b'] })],
        ['sums of what is not listed', () => store.ensureCollection({ ...SPEC, name: unique('x'), list: ['net'] })],
      ])('refuse %s as a mistake', async (_, mistaken) => {
        await expect(mistaken()).rejects.toThrow(TypeError);
      });
    });

    describe('commit', () => {
      it('moves the checkpoint with the documents', async () => {
        const collection = await declare();
        const projection = unique('projection');
        expect(await store.checkpoint(projection)).toBe(0);
        const writes = [{ collection, id: 'a', document: { n: 1 }, position: 12 }];
        await store.commit({ projection, expectedCheckpoint: 0, checkpoint: 17, writes });
        expect(await store.checkpoint(projection)).toBe(17);
        await store.commit({ projection, expectedCheckpoint: 17, checkpoint: 30, writes: [] });
        expect(await store.checkpoint(projection)).toBe(30);
        expect(await store.get(collection, 'a')).toMatchObject({ position: 12 });
      });

      it.each([0, 4, 6])('writes nothing when the checkpoint is not at %d', async (expectedCheckpoint) => {
        const collection = await declare();
        const projection = unique('projection');
        await store.commit({ projection, expectedCheckpoint: 0, checkpoint: 5, writes: [] });
        const writes = [{ collection, id: 'a', document: { n: 1 }, position: 9 }];
        const refused: unknown = await store
          .commit({ projection, expectedCheckpoint, checkpoint: 9, writes })
          .catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(CheckpointMoved);
        expect(refused).toMatchObject({ projection, expected: expectedCheckpoint, actual: 5 });
        expect(await store.get(collection, 'a')).toBeUndefined();
        expect(await store.checkpoint(projection)).toBe(5);
      });

      it('does not begin a projection anywhere but at 0', async () => {
        const projection = unique('projection');
        const refused = store.commit({ projection, expectedCheckpoint: 3, checkpoint: 9, writes: [] });
        await expect(refused).rejects.toEqual(new CheckpointMoved(projection, 3, 0));
        expect(await store.checkpoint(projection)).toBe(0);
      });

      it('lets one of several runners win', async () => {
        const collection = await declare();
        const projection = unique('projection');
        const results = await Promise.allSettled(
          [1, 2, 3, 4, 5].map((runner) =>
            store.commit({
              projection,
              expectedCheckpoint: 0,
              checkpoint: 10 + runner,
              writes: [{ collection, id: `of-${runner}`, document: { runner }, position: runner }],
            }),
          ),
        );
        const won = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []));
        expect(won).toHaveLength(1);
        expect(await store.checkpoint(projection)).toBe(10 + won[0]!);
        expect(await idsOf(collection, { where: {}, limit: 10 })).toEqual([`of-${won[0]}`]);
      });

      it('lets runners of different projections go on side by side', async () => {
        const collection = await declare();
        const projections = Array.from({ length: 8 }, () => unique('projection'));
        await Promise.all(
          projections.map(async (projection, at) => {
            for (const checkpoint of [1, 2, 3]) {
              const id = `d${at}-${checkpoint}`;
              const writes = [{ collection, id, document: { at }, position: checkpoint }];
              await store.commit({ projection, expectedCheckpoint: checkpoint - 1, checkpoint, writes });
            }
          }),
        );
        expect(await store.count(collection, {})).toBe(24);
      });

      it('writes to several collections at once', async () => {
        const [one, two] = [await declare(), await declare()];
        const projection = unique('projection');
        const writes = [one, two, one].map((collection, index) => ({
          collection,
          id: `d${index}`,
          document: { index },
          position: 1,
        }));
        await store.commit({ projection, expectedCheckpoint: 0, checkpoint: 1, writes });
        expect(await idsOf(one, { where: {}, limit: 10 })).toEqual(['d0', 'd2']);
        expect(await idsOf(two, { where: {}, limit: 10 })).toEqual(['d1']);
      });
    });

    describe('collections', () => {
      it.each(['', 'a b', 'x"; DROP TABLE checkpoints', '1st', '$where', 'a/b'])(
        'cannot be named %j',
        async (wrong) => {
          await expect(store.ensureCollection({ name: wrong, indexes: [] })).rejects.toThrow(TypeError);
        },
      );

      it.each(['', 'a.b', "it's", '$gt', 'a b'])('cannot have an index on %j', async (field) => {
        const spec = { name: unique('units'), indexes: [[field]] };
        await expect(store.ensureCollection(spec)).rejects.toThrow(TypeError);
      });

      it('can carry a version in their name', async () => {
        const versioned = `${unique('months')}.v2`;
        await store.ensureCollection({ name: versioned, indexes: [['month']] });
        await put(versioned, [{ id: 'a', document: { month: '2026-03' } }]);
        expect(await idsOf(versioned, { where: { month: '2026-03' }, limit: 1 })).toEqual(['a']);
        await store.drop(versioned, [versioned]);
      });

      it('can be declared again, with further indexes over what is there', async () => {
        const collection = await declare(['team']);
        await put(collection, [
          { id: 'a', document: { team: 'blue', age: 3 } },
          { id: 'b', document: { team: 'blue', age: 2 } },
        ]);
        await store.ensureCollection({ name: collection, indexes: [['team']] });
        await store.ensureCollection({ name: collection, indexes: [['team'], ['team', 'age'], ['age']] });
        expect(await idsOf(collection, { where: { team: 'blue' }, orderBy: ['age'], limit: 9 })).toEqual(['b', 'a']);
        expect(await idsOf(collection, { where: { age: 3 }, limit: 9 })).toEqual(['a']);
      });

      it('are dropped with the checkpoint, and can begin again', async () => {
        const collection = await declare(['team']);
        const other = await declare();
        await put(collection, [{ id: 'a', document: { team: 'blue' } }]);
        await put(other, [{ id: 'b', document: {} }]);
        await store.drop(collection, [collection]);
        await store.drop(unique('never'), [unique('never')]);
        expect(await store.checkpoint(collection)).toBe(0);
        expect(await store.checkpoint(other)).toBe(1);
        await store.ensureCollection({ name: collection, indexes: [['age']] });
        expect(await store.count(collection, {})).toBe(0);
        checkpoints.delete(collection);
        await put(collection, [{ id: 'c', document: { age: 1 } }]);
        expect(await idsOf(collection, { where: { age: 1 }, limit: 9 })).toEqual(['c']);
        expect(await idsOf(other, { where: {}, limit: 9 })).toEqual(['b']);
      });

      it('have to be declared before they are used', async () => {
        await expect(store.get(unique('undeclared'), 'a')).rejects.toThrow(/not declared/);
      });
    });

    it('is healthy', async () => {
      await expect(store.checkHealth()).resolves.toBeUndefined();
    });

    it('still has everything after it was closed and opened again', async () => {
      if (tested.reopen === undefined) return;
      const collection = await declare(['team']);
      await put(collection, [{ id: 'a', document: { team: 'blue' } }], 77);
      store = await tested.reopen();
      expect(await store.checkpoint(collection)).toBe(77);
      await store.ensureCollection({ name: collection, indexes: [['team']] });
      expect(await idsOf(collection, { where: { team: 'blue' }, limit: 9 })).toEqual(['a']);
    });
  });
}
