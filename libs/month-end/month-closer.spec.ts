/** The closing's bills on the streams of an event store, from facts and contracts that are given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  type BillingMonth,
  type ContractCommand,
  type ContractState,
  decideContract,
  emptyWorkspace,
  evolveContract,
  evolveWorkspace,
  issueInvoice,
  type MonthBill,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import {
  type EventStorage,
  invoiceStream,
  EventStore,
  monthStream,
  openEmbeddedEventStore,
  workspaceStream,
} from '@seatledger/event-store';

import { contractOpened, SELLER, started, teamArchived, teamCreated } from '../domain/testing';
import { UnitLists } from './billed-units';
import { BillingSteps, type BillingStepsParts } from './billing-steps';
import { Closings } from './closings';
import { MonthCloser } from './month-closer';
import { type ContractHistory, type WorkspaceHistory } from './ports';
import { KnownKeys } from '../personal-data/testing';

const A = teamCreated('A', '2026-01-01 00:00');
/** One team more in January, which is archived in February: no later month has it. */
const LATE = [teamCreated('B', '2026-01-10 00:00'), teamArchived('B', '2026-02-20 00:00')];
const origin = { actor: 'test', correlationId: 'test' };

describe('the closing of a workspace', () => {
  let folder: string;
  let store: EventStorage;
  let now: number;
  let facts: WorkspaceEvent[];
  let contract: ContractState;
  let contractRevision: number;
  let eventStore: EventStore;
  let closer: MonthCloser;
  let units: UnitLists;
  let lockTerms: () => void;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'closer-'));
    store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
    now = Date.parse('2026-05-02T12:00:00Z');
    facts = [];
    contract = evolveContract(undefined, contractOpened());
    contractRevision = 0;
    lockTerms = () => undefined;
    eventStore = new EventStore(store, () => now, new KnownKeys());
    const contracts: ContractHistory = {
      find: () => Promise.resolve(contract === undefined ? undefined : { contract, revision: contractRevision }),
      lockTerms(_workspaceId, month) {
        lockTerms();
        command({ type: 'LockTerms', month });
        return Promise.resolve();
      },
    };
    const workspaces: WorkspaceHistory = {
      inspect: <Result>(_id: string, look: (state: WorkspaceState, revision: number) => Result) =>
        Promise.resolve(look(facts.reduce(evolveWorkspace, emptyWorkspace()), facts.length - 1)),
    };
    closer = new MonthCloser(eventStore, workspaces, contracts, () => now);
    units = new UnitLists(eventStore, closer, workspaces, contracts, {
      memberDecrypter: () => Promise.resolve((_member: string, text: string) => text),
    });
    await record(started(), A);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** Records facts, as commands on the workspace would. */
  async function record(...events: WorkspaceEvent[]): Promise<void> {
    const expected = facts.length === 0 ? 'no-stream' : facts.length - 1;
    await eventStore.append(workspaceStream('W'), expected, [
      { origin: { ...origin, commandId: `facts ${facts.length}` }, events },
    ]);
    facts.push(...events);
  }

  function command(given: ContractCommand): void {
    for (const event of decideContract(given, contract, now)) {
      contract = evolveContract(contract, event);
      contractRevision += 1;
    }
  }

  /** Lines as `license 2026-01 2 = 2000`. */
  const linesOf = ({ lines }: MonthBill): string[] =>
    lines.map(({ kind, month, quantity, netMinor }) => `${kind} ${month} ${quantity} = ${netMinor}`);

  /** Closes a month and those before it. @returns the lines of its bill */
  async function close(month: BillingMonth): Promise<string[]> {
    const closed = await closer.close('W', month, `close ${month}`);
    return 'bill' in closed ? linesOf(closed.bill) : [closed.outcome];
  }

  async function cancel(month: BillingMonth, reissue: boolean): Promise<void> {
    const data = { workspaceId: 'W', month, invoiceNumber: 'RE-2026-000001', reason: 'wrong', reissue };
    const { revision } = (await closer.closedMonth('W', month))!;
    await eventStore.append(monthStream('W', month), revision, [
      {
        origin: { ...origin, commandId: `cancel ${month}` },
        events: [{ type: 'MonthBillCancelled', data, occurredAt: now }],
      },
    ]);
  }

  /** All adjustments of a month on the bills that stand. */
  async function adjustmentsOf(adjusted: BillingMonth): Promise<string[]> {
    const closed = await closer.closedMonthsFrom('W', '2026-01');
    return closed.flatMap(({ bill }) => linesOf(bill)).filter((line) => line.startsWith(`adjustment ${adjusted}`));
  }

  describe('previews', () => {
    it('leave an adjustment to the month that will be closed first', async () => {
      await close('2026-03');
      await record(...LATE);
      const previews = await closer.previews('W', '2026-05');
      const lines = [...previews].map(([month, { bill }]) => [month, linesOf(bill)]);
      expect(lines).toEqual([
        ['2026-04', ['license 2026-04 1 = 1000', 'adjustment 2026-01 1 = 1000']],
        ['2026-05', ['license 2026-05 1 = 1000']],
      ]);
      expect(linesOf((await closer.preview('W', '2026-05')).bill)).toEqual(['license 2026-05 1 = 1000']);
    });

    it('say what closing the month then bills, while months before it are open', async () => {
      await close('2026-02');
      await record(...LATE);
      const { bill } = await closer.preview('W', '2026-04');
      const closed = await closer.close('W', '2026-04', 'close');
      expect(closed).toMatchObject({ bill: { lines: bill.lines, grossMinor: bill.grossMinor } });
    });
  });

  describe('dry runs', () => {
    const dryRun = async (month: BillingMonth) => {
      const closings = new Closings({
        eventStore,
        closer,
        clock: () => now,
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        workspacesWithContract: () => Promise.resolve(['W']),
        invoicesIssued: () => Promise.resolve(),
      });
      const id = await closings.startDryRun({ month, workspaceIds: null }, origin);
      await closings.stop();
      return (await closings.progress(id))!;
    };

    it('fail a workspace where the month is not over yet, as the run does', async () => {
      // The month is over on an island in the Pacific.
      now = Date.parse('2026-01-31T12:00:00Z');
      expect((await dryRun('2026-01')).failed).toEqual([
        { workspaceId: 'W', problem: expect.stringContaining('month-not-over') as unknown },
      ]);
    });
    it('leave out a workspace whose contract begins later, as the run does', async () => {
      contract = evolveContract(undefined, contractOpened({}, { firstMonth: '2026-03' }));
      expect(await dryRun('2026-01')).toMatchObject({ total: 0, nothingToBill: 0, bills: [] });
    });
    it('list a month with nothing to bill', async () => {
      await record(teamArchived('A', '2026-01-02 00:00'));
      expect(await dryRun('2026-01')).toMatchObject({ total: 1, nothingToBill: 1, bills: [{ workspaceId: 'W' }] });
    });
  });

  describe('an adjustment', () => {
    it('that stood on a cancelled bill comes with the next closing, also when its month has left the adjustment window', async () => {
      now = Date.parse('2027-04-02T12:00:00Z');
      await close('2026-11');
      await record(...LATE);
      expect(await close('2026-12')).toEqual(['license 2026-12 1 = 1000', 'adjustment 2026-01 1 = 1000']);
      await close('2027-01');
      await cancel('2026-12', false);
      expect(await close('2027-02')).toEqual(['license 2027-02 1 = 1000', 'adjustment 2026-01 1 = 1000']);
      expect(await close('2027-03')).toEqual(['license 2027-03 1 = 1000']);
    });

    it('of a month that is cancelled for good is taken off, also when the month has left the adjustment window', async () => {
      now = Date.parse('2027-04-02T12:00:00Z');
      await close('2026-11');
      await record(...LATE);
      await close('2027-01');
      await cancel('2026-01', false);
      expect(await close('2027-02')).toEqual(['license 2027-02 1 = 1000', 'adjustment 2026-01 -1 = -1000']);
      expect(await close('2027-03')).toEqual(['license 2027-03 1 = 1000']);
    });

    it('is billed once, when a month is billed anew while a later one is closed', async () => {
      await close('2026-01');
      await record(...LATE);
      await close('2026-02');
      await cancel('2026-02', true);
      const append = eventStore.append.bind(eventStore);
      let closing: Promise<unknown> = Promise.resolve();
      jest.spyOn(eventStore, 'append').mockImplementation(async (stream, expected, entries) => {
        // Between what billing anew has read and what it writes, the closing begins and goes as far as it gets.
        if (entries[0]?.events[0]?.type === 'MonthRebilled') {
          closing = closer.close('W', '2026-03', 'close');
          for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
        }
        return append(stream, expected, entries);
      });
      await closer.rebill('W', '2026-02', 'anew');
      await closing;
      expect(await closer.closedMonth('W', '2026-03')).toBeDefined();
      expect(await adjustmentsOf('2026-01')).toEqual(['adjustment 2026-01 1 = 1000']);
    });

    it('is billed once, when following months are closed at once', async () => {
      await close('2026-01');
      await record(...LATE);
      await Promise.all([close('2026-02'), close('2026-03'), close('2026-04')]);
      expect(await adjustmentsOf('2026-01')).toEqual(['adjustment 2026-01 1 = 1000']);
    });
  });

  it('leaves no empty closing, when the contract is ended while its next month is closed', async () => {
    await close('2026-01');
    lockTerms = () => command({ type: 'TerminateContract', lastMonth: '2026-01' });
    expect(await close('2026-02')).toEqual(['not-billed']);
    expect(await closer.closedMonth('W', '2026-02')).toBeUndefined();
  });

  it('goes on with other months after one could not be closed', async () => {
    const [failing, next] = await Promise.allSettled([
      closer.close('W', '2026-07', 'a'),
      closer.close('W', '2026-01', 'b'),
    ]);
    expect(failing).toMatchObject({ status: 'rejected', reason: { code: 'month-not-over' } });
    expect(next).toMatchObject({ status: 'fulfilled', value: { outcome: 'closed' } });
  });

  describe('units', () => {
    it('of an open month after the contract are none, as in its preview', async () => {
      command({ type: 'TerminateContract', lastMonth: '2026-03' });
      await close('2026-03');
      expect((await units.list('W', '2026-04'))?.units).toEqual([]);
      expect((await closer.preview('W', '2026-04')).bill.units).toBe(0);
      expect((await units.list('W', '2026-03'))?.units).toHaveLength(1);
    });

    it('on an invoice stay those that it bills, also when its month is billed anew', async () => {
      contract = evolveContract(undefined, contractOpened({ annexOfUnits: true }));
      await close('2026-01');
      const { bill } = (await closer.closedMonth('W', '2026-01'))!;
      const number = 'RE-2026-000001';
      const invoice = issueInvoice({ bill, billRevision: 0, number, issueDate: '2026-02-01', seller: SELLER });
      await eventStore.append(invoiceStream(number), 'no-stream', [
        {
          origin: { ...origin, commandId: 'issue' },
          events: [{ type: 'InvoiceIssued', data: invoice, occurredAt: now }],
        },
      ]);
      const listed: string[][] = [];
      const html: BillingStepsParts['renderer']['html'] = (_invoice, annex = []) => {
        listed.push(annex.map(({ unitId }) => unitId));
        return '';
      };
      const steps = new BillingSteps({ eventStore, closer, units, renderer: { html } } as unknown as BillingStepsParts);
      await steps.html(number);
      await record(...LATE);
      await cancel('2026-01', true);
      await steps.html(number);
      await closer.rebill('W', '2026-01', 'anew');
      await steps.html(number);
      expect(listed).toEqual([['A'], ['A'], ['A']]);
      expect((await units.list('W', '2026-01'))?.units.map(({ unitId }) => unitId)).toEqual(['A', 'B']);
    });
  });
});
