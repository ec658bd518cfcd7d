/**
 * `npm run bench`: every suite in a process of its own, one after the other; prints one table and
 * writes `results/latest.json` and the table in `README.md`.
 *
 *   npm run bench                    all suites, a few minutes
 *   npm run bench -- --full          the long ones too, at their full size
 *   npm run bench -- append audit    only these
 *   npm run bench -- --folder DIR    where files are made; it should be on the disk in question
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';

import { run as append } from './append/append.bench';
import { run as replay } from './append/replay.bench';
import { run as audit } from './audit/verify.bench';
import { run as closing } from './closing/closing.bench';
import { run as commands } from './commands/http.bench';
import { run as counting } from './counting/scale.bench';
import { run as documents } from './documents/render.bench';
import { run as chain } from './event-store/chain.bench';
import { run as open } from './event-store/open.bench';
import { run as lists } from './lists/invoices.bench';
import { type BenchOptions, type Row } from './measure';

type Suite = (options: BenchOptions) => Promise<Row[]>;

/** In the order of the table. */
const SUITES: Readonly<Record<string, Suite>> = {
  append,
  chain,
  open,
  commands,
  replay,
  counting,
  closing,
  lists,
  documents,
  audit,
};
/** They run at a tenth of their size unless `--full` is asked for. */
const LONG: readonly string[] = ['open', 'closing', 'audit'];

const HERE = __dirname;
const ROUNDS = 5;

function main(given: readonly string[]): void {
  const isFull = given.includes('--full');
  const at = given.indexOf('--folder');
  const folder = path.resolve((at === -1 ? undefined : given[at + 1]) ?? path.join(HERE, 'data'));
  const asked = given.filter((word, index) => !word.startsWith('--') && (at === -1 || index !== at + 1));
  const unknown = asked.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    throw new Error(`no such suite: ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}`);
  }
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'run-'));
  const suites: Record<string, Row[]> = {};
  try {
    for (const name of asked.length > 0 ? asked : Object.keys(SUITES)) {
      process.stdout.write(`${name} ...\n`);
      suites[name] = runApart(name, own, isFull);
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  const table = tableOf(suites);
  process.stdout.write(`\n${table}\n`);
  if (asked.length > 0) return;
  const results = { measuredAt: new Date().toISOString(), machine: machine(), isFull, rounds: ROUNDS, suites };
  mkdirSync(path.join(HERE, 'results'), { recursive: true });
  writeFileSync(path.join(HERE, 'results/latest.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeTable(`Measured on ${machine()}, ${ROUNDS} rounds${isFull ? ', full sizes' : ''}.\n\n${table}`);
}

/** A fresh process: no suite's memory or compiled code affects another's. */
function runApart(name: string, folder: string, isFull: boolean): Row[] {
  const out = path.join(folder, `${name}.json`);
  const args = [...process.execArgv, __filename, '--suite', name, out, folder, isFull ? 'full' : 'short'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  return JSON.parse(readFileSync(out, 'utf8')) as Row[];
}

async function runSuite([name = '', out = '', folder = '', size = '']: readonly string[]): Promise<void> {
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`no such suite: ${name}`);
  const scale = LONG.includes(name) && size !== 'full' ? 0.1 : 1;
  writeFileSync(out, JSON.stringify(await suite({ folder, rounds: ROUNDS, scale })));
}

function tableOf(suites: Readonly<Record<string, readonly Row[]>>): string {
  const rows = Object.values(suites).flatMap((list) => list.map(cellsOf));
  const head = ['what', 'median', 'rounds from - to', 'ratio', 'data', 'durability'];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((cells) => (cells[column] ?? title).length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cellsOf({ name, median, unit, samples, ratioTo, latency, data, durability }: Row): string[] {
  const ratios = Object.entries(ratioTo ?? {}).map(([other, ratio]) => `${ratio} of ${other}`);
  const latencies = latency === undefined ? '' : `; p50 ${latency.p50} ms, p99 ${latency.p99} ms`;
  const number = new Intl.NumberFormat('en');
  return [
    name,
    `${number.format(median)} ${unit}${latencies}`,
    `${number.format(Math.min(...samples))} - ${number.format(Math.max(...samples))} (${samples.length})`,
    ratios.join('; '),
    data,
    durability,
  ];
}

const machine = (): string =>
  `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;

const MARKS = ['<!-- figures -->', '<!-- /figures -->'] as const;

/** Puts the figures between their marks in the README. */
function writeTable(figures: string): void {
  const file = path.join(HERE, 'README.md');
  const [before = '', rest = ''] = readFileSync(file, 'utf8').split(MARKS[0]);
  writeFileSync(file, `${before}${MARKS[0]}\n\n${figures}\n\n${MARKS[1]}${rest.split(MARKS[1])[1] ?? '\n'}`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--suite') {
  void runSuite(rest);
} else {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
