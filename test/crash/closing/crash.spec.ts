import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDocumentFolder } from '@seatledger/blob-store';
import { SAMPLE_SELLER } from '@seatledger/configuration';
import { documentKeyOf } from '@seatledger/domain';
import {
  contractStream,
  EventStore,
  openEmbeddedEventStore,
  type StoredEvent,
  workspaceStream,
} from '@seatledger/event-store';

import { termsWith } from '../../../libs/domain/testing';
import { KnownKeys } from '../../../libs/personal-data/testing';
import { BILL_TO } from '../../support/service';
import { type Done, type Point, type Report, type Scenario, type Task } from './process';

const SCENARIOS: readonly Scenario[] = ['close', 'cancel', 'approve'];
const KILLS = Number(process.env['KILLS'] ?? 200);
const HOUR = 3600_000;
const START = Date.parse('2026-04-01T04:00:00Z');
const { numberPrefix, seller: SELLER } = SAMPLE_SELLER;

/** A process of the closing that takes tasks until it is killed. */
class Competitor {
  private constructor(readonly child: ChildProcess) {}

  static start(): Competitor {
    const script = path.join(__dirname, 'process.ts');
    const execArgv = ['-r', path.join(__dirname, '../../../scripts/load-sources.cjs')];
    const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', 'ipc'];
    return new Competitor(fork(script, { execArgv, stdio }));
  }

  /** Resolves with the report, or with `killed`. */
  perform(task: Task): Promise<Done | 'killed'> {
    return new Promise((resolve, reject) => {
      const answer = (message: Report): void => {
        if (message === 'ready') return;
        stop();
        if ('error' in message) reject(new Error(message.error));
        else resolve(message);
      };
      const exit = (code: number | null, signal: string | null): void => {
        stop();
        if (signal === 'SIGKILL') resolve('killed');
        else reject(new Error(`a process ended with ${code}`));
      };
      const stop = (): void => void this.child.off('message', answer).off('exit', exit);
      this.child.on('message', answer).on('exit', exit);
      this.child.send(task);
    });
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

/** Those with an `h` have a contract that holds bills until they are approved. */
const workspaceOf = (scenario: Scenario, index: number): string => `${scenario === 'approve' ? 'h' : 'w'}${index}`;

/** Small and good enough, and the same for a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('the closing under fire', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  const random = randomOf(seed);
  /** Started ahead: loading their code is what takes time. */
  const waiting: Competitor[] = [];
  const all = new Set<Competitor>();
  let rival: Competitor | undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'closing-crash-'));
  const common = { folder, seller: { numberPrefix, seller: SELLER } };
  let now = START;

  afterAll(async () => {
    await Promise.all([...all].map((competitor) => competitor.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  const open = () => openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });

  /** Workspaces with a team and a contract that publishes and mails, some of them only what was approved. */
  async function prepare(count: number): Promise<void> {
    const store = await open();
    const eventStore = new EventStore(store, () => START, new KnownKeys());
    const at = Date.parse('2026-01-10T09:00:00Z');
    const origin = { commandId: 'prepare', correlationId: 'prepare', actor: 'test' };
    const scenarios = ['close', 'approve'] as const;
    const cases = Array.from({ length: count }, (_, index) => scenarios.map((scenario) => ({ scenario, index })));
    await Promise.all(
      cases.flat().map(async ({ scenario, index }) => {
        const workspaceId = workspaceOf(scenario, index);
        const terms = termsWith({ delivery: ['download', 'email'], holdForApproval: scenario === 'approve' });
        await eventStore.append(workspaceStream(workspaceId), 'no-stream', [
          {
            origin,
            events: [
              {
                type: 'WorkspaceStarted',
                data: { workspaceId, name: 'W', startedAt: '2026-01-10T09:00:00.000Z' },
                occurredAt: at,
              },
              { type: 'TeamCreated', data: { teamId: 'A', name: 'A' }, occurredAt: at },
            ],
          },
        ]);
        const opened = {
          workspaceId,
          firstMonth: '2026-03',
          enterprise: false,
          terms: { ...terms, invoiceMailboxes: { to: ['a@b.example'], cc: [] } },
          billTo: BILL_TO,
        };
        await eventStore.append(contractStream(workspaceId), 'no-stream', [
          { origin, events: [{ type: 'ContractOpened', data: opened, occurredAt: at }] },
        ]);
      }),
    );
    await store.close();
  }

  function next(): Competitor {
    while (waiting.length < 3) {
      const competitor = Competitor.start();
      waiting.push(competitor);
      all.add(competitor);
    }
    return waiting.shift()!;
  }

  let cases = 0;
  /** One workspace is closed; one process dies on the way, alone or beside a rival that lives on. */
  async function fight(scenario: Scenario, point: Point | undefined, competitors: 1 | 2): Promise<Done | 'killed'> {
    // Leases, waits and attempts of those that died are over by then.
    now += HOUR;
    const task: Task = { ...common, now, workspaceId: workspaceOf(scenario, cases), scenario };
    cases += 1;
    const victim = next();
    if (competitors === 2) rival ??= next();
    const [outcome] = await Promise.all([
      victim.perform({ ...task, ...(point === undefined ? {} : { point }) }),
      ...(competitors === 2 && rival !== undefined ? [rival.perform(task)] : []),
    ]);
    // One that lived, because it never came to the point, is as good as new.
    if (outcome === 'killed') all.delete(victim);
    else waiting.unshift(victim);
    return outcome;
  }

  it(`gives one closing, one invoice, one number and one mail over ${KILLS} kills`, async () => {
    console.log(`crash matrix with SEED=${seed}`);
    const prepared = 3 * KILLS + 20;
    await prepare(prepared);
    let kills = 0;
    const points: [Scenario, Point][] = [];
    for (const scenario of SCENARIOS) {
      const report = await fight(scenario, undefined, 1);
      if (report === 'killed') throw new Error('nobody told it to die');
      expect(report.failures).toEqual([]);
      for (let call = 1; call <= report.calls; call += 1) {
        for (const side of ['before', 'after'] as const) points.push([scenario, { call, side }]);
      }
    }
    // Alone: every point of the plain closing, and as many of the longer stories as are left.
    const rest = points.filter(([scenario]) => scenario !== 'close').sort(() => random() - 0.5);
    for (const [scenario, point] of [...points.filter(([scenario]) => scenario === 'close'), ...rest]) {
      if (kills >= KILLS / 2) break;
      if ((await fight(scenario, point, 1)) === 'killed') kills += 1;
    }
    // Beside a rival, which does a part of the work: how far the victim comes differs each time.
    let reach = 10;
    while (kills < KILLS && cases < prepared) {
      const scenario = SCENARIOS[Math.floor(random() * SCENARIOS.length)] ?? 'close';
      const point = { call: 1 + Math.floor(random() * reach), side: random() < 0.5 ? 'before' : 'after' } as const;
      const outcome = await fight(scenario, point, 2);
      if (outcome === 'killed') kills += 1;
      reach = outcome === 'killed' ? reach + 1 : Math.max(3, Math.ceil((reach + outcome.calls) / 2));
    }
    // A process finishes what the last one left.
    now += HOUR;
    await next().perform({ ...common, now });
    console.log(`${kills} kills over ${cases} closings`);
    expect(await whatIsWrong()).toEqual([]);
    expect(kills).toBe(KILLS);
  });

  async function whatIsWrong(): Promise<string[]> {
    const wrong: string[] = [];
    const store = await open();
    const eventStore = new EventStore(store, () => now, new KnownKeys());
    const documents = await openDocumentFolder({ folder: path.join(folder, 'documents') });
    const streams = new Map<string, StoredEvent[]>();
    for (let after = 0; ;) {
      const page = await eventStore.readAll({ after, limit: 5000 });
      for (const event of page.events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
      if (page.atEnd) break;
      after = page.position;
    }
    await store.close();
    const of = (category: string) => [...streams].filter(([stream]) => stream.startsWith(`${category}-`));
    const types = (events: readonly StoredEvent[], type: string) => events.filter(({ event }) => event.type === type);
    const expectOne = (stream: string, events: readonly StoredEvent[], type: string, count = 1): void => {
      const found = types(events, type).length;
      if (found !== count) wrong.push(`${stream}: ${found} ${type}, not ${count}`);
    };

    const numbers = of('numbers').flatMap(([, events]) => events);
    numbers.forEach(({ event }, index) => {
      if (event.type !== 'InvoiceNumberAssigned') return;
      if (event.data.sequence !== index + 1) wrong.push(`number ${event.data.number} is the ${index + 1}th`);
      const issued = types(streams.get(`invoice-${event.data.number}`) ?? [], 'InvoiceIssued').length;
      if (issued !== 1) wrong.push(`number ${event.data.number} has ${issued} invoices`);
    });
    const numbered = numbers.map(({ event }) =>
      event.type === 'InvoiceNumberAssigned' ? documentKeyOf(event.data.document) : '',
    );
    if (new Set(numbered).size !== numbered.length) wrong.push('a document has two numbers');
    if (of('invoice').length !== numbers.length) wrong.push('there are invoices without a number of the series');

    for (const [stream, events] of of('closing')) {
      expectOne(stream, events, 'ClosingFinished');
      const [requested] = events;
      const workspaceId = requested?.event.type === 'ClosingRequested' ? requested.event.data.workspaceIds?.[0] : '';
      const bills = streams.get(`billing-${workspaceId}`) ?? [];
      expectOne(stream, bills, 'MonthClosed');
      const invoices = of('invoice').filter(
        ([, [issued]]) => issued?.event.type === 'InvoiceIssued' && issued.event.data.workspaceId === workspaceId,
      );
      const isHeld = workspaceId?.startsWith('h') === true;
      // Who died before approving has not approved.
      const isApproved = isHeld && types(bills, 'BillApproved').length > 0;
      expectOne(stream, bills, 'BillApproved', isApproved ? 1 : 0);
      const isCancelled = invoices.some(([, all]) => types(all, 'InvoiceCancelled').length > 0);
      expectOne(stream, bills, 'BillCancelled', isCancelled ? 1 : 0);
      expectOne(stream, bills, 'MonthRebilled', isCancelled ? 1 : 0);
      const expected = isHeld && !isApproved ? 0 : isCancelled ? 3 : 1;
      if (invoices.length !== expected) wrong.push(`${workspaceId}: ${invoices.length} invoices, not ${expected}`);
    }

    const sent = readFileSync(path.join(folder, 'mails.jsonl'), 'utf8').trimEnd().split('\n');
    const mails = sent.map((line) => (JSON.parse(line) as { messageId: string }).messageId);
    for (const [stream, events] of of('invoice')) {
      expectOne(stream, events, 'InvoiceRendered');
      expectOne(stream, events, 'InvoicePublished');
      expectOne(stream, events, 'InvoiceDeliveryStarted');
      const rendered = types(events, 'InvoiceRendered')[0]?.event;
      const sha256 = rendered?.type === 'InvoiceRendered' ? rendered.data.sha256 : '';
      if (!(await documents.has(sha256))) wrong.push(`${stream}: its document is gone`);
      const number = stream.slice('invoice-'.length);
      const arrived = mails.filter((messageId) => messageId.startsWith(`<${number}.`)).length;
      const isSent = types(events, 'InvoiceSent').length;
      const uncertain = events.filter(
        ({ event }) => event.type === 'InvoiceDeliveryFailed' && event.data.outcome === 'uncertain',
      ).length;
      if (isSent + uncertain !== 1) wrong.push(`${stream}: sent ${isSent} times, ${uncertain} uncertain`);
      if (arrived > 1 || (isSent === 1 && arrived !== 1)) wrong.push(`${stream}: ${arrived} mails, recorded ${isSent}`);
    }
    if (!existsSync(path.join(folder, 'documents'))) wrong.push('no documents');
    return wrong;
  }
});
