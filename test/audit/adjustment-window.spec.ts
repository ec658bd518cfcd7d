import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Failure, makeBundle, recountMonth, verify } from '@seatledger/audit';
import { type DocumentStore, openDocumentFolder } from '@seatledger/blob-store';
import { linesOf } from '@seatledger/domain';

import { BooksOnDisk, BUYER } from './books-on-disk';
import { type OpenHistory, openHistory } from './open-history';

let folder: string;
let history: OpenHistory;
let documents: DocumentStore;
const numbers: string[] = [];

/** January to May are closed with a adjustment window of 3 months, June with 12, July with 2. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'adjustment-window-'));
  const startedAt = Date.parse('2024-05-01T08:00:00Z');
  let books = await BooksOnDisk.open(folder, { adjustmentWindowMonths: 3 });
  await books.fact('acme', { type: 'StartWorkspace', workspaceId: 'acme', name: 'acme AG', startedAt });
  await books.fact('acme', { type: 'CreateTeam', teamId: 'red', name: 'red' });
  await books.contract('acme', {
    type: 'OpenContract',
    workspaceId: 'acme',
    workspaceStartedAt: startedAt,
    terms: { unitPriceMinor: 1000, currency: 'EUR' },
    firstMonth: '2026-01',
    billTo: BUYER,
  });
  const close = async (month: string, at: string) => numbers.push((await books.at(at).close('acme', month)) ?? '');
  for (const month of [1, 2, 3, 4]) await close(`2026-0${month}`, `2026-0${month + 1}-01T03:00:00Z`);
  books.at('2026-05-05T08:00:00Z');
  // Late: January lies within the adjustment window of June's closing alone.
  await books.fact('acme', { type: 'CreateTeam', teamId: 'green', name: 'green', occurredAt: '2026-01-20T08:00:00Z' });
  await close('2026-05', '2026-06-01T03:00:00Z');
  await books.stop();
  books = await BooksOnDisk.open(folder, { adjustmentWindowMonths: 12 });
  await close('2026-06', '2026-07-01T03:00:00Z');
  await books.stop();
  books = await BooksOnDisk.open(folder, { adjustmentWindowMonths: 2 });
  await close('2026-07', '2026-08-01T03:00:00Z');
  await books.stop();
  history = await openHistory(folder);
  documents = await openDocumentFolder({ folder: path.join(folder, 'documents') });
});
afterAll(async () => {
  await history.close();
  rmSync(folder, { recursive: true });
});

const recount = (month: string) => recountMonth(history, 'acme', month, {});

describe('closings that looked back differently far', () => {
  it('say so, and bring what they saw', async () => {
    const adjusted = async (month: string) => {
      const { bill } = (await recount(month)).closing!;
      return [
        bill.adjustmentWindowMonths,
        ...linesOf(bill)
          .filter(({ kind }) => kind === 'adjustment')
          .map((line) => line.month),
      ];
    };
    expect(await adjusted('2026-05')).toEqual([3, '2026-02', '2026-03', '2026-04']);
    expect(await adjusted('2026-06')).toEqual([12, '2026-01']);
    expect(await adjusted('2026-07')).toEqual([2]);
  });

  it('are verified by what each says, whatever is configured', async () => {
    const failures: Failure[] = [];
    for await (const step of verify({ history, documents, embedded: history, now: Date.parse('2026-08-02') })) {
      if (step.kind === 'failure') failures.push(step.failure);
    }
    expect(failures).toEqual([]);
  });

  it('are recounted as far back as they looked; an open month, as far as the latest', async () => {
    for (const month of ['2026-05', '2026-06', '2026-07'])
      expect(await recount(month)).toMatchObject({ differsFromClosing: false });
    expect((await recount('2026-08')).bill.adjustmentWindowMonths).toBe(2);
  });

  it('are proved from their bundles', async () => {
    expect(numbers).toHaveLength(7);
    for (const number of numbers.slice(-3)) {
      const target = mkdtempSync(path.join(folder, 'evidence-'));
      for (const { name, content } of await makeBundle(history, documents, number)) {
        mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
        writeFileSync(path.join(target, name), content);
      }
      const { status, stderr } = spawnSync(process.execPath, ['verify.mjs'], {
        cwd: target,
        encoding: 'utf8',
        env: {},
      });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    }
  });
});
