import path from 'node:path';

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
  type Snapshots,
  workspaceAggregate,
  workspaceHooks,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import { configuration, type Configuration } from '@seatledger/configuration';
import { EventStore } from '@seatledger/event-store';
import { PersonalData } from '@seatledger/personal-data';
import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Logger } from 'pino';

import { CLOCK, type Clock } from './clock';
import { LOG } from './log';
import { Metrics } from './metrics';
import { DATA_DIR, StoresModule } from './stores.module';

type OpenedSnapshots = Awaited<ReturnType<typeof openSnapshots>>;

const SNAPSHOTS = Symbol('snapshots');

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
      provide: MonthQueue,
      inject: [EventStore, CLOCK, Metrics],
      useFactory: (eventStore: EventStore, clock: Clock, metrics: Metrics) =>
        new MonthQueue(eventStore, monthAggregate, plainHooks(), clock, metrics.queue('month')),
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
  exports: [WorkspaceQueue, ContractQueue, InvoiceQueue, MonthQueue],
})
export class CommandHandlingModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly erasures: ErasureFollower,
    @Inject(SNAPSHOTS) private readonly snapshots: OpenedSnapshots,
    metrics: Metrics,
    workspace: WorkspaceQueue,
    contract: ContractQueue,
    invoice: InvoiceQueue,
    month: MonthQueue,
  ) {
    for (const [name, queue] of Object.entries({ workspace, contract, invoice, month })) {
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
