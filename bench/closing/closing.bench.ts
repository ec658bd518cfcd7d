/**
 * Closing a month of many workspaces, without rendering: every workspace is folded from its cold
 * stream, counted, closed, numbered and issued, on the embedded stores with fsync. The history is
 * appended beforehand. Goals on two idle cores: 10,000 workspaces with a million members in a minute
 * and 1.5 GB, and a cost per workspace that does not depend on how many there are.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { openDocumentFolder } from '@seatledger/blob-store';
import { SAMPLE_SELLER } from '@seatledger/configuration';
import { type WorkspaceEvent } from '@seatledger/domain';
import { contractStream, EventStore, openEmbeddedEventStore, workspaceStream } from '@seatledger/event-store';
import { type InvoiceRenderer } from '@seatledger/invoice-documents';
import { openOutbox } from '@seatledger/month-end';
import { answersOf, billingProjection, BillingQueries, ReadModel } from '@seatledger/projections';
import { openEmbeddedReadStore } from '@seatledger/read-store';

import { openClosing } from '../../apps/billing/infrastructure/closing';
import { termsWith } from '../../libs/domain/testing';
import { commandsOn } from '../../libs/month-end/testing';
import { KnownKeys } from '../../libs/personal-data/testing';
import { type BenchOptions, type Measurement, print, type Row, runRounds } from '../measure';

const { numberPrefix, seller: SELLER } = SAMPLE_SELLER;
const MONTH = '2026-03';
const NOW = Date.parse('2026-04-01T04:00:00Z');
const BUYER = { name: 'Acme GmbH', street: 'Weg 1', postalCode: '48155', city: 'Münster', country: 'DE' };

const SIZES = [100, 1_000, 10_000];
const MEMBERS_EACH = 100;
const DURABILITY = 'events fsync, read models recoverable from them';

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'closing-'));
  let peakRss = 0;
  try {
    const measurements: Measurement[] = [];
    for (const workspaces of SIZES.map((size) => Math.ceil(size * scale))) {
      const history = path.join(own, `history-${workspaces}.db`);
      const events = await writeHistory(history, workspaces);
      const data = `${workspaces} workspaces, ${workspaces * MEMBERS_EACH} members, ${events} events`;
      let last: ClosingFigures | undefined;
      const measure = async (): Promise<number> => {
        last = await closeAll(own, history, workspaces);
        peakRss = Math.max(peakRss, last.peakRss);
        return workspaces / last.seconds;
      };
      const name = `close ${workspaces} workspaces`;
      const members = workspaces * MEMBERS_EACH;
      measurements.push(
        { name, data, durability: DURABILITY, measure },
        {
          name: `${name}: members`,
          data,
          durability: DURABILITY,
          unit: 'members/s',
          measure: () => members / (last?.seconds ?? NaN),
        },
        {
          name: `${name}: CPU of each`,
          data,
          durability: DURABILITY,
          unit: 'ms',
          measure: () => ((last?.cpuSeconds ?? NaN) / workspaces) * 1000,
        },
      );
    }
    const times = await runRounds(measurements, 'workspaces/s', rounds);
    const data = 'of the whole process, the largest of all sizes and rounds';
    const memory = {
      name: 'close workspaces: peak memory',
      data,
      durability: DURABILITY,
      measure: () => peakRss / 1e6,
    };
    return [...times, ...(await runRounds([memory], 'MB', 1))];
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface ClosingFigures {
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  readonly peakRss: number;
}

/** Closes the month of a copy of the history. */
async function closeAll(folder: string, history: string, workspaces: number): Promise<ClosingFigures> {
  // What the round before left behind is no memory of this one.
  collectGarbage();
  const own = mkdtempSync(path.join(folder, 'round-'));
  copyFileSync(history, path.join(own, 'events.db'));
  const clock = () => NOW;
  const storage = await openEmbeddedEventStore({ file: path.join(own, 'events.db') });
  const stored = await openEmbeddedReadStore({ file: path.join(own, 'read-models.db') });
  try {
    const eventStore = new EventStore(storage, clock, new KnownKeys());
    const billing = new ReadModel(billingProjection, eventStore, stored);
    const readStore = answersOf(stored, [billing]);
    const closing = await openClosing({
      eventStore,
      readStore,
      ...commandsOn(eventStore, clock),
      billing,
      billingQueries: new BillingQueries(readStore),
      personalData: new KnownKeys(),
      renderer: NO_RENDERER,
      documents: await openDocumentFolder({ folder: path.join(own, 'documents') }),
      mailer: openOutbox(path.join(own, 'outbox')),
      seller: { numberPrefix, seller: SELLER },
      clock,
      log: SILENT,
      deliverFromMonth: '9999-12',
    });
    await billing.start();
    await billing.reached(await storage.head(), 600_000);
    closing.work.start();
    let peak = 0;
    const began = performance.now();
    const cpuBefore = process.cpuUsage();
    const id = await closing.closings.start(
      { month: MONTH, workspaceIds: null },
      { actor: 'bench', correlationId: 'bench' },
    );
    let told = began;
    for (;;) {
      const progress = await closing.closings.progress(id);
      peak = Math.max(peak, process.memoryUsage.rss());
      if (performance.now() - told > 1000) {
        told = performance.now();
        console.log(`closed ${progress?.closed ?? 0} of ${workspaces}, ${Math.round(peak / 1e6)} MB`);
      }
      if (progress?.state === 'done') {
        if (progress.closed !== workspaces) throw new Error(`closed ${progress.closed}: ${JSON.stringify(progress)}`);
        break;
      }
      await billing.changed(AbortSignal.timeout(100));
    }
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    await closing.close();
    await billing.stop();
    return { seconds, cpuSeconds: (user + system) / 1e6, peakRss: peak };
  } finally {
    await stored.close();
    await storage.close();
    rmSync(own, { recursive: true, force: true });
  }
}

/** Five teams, and members each placed in one of them. Resolves with the number of events. */
async function writeHistory(file: string, workspaces: number): Promise<number> {
  const store = await openEmbeddedEventStore({ file, durability: 'none-for-tests' });
  const eventStore = new EventStore(store, () => NOW, new KnownKeys());
  const at = Date.parse('2026-01-10T09:00:00Z');
  const encrypted = `v1.${'x'.repeat(60)}`;
  let written = 0;
  const one = async (index: number): Promise<void> => {
    const workspaceId = `w${String(index).padStart(6, '0')}`;
    const origin = { commandId: workspaceId, correlationId: workspaceId, actor: 'bench' };
    const started = { workspaceId, name: workspaceId, startedAt: '2026-01-10T09:00:00.000Z' };
    const events: WorkspaceEvent[] = [{ type: 'WorkspaceStarted', data: started, occurredAt: at }];
    for (let team = 0; team < 5; team += 1) {
      events.push({ type: 'TeamCreated', data: { teamId: `t${team}`, name: `Team ${team}` }, occurredAt: at });
    }
    for (let member = 0; member < MEMBERS_EACH; member += 1) {
      const memberId = `m${member}`;
      events.push({ type: 'MemberAdded', data: { memberId, name: encrypted, email: encrypted }, occurredAt: at });
      events.push({ type: 'MemberPlaced', data: { teamId: `t${member % 5}`, memberId }, occurredAt: at });
    }
    await eventStore.append(workspaceStream(workspaceId), 'no-stream', [{ origin, events }]);
    const opened = { workspaceId, firstMonth: MONTH, enterprise: true, terms: TERMS, billTo: BUYER };
    await eventStore.append(contractStream(workspaceId), 'no-stream', [
      { origin, events: [{ type: 'ContractOpened', data: opened, occurredAt: at }] },
    ]);
    written += events.length + 1;
  };
  const indexes = Array.from({ length: workspaces }, (_, index) => index).values();
  const writer = async (): Promise<void> => {
    for (const index of indexes) {
      await one(index);
      if (index % 1000 === 999) console.log(`history of ${index + 1} workspaces written`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
  // Closed, all of it is in the one file.
  await store.close();
  return written;
}

const TERMS = termsWith({
  variant: 'user',
  countingRule: 'any-time',
  unitPriceMinor: 700,
  delivery: ['download'],
});

const SILENT = { info: () => undefined, warn: () => undefined, error: console.error };

const NO_RENDERER: InvoiceRenderer = {
  render: () => Promise.reject(new Error('nothing is rendered here')),
  html: () => '',
  queued: () => 0,
  ready: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

if (require.main === module) {
  const [folder = tmpdir(), rounds = '1', scale = '1'] = process.argv.slice(2);
  void run({ folder, rounds: Number(rounds), scale: Number(scale) }).then(print);
}
