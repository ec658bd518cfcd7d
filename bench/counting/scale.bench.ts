/**
 * One very large workspace: preparing its state from the facts in the embedded store, and
 * counting a month from the prepared state. Goals: 2 s and 400 MB; 50 ms.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openSnapshots, plainHooks, type Snapshots, workspaceDecider, WorkspaceQueue } from '@seatledger/commands';
import {
  countMonth,
  type CountingRule,
  emptyWorkspace,
  evolveWorkspace,
  type WorkspaceState,
} from '@seatledger/domain';
import { type Entry, Ledger, openEmbeddedEventStore, workspaceStream } from '@seatledger/event-store';

import { largeHistory } from './large-history';

const SIZE = { teams: 2_000, members: 50_000, facts: 500_000 };
const MONTH = '2026-06';
const RULES: CountingRule[] = ['month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'];
const STREAM_ID = 'large';

interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'MB';
  readonly samples: number[];
}

export async function run({ folder, rounds = 5 }: { folder: string; rounds?: number }): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'counting-'));
  const store = await openEmbeddedEventStore({ file: path.join(own, 'events.db'), durability: 'none-for-tests' });
  const snapshots = await openSnapshots(path.join(own, 'snapshots.db'));
  try {
    const ledger = new Ledger(store, Date.now);
    await write(ledger);
    const figures = new Map<string, Figure>();
    const note = (name: string, unit: Figure['unit'], value: number): void => {
      const figure = figures.get(name) ?? { name, unit, samples: [] };
      figures.set(name, figure);
      figure.samples.push(value);
    };
    for (let round = 0; round < rounds; round += 1) {
      const memory = new PeakMemory();
      const start = performance.now();
      const state = await prepare(ledger);
      note('prepare from the facts in the store', 'ms', performance.now() - start);
      note('memory while preparing, above that before', 'MB', memory.stop());
      const thawing = performance.now();
      await prepare(ledger, snapshots);
      // The first round makes the snapshot.
      if (round > 0) note('prepare from a snapshot', 'ms', performance.now() - thawing);
      note('fold the facts alone', 'ms', timeOf(foldInMemory));
      for (const countingRule of RULES) {
        for (const variant of ['user', 'team'] as const) {
          const terms = { variant, countingRule, timeZone: 'Europe/Berlin' };
          note(
            `count, ${variant}, ${countingRule}`,
            'ms',
            timeOf(() => countMonth(state, MONTH, terms)),
          );
        }
      }
    }
    return [...figures.values()];
  } finally {
    await snapshots.close();
    await store.close();
    rmSync(own, { recursive: true, force: true });
  }
}

/** As the first command or closing after a start finds it. */
function prepare(ledger: Ledger, snapshots?: Snapshots): Promise<WorkspaceState> {
  const queue = new WorkspaceQueue(ledger, workspaceDecider(), plainHooks(), Date.now, undefined, snapshots);
  return queue.inspect(STREAM_ID, (state) => state);
}

let facts: ReturnType<typeof largeHistory> extends Generator<infer Fact> ? Fact[] : never = [];
function foldInMemory(): void {
  if (facts.length === 0) facts = [...largeHistory(SIZE)];
  const state = emptyWorkspace();
  for (const fact of facts) evolveWorkspace(state, fact);
}

async function write(ledger: Ledger): Promise<void> {
  let entries: Entry[] = [];
  let revision = -1;
  const flush = async (): Promise<void> => {
    const expected = revision === -1 ? 'no-stream' : revision;
    ({ revision } = await ledger.append(workspaceStream(STREAM_ID), expected, entries));
    entries = [];
  };
  let index = 0;
  for (const event of largeHistory(SIZE)) {
    index += 1;
    entries.push({ origin: { commandId: `c${index}`, correlationId: 'bench', actor: 'bench' }, events: [event] });
    if (entries.length === 2000) await flush();
  }
  if (entries.length > 0) await flush();
}

function timeOf(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** How far the process' memory grows. */
class PeakMemory {
  private readonly before: number;
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor() {
    global.gc?.();
    this.before = process.memoryUsage.rss();
    this.timer = setInterval(() => this.look(), 5);
  }

  stop(): number {
    clearInterval(this.timer);
    this.look();
    return (this.peak - this.before) / 2 ** 20;
  }

  private look(): void {
    this.peak = Math.max(this.peak, process.memoryUsage.rss());
  }
}

function print(figures: readonly Figure[]): void {
  const { teams, members, facts: count } = SIZE;
  console.log(`${teams} teams, ${members} members, ${count} facts; counted: ${MONTH}`);
  for (const { name, unit, samples } of figures) {
    const sorted = [...samples].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
    console.log(`${name}: ${median.toFixed(1)} ${unit} (${samples.map((sample) => sample.toFixed(1)).join(', ')})`);
  }
}

if (require.main === module) void run({ folder: process.argv[2] ?? tmpdir() }).then(print);
