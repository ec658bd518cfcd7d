import path from 'node:path';

import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  billingAggregate,
  billingHooks,
  BillingQueue,
  closingAggregate,
  ClosingQueue,
  contractAggregate,
  ContractQueue,
  ErasureFollower,
  invoiceAggregate,
  invoiceNumberAggregate,
  InvoiceNumberQueue,
  InvoiceQueue,
  openSnapshots,
  plainHooks,
  type ReadBillingFacts,
  type Snapshots,
  workspaceAggregate,
  workspaceHooks,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import { type Configuration, configuration } from '@seatledger/configuration';
import { EventStore } from '@seatledger/event-store';
import { billingFactsReader } from '@seatledger/month-end';
import { PersonalData } from '@seatledger/personal-data';
import { type Logger } from 'pino';

import { CLOCK, type Clock } from './clock';
import { LOG } from './log';
import { Metrics } from './metrics';
import { DATA_DIR, StoresModule } from './stores.module';

type OpenedSnapshots = Awaited<ReturnType<typeof openSnapshots>>;

const SNAPSHOTS = Symbol('snapshots');
/** Reads what bills are made of besides earlier bills. */
export const BILLING_FACTS = Symbol('billing facts');

/** What decides commands: a queue for each kind of aggregate, and what an erasure leads to. */
@Module({
  imports: [StoresModule],
  providers: [
    {
      provide: SNAPSHOTS,
      inject: [DATA_DIR, LOG],
      useFactory: (dataDir: string, log: Logger) =>
        openSnapshots(path.join(dataDir, 'snapshots.db'), {
          onFailure: (snapshot, error) =>
            log.warn({ err: error, snapshot }, 'a snapshot failed; the history is folded instead'),
        }),
    },
    {
      provide: WorkspaceQueue,
      inject: [EventStore, PersonalData, CLOCK, Metrics, SNAPSHOTS, configuration.KEY],
      useFactory: (
        eventStore: EventStore,
        personalData: PersonalData,
        clock: Clock,
        metrics: Metrics,
        snapshots: Snapshots,
        { adjustmentWindowMonths }: Configuration,
      ) =>
        new WorkspaceQueue(
          eventStore,
          workspaceAggregate(adjustmentWindowMonths),
          workspaceHooks(personalData),
          clock,
          metrics.queue('workspace'),
          snapshots,
        ),
    },
    {
      provide: ContractQueue,
      inject: [EventStore, CLOCK, Metrics],
      useFactory: (eventStore: EventStore, clock: Clock, metrics: Metrics) =>
        new ContractQueue(eventStore, contractAggregate, plainHooks(), clock, metrics.queue('contract')),
    },
    {
      provide: InvoiceQueue,
      inject: [EventStore, CLOCK, Metrics],
      useFactory: (eventStore: EventStore, clock: Clock, metrics: Metrics) =>
        new InvoiceQueue(eventStore, invoiceAggregate, plainHooks(), clock, metrics.queue('invoice')),
    },
    {
      provide: BILLING_FACTS,
      inject: [ContractQueue, WorkspaceQueue, configuration.KEY],
      useFactory: (
        contracts: ContractQueue,
        workspaces: WorkspaceQueue,
        { adjustmentWindowMonths }: Configuration,
      ): ReadBillingFacts => billingFactsReader({ contracts, workspaces }, adjustmentWindowMonths),
    },
    {
      provide: BillingQueue,
      inject: [EventStore, BILLING_FACTS, CLOCK, Metrics],
      useFactory: (eventStore: EventStore, readFacts: ReadBillingFacts, clock: Clock, metrics: Metrics) =>
        new BillingQueue(eventStore, billingAggregate, billingHooks(readFacts), clock, metrics.queue('billing')),
    },
    {
      provide: InvoiceNumberQueue,
      inject: [EventStore, CLOCK, Metrics, SNAPSHOTS],
      useFactory: (eventStore: EventStore, clock: Clock, metrics: Metrics, snapshots: Snapshots) =>
        new InvoiceNumberQueue(
          eventStore,
          invoiceNumberAggregate,
          plainHooks(),
          clock,
          metrics.queue('invoice-number'),
          snapshots,
        ),
    },
    {
      provide: ClosingQueue,
      inject: [EventStore, CLOCK, Metrics],
      useFactory: (eventStore: EventStore, clock: Clock, metrics: Metrics) =>
        new ClosingQueue(eventStore, closingAggregate, plainHooks(), clock, metrics.queue('closing')),
    },
    {
      provide: ErasureFollower,
      inject: [EventStore, PersonalData, LOG],
      useFactory: ({ storage }: EventStore, personalData: PersonalData, log: Logger) =>
        new ErasureFollower(storage, personalData, {
          onFailure: (error) => log.error({ err: error }, 'erasures could not be followed; trying again'),
        }),
    },
  ],
  exports: [WorkspaceQueue, ContractQueue, BillingQueue, InvoiceNumberQueue, InvoiceQueue, ClosingQueue, BILLING_FACTS],
})
export class CommandHandlingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly erasures: ErasureFollower,
    @Inject(SNAPSHOTS) private readonly snapshots: OpenedSnapshots,
    metrics: Metrics,
    workspace: WorkspaceQueue,
    contract: ContractQueue,
    billing: BillingQueue,
    invoiceNumber: InvoiceNumberQueue,
    invoice: InvoiceQueue,
    closing: ClosingQueue,
  ) {
    for (const [name, queue] of Object.entries({ workspace, contract, billing, invoiceNumber, invoice, closing })) {
      metrics.queueSize(name, () => queue.size);
    }
  }

  /** Older keys, from a backup, bring no erased person back: they are destroyed again before anything is read. */
  async onModuleInit(): Promise<void> {
    await this.erasures.catchUp();
    this.erasures.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.erasures.stop();
    await this.snapshots.close();
  }
}
