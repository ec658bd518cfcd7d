import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  countMonth,
  HistoryPruned,
  WORKSPACE_STATE_VERSION,
  type WorkspaceCommand,
  type WorkspaceState,
} from '@seatledger/domain';
import { type EmbeddedEventStore, EventStore, openEmbeddedEventStore, workspaceStream } from '@seatledger/event-store';
import { openDatabase } from '@seatledger/sqlite';

import { KnownKeys } from '../personal-data/testing';
import { type CommandOutcome } from './context';
import { WorkspaceQueue } from './queues';
import { openSnapshots, type Snapshots } from './snapshots';
import { plainHooks, workspaceAggregate } from './subjects';

const NOW = Date.UTC(2026, 5, 15);
const DAY = 24 * 3_600_000;
const MEMBERS = 60;
const TERMS = { variant: 'user', countingRule: 'any-time', timeZone: 'Europe/Berlin' } as const;

let folder: string;
let store: EmbeddedEventStore;
let eventStore: EventStore;
let snapshots: Snapshots;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'snapshots-'));
  store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
  eventStore = new EventStore(store, () => NOW, new KnownKeys());
  snapshots = await openSnapshots(path.join(folder, 'snapshots.db'));
});
afterEach(async () => {
  await snapshots.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A process that has just started: nothing is in its memory. */
const freshQueue = (from: Snapshots | null = snapshots): WorkspaceQueue =>
  new WorkspaceQueue(eventStore, workspaceAggregate(), plainHooks(), () => NOW, undefined, from ?? undefined);

/** More than 5,000 facts over more than two years: members who change teams every other day or so. */
async function writeLongHistory(): Promise<void> {
  const queue = freshQueue(null);
  const start = Date.UTC(2024, 0, 1);
  const commands: WorkspaceCommand[] = [
    { type: 'StartWorkspace', workspaceId: 'w', name: 'W', occurredAt: start },
    { type: 'CreateTeam', teamId: 'A', name: 'A', occurredAt: start },
    { type: 'CreateTeam', teamId: 'B', name: 'B', occurredAt: start },
  ];
  for (let index = 0; index < MEMBERS; index += 1) {
    const memberId = `m${index}`;
    commands.push({ type: 'AddMember', memberId, name: 'n', email: 'e', teamIds: ['A'], occurredAt: start + index });
  }
  for (let round = 0; round < 42; round += 1) {
    const [from, to] = round % 2 === 0 ? ['A', 'B'] : ['B', 'A'];
    for (let index = 0; index < MEMBERS; index += 1) {
      const occurredAt = start + (round + 1) * 20 * DAY + index;
      commands.push({ type: 'WithdrawMember', teamId: from, memberId: `m${index}`, occurredAt });
      commands.push({ type: 'PlaceMember', teamId: to, memberId: `m${index}`, occurredAt });
    }
  }
  for (const outcome of await Promise.all(commands.map((command, index) => submit(queue, command, `k${index}`)))) {
    expect(outcome).toMatchObject({ status: 'done', answer: { changed: true } });
  }
}

const submit = (queue: WorkspaceQueue, command: WorkspaceCommand, key: string, hash = key): Promise<CommandOutcome> =>
  queue.submit('w', key, command, { actor: 'test', correlationId: 'c', request: { key, hash } });

/** Everything that the service would say about the workspace. */
const sayingOf = (queue: WorkspaceQueue) =>
  queue.inspect('w', (state: WorkspaceState, revision) => ({
    revision,
    counts: ['2025-06', '2026-03', '2026-04'].map((month) => countMonth(state, month, TERMS)),
    members: [...state.members.values()].map(({ memberId, lastFactAt, memberships }) => [
      memberId,
      lastFactAt,
      memberships.size,
    ]),
  }));

describe('snapshots of a long history', () => {
  it('are made while it is loaded, and all of them deleted change nothing', async () => {
    await writeLongHistory();
    expect(await snapshots.find(workspaceStream('w'), WORKSPACE_STATE_VERSION)).toBeUndefined();
    const folded = await sayingOf(freshQueue());
    const snapshot = await snapshots.find(workspaceStream('w'), WORKSPACE_STATE_VERSION);
    expect(snapshot).toMatchObject({ revision: folded.revision });

    const read = jest.spyOn(store, 'readStream');
    expect(await sayingOf(freshQueue())).toEqual(folded);
    // The snapshot's event and the two tails, instead of 5,000 facts.
    const events = await Promise.all(read.mock.results.map(({ value }) => value as Promise<unknown[]>));
    expect(events.flat()).toHaveLength(1);
    read.mockRestore();
    expect(await sayingOf(freshQueue(null))).toEqual(folded);
  });

  it('hold the answers under idempotency keys', async () => {
    await writeLongHistory();
    await submit(freshQueue(), { type: 'ArchiveTeam', teamId: 'missing' }, 'refused');
    await sayingOf(freshQueue());
    for (const queue of [freshQueue(), freshQueue(null)]) {
      const first = { type: 'CreateTeam', teamId: 'A', name: 'A' } as const;
      expect(await submit(queue, first, 'k1')).toMatchObject({
        status: 'done',
        answer: { changed: true, revision: 1 },
      });
      expect(await submit(queue, first, 'k1', 'other')).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
      const missing = { type: 'ArchiveTeam', teamId: 'missing' } as const;
      expect(await submit(queue, missing, 'refused')).toMatchObject({ problem: { code: 'unknown-team' } });
    }
  });

  it('count for nothing when they are not of this history, or of another version', async () => {
    await writeLongHistory();
    const folded = await sayingOf(freshQueue());
    const snapshot = (await snapshots.find(workspaceStream('w'), WORKSPACE_STATE_VERSION))!;
    const content = { ...(snapshot.content as object), state: 'not a state' };
    const later = { revision: snapshot.revision + 1, hash: snapshot.hash, content };
    await snapshots.save(workspaceStream('w'), WORKSPACE_STATE_VERSION, later);
    expect(await sayingOf(freshQueue())).toEqual(folded);
    expect(await snapshots.find(workspaceStream('w'), WORKSPACE_STATE_VERSION)).toEqual(snapshot);
    await snapshots.save(workspaceStream('w'), WORKSPACE_STATE_VERSION + 1, { ...snapshot, content });
    expect(await snapshots.find(workspaceStream('w'), WORKSPACE_STATE_VERSION)).toBeUndefined();
    expect(await sayingOf(freshQueue())).toEqual(folded);
  });
});

describe('snapshots that cannot be used', () => {
  const stream = workspaceStream('w');

  it.each(['find', 'save', 'remove'] as const)('cost time and nothing else, and are told of: %s', async (name) => {
    await writeLongHistory();
    const folded = await sayingOf(freshQueue(null));
    const ofAnotherHistory = { revision: 10_000, hash: 'of another history', content: {} };
    const failure = new Error('no space left on the disk');
    for (const fail of [() => Promise.reject(failure), () => thrown(failure)]) {
      if (name === 'remove') await snapshots.save(stream, WORKSPACE_STATE_VERSION, ofAnotherHistory);
      const onFailure = jest.fn();
      const queue = freshQueue({ ...snapshots, [name]: fail, onFailure });
      expect(await sayingOf(queue)).toEqual(folded);
      expect(await submit(queue, { type: 'ArchiveTeam', teamId: 'missing' }, 'k')).toMatchObject({ status: 'refused' });
      expect(onFailure.mock.calls[0]).toEqual([stream, failure]);
    }
  });

  it.each([
    ['are no JSON', '{'],
    ['hold something else', '{"answered":7}'],
  ])('are replaced when they %s', async (_, content) => {
    await writeLongHistory();
    const folded = await sayingOf(freshQueue());
    const whole = await snapshots.find(stream, WORKSPACE_STATE_VERSION);
    const file = openDatabase(path.join(folder, 'snapshots.db'));
    file.prepare('UPDATE snapshots SET content = ?').run([content]);
    file.close();
    const onFailure = jest.fn();
    expect(await sayingOf(freshQueue({ ...snapshots, onFailure }))).toEqual(folded);
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect(await snapshots.find(stream, WORKSPACE_STATE_VERSION)).toEqual(whole);
  });
});

function thrown(error: Error): never {
  throw error;
}

describe('a file of snapshots that is damaged', () => {
  it('is made again', async () => {
    const file = path.join(folder, 'other.db');
    const first = await openSnapshots(file);
    await first.save('workspace-w', 1, { revision: 1, hash: 'h', content: 'x'.repeat(20_000) });
    await first.close();
    overwrite(file, 100, 2000);
    const told: string[] = [];
    const again = await openSnapshots(file, { onFailure: (what) => told.push(what) });
    const before = await again.find('workspace-w', 1);
    await again.save('workspace-w', 1, { revision: 2, hash: 'h', content: 'y' });
    const after = await again.find('workspace-w', 1);
    await again.close();
    expect({ told, before, after }).toMatchObject({ told: [file], before: undefined, after: { revision: 2 } });
  });

  it('is left alone when it is no such file at all', async () => {
    const file = path.join(folder, 'other.db');
    writeFileSync(file, 'another program needs this '.repeat(500));
    await expect(openSnapshots(file)).rejects.toThrow(/is not a database/);
    expect(readFileSync(file, 'utf8')).toContain('another program needs this');
  });
});

function overwrite(file: string, from: number, length: number): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xff, from, from + length));
}

describe('what a state has pruned', () => {
  it('is found in the whole history when it is asked for', async () => {
    await writeLongHistory();
    const queue = freshQueue();
    await sayingOf(queue);
    const forgetful: unknown = await queue.inspect('w', (state) => state.retainedFrom);
    expect(forgetful).toBeGreaterThan(Date.UTC(2025, 0, 1));
    let asked = 0;
    const count = await queue.inspect('w', (state) => {
      asked += 1;
      return countMonth(state, '2024-02', TERMS).units.length;
    });
    expect([count, asked]).toEqual([MEMBERS, 2]);
  });

  it('decides a very late placement as it was then', async () => {
    await writeLongHistory();
    const late = {
      type: 'AddMember',
      memberId: 'late',
      name: 'n',
      email: 'e',
      occurredAt: Date.UTC(2024, 1, 1),
    } as const;
    const teamIds = ['A'];
    for (const queue of [freshQueue(), freshQueue()]) {
      await sayingOf(queue);
      expect(await submit(queue, { ...late, teamIds }, 'late')).toMatchObject({ status: 'done' });
    }
    expect(await freshQueue().inspect('w', (state) => countMonth(state, '2024-02', TERMS).units.length)).toBe(
      MEMBERS + 1,
    );
  });

  it('and a look that cannot be answered even then is refused, once', async () => {
    await writeLongHistory();
    const look = freshQueue().inspect('w', () => {
      throw new HistoryPruned(0);
    });
    await expect(look).rejects.toThrow(HistoryPruned);
  });
});
