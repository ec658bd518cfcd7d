import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { openDocumentFolder } from '@seatledger/blob-store';
import { type InvoiceQueue } from '@seatledger/command-handling';
import { readConfiguration } from '@seatledger/configuration';
import {
  contractStream,
  type EventStorage,
  EventStore,
  openEmbeddedEventStore,
  workspaceStream,
} from '@seatledger/event-store';
import { type InvoiceRenderer } from '@seatledger/invoice-documents';
import { type Mailer, type MailResult, openSmtp, RetryLater } from '@seatledger/month-end';
import { answersOf, billingProjection, BillingQueries, ReadModel } from '@seatledger/projections';
import { openEmbeddedReadStore, type ReadStore } from '@seatledger/read-store';

import { termsWith } from '../../../libs/domain/testing';
import { commandsOn } from '../../../libs/month-end/testing';
import { KnownKeys } from '../../../libs/personal-data/testing';
import { MailServer } from '../../../test/support/mail-server';
import { BILL_TO, temporaryFolder } from '../../../test/support/service';
import { openClosing } from './closing';

const MONTH = '2026-03';
const NUMBER = 'RE-2026-000001';
const DAY = 24 * 3600_000;
const TERMS = termsWith({ unitPriceMinor: 4900, delivery: ['email'] });
const ORIGIN = { correlationId: 'test', actor: 'test' };

/** The closing on the embedded stores, with a clock, a renderer and a mailer of the test's own. */
describe('the closing, put together,', () => {
  const folder = temporaryFolder();
  let now: number;
  let events: EventStorage;
  let stored: ReadStore;
  let billing: ReadModel;
  let closing: Awaited<ReturnType<typeof openClosing>>;
  let invoices: InvoiceQueue;
  let queries: BillingQueries;
  /** What the renderer and the mailer do. */
  let print: (number: string) => void;
  let mailer: Mailer;
  /** Names of workspaces whose invoices may not be issued as they are. */
  let poisoned: string[];
  let afterStep: (failed: boolean) => void;

  const sent: Mailer = {
    transport: 'smtp',
    isRepeatable: false,
    send: (): Promise<MailResult> => Promise.resolve({ outcome: 'sent' }),
    close: () => Promise.resolve(),
  };
  const renderer: InvoiceRenderer = {
    render: ({ number }) =>
      Promise.resolve().then(() => {
        print(number);
        return { pdf: Buffer.from(`%PDF ${number}`), sha256: '', pages: 1, renderer: 'test' };
      }),
    html: () => '',
    queued: () => 0,
    ready: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  beforeEach(async () => {
    now = Date.parse('2026-04-01T04:00:00Z');
    print = () => undefined;
    mailer = sent;
    poisoned = [];
    afterStep = () => undefined;
    const own = path.join(folder.path, randomUUID());
    events = await openEmbeddedEventStore({ file: path.join(own, 'events.db'), durability: 'none-for-tests' });
    stored = await openEmbeddedReadStore({ file: path.join(own, 'read-models.db') });
    const clock = () => now;
    const eventStore = new EventStore(events, clock, new KnownKeys());
    billing = new ReadModel(billingProjection, eventStore, stored);
    const readStore = answersOf(stored, [billing]);
    queries = new BillingQueries(readStore);
    const opened = commandsOn(eventStore, clock);
    invoices = opened.commands.invoices;
    closing = await openClosing({
      eventStore,
      readStore,
      ...opened,
      billing,
      billingQueries: queries,
      personalData: new KnownKeys(),
      renderer,
      documents: await openDocumentFolder({ folder: path.join(own, 'documents') }),
      mailer: {
        transport: 'smtp',
        isRepeatable: false,
        send: (mail) => mailer.send(mail),
        close: () => mailer.close(),
      },
      checkBeforeIssue: ({ workspaceName }) =>
        poisoned.includes(workspaceName)
          ? Promise.reject(new Error('BR-01: a rule says no'))
          : Promise.resolve({ writer: 1, passed: [] }),
      seller: readConfiguration({}).seller,
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      onStep: ({ failed }) => afterStep(failed),
    });
    await billing.start();
    closing.work.start();
  });
  afterEach(async () => {
    await closing.close();
    await billing.stop();
    await stored.close();
    await events.close();
  });
  afterAll(() => folder.remove());

  async function workspaces(...ids: string[]): Promise<void> {
    const eventStore = new EventStore(events, () => now, new KnownKeys());
    const occurredAt = Date.parse('2026-01-10T09:00:00Z');
    for (const workspaceId of ids) {
      const origin = { commandId: workspaceId, ...ORIGIN };
      await eventStore.append(workspaceStream(workspaceId), 'no-stream', [
        {
          origin,
          events: [
            {
              type: 'WorkspaceStarted',
              data: { workspaceId, name: workspaceId, startedAt: '2026-01-10T09:00:00.000Z' },
              occurredAt,
            },
            { type: 'TeamCreated', data: { teamId: 'A', name: 'A' }, occurredAt },
          ],
        },
      ]);
      const opened = {
        workspaceId,
        firstMonth: MONTH,
        enterprise: false,
        terms: { ...TERMS, invoiceMailboxes: { to: [`${workspaceId}@acme.example`], cc: [] } },
        billTo: BILL_TO,
      };
      await eventStore.append(contractStream(workspaceId), 'no-stream', [
        { origin, events: [{ type: 'ContractOpened', data: opened, occurredAt }] },
      ]);
    }
  }
  /** Looks again whenever the read model changes; fails loudly instead of waiting for ever. */
  async function until<Value>(look: () => Promise<Value>, isWanted: (value: Value) => boolean): Promise<Value> {
    const deadline = performance.now() + 600_000;
    for (;;) {
      const value = await look();
      if (isWanted(value)) return value;
      if (performance.now() > deadline) throw new Error(`it stays ${JSON.stringify(value)}`);
      await billing.changed(AbortSignal.timeout(20));
    }
  }
  const close = async () => {
    const closingId = await closing.closings.start({ month: MONTH, workspaceIds: null }, ORIGIN);
    return until(
      () => closing.closings.progress(closingId),
      (progress) => progress?.state === 'done',
    );
  };
  const issued = async () => (await queries.invoices({}, 100, undefined)).items;
  const invoice = () => closing.steps.invoice(NUMBER);

  it('parks the bill that may not be issued, with its reason, and issues the others', async () => {
    await workspaces('a', 'bad', 'c', 'd');
    poisoned = ['bad'];
    expect(await close()).toMatchObject({ closed: 4, failedCount: 0 });
    const numbers = async () => (await issued()).map(({ number, workspaceId }) => `${number} ${workspaceId}`).sort();
    expect(await numbers()).toEqual(['RE-2026-000001 a', 'RE-2026-000002 c', 'RE-2026-000003 d']);
    const failing = await closing.work.failing(MONTH);
    expect(failing).toMatchObject([
      { kind: 'issue', workspaceId: 'bad', month: MONTH, attempts: 1, reason: 'BR-01: a rule says no' },
    ]);
    poisoned = [];
    await closing.work.retry(failing);
    await until(issued, ({ length }) => length === 4);
    expect((await numbers()).at(-1)).toBe('RE-2026-000004 bad');
    expect(await closing.work.failing()).toEqual([]);
  });

  it('gives up a document that cannot be made after ten tries, and tries again when it is asked for', async () => {
    await workspaces('a');
    let tries = 0;
    print = () => {
      tries += 1;
      throw new Error('no such font');
    };
    // Whatever has to wait need not wait longer.
    afterStep = (failed) => {
      if (failed) now += DAY;
    };
    await close();
    const failed = await until(invoice, ({ renderingFailed }) => renderingFailed !== undefined);
    expect([failed.renderingFailed, tries]).toMatchObject([{ attempts: 10, reason: 'no such font' }, 10]);
    expect(
      await until(
        () => closing.work.failing(),
        ({ length }) => length === 0,
      ),
    ).toEqual([]);
    // Its tries are counted again: one more that fails is not the last.
    print = () => {
      tries += 1;
      if (tries === 11) throw new Error('no such font');
    };
    await invoices.submit(NUMBER, randomUUID(), { type: 'ResendInvoice' }, ORIGIN);
    const done = await until(invoice, ({ deliveries }) => deliveries[0]?.outcome === 'done');
    expect([done.document?.renderer, done.renderingFailed, tries]).toEqual(['test', undefined, 12]);
  });

  it('never gives a document up for want of a browser', async () => {
    await workspaces('a');
    let tries = 0;
    print = () => {
      tries += 1;
      if (tries <= 12) throw Object.assign(new Error('no browser'), { name: 'BrowserUnavailable' });
    };
    afterStep = (failed) => {
      if (failed) now += DAY;
    };
    await close();
    const { document } = await until(invoice, (state) => state.document !== undefined || tries > 13);
    expect([document?.renderer, tries]).toEqual(['test', 13]);
  });

  it('mails again after the recorded wait where the server asks to come back later', async () => {
    const server = await MailServer.start();
    try {
      mailer = openSmtp(server.url);
      server.trouble('recipient', '451 4.7.1 greylisted, come back later');
      await workspaces('a');
      await close();
      const refused = await until(invoice, ({ deliveries }) => deliveries[0]?.outcome === 'temporary');
      const [first] = refused.deliveries;
      expect(first).toMatchObject({ attempt: 1, reason: expect.stringMatching(/451/) as string });
      const early: unknown = await closing.steps.deliver(NUMBER, 'test').catch((error: unknown) => error);
      const { notBefore } = early as RetryLater;
      const wait = notBefore - Date.parse(first?.at ?? '');
      expect([wait >= 45_000, wait <= 75_000]).toEqual([true, true]);
      now = notBefore - 1;
      await expect(closing.steps.deliver(NUMBER, 'test')).rejects.toThrow(RetryLater);
      expect([server.attempts.length, server.accepted.length]).toEqual([1, 0]);
      now = notBefore;
      // Its timer runs by the time of the machine; it is made to look at the clock.
      await closing.work.retry([]);
      const { deliveries } = await until(invoice, (state) => state.deliveries.at(-1)?.outcome === 'done');
      expect(deliveries).toMatchObject([
        { attempt: 1, outcome: 'temporary' },
        { attempt: 2, outcome: 'done', messageId: first?.messageId, recipient: 'a@acme.example' },
      ]);
      expect(server.accepted.map(({ messageId }) => messageId)).toEqual([first?.messageId]);
    } finally {
      await mailer.close();
      await server.stop();
    }
  });
});
