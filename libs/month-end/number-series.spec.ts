import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type EventStorage, EventStore, openEmbeddedEventStore } from '@seatledger/event-store';

import { NumberSeries } from './number-series';
import { KnownKeys } from '../personal-data/testing';

describe('numbers', () => {
  let folder: string;
  let store: EventStorage;
  const clock = () => Date.parse('2026-12-31T12:00:00Z');
  const series = () => new NumberSeries(new EventStore(store, clock, new KnownKeys()), 'RE', clock);

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'series-'));
    store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('have no gap and are one a subject, however many ask at once', async () => {
    const processes = [series(), series(), series()];
    const batches = Array.from({ length: 12 }, (_, batch) => [0, 1, 2, 3, 4].map((index) => `s${batch * 3 + index}`));
    const answers = await Promise.all(
      batches.flatMap((batch) => processes.map((process) => process.assign(batch, '2026-12-31', 'test'))),
    );
    const numbers = new Map<string, Set<string>>();
    for (const [subject, { number }] of answers.flatMap((answer) => [...answer])) {
      numbers.set(subject, (numbers.get(subject) ?? new Set()).add(number));
    }
    expect([...numbers.values()].filter(({ size }) => size !== 1)).toEqual([]);
    const assigned = [...numbers.values()].flatMap((set) => [...set]).sort();
    expect(assigned).toEqual(assigned.map((_, index) => `RE-2026-${String(index + 1).padStart(6, '0')}`));
    expect(assigned).toHaveLength(38);
  });

  it('begin anew with the year of the issue date, but for what has a number already', async () => {
    const before = await series().assign(['late'], '2026-12-31', 'test');
    const after = await series().assign(['late', 'new'], '2027-01-01', 'test');
    expect(before.get('late')).toEqual({ number: 'RE-2026-000001', issueDate: '2026-12-31' });
    expect([after.get('late'), after.get('new')]).toEqual([
      { number: 'RE-2026-000001', issueDate: '2026-12-31' },
      { number: 'RE-2027-000001', issueDate: '2027-01-01' },
    ]);
  });

  it('are never dated before the one before them, also where a clock is behind', async () => {
    await series().assign(['a'], '2026-05-02', 'test');
    const behind = await series().assign(['b'], '2026-05-01', 'test');
    expect(behind.get('b')).toEqual({ number: 'RE-2026-000002', issueDate: '2026-05-02' });
  });
});
