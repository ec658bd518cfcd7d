/** Two processes on one event store, each with its own memory, that bill the same workspaces at the same moment. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  countMonth,
  type NumberedDocument,
  numberOf,
  owedNetMinor,
  standingNetMinor,
  type WorkspaceCommand,
} from '@seatledger/domain';
import { type EventStorage, EventStore, openEmbeddedEventStore } from '@seatledger/event-store';
import { answerOf, MonthClosing } from '@seatledger/month-end';

import { GERMAN_ADDRESS } from '../../libs/domain/testing';
import { commandsOn } from '../../libs/month-end/testing';
import { KnownKeys } from '../../libs/personal-data/testing';
import { temporaryFolder } from '../support/service';

const WORKSPACES = Array.from({ length: 16 }, (_, index) => `w${index}`);
const ORIGIN = { actor: 'test', correlationId: 'test' };

/** So many turns of the event loop pass between what a process has read and what it appends. */
class Delays {
  private state = 1;

  async some(): Promise<void> {
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
    for (let turn = this.state % 200; turn > 0; turn -= 1) await nextTurn();
  }
}

class Process {
  private sent = 0;
  private readonly opened: ReturnType<typeof commandsOn>;
  readonly months: MonthClosing;

  private constructor(
    private readonly storage: EventStorage & { close(): Promise<void> },
    readonly clock: () => number,
    delays: Delays,
  ) {
    const delayed = new Proxy(storage, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'append') return member.bind(target) as unknown;
        return async (...given: Parameters<EventStorage['append']>) => {
          await delays.some();
          return target.append(...given);
        };
      },
    });
    const eventStore = new EventStore(delayed, clock, new KnownKeys());
    this.opened = commandsOn(eventStore, clock);
    this.months = new MonthClosing(this.opened.commands, this.opened.readFacts, eventStore, clock);
  }

  static async open(file: string, clock: () => number, delays = new Delays()): Promise<Process> {
    return new Process(await openEmbeddedEventStore({ file, durability: 'none-for-tests' }), clock, delays);
  }

  get commands() {
    return this.opened.commands;
  }

  async fact(workspaceId: string, command: WorkspaceCommand): Promise<void> {
    answerOf(await this.commands.workspaces.submit(workspaceId, this.id(), command, ORIGIN));
  }

  /** A workspace with one team since January, billed at 10.00. */
  async begin(workspaceId: string): Promise<void> {
    const occurredAt = Date.parse('2026-01-01T08:00:00Z');
    await this.fact(workspaceId, { type: 'StartWorkspace', workspaceId, name: workspaceId, occurredAt });
    await this.fact(workspaceId, { type: 'CreateTeam', teamId: 'A', name: 'A', occurredAt });
    const opened = { workspaceId, workspaceStartedAt: occurredAt, firstMonth: '2026-01', billTo: GERMAN_ADDRESS };
    const terms = { unitPriceMinor: 1000, currency: 'EUR' };
    const command = { type: 'OpenContract', ...opened, terms } as const;
    answerOf(await this.commands.contracts.submit(workspaceId, this.id(), command, ORIGIN));
  }

  async cancelAndBillAgain(workspaceId: string, month: string): Promise<void> {
    const billed = (await this.months.stateOf(workspaceId)).documents.find((document) => document.month === month);
    if (billed === undefined) throw new Error(`${month} was not billed`);
    const ref = { month, billRevision: billed.billRevision, document: billed.document };
    const invoiceNumber = `RE-${workspaceId}`;
    const cancel = { type: 'CancelBill', ...ref, invoiceNumber, reason: 'wrong', reissue: true } as const;
    answerOf(await this.commands.billing.submit(workspaceId, this.id(), cancel, ORIGIN));
    await this.months.rebill(workspaceId, ref, 'again');
  }

  close(): Promise<void> {
    return this.storage.close();
  }

  private id = (): string => `command ${(this.sent += 1)} at ${this.clock()}`;
}

describe('two processes on one event store', () => {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'events.db');
  const opened: Process[] = [];
  const open = async (at: string): Promise<Process> => {
    const started = await Process.open(file, () => Date.parse(at));
    opened.push(started);
    return started;
  };
  afterAll(async () => {
    for (const each of opened) await each.close();
    folder.remove();
  });

  it('never bill a unit twice, while one closes a month and the other bills an earlier one again', async () => {
    const one = await open('2026-04-02T12:00:00Z');
    const other = await open('2026-04-02T12:00:40Z');
    for (const workspaceId of WORKSPACES) {
      await one.begin(workspaceId);
      await one.months.close(workspaceId, '2026-02', 'before');
      const occurredAt = Date.parse('2026-02-10T08:00:00Z');
      await one.fact(workspaceId, { type: 'CreateTeam', teamId: 'late', name: 'late', occurredAt });
    }
    await Promise.all(
      WORKSPACES.flatMap((workspaceId) => [
        one.months.close(workspaceId, '2026-03', 'one'),
        other.cancelAndBillAgain(workspaceId, '2026-02'),
        other.months.close(workspaceId, '2026-03', 'other'),
      ]),
    );
    for (const workspaceId of WORKSPACES) {
      const state = await one.months.stateOf(workspaceId);
      const standing = ['2026-01', '2026-02', '2026-03'].map((month) => standingNetMinor(state, month));
      const owed = await one.commands.workspaces.inspect(workspaceId, (facts) =>
        ['2026-01', '2026-02', '2026-03'].map((month) =>
          owedNetMinor(state, month, (terms) => countMonth(facts, month, terms)),
        ),
      );
      expect([workspaceId, standing]).toEqual([workspaceId, [1000, 2000, 2000]]);
      expect(standing).toEqual(owed);
    }
  });

  it('give a document one number, with clocks 40 s apart at the turn of the year', async () => {
    const behind = await open('2026-12-31T22:59:50Z');
    const ahead = await open('2026-12-31T23:00:30Z');
    const documents = WORKSPACES.map((workspaceId): NumberedDocument => ({
      kind: 'bill',
      workspaceId,
      month: '2026-11',
      billRevision: 0,
      document: 0,
    }));
    const assign = async (process: Process, document: NumberedDocument, today: string): Promise<void> => {
      const command = { type: 'AssignNumbers', prefix: 'RE', documents: [document], today } as const;
      answerOf(await process.commands.invoiceNumbers.submit('RE', `number ${today}`, command, ORIGIN));
    };
    await Promise.all(
      documents.flatMap((document) => [assign(behind, document, '2026-12-31'), assign(ahead, document, '2027-01-01')]),
    );
    const numbersOf = (process: Process) =>
      process.commands.invoiceNumbers.inspect('RE', (state) => documents.map((document) => numberOf(state, document)));
    const numbers = await numbersOf(behind);
    expect(await numbersOf(ahead)).toEqual(numbers);
    const byYear = ['2026', '2027'].map((year) =>
      numbers.map((assigned) => assigned?.number ?? '').filter((number) => number.startsWith(`RE-${year}`)),
    );
    expect(byYear.flat()).toHaveLength(documents.length);
    for (const year of byYear) {
      const places = year.map((number) => Number(number.slice(-6))).sort((a, b) => a - b);
      expect(places).toEqual(year.map((_, index) => index + 1));
    }
  });
});
