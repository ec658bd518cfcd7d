import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { openEmbeddedReadStore, type ReadStore } from '@seatledger/read-store';

import { type Slot, Slots } from './leases';

const LEASE = 15_000;
const NONE = new Map<string, number>();

const slot = (id: string): Slot => ({ id, kind: 'render', month: '2026-03', workspaceId: 'acme', number: id });

describe('slots', () => {
  let folder: string;
  let store: ReadStore;
  let now: number;
  const opened: Slots[] = [];

  /** As another process has them. None renews by itself within the time of a test, unless its lease is short. */
  async function slotsOf(owner: string, lease = LEASE): Promise<Slots> {
    const slots = new Slots(store, owner, () => now, lease);
    await slots.open();
    opened.push(slots);
    return slots;
  }
  const untilOf = async (id: string) => (await store.get<{ until: number }>('slots', id))?.document.until;
  /** Timers of the process must have their turn in between. */
  async function renewedTo(id: string, until: number): Promise<void> {
    const deadline = performance.now() + 600_000;
    while ((await untilOf(id)) !== until) {
      if (performance.now() > deadline) throw new Error(`the lease of ${id} was not renewed`);
      await nextTurn();
    }
  }

  beforeEach(async () => {
    now = Date.parse('2026-04-01T04:00:00Z');
    folder = mkdtempSync(path.join(tmpdir(), 'slots-'));
    store = await openEmbeddedReadStore({ file: path.join(folder, 'read-models.db') });
  });
  afterEach(async () => {
    for (const slots of opened.splice(0)) await slots.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('are taken by one process, each', async () => {
    const processes = await Promise.all(['a', 'b', 'c'].map((owner) => slotsOf(owner)));
    const slots = Array.from({ length: 20 }, (_, index) => slot(`s${index}`));
    const answers = await Promise.all(
      slots.flatMap((one) => processes.map(async (process) => [one.id, await process.take([one])] as const)),
    );
    const takers = answers.filter(([, { taken }]) => taken.size === 1).map(([id]) => id);
    expect(takers.sort()).toEqual(slots.map(({ id }) => id).sort());
  });

  it('are denied to others until the lease ends, then taken over', async () => {
    const [a, b] = [await slotsOf('a'), await slotsOf('b')];
    await a.take([slot('x')]);
    const end = now + LEASE;
    now = end - 1;
    expect(await b.take([slot('x')])).toMatchObject({ taken: NONE, denied: new Map([['x', end]]) });
    now = end;
    expect(await b.take([slot('x')])).toMatchObject({ taken: new Map([['x', 0]]), denied: NONE });
  });

  it('stay with a holder who goes on', async () => {
    const [a, b] = [await slotsOf('a', 30), await slotsOf('b')];
    await a.take([slot('x')]);
    now += 29;
    const renewed = now + 30;
    await renewedTo('x', renewed);
    now = renewed - 1;
    expect((await b.take([slot('x')])).denied.has('x')).toBe(true);
  });

  it.each<[string, (stalled: Slots) => Promise<unknown>]>([
    ['is done with it', (stalled) => stalled.release(['x'])],
    ['failed at it', (stalled) => stalled.fail(slot('x'), 'too late', () => 60_000)],
    ['wants to wait', (stalled) => stalled.postpone('x', now + 60_000)],
    ['takes it again', (stalled) => stalled.take([slot('x')])],
    ['ends', (stalled) => stalled.close()],
  ])('do not change when a holder whose lease ended comes back and %s', async (_what, act) => {
    const [a, b] = [await slotsOf('a'), await slotsOf('b')];
    await a.take([slot('x')]);
    now += LEASE;
    await b.take([slot('x')]);
    const before = await store.get('slots', 'x');
    await act(a);
    expect(await store.get('slots', 'x')).toEqual(before);
    await b.release(['x']);
    expect(await store.get('slots', 'x')).toBeUndefined();
  });

  it('are not renewed by a holder who lost them', async () => {
    const [a, b] = [await slotsOf('a', 30), await slotsOf('b')];
    await a.take([slot('x'), slot('mine')]);
    now += 30;
    await b.take([slot('x')]);
    const until = await untilOf('x');
    now += 1;
    // What is renewed together with it tells when its turn has come.
    await renewedTo('mine', now + 30);
    expect(await untilOf('x')).toBe(until);
  });

  it('that failed wait, longer each time, with their reason, and are forgotten once done', async () => {
    const [a, b] = [await slotsOf('a'), await slotsOf('b')];
    const waitAfter = (attempts: number): number => 1000 * attempts;
    await a.take([slot('x')]);
    const first = now + 1000;
    expect(await a.fail(slot('x'), 'no paper', waitAfter)).toEqual({ attempts: 1, until: first });
    expect(await b.take([slot('x')])).toMatchObject({ taken: NONE, denied: new Map([['x', first]]) });
    expect(await b.waiting(['x', 'other'])).toEqual(new Map([['x', first]]));
    now = first;
    expect(await b.waiting(['x'])).toEqual(NONE);
    expect((await b.take([slot('x')])).taken).toEqual(new Map([['x', 1]]));
    expect(await b.fail(slot('x'), 'no ink', waitAfter)).toEqual({ attempts: 2, until: now + 2000 });
    const failing = { slot: 'x', kind: 'render', month: '2026-03', workspaceId: 'acme', number: 'x' };
    expect(await a.failing('2026-03')).toEqual([{ ...failing, attempts: 2, reason: 'no ink', notBefore: now + 2000 }]);
    expect([await a.failing('2026-02'), await a.failingCount('issue'), await a.failingCount('render')]).toEqual([
      [],
      0,
      1,
    ]);
    now += 2000;
    await a.take([slot('x')]);
    await a.release(['x']);
    expect([await a.failing(), await store.get('slots', 'x')]).toEqual([[], undefined]);
  });

  it('that failed can be tried at once when somebody asks, but not taken from who is trying', async () => {
    const [a, b] = [await slotsOf('a'), await slotsOf('b')];
    await a.take([slot('x'), slot('y')]);
    await a.fail(slot('x'), 'no paper', () => 60_000);
    await a.fail(slot('y'), 'no paper', () => 0);
    await a.take([slot('y')]);
    const failing = await b.failing();
    expect(failing).toHaveLength(2);
    await b.retry(failing);
    const { taken, denied } = await b.take([slot('x'), slot('y')]);
    expect([[...taken.keys()], [...denied.keys()]]).toEqual([['x'], ['y']]);
    await b.forget(failing);
    expect((await b.failing()).map(({ slot: id }) => id).sort()).toEqual(['x', 'y']);
  });

  it('that have to wait for their time are no failures', async () => {
    const [a, b] = [await slotsOf('a'), await slotsOf('b')];
    await a.take([slot('x')]);
    await a.postpone('x', now + 1000);
    expect((await b.take([slot('x')])).denied).toEqual(new Map([['x', now + 1000]]));
    expect(await b.failing()).toEqual([]);
    now += 1000;
    expect((await b.take([slot('x')])).taken).toEqual(new Map([['x', 0]]));
  });

  it('are given back by a process that ends, and cleared away after one that was killed', async () => {
    const a = await slotsOf('a');
    await a.take([slot('x')]);
    await a.close();
    expect(await untilOf('x')).toBeUndefined();
    // It never closes.
    await new Slots(store, 'killed', () => now, LEASE).take([slot('left'), slot('failed')]);
    const failing = await slotsOf('c');
    now += LEASE;
    await failing.take([slot('failed')]);
    await failing.fail(slot('failed'), 'no paper', () => 0);
    now += 1;
    await slotsOf('d');
    expect([await untilOf('left'), await untilOf('failed')]).toEqual([undefined, now - 1]);
  });
});
