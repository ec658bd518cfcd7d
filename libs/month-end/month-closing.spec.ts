/** The closing's bills on the streams of an event store, from facts and contracts that are given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  type BillingMonth,
  type ContractCommand,
  type ContractEvent,
  linesOf as linesOfBill,
  type MonthBill,
  type WorkspaceEvent,
} from '@seatledger/domain';
import {
  contractStream,
  type EventStorage,
  EventStore,
  openEmbeddedEventStore,
  workspaceStream,
} from '@seatledger/event-store';

import { contractOpened, SELLER, started, teamArchived, teamCreated } from '../domain/testing';
import { KnownKeys } from '../personal-data/testing';
import { UnitLists } from './billed-units';
import { BillingSteps, type BillingStepsParts } from './billing-steps';
import { Closings } from './closings';
import { answerOf, MonthClosing } from './month-closing';
import { commandsOn } from './testing';

const A = teamCreated('A', '2026-01-01 00:00');
/** One team more in January, which is archived in February: no later month has it. */
const LATE = [teamCreated('B', '2026-01-10 00:00'), teamArchived('B', '2026-02-20 00:00')];
const origin = { actor: 'test', correlationId: 'test' };

describe('the closing of a workspace', () => {
  let folder: string;
  let store: EventStorage;
  let now: number;
  let eventStore: EventStore;
  let commands: ReturnType<typeof commandsOn>['commands'];
  let months: MonthClosing;
  let units: UnitLists;
  let sent: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'months-'));
    store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
    now = Date.parse('2026-05-02T12:00:00Z');
    sent = 0;
    eventStore = new EventStore(store, () => now, new KnownKeys());
    const opened = commandsOn(eventStore, () => now);
    commands = opened.commands;
    months = new MonthClosing(commands, opened.readFacts, eventStore, () => now);
    units = new UnitLists(eventStore, months, commands, {
      memberDecrypter: () => Promise.resolve((_member: string, text: string) => text),
    });
    await record(started(), A);
    await agree(contractOpened());
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** Records facts, as commands on the workspace would. */
  async function record(...events: WorkspaceEvent[]): Promise<void> {
    const last = await eventStore.last(workspaceStream('W'));
    await eventStore.append(workspaceStream('W'), last?.revision ?? 'no-stream', [
      { origin: { ...origin, commandId: `facts ${(sent += 1)}` }, events },
    ]);
  }

  async function agree(...events: ContractEvent[]): Promise<void> {
    const last = await eventStore.last(contractStream('W'));
    await eventStore.append(contractStream('W'), last?.revision ?? 'no-stream', [
      { origin: { ...origin, commandId: `agreement ${(sent += 1)}` }, events },
    ]);
  }

  async function command(given: ContractCommand): Promise<void> {
    answerOf(await commands.contracts.submit('W', `command ${(sent += 1)}`, given, origin));
  }

  /** Lines as `license 2026-01 2 = 2000`. */
  const linesOf = (bill: MonthBill): string[] =>
    linesOfBill(bill).map(({ kind, month, quantity, netMinor }) => `${kind} ${month} ${quantity} = ${netMinor}`);

  /** Closes a month and those before it. @returns the lines of its bill */
  async function close(month: BillingMonth): Promise<string[]> {
    const closed = await months.close('W', month, `close ${month}`);
    return 'bill' in closed ? linesOf(closed.bill) : [closed.outcome];
  }

  async function cancel(month: BillingMonth, reissue: boolean): Promise<void> {
    const { documents } = await months.stateOf('W');
    const { billRevision, document } = documents.find((one) => one.month === month && one.cancelled === undefined)!;
    const invoiceNumber = `RE-2026-${String(billRevision).padStart(6, '0')}`;
    const ref = { month, billRevision, document };
    const cancellation = { type: 'CancelBill', ...ref, invoiceNumber, reason: 'wrong', reissue } as const;
    answerOf(await commands.billing.submit('W', `cancel ${month}`, cancellation, origin));
  }

  async function rebill(month: BillingMonth): Promise<void> {
    const { documents } = await months.stateOf('W');
    const { billRevision, document } = documents.find((one) => one.month === month && one.cancelled !== undefined)!;
    await months.rebill('W', { month, billRevision, document }, 'again');
  }

  /** All adjustments of a month on the bills that stand. */
  async function adjustmentsOf(adjusted: BillingMonth): Promise<string[]> {
    const { documents } = await months.stateOf('W');
    return documents
      .filter(({ cancelled }) => cancelled === undefined)
      .flatMap(({ content }) => content.lines)
      .filter(({ kind, month }) => kind === 'adjustment' && month === adjusted)
      .map(({ quantity, netMinor }) => `adjustment ${adjusted} ${quantity} = ${netMinor}`);
  }

  describe('previews', () => {
    it('leave an adjustment to the month that will be closed first', async () => {
      await close('2026-03');
      await record(...LATE);
      const previews = await months.previews('W', '2026-05');
      const lines = [...previews].map(([month, { bill }]) => [month, linesOf(bill)]);
      expect(lines).toEqual([
        ['2026-04', ['license 2026-04 1 = 1000', 'adjustment 2026-01 1 = 1000']],
        ['2026-05', ['license 2026-05 1 = 1000']],
      ]);
      expect(linesOf((await months.preview('W', '2026-05')).bill)).toEqual(['license 2026-05 1 = 1000']);
    });

    it('say what closing the month then bills, while months before it are open', async () => {
      await close('2026-02');
      await record(...LATE);
      const { bill } = await months.preview('W', '2026-04');
      const closed = await months.close('W', '2026-04', 'close');
      expect(closed).toMatchObject({ bill: { documents: bill.documents, grossMinor: bill.grossMinor } });
    });
  });

  describe('dry runs', () => {
    const dryRun = async (month: BillingMonth, workspaceId = 'W') => {
      const closings = new Closings({
        commands,
        eventStore,
        months,
        clock: () => now,
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        workspacesWithContract: () => Promise.resolve([workspaceId]),
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
      const later = contractOpened({}, { workspaceId: 'LATER', firstMonth: '2026-03' });
      await eventStore.append(contractStream('LATER'), 'no-stream', [
        { origin: { ...origin, commandId: 'later' }, events: [later] },
      ]);
      expect(await dryRun('2026-01', 'LATER')).toMatchObject({ total: 0, nothingToBill: 0, bills: [] });
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

    it('is billed once, when a month is billed again while a later one is closed', async () => {
      await close('2026-01');
      await record(...LATE);
      await close('2026-02');
      await cancel('2026-02', true);
      const append = eventStore.append.bind(eventStore);
      let isFirst = true;
      jest.spyOn(eventStore, 'append').mockImplementation(async (stream, expected, entries) => {
        // Between what billing again has read and what it writes, another process closes the next month.
        if (entries[0]?.events[0]?.type === 'MonthRebilled' && isFirst) {
          isFirst = false;
          const others = commandsOn(new EventStore(store, () => now, new KnownKeys()), () => now);
          await new MonthClosing(others.commands, others.readFacts, eventStore, () => now).close(
            'W',
            '2026-03',
            'close',
          );
        }
        return append(stream, expected, entries);
      });
      await rebill('2026-02');
      expect(isFirst).toBe(false);
      expect(await months.closedMonth('W', '2026-03')).toBeDefined();
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
    const submit = commands.contracts.submit.bind(commands.contracts);
    jest.spyOn(commands.contracts, 'submit').mockImplementationOnce(async (...given) => {
      await submit('W', 'end', { type: 'TerminateContract', lastMonth: '2026-01' }, origin);
      return submit(...given);
    });
    expect(await close('2026-02')).toEqual(['not-billed']);
    expect(await months.closedMonth('W', '2026-02')).toBeUndefined();
  });

  it('goes on with other months after one could not be closed', async () => {
    const [failing, next] = await Promise.allSettled([
      months.close('W', '2026-07', 'a'),
      months.close('W', '2026-01', 'b'),
    ]);
    expect(failing).toMatchObject({ status: 'rejected', reason: { code: 'month-not-over' } });
    expect(next).toMatchObject({ status: 'fulfilled', value: { outcome: 'closed' } });
  });

  describe('units', () => {
    it('of an open month after the contract are none, as in its preview', async () => {
      await command({ type: 'TerminateContract', lastMonth: '2026-03' });
      await close('2026-03');
      expect((await units.list('W', '2026-04'))?.units).toEqual([]);
      expect((await months.preview('W', '2026-04')).bill.units).toBe(0);
      expect((await units.list('W', '2026-03'))?.units).toHaveLength(1);
    });

    it('on an invoice stay those that it bills, also when its month is billed again', async () => {
      await command({ type: 'ChangeTerms', effectiveFrom: '2026-01', changes: { annexOfUnits: true } });
      await close('2026-01');
      const listed: string[][] = [];
      const html: BillingStepsParts['renderer']['html'] = (_invoice, annex = []) => {
        listed.push(annex.map(({ unitId }) => unitId));
        return '';
      };
      const parts = { commands, months, units, numberPrefix: 'RE', seller: () => SELLER, clock: () => now };
      const steps = new BillingSteps({ ...parts, renderer: { html } } as unknown as BillingStepsParts);
      const { failed } = await steps.issue([{ workspaceId: 'W', month: '2026-01', billRevision: 0, document: 0 }], 'i');
      expect([...failed.values()]).toEqual([]);
      const number = 'RE-2026-000001';
      await steps.html(number);
      await record(...LATE);
      await cancel('2026-01', true);
      await steps.html(number);
      await rebill('2026-01');
      await steps.html(number);
      expect(listed).toEqual([['A'], ['A'], ['A']]);
      expect((await units.list('W', '2026-01'))?.units.map(({ unitId }) => unitId)).toEqual(['A', 'B']);
    });
  });
});
