/**
 * Verifying everything: a history of a million events with ten thousand closings (times `scale`) is
 * made, and derived again from its events as `cli audit verify` does it, each round in a process of
 * its own: its memory is that of nothing else.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Checked, historyOf, verify } from '@seatledger/audit';
import { openDocumentFolder } from '@seatledger/blob-store';
import { openEmbeddedHistory } from '@seatledger/event-store';

import { KnownKeys } from '../../libs/personal-data/testing';
import { type BenchOptions, print, type Row, runRounds } from '../measure';
import { writeHistory } from './history';

interface Verification {
  readonly checked: Checked;
  readonly seconds: number;
  readonly megabytes: number;
}

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'audit-'));
  try {
    const size = { workspaces: Math.ceil(400 * scale), months: 25, factsPerMonth: 94 };
    const { events, closings } = await writeHistory(own, size);
    const megabytes = Math.round(statSync(path.join(own, 'events.db')).size / 1e6);
    const data = `${events} events, ${closings} closings invoiced, ${megabytes} MB`;
    const about = { data, durability: 'none: reads alone' };
    const seen: Verification[] = [];
    const figure = (name: string, unit: string, of: (verification: Verification) => number) =>
      runRounds([{ name, ...about, measure: (round) => of((seen[round] ??= verifyApart(own, events))) }], unit, rounds);
    return [
      ...(await figure('verify everything', 'events/s', ({ seconds }) => events / seconds)),
      ...(await figure('verify everything: time', 's', ({ seconds }) => seconds)),
      ...(await figure('verify everything: peak memory', 'MB', (verification) => verification.megabytes)),
    ];
  } finally {
    rmSync(own, { recursive: true });
  }
}

function verifyApart(folder: string, events: number): Verification {
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, __filename, '--verify', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the verification ended with ${status}`);
  const verification = JSON.parse(stdout) as Verification;
  if (verification.checked.events !== events) throw new Error(`it checked ${verification.checked.events} events`);
  return verification;
}

/** @throws when anything does not hold */
async function verifyFolder(folder: string): Promise<Verification> {
  const began = performance.now();
  const embedded = await openEmbeddedHistory({ file: path.join(folder, 'events.db') });
  const history = historyOf(embedded, new KnownKeys());
  const documents = await openDocumentFolder({ folder: path.join(folder, 'documents') });
  const steps = verify({ history, documents, embedded, now: Date.now() });
  for (;;) {
    const step = await steps.next();
    if (step.done === true) {
      await embedded.close();
      const seconds = (performance.now() - began) / 1000;
      return { checked: step.value, seconds, megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 };
    }
    if (step.value.kind === 'failure') throw new Error(JSON.stringify(step.value.failure));
  }
}

if (require.main === module) {
  const [first, second] = process.argv.slice(2);
  if (first === '--verify') {
    void verifyFolder(second ?? '').then((verification) => process.stdout.write(JSON.stringify(verification)));
  } else {
    void run({ folder: first ?? tmpdir(), scale: Number(second ?? 1) }).then(print);
  }
}
