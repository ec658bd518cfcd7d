import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type EventStorage, EventStore, openEmbeddedEventStore } from '@seatledger/event-store';

import { KnownKeys } from '../personal-data/testing';
import { Closings } from './closings';
import { type MonthClosing } from './month-closing';
import { commandsOn } from './testing';

describe('runs of the closing', () => {
  let folder: string;
  let store: EventStorage;
  const clock = () => Date.parse('2026-04-02T12:00:00Z');
  const origin = { actor: 'test', correlationId: 'test' };
  const request = { month: '2026-03', workspaceIds: ['a', 'b', 'c', 'd'] };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'closings-'));
    store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const eventStoreAndCommands = () => {
    const eventStore = new EventStore(store, clock, new KnownKeys());
    return { eventStore, commands: commandsOn(eventStore, clock).commands };
  };
  const open = (months: Partial<MonthClosing>, outcomes: string[] = []) =>
    new Closings({
      ...eventStoreAndCommands(),
      months: months as MonthClosing,
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      workspacesWithContract: () => Promise.resolve([]),
      invoicesIssued: () => Promise.resolve(),
      onWorkspace: (outcome) => outcomes.push(outcome),
    });

  it('tell how far they are, and the outcome of each workspace', async () => {
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let othersAreThrough: () => void = () => undefined;
    const through = new Promise<void>((resolve) => (othersAreThrough = resolve));
    const outcomes: string[] = [];
    const closings = open(
      {
        async close(workspaceId) {
          if (workspaceId === 'b') throw new Error('broken');
          if (workspaceId !== 'd') return { outcome: 'already-closed' };
          setImmediate(othersAreThrough);
          await held;
          return { outcome: 'already-closed' };
        },
      },
      outcomes,
    );
    const run = closings.run(await closings.start(request, origin));
    await through;
    expect(closings.underWayCounts()).toEqual({ runs: 1, workspaces: 4, done: 2, failed: 1 });
    goOn();
    await run;
    expect(closings.underWayCounts()).toEqual({ runs: 0, workspaces: 0, done: 0, failed: 0 });
    expect(outcomes.sort()).toEqual(['already-closed', 'already-closed', 'already-closed', 'failed']);
  });

  it('are tried without effect once under a key', async () => {
    let previews = 0;
    const closings = open({
      closedMonth: () => Promise.resolve(undefined),
      preview() {
        previews += 1;
        return Promise.reject(new Error('no matter'));
      },
    });
    const keyed = { ...origin, request: { key: 'k', hash: 'h' } };
    const [first, second] = await Promise.all([
      closings.startDryRun(request, keyed),
      closings.startDryRun(request, keyed),
    ]);
    expect(second).toBe(first);
    expect(await closings.startDryRun(request, origin)).not.toBe(first);
    await closings.stop();
    expect(previews).toBe(8);
    expect(await store.head()).toBe(0);
  });
});
