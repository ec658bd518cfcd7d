import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { type EmbeddedEventStore, openEmbeddedEventStore, type RecordedEvent } from '../../../libs/event-store/testing';
import { type Note } from './writer';

const KILLS = 50;
const root = path.join(__dirname, '..', '..', '..');

let folder: string;
let file: string;
let noteFile: string;
const running = new Set<ChildProcess>();
let store: EmbeddedEventStore | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  file = path.join(folder, 'events.db');
  noteFile = path.join(folder, 'acknowledged.jsonl');
});
afterEach(async () => {
  await store?.close();
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(name: string, rounds = 0): ChildProcess {
  const child = fork(path.join(__dirname, 'writer.ts'), [file, noteFile, name, String(rounds)], {
    cwd: root,
    execArgv: ['-r', path.join(root, 'libs/sqlite/load-sources.cjs')],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Resolves when the writer has opened the store and begins to write. */
async function ready(child: ChildProcess): Promise<void> {
  const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
  expect(first).toBe('ready');
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  // False when it has ended by itself: a fault, which it has written to the console.
  expect(child.kill('SIGKILL')).toBe(true);
  await exited;
}

/** Notes of all writers; a line without its end was still being written and counts for nothing. */
function acknowledged(): Note[] {
  if (!existsSync(noteFile)) return [];
  const complete = readFileSync(noteFile, 'utf8').split('\n').slice(0, -1);
  return complete.map((line) => JSON.parse(line) as Note);
}

async function readEverything(store: EmbeddedEventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after = 0; ;) {
    const page = await store.readAll({ after, limit: 5_000 });
    events.push(...page.events);
    if (page.atEnd) return events;
    after = page.position;
  }
}

/** Every acknowledged append is there, whole, in its place; nothing is there twice or in part. */
async function expectIntact(store: EmbeddedEventStore): Promise<{ events: RecordedEvent[]; notes: Note[] }> {
  expect(await store.checkIntegrity()).toEqual([]);
  const events = await readEverything(store);
  const notes = acknowledged();
  const streams = new Map<string, RecordedEvent[]>();
  const attempts = new Map<string, number>();
  const lost: unknown[] = [];
  let previous = 0;
  for (const event of events) {
    if (event.position <= previous) lost.push({ outOfOrder: event.position, previous });
    previous = event.position;
    const stream = streams.get(event.stream) ?? [];
    streams.set(event.stream, stream);
    if (stream.push(event) !== event.revision + 1) lost.push({ revision: event.revision, stream: event.stream });
    const { attempt } = event.data as { attempt: string };
    attempts.set(attempt, (attempts.get(attempt) ?? 0) + 1);
  }
  for (const { stream, revision, position, ids } of notes) {
    const stored = streams.get(stream)?.slice(revision - ids.length + 1, revision + 1) ?? [];
    const same = stored.length === ids.length && stored.every(({ id }, index) => id === ids[index]);
    if (!same || stored.at(-1)?.position !== position) lost.push({ stream, revision, position });
  }
  expect(lost).toEqual([]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect([...attempts].filter(([, count]) => count !== 3)).toEqual([]);
  return { events, notes };
}

it(`keeps what it acknowledged when its process is killed ${KILLS} times under load`, async () => {
  for (let round = 0; round < KILLS; round += 1) {
    const child = start(`a-${round}`);
    // Mostly under load, sometimes while it opens the file and recovers it.
    if (round % 8 !== 7) await ready(child);
    await delay(Math.random() * 120);
    await kill(child);
  }
  store = await openEmbeddedEventStore({ file });
  const { events, notes } = await expectIntact(store);
  expect(notes.length).toBeGreaterThan(KILLS * 10);
  expect(events.length).toBeGreaterThan(KILLS * 30);
});

it('is written by two processes at once, read by a third in order', async () => {
  const rounds = 40;
  const children = [start('b-0', rounds), start('c-0', rounds)];
  const exits = Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number | null));
  store = await openEmbeddedEventStore({ file, pollInterval: 5 });
  const opened = store;
  const stop = new AbortController();
  const followed: RecordedEvent[] = [];
  const following = (async () => {
    for (let after = 0; ;) {
      const page = await opened.readAll({ after, limit: 50 });
      followed.push(...page.events);
      after = page.position;
      if (!page.atEnd) continue;
      if (stop.signal.aborted) return;
      await opened.waitForEvents(after, stop.signal);
    }
  })();
  expect(await exits).toEqual([0, 0]);
  stop.abort();
  await following;
  const { events, notes } = await expectIntact(store);
  expect(followed).toEqual(events);
  // Six streams of its own and three shared writers in each process.
  expect(notes).toHaveLength(2 * 9 * rounds);
  expect(events).toHaveLength(2 * 9 * rounds * 3);
});

it('goes on for one process when another is killed', async () => {
  const [victim, other] = [start('b-0'), start('c-0')];
  await Promise.all([ready(victim), ready(other)]);
  store = await openEmbeddedEventStore({ file, pollInterval: 5 });
  const signal = AbortSignal.timeout(600_000);
  const opened = store;
  const reach = async (position: number) => {
    while ((await opened.head()) <= position && !signal.aborted) await opened.waitForEvents(position, signal);
  };
  await reach(300);
  await kill(victim);
  await reach((await store.head()) + 300);
  await kill(other);
  expect(signal.aborted).toBe(false);
  await expectIntact(store);
});
