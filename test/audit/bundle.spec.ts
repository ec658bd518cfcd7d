import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { makeBundle } from '@seatledger/audit';
import { type DocumentStore, openDocumentFolder } from '@seatledger/blob-store';
import { canonicalJson } from '@seatledger/event-store';

import { writeSampleBooks } from './books-on-disk';
import { type OpenHistory, openHistory } from './open-history';

let folder: string;
let history: OpenHistory;
let documents: DocumentStore;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  const books = await writeSampleBooks(folder);
  await books.stop();
  history = await openHistory(folder);
  documents = await openDocumentFolder({ folder: path.join(folder, 'documents') });
});
afterAll(async () => {
  await history.close();
  rmSync(folder, { recursive: true });
});

async function bundle(number: string, from = history): Promise<string> {
  const target = mkdtempSync(path.join(folder, 'evidence-'));
  for (const { name, content } of await makeBundle(from, documents, number)) {
    mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    writeFileSync(path.join(target, name), content);
  }
  return target;
}

/** Runs the proof as an auditor would: Node alone, with nothing of this project in reach. */
function prove(target: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['verify.mjs'], {
    cwd: target,
    encoding: 'utf8',
    env: {},
  });
  return { status, said: stdout + stderr };
}

it.each(Array.from({ length: 12 }, (_, index) => `RE-2026-${String(index + 1).padStart(6, '0')}`))(
  '%s is proved from its bundle alone',
  async (number) => {
    const { status, said } = prove(await bundle(number));
    expect(said).toMatch(/PROVED\n$/);
    expect(said).not.toMatch(/NOT PROVED/);
    expect(status).toBe(0);
  },
);

it('is proved without persons once their keys are destroyed', async () => {
  const disposed = await openHistory(folder, { disposed: true });
  for (const number of ['RE-2026-000002', 'RE-2026-000007']) {
    const target = await bundle(number, disposed);
    expect(prove(target).said).toMatch(/PROVED\n$/);
    expect(readFileSync(path.join(target, 'keys.json'), 'utf8')).toBe('{}\n');
  }
  await disposed.close();
});

it('is proved with the keys that there are, and not with others', async () => {
  const target = await bundle('RE-2026-000005');
  const file = path.join(target, 'keys.json');
  const keys = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  expect(keys.map(([name]) => name)).toEqual(['contract/acme/0', 'year/acme/2026/0']);
  // Without the contract's key there is nothing to compare with; with another one nothing is read at all.
  rewrite(target, 'keys.json', () => `${JSON.stringify(Object.fromEntries(keys.slice(1)), null, 2)}\n`);
  expect(prove(target).said).toMatch(/PROVED\n$/);
  const other = Object.fromEntries(keys.map(([name]) => [name, Buffer.alloc(32, 1).toString('base64')]));
  rewrite(target, 'keys.json', () => `${JSON.stringify(other, null, 2)}\n`);
  expect(prove(target).status).not.toBe(0);
});

it('is the same bytes whenever it is made', async () => {
  const texts = [
    await makeBundle(history, documents, 'RE-2026-000005'),
    await makeBundle(history, documents, 'RE-2026-000005'),
  ];
  expect(texts[0]).toEqual(texts[1]);
});

it('that lacks a document is refused, as is one of no invoice', async () => {
  const none = { get: () => Promise.reject(new Error('there is no document')) };
  await expect(makeBundle(history, none, 'RE-2026-000001')).rejects.toThrow('there is no document');
  await expect(makeBundle(history, documents, 'RE-2026-000099')).rejects.toMatchObject({ code: 'unknown-invoice' });
});

describe('a changed bundle', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const FLIPS_A_FILE = 3;
  const FLIPS_OF_THE_PROGRAM = 12;

  it(`is not proved, whichever byte of whichever file was changed (SEED=${seed})`, async () => {
    const whole = await bundle('RE-2026-000005');
    const names = readdirSync(whole, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(whole, path.join(entry.parentPath, entry.name)));
    expect(names.length).toBeGreaterThan(9);
    for (const name of names) {
      for (let flip = 0; flip < (name === 'verify.mjs' ? FLIPS_OF_THE_PROGRAM : FLIPS_A_FILE); flip += 1) {
        const target = mkdtempSync(path.join(folder, 'flipped-'));
        cpSync(whole, target, { recursive: true });
        const bytes = readFileSync(path.join(target, name));
        const at = below(bytes.length);
        const bit = below(8);
        bytes[at]! ^= 1 << bit;
        writeFileSync(path.join(target, name), bytes);
        const { status } = prove(target);
        if (status === 0) throw new Error(`${name}: bit ${bit} of byte ${at} may be turned without being noticed`);
        rmSync(target, { recursive: true });
      }
    }
  });

  it.each<[string, (target: string) => void, RegExp]>([
    ['a file is gone', (target) => rmSync(path.join(target, 'README.md')), /not as it was written/],
    [
      'a file was added',
      (target) => writeFileSync(path.join(target, 'zzz.txt'), ''),
      /zzz.txt is not as it was written/,
    ],
    [
      'a fact was taken out and the manifest made again',
      (target) => rewrite(target, 'events/workspace-acme.ndjson', (text) => text.split('\n').slice(1).join('\n')),
      /workspace-acme: event 0 is missing/,
    ],
    [
      'the last fact was taken out and the manifest made again',
      (target) =>
        rewrite(target, 'events/workspace-acme.ndjson', (text) => `${text.split('\n').slice(0, -2).join('\n')}\n`),
      /do not end where the closing saw them end/,
    ],
    [
      'a number was taken out and the manifest made again',
      (target) =>
        rewrite(target, 'events/numbers-RE.ndjson', (text) => `${text.split('\n').slice(0, -2).join('\n')}\n`),
      /was assigned to something else/,
    ],
  ])('is not proved: %s', async (_, change, reason) => {
    const target = await bundle('RE-2026-000005');
    change(target);
    const { status, said } = prove(target);
    expect(said).toMatch(reason);
    expect(status).not.toBe(0);
  });

  it.each<[string, string, number, (data: Values) => void, RegExp]>([
    [
      "the closing's total",
      'billing-acme',
      2,
      (data) => (data['grossMinor'] = 1),
      /do not come to what the closing says/,
    ],
    ["the closing's digest", 'billing-acme', 2, (data) => (data['unitsDigest'] = '0'.repeat(64)), /other units/],
    [
      "the closing's price",
      'billing-acme',
      2,
      (data) => ((data['terms'] as Values)['unitPriceMinor'] = 1),
      /another unitPriceMinor/,
    ],
    [
      'how far the closing looked back',
      'billing-acme',
      2,
      (data) => (data['adjustmentWindowMonths'] = 1),
      /do not come to what the closing says/,
    ],
    [
      'that the closing looked back',
      'billing-acme',
      2,
      (data) => delete data['adjustmentWindowMonths'],
      /does not say how many months/,
    ],
    ["the invoice's gross", 'invoice-RE-2026-000005', 0, (data) => (data['grossMinor'] = 1), /says something else/],
    [
      "an earlier month's bill",
      'billing-acme',
      0,
      (data) => (data['quantity'] = '1'),
      /do not come to what the closing says/,
    ],
    ['a fact', 'workspace-acme', 3, (data) => (data['teamId'] = 'gold'), /other units/],
    [
      'the number',
      'numbers-RE',
      4,
      (data) => (data['document'] = { kind: 'cancellation', cancels: 'RE-2026-000001' }),
      /was assigned to something else/,
    ],
  ])('is not proved, though all hashes were made again: %s', async (_, stream, revision, change, reason) => {
    const target = await bundle('RE-2026-000005');
    rewrite(target, `events/${stream}.ndjson`, (text) => forged(stream, text, revision, change));
    const { status, said } = prove(target);
    expect(said).toMatch(reason);
    expect(status).not.toBe(0);
  });
});

type Values = { [name: string]: unknown };

/** Changes a file and lists it again in the manifest, as a forger would who knows how it is made. */
function rewrite(target: string, name: string, change: (text: string) => string): void {
  const content = Buffer.from(change(readFileSync(path.join(target, name), 'utf8')));
  writeFileSync(path.join(target, name), content);
  const file = path.join(target, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    files: { name: string; bytes: number; sha256: string }[];
  };
  const files = manifest.files.map((entry) =>
    entry.name === name ? { name, bytes: content.length, sha256: sha256(content) } : entry,
  );
  writeFileSync(file, `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
}

function forged(stream: string, text: string, revision: number, change: (data: Values) => void): string {
  let before = stream;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const event = JSON.parse(line) as { type: string; data: Values; metadata: Values };
      if (index === revision) change(event.data);
      const { hash: _hash, ...metadata } = event.metadata;
      before = sha256(Buffer.from(`${before}\n${canonicalJson([event.type, event.data, metadata])}`));
      return `${JSON.stringify({ ...event, metadata: { ...metadata, hash: before } })}\n`;
    })
    .join('');
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
