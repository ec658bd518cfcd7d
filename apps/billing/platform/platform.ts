import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import {
  BillingSteps,
  Closings,
  MonthCloser,
  NumberSeries,
  openOutbox,
  openSmtp,
  UnitLists,
  WorkRunner,
} from '@seatledger/closing';
import {
  contractDecider,
  ContractQueue,
  ErasureFollower,
  invoiceDecider,
  InvoiceQueue,
  openSnapshots,
  plainHooks,
  type QueueMetrics,
  workspaceDecider,
  workspaceHooks,
  WorkspaceQueue,
} from '@seatledger/commands';
import { createInvoiceRenderer } from '@seatledger/documents';
import { type BillingMonth } from '@seatledger/domain';
import { type EmbeddedEventStore, type EventStore, Ledger, openEmbeddedEventStore } from '@seatledger/event-store';
import { masterKeyFromFile, PersonalData } from '@seatledger/personal-data';
import {
  billingProjection,
  BillingQueries,
  ProjectionRunner,
  WorkspaceQueries,
  workspacesProjection,
} from '@seatledger/projections';
import { openDocumentFolder, openEmbeddedReadStore, openMongoStores } from '@seatledger/read-store';
import { type Logger } from 'pino';

import { type Config } from './config';
import { Metrics } from './metrics';
import { type SellerConfig } from './seller';

export interface PlatformOptions {
  readonly config: Config;
  readonly seller: SellerConfig;
  readonly log: Logger;
  readonly clock?: () => number;
}

/** The parts of the service, opened and put together; no HTTP and no schedule. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** By this Nest injects the platform. */
export const PLATFORM = Symbol('platform');

/** Opens the stores, takes up what an earlier process left undone, and starts the read models. */
export async function openPlatform({ config, seller, log, clock = Date.now }: PlatformOptions) {
  const { dataDir } = config;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const metrics = new Metrics();

  const eventStore = await openEmbeddedEventStore({ file: path.join(dataDir, 'events.db') });
  const ledger = new Ledger(eventStore, clock);
  const { readStore, documents } = await openStores(config);
  const personalData = await PersonalData.open({
    file: path.join(dataDir, 'member-keys.db'),
    masterKey: config.personalDataKey ?? (await masterKeyFromFile(path.join(dataDir, 'personal-data.key'))),
  });
  const snapshots = await openSnapshots(path.join(dataDir, 'snapshots.db'));
  const renderer = createInvoiceRenderer({
    cacheDir: path.join(dataDir, 'cache'),
    ...(config.browser === undefined ? {} : { executablePath: config.browser }),
    ...(config.templateDir === undefined ? {} : { templateDir: config.templateDir }),
  });
  const mailer = config.smtpUrl === undefined ? openOutbox(path.join(dataDir, 'outbox')) : openSmtp(config.smtpUrl);

  const queueMetrics = (subject: string): QueueMetrics => metrics.queue(subject);
  const workspaceQueue = new WorkspaceQueue(
    ledger,
    workspaceDecider(config.closingLookBackMonths),
    workspaceHooks(personalData),
    clock,
    queueMetrics('workspace'),
    snapshots,
  );
  const contractQueue = new ContractQueue(ledger, contractDecider, plainHooks(), clock, queueMetrics('contract'));
  const invoiceQueue = new InvoiceQueue(ledger, invoiceDecider, plainHooks(), clock, queueMetrics('invoice'));

  const runners = {
    workspaces: new ProjectionRunner(workspacesProjection, ledger, readStore, metrics.runner('workspaces', log)),
    billing: new ProjectionRunner(billingProjection, ledger, readStore, metrics.runner('billing', log)),
  };

  const contracts = {
    find: (workspaceId: string) =>
      contractQueue.inspect(workspaceId, (contract, revision) =>
        contract === undefined ? undefined : { contract, revision },
      ),
    async fixTerms(workspaceId: string, month: BillingMonth, correlationId: string) {
      const context = { actor: 'closing', correlationId };
      const commandId = `fix-terms:${workspaceId}:${month}`;
      const outcome = await contractQueue.submit(workspaceId, commandId, { type: 'FixTerms', month }, context);
      if (outcome.status === 'refused') throw outcome.problem;
    },
  };
  const closer = new MonthCloser(ledger, workspaceQueue, contracts, clock, {
    adjustmentMonths: config.closingLookBackMonths,
  });
  const units = new UnitLists(ledger, closer, workspaceQueue, contracts, personalData);
  const steps = new BillingSteps({
    ledger,
    closer,
    contracts,
    numbers: new NumberSeries(ledger, seller.numberPrefix, clock),
    renderer,
    documents,
    mailer,
    units,
    seller: () => seller.seller,
    clock,
  });
  const { billing } = runners;
  const work = new WorkRunner(readStore, steps, clock, log, {
    ...(config.deliverFromMonth === undefined ? {} : { deliverFromMonth: config.deliverFromMonth }),
    changed: (signal) => billing.changed(signal),
    reflected: () => billing.status().checkpoint,
    onStep: (step) => metrics.step(step),
  });
  const workspaceQueries = new WorkspaceQueries(readStore, runners.workspaces, personalData);
  const billingQueries = new BillingQueries(readStore);
  const closings = new Closings({
    ledger,
    closer,
    clock,
    log,
    async workspacesWithContract() {
      await billing.reached(await ledger.store.head(), 60_000);
      return billingQueries.workspacesWithContract();
    },
    async invoicesIssued(position, signal) {
      while (!signal.aborted && !(await billing.reached(position, 1000)));
      while (!signal.aborted && (await billingQueries.isIssuingDue())) await billing.changed(signal);
    },
    onWorkspace: (outcome) => metrics.closed(outcome),
  });

  const erasures = new ErasureFollower(eventStore, personalData, {
    onFailure: (error) => log.error({ err: error }, 'erasures could not be followed; trying again'),
  });

  for (const runner of Object.values(runners)) await runner.start();
  erasures.start();
  let closed = false;
  return {
    config,
    log,
    clock,
    metrics,
    ledger,
    readStore,
    personalData,
    documents,
    renderer,
    queues: { workspaceQueue, contractQueue, invoiceQueue },
    contracts,
    runners,
    closer,
    units,
    steps,
    work,
    closings,
    workspaceQueries,
    billingQueries,

    /** Starts what works by itself: the steps that are due, and closings that were broken off. */
    async startWorking(): Promise<void> {
      await billing.reached(await ledger.store.head(), 60_000);
      const unfinished = await billingQueries.unfinishedClosings();
      if (closed) return;
      for (const { closingId, request } of unfinished) closings.resume(closingId, request);
      work.start();
    },

    /** Ends what is under way at a point that the next start goes on from. */
    async close(): Promise<void> {
      closed = true;
      await closings.stop();
      await work.stop();
      await Promise.all([...Object.values(runners).map((runner) => runner.stop()), erasures.stop()]);
      await renderer.close();
      await mailer.close();
      await readStore.close();
      await snapshots.close();
      await personalData.close();
      await ledger.store.close();
    },
  };
}

/** What only the embedded store can be asked: whether its file and its positions are whole. */
export function embeddedChecksOf(
  store: EventStore,
): Pick<EmbeddedEventStore, 'checkIntegrity' | 'lastPositionGiven'> | undefined {
  const { checkIntegrity, lastPositionGiven } = store as Partial<EmbeddedEventStore>;
  if (checkIntegrity === undefined || lastPositionGiven === undefined) return undefined;
  return {
    checkIntegrity: () => checkIntegrity.call(store),
    lastPositionGiven: () => lastPositionGiven.call(store),
  };
}

/** Read models and documents: in MongoDB, or beside each other under the data folder. */
async function openStores({ mongodbUrl, dataDir }: Config) {
  if (mongodbUrl !== undefined) return openMongoStores({ url: mongodbUrl });
  return {
    readStore: await openEmbeddedReadStore({ file: path.join(dataDir, 'read-models.db') }),
    documents: await openDocumentFolder({ folder: path.join(dataDir, 'documents') }),
  };
}
