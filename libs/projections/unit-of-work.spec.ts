import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openEmbeddedReadStore, type ReadStore } from '@seatledger/read-store';

import { type DocumentKey, UnitOfWork } from './unit-of-work';

describe('the documents that a projection works on', () => {
  let folder: string;
  let store: ReadStore;
  let position = 0;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'unit-of-work-'));
    store = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
    await store.ensureCollection({ name: 'seats', indexes: [] });
    position = 0;
    const unit = new UnitOfWork(store);
    for (const id of ['a', 'b', 'c', 'd']) unit.put('seats', id, { n: 1 }, 1);
    await commit(unit);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function commit(unit: UnitOfWork): Promise<void> {
    const expectedCheckpoint = position;
    position += 1;
    await store.commit({ projection: 'p', expectedCheckpoint, checkpoint: position, writes: unit.beginCommit() });
    unit.settle();
  }
  const keys = (ids: string): DocumentKey[] => [...ids].map((id) => ({ collection: 'seats', id }));
  const numbers = (unit: UnitOfWork, ids: string): unknown[] =>
    [...ids].map((id) => unit.get<{ n: number }>('seats', id)?.n ?? null);
  const count = (unit: UnitOfWork, ids: string, at: number): void => {
    for (const id of ids) unit.put('seats', id, { n: (unit.get<{ n: number }>('seats', id)?.n ?? 0) + 1 }, at);
  };

  it('are all there in the batch that asked for them, however few are held from batch to batch', async () => {
    const unit = new UnitOfWork(store, 2);
    // One held longest, one held since, and then one that is not held beside the first.
    await unit.prefetch(keys('a'));
    await unit.prefetch(keys('b'));
    await commit(unit);
    await unit.prefetch(keys('ac'));
    expect(numbers(unit, 'ac')).toEqual([1, 1]);
    await commit(unit);
    // More than are ever held.
    await unit.prefetch(keys('abcdx'));
    expect(numbers(unit, 'abcdx')).toEqual([1, 1, 1, 1, null]);
    count(unit, 'abcdx', 5);
    expect(numbers(unit, 'abcdx')).toEqual([2, 2, 2, 2, 1]);
    await commit(unit);
    await unit.prefetch(keys('abcdx'));
    expect(numbers(unit, 'abcdx')).toEqual([2, 2, 2, 2, 1]);
  });

  it('are those of the batch before while that is written, and after', async () => {
    const unit = new UnitOfWork(store, 2);
    await unit.prefetch(keys('abcd'));
    count(unit, 'abcd', 5);
    const writes = unit.beginCommit();
    await unit.prefetch(keys('abcd'));
    count(unit, 'a', 6);
    expect(numbers(unit, 'abcd')).toEqual([3, 2, 2, 2]);
    await store.commit({ projection: 'p', expectedCheckpoint: position, checkpoint: 2, writes });
    unit.settle();
    // More was written than is held.
    expect(numbers(unit, 'abcd')).toEqual([3, 2, 2, 2]);
  });

  it('are not written again by an event that they reflect, however few are held', async () => {
    const unit = new UnitOfWork(store, 1);
    await unit.prefetch(keys('abcd'));
    count(unit, 'abcd', 1);
    expect(numbers(unit, 'abcd')).toEqual([1, 1, 1, 1]);
  });
});
