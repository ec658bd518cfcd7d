import path from 'node:path';

import { type Closings, openOutbox, openSmtp, type WorkRunner } from '@seatledger/month-end';
import {
  contractAggregate,
  ContractQueue,
  ErasureFollower,
  invoiceAggregate,
  InvoiceQueue,
  monthAggregate,
  MonthQueue,
  openSnapshots,
  plainHooks,
  type QueueMetrics,
  workspaceAggregate,
  workspaceHooks,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import { openEInvoiceRules } from '@seatledger/e-invoice';
import { type DatevAccounts, DEFAULT_DATEV_ACCOUNTS } from '@seatledger/exports';
import { createInvoiceRenderer, type InvoiceRenderer } from '@seatledger/invoice-documents';
import { type EmbeddedEventStore, type EventStorage, EventStore } from '@seatledger/event-store';
import { masterKeyFromFile, PersonalData } from '@seatledger/personal-data';
import {
  billingProjection,
  BillingQueries,
  answersOf,
  ReadModel,
  WorkspaceQueries,
  workspacesProjection,
} from '@seatledger/projections';
import { openDocumentFolder, openGridFs } from '@seatledger/blob-store';
import { openEmbeddedReadStore, openMongoReadStore } from '@seatledger/read-store';
import { connectMongo } from '@seatledger/mongodb';
import { type Logger } from 'pino';

import { openClosing } from './closing';
import { type Config } from './config';
import { makeDataDir } from './data-dir';
import { openEventStore } from './event-store';
import { Metrics } from './metrics';
import { type SellerConfig } from './seller';

export interface PlatformOptions {
  readonly config: Config;
  readonly seller: SellerConfig;
  /** How the accountant's books are laid out. */
  readonly datevAccounts?: DatevAccounts;
  readonly log: Logger;
  readonly clock?: () => number;
}

/** The parts of the service, opened and put together; no HTTP and no schedule. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** By this Nest injects the platform. */
export const PLATFORM = Symbol('platform');

/** Opens the stores, takes up what an earlier process left undone, and starts the read models. */
export async function openPlatform({
  config,
  seller,
  datevAccounts = DEFAULT_DATEV_ACCOUNTS,
  log,
  clock = Date.now,
}: PlatformOptions) {
  const { dataDir } = config;
  await makeDataDir(dataDir);
  const metrics = new Metrics();

  const storage = await openEventStore(config);
  const eventStore = new EventStore(storage, clock, (timing) => metrics.append(timing));
  const { readStore: stored, documents } = await openStores(config);
  const personalData = await PersonalData.open({
    file: path.join(dataDir, 'member-keys.db'),
    masterKey: config.personalDataKey ?? (await masterKeyFromFile(path.join(dataDir, 'personal-data.key'))),
  });
  const snapshots = await openSnapshots(path.join(dataDir, 'snapshots.db'), {
    onFailure: (snapshot, error) =>
      log.warn({ err: error, snapshot }, 'a snapshot failed; the history is folded instead'),
  });
  const renderer = createInvoiceRenderer({
    cacheDir: path.join(dataDir, 'cache'),
    logger: log,
    ...(config.browser === undefined ? {} : { executablePath: config.browser }),
    ...(config.templateDir === undefined ? {} : { templateDir: config.templateDir }),
  });
  const einvoiceRules = await openEInvoiceRules(
    config.einvoiceRulesDir === undefined ? {} : { rulesDir: config.einvoiceRulesDir },
  );
  const mailer = config.smtpUrl === undefined ? openOutbox(path.join(dataDir, 'outbox')) : openSmtp(config.smtpUrl);

  const queueMetrics = (subject: string): QueueMetrics => metrics.queue(subject);
  const workspaceQueue = new WorkspaceQueue(
    eventStore,
    workspaceAggregate(config.closingLookBackMonths),
    workspaceHooks(personalData),
    clock,
    queueMetrics('workspace'),
    snapshots,
  );
  const contractQueue = new ContractQueue(eventStore, contractAggregate, plainHooks(), clock, queueMetrics('contract'));
  const invoiceQueue = new InvoiceQueue(eventStore, invoiceAggregate, plainHooks(), clock, queueMetrics('invoice'));
  const monthQueue = new MonthQueue(eventStore, monthAggregate, plainHooks(), clock, queueMetrics('month'));

  // Facts come in all day long; who reads, or carries on a closing, cuts the rest between batches short.
  const pace = 50;
  const runners = {
    workspaces: new ReadModel(workspacesProjection, eventStore, stored, { ...metrics.runner('workspaces', log), pace }),
    billing: new ReadModel(billingProjection, eventStore, stored, { ...metrics.runner('billing', log), pace }),
  };
  const readStore = answersOf(stored, Object.values(runners));
  metrics.projections(
    () => Object.values(runners).map((runner) => runner.status()),
    async () => {
      // Gives up sooner than reading does, and than whoever asks for metrics.
      await eventStore.storage.checkHealth();
      return eventStore.storage.head();
    },
  );

  const workspaceQueries = new WorkspaceQueries(readStore, runners.workspaces, personalData);
  const billingQueries = new BillingQueries(readStore);
  const closing = await openClosing({
    eventStore,
    readStore,
    workspaces: workspaceQueue,
    contractQueue,
    billing: runners.billing,
    billingQueries,
    personalData,
    renderer,
    documents,
    mailer,
    checkBeforeIssue: (draft) => einvoiceRules.check(draft),
    seller,
    clock,
    log,
    adjustmentWindowMonths: config.closingLookBackMonths,
    ...(config.deliverFromMonth === undefined ? {} : { deliverFromMonth: config.deliverFromMonth }),
    onStep({ correlationId, ...step }) {
      metrics.step(step);
      log.debug({ correlationId, ...step }, 'a step of the closing ended');
    },
    onWorkspace: (outcome) => metrics.closed(outcome),
  });
  const { contracts, closer, units, steps, work, closings } = closing;
  const queues = { workspaceQueue, contractQueue, invoiceQueue, monthQueue };
  observeQueues(metrics, { queues, renderer, billingQueries, closings, work });

  const erasures = new ErasureFollower(storage, personalData, {
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
    eventStore,
    readStore,
    personalData,
    documents,
    renderer,
    datevAccounts,
    queues,
    contracts,
    runners,
    closer,
    units,
    steps,
    work,
    closings,
    workspaceQueries,
    billingQueries,

    /** Starts what works by itself: the steps that are due, also those that were broken off. */
    async startWorking(): Promise<void> {
      await runners.billing.reached(await eventStore.storage.head(), 60_000);
      if (!closed) work.start();
    },

    /** Ends what is under way at a point that the next start goes on from. */
    async close(): Promise<void> {
      closed = true;
      await closing.close();
      await Promise.all([...Object.values(runners).map((runner) => runner.stop()), erasures.stop()]);
      await renderer.close();
      await einvoiceRules.close();
      await mailer.close();
      await readStore.close();
      await snapshots.close();
      await personalData.close();
      await eventStore.storage.close();
    },
  };
}

/** What waits, and how far the closing is: asked for when the metrics are read. */
function observeQueues(
  metrics: Metrics,
  parts: {
    readonly queues: Readonly<Record<`${string}Queue`, { readonly size: number }>>;
    readonly renderer: InvoiceRenderer;
    readonly billingQueries: BillingQueries;
    readonly closings: Closings;
    readonly work: WorkRunner;
  },
): void {
  const { queues, renderer, billingQueries, closings, work } = parts;
  metrics.observe('queue_size', 'What waits in this process: commands by subject, documents to print.', 'queue', () => [
    ...Object.entries(queues).map(([name, { size }]) => [name.replace('Queue', ''), size] as const),
    ['print', renderer.queued()],
  ]);
  metrics.observe('due_work', 'Steps from a closed month to a delivered invoice that are due, by kind.', 'kind', () =>
    billingQueries.dueWork(),
  );
  metrics.observe('failing_work', 'Steps that failed and wait for another try, by kind.', 'kind', () =>
    work.failingCounts(),
  );
  metrics.observe(
    'closing_progress',
    'Runs of the closing under way in this process, and their workspaces: all, done, failed.',
    'of',
    () => Object.entries(closings.underWayCounts()),
  );
}

/** What only the embedded store can be asked: whether its file and its positions are whole. */
export function embeddedChecksOf(
  store: EventStorage,
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
  if (mongodbUrl !== undefined) return openMongoStores(mongodbUrl);
  return {
    readStore: await openEmbeddedReadStore({ file: path.join(dataDir, 'read-models.db') }),
    documents: await openDocumentFolder({ folder: path.join(dataDir, 'documents') }),
  };
}

async function openMongoStores(url: string) {
  const connection = await connectMongo({ url });
  try {
    return { readStore: await openMongoReadStore(connection), documents: await openGridFs(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
