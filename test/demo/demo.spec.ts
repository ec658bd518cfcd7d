import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';

import { temporaryFolder } from '../support/service';
import { smallSample } from '../support/small-sample';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '../..');
const CLI = path.join(ROOT, 'dist/apps/cli/main.js');
const SAMPLES = path.join(ROOT, 'samples');

interface Month {
  units: number;
  quantity: string;
  unitsDigest: string;
  lines: { kind: string; month: string; quantity: string; netMinor: number }[];
  taxes: unknown[];
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
  currency: string;
  variant: string;
}
interface Count {
  commands: { accepted: number; unchanged: number; refused: Record<string, number> };
  workspaces: Record<string, Record<string, Month & { outcome: string }>>;
  current: Record<string, { members: object; teams: object }>;
}
interface Demo {
  imported: { changed: number; unchanged: number; refused: Record<string, number> };
  workspaces: { workspaceId: string; members: object; teams: object }[];
  months: (Month & { workspaceId: string; month: string; invoiceNumber?: string })[];
  invoices: { workspaceId: string; month: string; kind: string; document: { sha256: string } | null }[];
}

const figuresOf = ({ lines, ...month }: Month) => ({
  units: month.units,
  quantity: month.quantity,
  unitsDigest: month.unitsDigest,
  variant: month.variant,
  currency: month.currency,
  taxes: month.taxes,
  netMinor: month.netMinor,
  taxMinor: month.taxMinor,
  grossMinor: month.grossMinor,
  lines: lines.map(({ kind, month: of, quantity, netMinor }) => ({ kind, month: of, quantity, netMinor })),
});

describe('the demo', () => {
  const folder = temporaryFolder();
  let demo: Demo;
  let count: Count;
  let printed: string;

  beforeAll(async () => {
    const data = path.join(folder.path, 'data');
    const json = path.join(folder.path, 'figures.json');
    ({ stdout: printed } = await run(process.execPath, [CLI, 'demo', '--data', data, '--json', json]));
    demo = JSON.parse(readFileSync(json, 'utf8')) as Demo;
    // Written from the billing rules alone; shares no code with the service.
    const script = path.join(ROOT, 'test/independent-count/count.mjs');
    const counted = await run(process.execPath, [script, SAMPLES], { maxBuffer: 1 << 28 });
    count = JSON.parse(counted.stdout) as Count;
  });
  afterAll(() => folder.remove());

  it('takes and refuses the same commands as the independent count', () => {
    const { accepted, unchanged, refused } = count.commands;
    expect(demo.imported).toMatchObject({ changed: accepted, unchanged, refused });
  });

  it('bills every month to the cent as the independent count does', () => {
    const counted = Object.entries(count.workspaces).flatMap(([workspaceId, months]) =>
      Object.entries(months).map(([month, figures]) => [`${workspaceId} ${month}`, figuresOf(figures)] as const),
    );
    const billed = demo.months.map((month) => [`${month.workspaceId} ${month.month}`, figuresOf(month)] as const);
    expect(counted.length).toBeGreaterThan(700);
    expect(Object.fromEntries(billed)).toEqual(Object.fromEntries(counted));
  });

  it('issues an invoice for each month with something to bill, and no other', () => {
    const expected = Object.entries(count.workspaces).flatMap(([workspaceId, months]) =>
      Object.entries(months)
        .filter(([, { outcome }]) => outcome !== 'nothing-to-bill')
        .map(([month, { outcome }]) => `${workspaceId} ${month} ${outcome}`),
    );
    const issued = demo.invoices.map(({ workspaceId, month, kind }) => `${workspaceId} ${month} ${kind}`);
    expect(issued.sort()).toEqual(expected.sort());
    expect(issued.some((invoice) => invoice.endsWith('credit-note'))).toBe(true);
  });

  it('shows the current members and teams that the independent count ends with', () => {
    const shown = Object.fromEntries(
      demo.workspaces.map(({ workspaceId, members, teams }) => [workspaceId, { members, teams }]),
    );
    expect(shown).toEqual(count.current);
  });

  it("renders the last month's invoices and says where they are", () => {
    const rendered = demo.invoices.filter(({ document }) => document !== null);
    expect(rendered.length).toBeGreaterThan(30);
    expect(new Set(rendered.map(({ month }) => month))).toEqual(new Set(['2026-06']));
    const files = [...printed.matchAll(/\S+\.pdf$/gm)].map(([file]) => file).filter((file) => !file.includes('curl'));
    const paths = files.filter((file) => path.isAbsolute(file));
    expect(paths).toHaveLength(2);
    for (const file of paths) expect(existsSync(file)).toBe(true);
  });
});

describe('a small sample', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('runs in a data folder with a long path, with blanks and umlauts', async () => {
    const data = path.join(folder.path, 'with blanks & Größe', 'x'.repeat(150));
    const samples = smallSample(path.join(folder.path, 'long'));
    const { stdout } = await run(process.execPath, [CLI, 'demo', '--samples', samples, '--data', data]);
    const [, file = ''] = /RE-\d{4}-000001, team +(.+\.pdf)$/m.exec(stdout) ?? [];
    expect(file.startsWith(data)).toBe(true);
    expect(existsSync(file)).toBe(true);
    expect(stdout).toContain(`DATA_DIR='${data}'`);
  });

  it('ends with the reason where no document can be printed', async () => {
    const data = path.join(folder.path, 'data');
    const samples = smallSample(path.join(folder.path, 'unprinted'));
    const browser = path.join(folder.path, 'browser');
    writeFileSync(browser, '#!/bin/sh\necho no shared library >&2\nexit 1\n', { mode: 0o755 });
    const env = { ...process.env, PUPPETEER_EXECUTABLE_PATH: browser };
    const demo = run(process.execPath, [CLI, 'demo', '--samples', samples, '--data', data], { env });
    await expect(demo).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^render RE-\d{4}-000001 failed 3 times: The browser .* does not start: .*no shared library/m,
      ) as string,
    });
  });
});

describe('a damaged sample', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('is refused with the file and the line', async () => {
    mkdirSync(path.join(folder.path, 'facts'));
    cpSync(path.join(SAMPLES, 'contracts.ndjson'), path.join(folder.path, 'contracts.ndjson'));
    const source = gunzipSync(readFileSync(path.join(SAMPLES, 'facts/2025-01.ndjson.gz'))).toString('utf8');
    const lines = source.split('\n');
    lines[6] = '{"type":"CreateTeam",';
    writeFileSync(path.join(folder.path, 'facts/2025-01.ndjson.gz'), gzipSync(lines.join('\n')));
    const data = path.join(folder.path, 'data');
    const demo = run(process.execPath, [CLI, 'demo', '--samples', folder.path, '--data', data]);
    await expect(demo).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/2025-01\.ndjson\.gz, line 7, is damaged: it is not JSON\.\n$/) as string,
    });
  });

  it('is refused with the line when a command is not one', async () => {
    const source = gunzipSync(readFileSync(path.join(SAMPLES, 'facts/2025-01.ndjson.gz'))).toString('utf8');
    const lines = source.split('\n');
    lines[4] = '{"type":"CreateTeam","workspaceId":"no-such id","teamId":"t","name":"T"}';
    writeFileSync(path.join(folder.path, 'facts/2025-01.ndjson.gz'), gzipSync(lines.join('\n')));
    const data = path.join(folder.path, 'data');
    const demo = run(process.execPath, [CLI, 'demo', '--samples', folder.path, '--data', data]);
    await expect(demo).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Line 5: .*\/workspaceId/) as string,
    });
  });
});
