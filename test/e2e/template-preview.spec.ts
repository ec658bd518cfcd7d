import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CLI = path.join(__dirname, '../../dist/apps/cli/main.js');
const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-preview-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** Runs `template preview` with templates of one's own. */
function preview(templates: Record<string, string>, ...options: string[]): Promise<Outcome> {
  const templateDir = mkdtempSync(path.join(folder, 'templates-'));
  for (const [name, content] of Object.entries(templates)) {
    mkdirSync(path.dirname(path.join(templateDir, name)), { recursive: true });
    writeFileSync(path.join(templateDir, name), content);
  }
  const out = mkdtempSync(path.join(folder, 'out-'));
  const env = { PATH: process.env['PATH'], DATA_DIR: path.join(folder, 'data'), TEMPLATE_DIR: templateDir };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, 'template', 'preview', '--out', out, ...options],
      { env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), out, said: stdout + stderr }),
    );
  });
}

describe('template preview', () => {
  it('makes HTML and PDF of the wanted invoices with the templates given', async () => {
    const templates = { 'partials/payment.hbs': '<p>Bar bei {{seller.name}}</p>' };
    const { code, out, said } = await preview(templates, '--kind', 'team', 'cancellation', '--language', 'en');
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('team.en.pdf  1 page') as string });
    expect(readdirSync(out).sort()).toEqual([
      'cancellation.en.html',
      'cancellation.en.pdf',
      'team.en.html',
      'team.en.pdf',
    ]);
    expect(readFileSync(path.join(out, 'team.en.html'), 'utf8')).toContain('<p>Bar bei Lizenzhafen Münster GmbH</p>');
    expect(readFileSync(path.join(out, 'team.en.pdf'), 'latin1')).toMatch(/^%PDF-1\.7/);
  });
  it.each([
    ['when it is compiled', 'partials/annex.hbs', '\n {{#if}', 'Template partials/annex.hbs, line 2'],
    [
      'when it is used',
      'partials/payment.hbs',
      'x\n  {{no.thing}}',
      'Template partials/payment.hbs, line 2, column 5: ',
    ],
    ['when it would not escape', 'invoice.hbs', '{{{title}}}', 'Template invoice.hbs, line 1, column 1: '],
  ])('tells where a template fails, %s', async (_when, file, source, told) => {
    const { code, said } = await preview({ [file]: source }, '--kind', 'user', '--language', 'de');
    expect(code).toBe(1);
    expect(said).toContain(told);
    expect(said).not.toContain(' at ');
  });
});
