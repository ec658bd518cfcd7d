/**
 * One very large workspace: preparing its state from the facts in the embedded store, and
 * counting a month from the prepared state. Goals: 2 s and 400 MB; 50 ms.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  openSnapshots,
  plainHooks,
  type Snapshots,
  workspaceAggregate,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import {
  type CountingRule,
  countMonth,
  emptyWorkspace,
  evolveWorkspace,
  type WorkspaceState,
} from '@seatledger/domain';
import { EventStore, openEmbeddedEventStore } from '@seatledger/event-store';

import { KnownKeys } from '../../libs/personal-data/testing';
import { type BenchOptions, type Measurement, print, type Row, runRounds } from '../measure';
import { LARGE, largeHistory, writeHistory } from './large-history';

const SIZE = { teams: 2_000, members: 50_000, facts: 500_000 };
/** The month that a closing counts, and one that it looks back at: most members have moved since. */
const MONTHS = ['2026-12', '2026-06'];
const RULES: CountingRule[] = ['month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'];

const DATA = `${SIZE.members} members, ${SIZE.teams} teams, ${SIZE.facts} facts`;

export async function run({ folder, rounds = 5 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'counting-'));
  const store = await openEmbeddedEventStore({ file: path.join(own, 'events.db'), durability: 'none-for-tests' });
  const snapshots = await openSnapshots(path.join(own, 'snapshots.db'));
  try {
    const eventStore = new EventStore(store, Date.now, new KnownKeys());
    await writeHistory(eventStore, SIZE);
    // Makes the snapshot, and lets the compiler see everything once.
    const state = await prepare(eventStore, snapshots);
    let fresh = { milliseconds: NaN, megabytes: NaN };
    const measurements: Measurement[] = [
      {
        name: 'prepare a workspace from its facts in the store, in a process just started',
        data: DATA,
        durability: 'reads only',
        measure: async () => {
          fresh = await inFreshProcess(path.join(own, 'events.db'));
          return fresh.milliseconds;
        },
      },
      {
        name: 'memory of that process to prepare and count a workspace, beyond an idle one',
        data: DATA,
        durability: 'reads only',
        unit: 'MB',
        measure: () => fresh.megabytes,
      },
      measured('prepare a workspace from its facts in the store', async () => {
        await prepare(eventStore);
      }),
      measured('prepare a workspace from a snapshot', async () => {
        await prepare(eventStore, snapshots);
      }),
      {
        name: 'fold the facts of a workspace in memory',
        data: DATA,
        durability: 'reads only',
        measure: () => {
          // Made for each round: kept, they would be in the way of the others, which have no such list in memory.
          const facts = [...largeHistory(SIZE)];
          const start = performance.now();
          facts.reduce(evolveWorkspace, emptyWorkspace());
          return performance.now() - start;
        },
      },
      ...MONTHS.flatMap((month) =>
        RULES.flatMap((countingRule) =>
          (['user', 'team'] as const).map((variant) =>
            measured(`count ${month}: ${variant}, ${countingRule}`, () => {
              countMonth(state, month, { variant, countingRule, timeZone: 'Europe/Berlin' });
            }),
          ),
        ),
      ),
    ];
    return await runRounds(measurements, 'ms', rounds);
  } finally {
    await snapshots.close();
    await store.close();
    rmSync(own, { recursive: true, force: true });
  }
}

/** How long an action takes, in ms. */
function measured(name: string, action: () => Promise<void> | void): Measurement {
  return {
    name,
    data: DATA,
    durability: 'reads only',
    measure: async () => {
      const start = performance.now();
      await action();
      return performance.now() - start;
    },
  };
}

/** As the first command or closing after a start finds it. */
function prepare(eventStore: EventStore, snapshots?: Snapshots): Promise<WorkspaceState> {
  const queue = new WorkspaceQueue(eventStore, workspaceAggregate(), plainHooks(), Date.now, undefined, snapshots);
  return queue.inspect(LARGE, (state) => state);
}

/** A process prepares the workspace, as after a start, and counts it: how long, and by how much it grows. */
async function inFreshProcess(file: string): Promise<{ milliseconds: number; megabytes: number }> {
  const loadSources = path.join(__dirname, '../../scripts/load-sources.cjs');
  const script = ['-r', loadSources, __filename, '--fresh', file];
  const { stdout } = await promisify(execFile)(process.execPath, script);
  const [milliseconds = NaN, megabytes = NaN] = stdout.trim().split(' ').map(Number);
  return { milliseconds, megabytes };
}

async function prepareAfresh(file: string): Promise<void> {
  const store = await openEmbeddedEventStore({ file, durability: 'none-for-tests' });
  const largest = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
  const before = largest();
  const start = performance.now();
  const state = await prepare(new EventStore(store, Date.now, new KnownKeys()));
  const milliseconds = Math.round(performance.now() - start);
  for (const countingRule of RULES) {
    for (const month of MONTHS) {
      countMonth(state, month, { variant: 'user', countingRule, timeZone: 'Europe/Berlin' });
    }
  }
  console.log(`${milliseconds} ${largest() - before}`);
  await store.close();
}

if (require.main === module) {
  const [first = tmpdir(), second] = process.argv.slice(2);
  if (first === '--fresh' && second !== undefined) void prepareAfresh(second);
  else void run({ folder: first }).then(print);
}
