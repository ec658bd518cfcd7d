/**
 * One process of the closing, light enough to be killed some hundred times: the stores and the
 * parts of the service, with a renderer and a mail server that only take notes. Each message is a
 * task: a workspace to close, and perhaps the call of anything outside of the process before or
 * after which it kills itself.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';

import { openDocumentFolder } from '@seatledger/blob-store';
import { type SellerConfiguration } from '@seatledger/configuration';
import { EventStore, openEmbeddedEventStore } from '@seatledger/event-store';
import { type InvoiceRenderer } from '@seatledger/invoice-documents';
import { type Log, type Mailer } from '@seatledger/month-end';
import {
  answersOf,
  billingProjection,
  BillingQueries,
  type InvoiceDocument,
  ReadModel,
  WORK,
  type WorkDocument,
} from '@seatledger/projections';
import { openEmbeddedReadStore } from '@seatledger/read-store';

import { openClosing } from '../../../apps/billing/infrastructure/closing';
import { commandsOn } from '../../../libs/month-end/testing';
import { KnownKeys } from '../../../libs/personal-data/testing';

/** What is done with a workspace: its month closed, then its invoice cancelled, or its draft approved. */
export type Scenario = 'close' | 'cancel' | 'approve';

/** Where a process dies: before or after its n-th call of anything outside of it. */
export interface Point {
  readonly call: number;
  readonly side: 'before' | 'after';
}

export interface Task {
  readonly folder: string;
  readonly seller: SellerConfiguration;
  /** The time at which it is done; it goes on from there. */
  readonly now: number;
  /** Without one, only what others left undone is done. */
  readonly workspaceId?: string;
  readonly scenario?: Scenario;
  readonly point?: Point;
}

/** What a process says: that it has started, then how each task went. */
export type Report = 'ready' | { readonly error: string } | Done;
export interface Done {
  readonly calls: number;
  readonly failures: readonly string[];
}

const MONTH = '2026-03';
const KINDS = ['close', 'issue', 'render', 'deliver', 'cancel', 'rebill'];

/** Counts calls once the case has begun, and ends the process where it is told to. */
class Deathwatch {
  calls = 0;
  private begun = false;
  private point: Point | undefined;

  begin(point: Point | undefined): void {
    this.calls = 0;
    this.point = point;
    this.begun = true;
  }

  end(): void {
    this.begun = false;
  }

  /** The object with these of its methods watched. */
  over<Target extends object>(object: Target, methods: readonly (keyof Target & string)[]): Target {
    return new Proxy(object, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const method = value as (...parameters: unknown[]) => unknown;
        if (!methods.some((watched) => watched === name)) return method.bind(target);
        return (...parameters: unknown[]) => this.call(() => method.apply(target, parameters));
      },
    });
  }

  private async call(act: () => unknown): Promise<unknown> {
    if (!this.begun) return act();
    const call = (this.calls += 1);
    this.dieAt(call, 'before');
    const result = await act();
    this.dieAt(call, 'after');
    return result;
  }

  private dieAt(call: number, side: Point['side']): void {
    if (this.point?.call !== call || this.point.side !== side) return;
    process.kill(process.pid, 'SIGKILL');
    // Not one instruction more of this process counts.
    for (;;);
  }
}

/** Opens everything. Resolves with what does a task, at the time that it says. */
async function open({ folder, seller }: Task): Promise<(task: Task) => Promise<Done>> {
  let offset = 0;
  const clock = (): number => Date.now() + offset;
  const watch = new Deathwatch();
  const file = (name: string): string => path.join(folder, name);
  const storage = watch.over(
    await openEmbeddedEventStore({ file: file('events.db'), durability: 'none-for-tests', pollInterval: 10 }),
    ['append'],
  );
  const stored = watch.over(await openEmbeddedReadStore({ file: file('read-models.db') }), ['commit']);
  const documents = watch.over(await openDocumentFolder({ folder: file('documents') }), ['put']);
  const eventStore = new EventStore(storage, clock, new KnownKeys());
  const { commands, readFacts } = commandsOn(eventStore, clock);
  const billing = new ReadModel(billingProjection, eventStore, stored, { retryDelay: 10 });
  const readStore = answersOf(stored, [billing]);
  const renderer: Pick<InvoiceRenderer, 'render' | 'html'> = {
    html: () => '',
    render: ({ number }) =>
      Promise.resolve({ pdf: Buffer.from(`%PDF-${number}`), sha256: '', pages: 1, renderer: 'none' }),
  };
  const mailer: Mailer = {
    transport: 'smtp',
    isRepeatable: false,
    send({ messageId, to }) {
      appendFileSync(file('mails.jsonl'), `${JSON.stringify({ messageId, to })}\n`);
      return Promise.resolve({ outcome: 'sent' });
    },
    close: () => Promise.resolve(),
  };
  const failures: string[] = [];
  const note = (details: object): void => void failures.push(String((details as { err?: Error }).err?.stack));
  const log: Log = { info: () => undefined, warn: note, error: note };
  const closing = await openClosing({
    eventStore,
    readStore,
    commands,
    readFacts,
    billing,
    billingQueries: new BillingQueries(readStore),
    personalData: new KnownKeys(),
    renderer: watch.over(renderer, ['render']),
    documents,
    mailer: watch.over(mailer, ['send']),
    seller,
    clock,
    log,
    lease: 250,
    retryDelay: 20,
  });
  await billing.start();
  let isWorking = false;

  /** Resolves when nothing is left to do, but for a mail whose outcome another process took along. */
  const finished = async (): Promise<void> => {
    for (;;) {
      await billing.reached(await storage.head(), 600_000);
      let left = 0;
      for (const kind of KINDS) {
        const due = await readStore.find<WorkDocument>(WORK.name, { where: { kind }, limit: 10 });
        for (const { document } of due) if (!(await isLost(document))) left += 1;
      }
      if (left === 0 && closing.work.busy === 0) return;
      await billing.changed(AbortSignal.timeout(20));
    }
  };
  const isLost = async (item: WorkDocument): Promise<boolean> => {
    if (item.kind !== 'deliver' || closing.work.busy > 0) return false;
    const { deliveries } = await closing.steps.invoice(item.number);
    const started = deliveries.find(({ outcome }) => outcome === 'started');
    return started !== undefined && clock() - Date.parse(started.at) < 60_000;
  };

  const act = async (workspaceId: string, scenario: Scenario): Promise<void> => {
    const by = (key: string) => ({ actor: 'test', correlationId: key, request: { key, hash: 'same' } });
    await closing.closings.start({ month: MONTH, workspaceIds: [workspaceId] }, by(`close ${workspaceId}`));
    await finished();
    if (scenario === 'approve') {
      const command = { type: 'ApproveBill', month: MONTH, billRevision: 0, document: 0 } as const;
      await commands.billing.submit(workspaceId, `approve ${workspaceId}`, command, by(`approve ${workspaceId}`));
      await finished();
    }
    if (scenario === 'cancel') {
      const found = await readStore.find<InvoiceDocument>('invoices', { where: { workspaceId }, limit: 10 });
      const first = found.find(
        ({ document: { state } }) => state.invoice.billRevision === 0 && state.invoice.cancels === undefined,
      );
      if (first === undefined) throw new Error(`${workspaceId} has no invoice`);
      const command = { type: 'CancelInvoice', reason: 'wrong', reissue: true } as const;
      await commands.invoices.submit(first.id, `cancel ${first.id}`, command, by(`cancel ${workspaceId}`));
      await finished();
    }
  };
  return async ({ now, workspaceId, scenario = 'close', point }) => {
    offset = now - Date.now();
    if (!isWorking) closing.work.start();
    isWorking = true;
    // What those before left undone comes first, and is no part of the case.
    await finished();
    watch.begin(point);
    if (workspaceId !== undefined) await act(workspaceId, scenario);
    watch.end();
    return { calls: watch.calls, failures: failures.splice(0) };
  };
}

const say = (report: Report): void => void process.send?.(report);

let opened: ReturnType<typeof open> | undefined;
process.on('message', (task: Task) => {
  opened ??= open(task);
  opened
    .then((perform) => perform(task))
    .then(say)
    .catch((error: unknown) => say({ error: error instanceof Error ? String(error.stack) : String(error) }));
});
say('ready');
