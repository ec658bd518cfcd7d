import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';
import { unzipSync } from 'fflate';

import { temporaryFolder } from '../support/service';
import { writeSampleBooks } from './books-on-disk';

const MAIN = path.join(__dirname, '../../dist/apps/cli/main.js');

describe('the audit on the command line', () => {
  const folder = temporaryFolder();
  const work = temporaryFolder();

  beforeAll(async () => {
    const books = await writeSampleBooks(folder.path);
    await books.stop();
  });
  afterAll(() => {
    folder.remove();
    work.remove();
  });

  function audit(...args: string[]): { status: number | null; out: string; err: string } {
    const env = { PATH: process.env['PATH'], DATA_DIR: folder.path };
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'audit', ...args], {
      cwd: work.path,
      encoding: 'utf8',
      env,
    });
    return { status, out: stdout, err: stderr };
  }

  /** The commands that the pages for auditors name, with an invoice of the sample books. */
  function documented(): string[] {
    const pages = ['auditors.md', 'verfahrensdokumentation.md', '../README.md'];
    const commands = pages.flatMap((page) => {
      const text = readFileSync(path.join(__dirname, '../../docs', page), 'utf8');
      return [...text.matchAll(/npm run cli -- audit ([^`#|\n]+)/g)].map(([, command = '']) => command.trim());
    });
    return [...new Set(commands.map((command) => command.replace(/ >>? [a-z.]+ndjson$/, '')))];
  }

  it('does what the pages for auditors say, command by command', () => {
    const commands = documented();
    expect(commands.length).toBeGreaterThan(15);
    const { out } = audit('anchor');
    writeFileSync(path.join(work.path, 'anchors.ndjson'), out);
    for (const [index, command] of commands.entries()) {
      const args = command
        .replaceAll(/RE-2026-0\d+/g, 'RE-2026-000005')
        .replace(/(recount|workspace) W /, '$1 acme ')
        .replace('--unit U', '--unit red')
        .replace('--from 2025-01 --to 2025-12', '--from 2026-01 --to 2026-05')
        .replace(/--workspace W$/, '--workspace acme')
        // Each bundle goes to a place of its own.
        .replace(/^(bundle --invoice \S+).*$/, `$1 --out ${index}.zip`);
      const { status, out, err } = audit(...args.split(/\s+/));
      if (status !== 0 || out === '') throw new Error(`audit ${command}: ${status}\n${out}\n${err}`);
    }
  });

  it('prints the history as it was recorded, filtered, one event a line', () => {
    const events = (...args: string[]) =>
      audit('events', ...args)
        .out.split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { stream: string; position: number; type: string });
    const all = events();
    expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
    const acme = events('--workspace', 'acme').map(({ stream }) => stream);
    expect(new Set(acme.map((stream) => stream.slice(0, stream.indexOf('-'))))).toEqual(
      new Set(['workspace', 'contract', 'billing', 'invoice']),
    );
    expect(acme.some((stream) => stream.includes('beta'))).toBe(false);
    expect(events('--from', '3', '--limit', '2').map(({ position }) => position)).toEqual([3, 4]);
    expect(events('--type', 'InvoiceCancelled')).toHaveLength(1);
    expect(events('--recorded-before', '2026-01-05T00:00:00Z')).toHaveLength(2);
  });

  it('verifies, and ends with 1 where something does not hold, naming it', () => {
    expect(audit('verify')).toMatchObject({ status: 0, out: expect.stringMatching(/11 closings/) as unknown });
    const copy = path.join(work.path, 'tampered');
    cpSync(folder.path, copy, { recursive: true });
    const database = openDatabase(path.join(copy, 'events.db'));
    database.exec(`DELETE FROM events WHERE stream = 'workspace-acme' AND revision = 3`);
    database.close();
    const tampered = audit('verify', '--data', copy);
    expect(tampered.status).toBe(1);
    expect(tampered.out).toMatch(/^FAILED chain: workspace-acme@4: /m);
    const { failures } = JSON.parse(audit('verify', '--data', copy, '--json').out) as { failures: unknown[] };
    expect(failures).toContainEqual(expect.objectContaining({ check: 'order' }));
  });

  it('writes a bundle as a folder or a ZIP, and never over anything', () => {
    expect(audit('bundle', '--invoice', 'RE-2026-000003').status).toBe(0);
    const target = path.join(work.path, 'evidence-RE-2026-000003');
    expect(existsSync(path.join(target, 'events/workspace-acme.ndjson'))).toBe(true);
    const proof = spawnSync(process.execPath, ['verify.mjs'], { cwd: target, encoding: 'utf8', env: {} });
    expect(proof).toMatchObject({ status: 0, stdout: expect.stringMatching(/PROVED\n$/) as unknown });
    expect(audit('bundle', '--invoice', 'RE-2026-000003')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/exists already/) as unknown,
    });
    audit('bundle', '--invoice', 'RE-2026-000003', '--out', 'three.zip');
    const files = unzipSync(readFileSync(path.join(work.path, 'three.zip')));
    expect(Buffer.from(files['manifest.json']!)).toEqual(readFileSync(path.join(target, 'manifest.json')));
  });

  it('reports what other terms would have cost, as table, CSV and chart', () => {
    const { out } = audit(
      ...'what-if --workspace beta --from 2025-12 --to 2026-05 --rule any-time --price 700 --csv b.csv --svg b.svg'.split(
        ' ',
      ),
    );
    expect(out).toMatch(/2026-03 {2}closed {2}user prorated-daily .* user any-time .* /);
    const rows = readFileSync(path.join(work.path, 'b.csv'), 'utf8').split('\r\n');
    // Five months, all members that were active at any time: six in January, at the price of 7.00.
    expect(rows).toHaveLength(7);
    expect(rows[1]).toBe('2026-01,closed,EUR,user,prorated-daily,5.0322,4123,4123,user,any-time,6,4200,77');
    expect(readFileSync(path.join(work.path, 'b.svg'), 'utf8')).toMatch(
      /^<svg [\s\S]*2026-05, otherwise: any-time, €7.00[\s\S]*<\/svg>\n$/,
    );
  });

  it.each([
    [['verify', '--data', '/nowhere'], /\/nowhere\/events.db: there is no such file/],
    [['recount', 'acme', '2026-13'], /2026-13 is not a month/],
    [['recount', 'acme', '2026-01', '--recorded-before', 'yesterday'], /yesterday is not a time/],
    [['recount', 'nobody', '2026-01'], /^unknown-workspace: /],
    [['explain', '--workspace', 'acme'], /Name an --invoice/],
    [['explain', '--invoice', 'RE-2026-000099'], /^unknown-invoice: /],
    [['what-if', '--workspace', 'acme', '--from', '2026-01', '--to', '2026-02'], /Name what is to be otherwise/],
    [['verify', '--anchors', 'none.txt', '--workspace', 'acme'], /Anchors are of the whole history/],
  ])('refuses %j with one clear message', (args, message) => {
    const { status, err } = audit(...args);
    expect(status).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/ {4}at /);
  });
});
