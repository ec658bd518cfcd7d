import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { explainInvoice, explainUnit, recountMonth } from '@seatledger/audit';
import { linesOf as linesOfBill } from '@seatledger/domain';

import { temporaryFolder } from '../support/service';
import { BooksOnDisk, writeSampleBooks } from './books-on-disk';
import { type OpenHistory, openHistory } from './open-history';

let folder: string;
let history: OpenHistory;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
  const books = await writeSampleBooks(folder);
  await books.stop();
  history = await openHistory(folder);
});
afterAll(async () => {
  await history.close();
  rmSync(folder, { recursive: true });
});

const recount = (month: string, knownAt = {}, workspaceId = 'acme') =>
  recountMonth(history, workspaceId, month, knownAt);

describe('a recount', () => {
  it('as the closing saw it says what the closing says', async () => {
    for (const [workspaceId, month] of [
      ['acme', '2026-01'],
      ['acme', '2026-03'],
      ['acme', '2026-05'],
      ['beta', '2026-02'],
      ['beta', '2026-04'],
    ] as const) {
      const { closing } = await recount(month, {}, workspaceId);
      const again = await recount(month, { revision: closing!.bill.workspaceRevision }, workspaceId);
      expect(again.bill).toEqual(closing!.bill);
      expect(again).toMatchObject({ differsFromClosing: false, difference: { units: [], netMinor: 0, grossMinor: 0 } });
    }
  });

  it('as known now differs where facts came late, unit by unit and in money, and says what was settled since', async () => {
    const { bill, closing, ...rest } = await recount('2026-01');
    expect(bill).toMatchObject({ units: 3, netMinor: 14700 });
    expect(closing!.bill).toMatchObject({ units: 2, netMinor: 9800 });
    expect(rest).toEqual({
      differsFromClosing: true,
      difference: {
        units: [{ unitId: 'green', closed: '0', recounted: '1' }],
        ownNetMinor: 4900,
        adjustmentsNetMinor: 0,
        netMinor: 4900,
        taxMinor: 931,
        grossMinor: 5831,
      },
      settlement: { billedNetMinor: 14700, owedNetMinor: 14700, outstandingNetMinor: 0 },
    });
  });

  it('as recorded before a time knows neither later facts nor later closings', async () => {
    const before = await recount('2026-01', { recordedBefore: Date.parse('2026-03-05T08:00:00.000Z') });
    expect(before).toMatchObject({ differsFromClosing: false, bill: { units: 2 } });
    const after = await recount('2026-01', { recordedBefore: Date.parse('2026-03-05T08:00:00.001Z') });
    expect(after).toMatchObject({
      differsFromClosing: true,
      settlement: { billedNetMinor: 9800, owedNetMinor: 14700, outstandingNetMinor: 4900 },
    });
  });

  it('uses the terms that were known then', async () => {
    // The price of May was agreed on 10 April.
    const before = await recount('2026-05', { recordedBefore: Date.parse('2026-04-10T08:00:00.000Z') });
    expect(before.bill.terms.unitPriceMinor).toBe(4900);
    expect((await recount('2026-05')).bill.terms.unitPriceMinor).toBe(5900);
  });

  it('keeps the buyer that a closed month was billed to', async () => {
    const { bill, closing } = await recount('2026-02', {}, 'beta');
    expect(bill.buyer).toEqual(closing!.bill.buyer);
    expect(bill.taxes).toEqual([expect.objectContaining({ category: 'AE', taxMinor: 0 })]);
  });

  it('of an open month is what closing it now would bill', async () => {
    expect(await recount('2026-06')).toMatchObject({ differsFromClosing: false, bill: { units: 2, netMinor: 11800 } });
  });

  it('of an open month leaves adjustments to the open month before it, which will be closed first', async () => {
    const own = temporaryFolder();
    const books = await BooksOnDisk.open(own.path);
    await books.begin('w', '2026-01');
    await books.at('2026-02-01T08:00:00Z').close('w', '2026-01');
    await books.fact('w', { type: 'CreateTeam', teamId: 'B', name: 'B', occurredAt: '2026-01-10T08:00:00Z' });
    const linesOf = async (month: string) =>
      linesOfBill((await recountMonth(books.history, 'w', month, {})).bill).map(
        ({ kind, month: of }) => `${kind} ${of}`,
      );
    expect(await linesOf('2026-02')).toEqual(['license 2026-02', 'adjustment 2026-01']);
    expect(await linesOf('2026-03')).toEqual(['license 2026-03']);
    await books.stop();
    own.remove();
  });

  it.each([
    ['unknown-workspace', 'nobody', '2026-01', {}],
    ['unknown-revision', 'acme', '2026-01', { revision: 99 }],
    ['unknown-contract', 'acme', '2026-01', { revision: 0 }],
    ['month-not-billed', 'acme', '2025-12', {}],
  ])('is refused as %s', async (code, workspaceId, month, knownAt) => {
    await expect(recount(month, knownAt, workspaceId)).rejects.toMatchObject({ code });
  });
});

describe('a unit explained', () => {
  it('shows the interval that made a team count, and the event behind it with its sender', async () => {
    const explained = await explainUnit(history, 'acme', '2026-02', 'green', {});
    expect(explained).toMatchObject({
      status: 'closed',
      variant: 'team',
      countingRule: 'month-end',
      countedAt: '2026-02-28T22:59:59.999Z',
      counts: true,
      quantity: '1',
      reason: "The team was active at the month's last instant (2026-02-28T22:59:59.999Z).",
      intervals: [
        {
          from: '2026-01-20T08:00:00.000Z',
          to: null,
          opened: [
            {
              stream: 'workspace-acme',
              revision: 3,
              type: 'TeamCreated',
              occurredAt: '2026-01-20T08:00:00.000Z',
              recordedAt: '2026-03-05T08:00:00.000Z',
              actor: 'product-key',
            },
          ],
          closed: [],
        },
      ],
    });
  });

  it('is told as the closing saw it, unless another time is asked for', async () => {
    await expect(explainUnit(history, 'acme', '2026-01', 'green', {})).rejects.toMatchObject({ code: 'unknown-unit' });
    const now = await explainUnit(history, 'acme', '2026-01', 'green', { recordedBefore: Infinity });
    expect(now.counts).toBe(true);
  });

  it('reports why a team that was archived does not count', async () => {
    const explained = await explainUnit(history, 'acme', '2026-05', 'blue', {});
    expect(explained).toMatchObject({
      counts: false,
      quantity: '0',
      reason:
        "The team was not active at the month's last instant (2026-05-31T21:59:59.999Z), though at other times of the month.",
      intervals: [{ to: '2026-05-12T08:00:00.000Z', closed: [{ type: 'TeamArchived', revision: 4 }] }],
    });
  });

  it("joins a member's presence, placements and teams, and counts days", async () => {
    const archived = await explainUnit(history, 'beta', '2026-02', 'm1', {});
    expect(archived).toMatchObject({
      variant: 'user',
      countingRule: 'prorated-daily',
      days: { active: 9, of: 28 },
      quantity: '0.3214',
      intervals: [
        {
          from: '2026-01-06T08:00:00.000Z',
          to: '2026-02-09T11:00:00.000Z',
          opened: [{ type: 'MemberAdded' }, { type: 'MemberPlaced' }],
          closed: [{ type: 'TeamArchived', data: { teamId: 'ops' } }],
        },
      ],
    });
    const removed = await explainUnit(history, 'beta', '2026-03', 'm2', {});
    expect(removed).toMatchObject({ counts: false, intervals: [] });
  });
});

describe('an invoice explained', () => {
  it('rests each line on its reason: the count, or what was owed and billed before, and the late facts', async () => {
    // The third invoice of acme: March, with what January and February lacked.
    const { invoice, lines, units, number, factsThrough } = await explainInvoice(history, 'RE-2026-000005');
    expect(invoice).toMatchObject({ workspaceId: 'acme', month: '2026-03' });
    expect(units.map(({ unitId }) => unitId)).toEqual(['blue', 'green', 'red']);
    expect(number).toMatchObject({ stream: 'numbers-RE', revision: 4 });
    expect(factsThrough).toMatchObject({ stream: 'workspace-acme', revision: 3 });
    expect(lines).toMatchObject([
      { kind: 'own', counted: '3', line: { kind: 'license', netMinor: 14700 } },
      {
        kind: 'adjustment',
        line: { month: '2026-01', netMinor: 4900 },
        owed: { quantity: '3', netMinor: 14700 },
        billed: [{ month: '2026-01', quantity: '2', netMinor: 9800 }],
        lateFacts: [{ revision: 3, type: 'TeamCreated', data: { teamId: 'green' } }],
      },
      { kind: 'adjustment', line: { month: '2026-02' }, billed: [{ month: '2026-02', netMinor: 9800 }] },
    ]);
  });

  it('of a cancellation is explained by the bill that it turns round', async () => {
    const { invoice, bill } = await explainInvoice(history, 'RE-2026-000007');
    expect(invoice).toMatchObject({ kind: 'cancellation', cancels: 'RE-2026-000003' });
    expect(bill).toMatchObject({ stream: 'billing-acme', revision: 1 });
  });

  it('that there is not is refused', async () => {
    await expect(explainInvoice(history, 'RE-2026-000099')).rejects.toMatchObject({ code: 'unknown-invoice' });
  });
});
