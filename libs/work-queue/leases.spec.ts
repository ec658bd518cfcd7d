import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { openEmbeddedReadStore, type ReadStore } from '@seatledger/read-store';

import { type LeasedStep, Leases } from './leases';

const LEASE = 15_000;
const NONE = new Map<string, number>();

const stepOf = (id: string): LeasedStep => ({ id, kind: 'render', month: '2026-03', workspaceId: 'acme', number: id });

describe('leases', () => {
  let folder: string;
  let store: ReadStore;
  let now: number;
  const opened: Leases[] = [];

  /** As another process has them. None renews by itself within the time of a test, unless its lease is short. */
  async function leasesOf(owner: string, lease = LEASE): Promise<Leases> {
    const leases = new Leases(store, owner, () => now, lease);
    await leases.open();
    opened.push(leases);
    return leases;
  }
  const untilOf = async (id: string) => (await store.get<{ until: number }>('leases', id))?.document.until;
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
    folder = mkdtempSync(path.join(tmpdir(), 'leases-'));
    store = await openEmbeddedReadStore({ file: path.join(folder, 'read-models.db') });
  });
  afterEach(async () => {
    for (const leases of opened.splice(0)) await leases.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('are taken by one process, each', async () => {
    const processes = await Promise.all(['a', 'b', 'c'].map((owner) => leasesOf(owner)));
    const steps = Array.from({ length: 20 }, (_, index) => stepOf(`s${index}`));
    const answers = await Promise.all(
      steps.flatMap((one) => processes.map(async (process) => [one.id, await process.take([one])] as const)),
    );
    const takers = answers.filter(([, { taken }]) => taken.size === 1).map(([id]) => id);
    expect(takers.sort()).toEqual(steps.map(({ id }) => id).sort());
  });

  it('are denied to others until the lease ends, then taken over', async () => {
    const [a, b] = [await leasesOf('a'), await leasesOf('b')];
    await a.take([stepOf('x')]);
    const end = now + LEASE;
    now = end - 1;
    expect(await b.take([stepOf('x')])).toMatchObject({ taken: NONE, denied: new Map([['x', end]]) });
    now = end;
    expect(await b.take([stepOf('x')])).toMatchObject({ taken: new Map([['x', 0]]), denied: NONE });
  });

  it('stay with a holder who goes on', async () => {
    const [a, b] = [await leasesOf('a', 30), await leasesOf('b')];
    await a.take([stepOf('x')]);
    now += 29;
    const renewed = now + 30;
    await renewedTo('x', renewed);
    now = renewed - 1;
    expect((await b.take([stepOf('x')])).denied.has('x')).toBe(true);
  });

  it.each<[string, (stalled: Leases) => Promise<unknown>]>([
    ['is done with it', (stalled) => stalled.release(['x'])],
    ['failed at it', (stalled) => stalled.fail(stepOf('x'), 'too late', () => 60_000)],
    ['wants to wait', (stalled) => stalled.postpone('x', now + 60_000)],
    ['takes it again', (stalled) => stalled.take([stepOf('x')])],
    ['ends', (stalled) => stalled.close()],
  ])('do not change when a holder whose lease ended comes back and %s', async (_what, act) => {
    const [a, b] = [await leasesOf('a'), await leasesOf('b')];
    await a.take([stepOf('x')]);
    now += LEASE;
    await b.take([stepOf('x')]);
    const before = await store.get('leases', 'x');
    await act(a);
    expect(await store.get('leases', 'x')).toEqual(before);
    await b.release(['x']);
    expect(await store.get('leases', 'x')).toBeUndefined();
  });

  it('are not renewed by a holder who lost them', async () => {
    const [a, b] = [await leasesOf('a', 30), await leasesOf('b')];
    await a.take([stepOf('x'), stepOf('mine')]);
    now += 30;
    await b.take([stepOf('x')]);
    const until = await untilOf('x');
    now += 1;
    // What is renewed together with it tells when its turn has come.
    await renewedTo('mine', now + 30);
    expect(await untilOf('x')).toBe(until);
  });

  it('that failed wait, longer each time, with their reason, and are forgotten once done', async () => {
    const [a, b] = [await leasesOf('a'), await leasesOf('b')];
    const waitAfter = (attempts: number): number => 1000 * attempts;
    await a.take([stepOf('x')]);
    const first = now + 1000;
    expect(await a.fail(stepOf('x'), 'no paper', waitAfter)).toEqual({ attempts: 1, until: first });
    expect(await b.take([stepOf('x')])).toMatchObject({ taken: NONE, denied: new Map([['x', first]]) });
    expect(await b.waiting(['x', 'other'])).toEqual(new Map([['x', first]]));
    now = first;
    expect(await b.waiting(['x'])).toEqual(NONE);
    expect((await b.take([stepOf('x')])).taken).toEqual(new Map([['x', 1]]));
    expect(await b.fail(stepOf('x'), 'no ink', waitAfter)).toEqual({ attempts: 2, until: now + 2000 });
    const failing = { stepId: 'x', kind: 'render', month: '2026-03', workspaceId: 'acme', number: 'x' };
    expect(await a.failing('2026-03')).toEqual([{ ...failing, attempts: 2, reason: 'no ink', notBefore: now + 2000 }]);
    expect([await a.failing('2026-02'), await a.failingCount('issue'), await a.failingCount('render')]).toEqual([
      [],
      0,
      1,
    ]);
    now += 2000;
    await a.take([stepOf('x')]);
    await a.release(['x']);
    expect([await a.failing(), await store.get('leases', 'x')]).toEqual([[], undefined]);
  });

  it('that failed can be tried at once when asked for, but not taken from the process that is trying', async () => {
    const [a, b] = [await leasesOf('a'), await leasesOf('b')];
    await a.take([stepOf('x'), stepOf('y')]);
    await a.fail(stepOf('x'), 'no paper', () => 60_000);
    await a.fail(stepOf('y'), 'no paper', () => 0);
    await a.take([stepOf('y')]);
    const failing = await b.failing();
    expect(failing).toHaveLength(2);
    await b.retry(failing);
    const { taken, denied } = await b.take([stepOf('x'), stepOf('y')]);
    expect([[...taken.keys()], [...denied.keys()]]).toEqual([['x'], ['y']]);
    await b.drop(failing);
    expect((await b.failing()).map(({ stepId: id }) => id).sort()).toEqual(['x', 'y']);
  });

  it('that have to wait for their time are no failures', async () => {
    const [a, b] = [await leasesOf('a'), await leasesOf('b')];
    await a.take([stepOf('x')]);
    await a.postpone('x', now + 1000);
    expect((await b.take([stepOf('x')])).denied).toEqual(new Map([['x', now + 1000]]));
    expect(await b.failing()).toEqual([]);
    now += 1000;
    expect((await b.take([stepOf('x')])).taken).toEqual(new Map([['x', 0]]));
  });

  it('are given back by a process that ends, and cleared away after one that was killed', async () => {
    const a = await leasesOf('a');
    await a.take([stepOf('x')]);
    await a.close();
    expect(await untilOf('x')).toBeUndefined();
    // It never closes.
    await new Leases(store, 'killed', () => now, LEASE).take([stepOf('left'), stepOf('failed')]);
    const failing = await leasesOf('c');
    now += LEASE;
    await failing.take([stepOf('failed')]);
    await failing.fail(stepOf('failed'), 'no paper', () => 0);
    now += 1;
    await leasesOf('d');
    expect([await untilOf('left'), await untilOf('failed')]).toEqual([undefined, now - 1]);
  });
});
