import { Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventStore } from '@seatledger/event-store';
import { PersonalData } from '@seatledger/personal-data';
import {
  answersOf,
  billingProjection,
  BillingQueries,
  type Projection,
  ReadModel,
  WorkspaceQueries,
  workspacesProjection,
} from '@seatledger/projections';
import { type ReadStore } from '@seatledger/read-store';
import { type Logger } from 'pino';

import { LOG } from './log';
import { Metrics } from './metrics';
import { STORED_DOCUMENTS, StoresModule } from './stores.module';

/** Facts come in all day long: between batches it waits as long, in ms, unless a reader cuts it short. */
const PACE = 50;

/** The read models, by the names of their projections. */
@Injectable()
export class ReadModels {
  readonly workspaces: ReadModel;
  readonly billing: ReadModel;

  constructor(
    eventStore: EventStore,
    @Inject(STORED_DOCUMENTS) stored: ReadStore,
    metrics: Metrics,
    @Inject(LOG) log: Logger,
  ) {
    const of = (projection: Projection): ReadModel =>
      new ReadModel(projection, eventStore, stored, { ...metrics.runner(projection.name, log), minIntervalMs: PACE });
    this.workspaces = of(workspacesProjection);
    this.billing = of(billingProjection);
  }

  get all(): readonly ReadModel[] {
    return [this.workspaces, this.billing];
  }
}

/** The documents that are answered from. */
export const READ_STORE = Symbol('read store');

/** What folds the history into documents, and the reads of them. */
@Module({
  imports: [StoresModule],
  providers: [
    ReadModels,
    {
      provide: READ_STORE,
      inject: [STORED_DOCUMENTS, ReadModels],
      useFactory: (stored: ReadStore, { all }: ReadModels) => answersOf(stored, all),
    },
    {
      provide: WorkspaceQueries,
      inject: [READ_STORE, ReadModels, PersonalData],
      useFactory: (readStore: ReadStore, { workspaces }: ReadModels, personalData: PersonalData) =>
        new WorkspaceQueries(readStore, workspaces, personalData),
    },
    {
      provide: BillingQueries,
      inject: [READ_STORE],
      useFactory: (readStore: ReadStore) => new BillingQueries(readStore),
    },
  ],
  exports: [ReadModels, READ_STORE, WorkspaceQueries, BillingQueries],
})
export class ProjectionsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly readModels: ReadModels,
    metrics: Metrics,
    { storage }: EventStore,
  ) {
    metrics.projections(
      () => this.readModels.all.map((readModel) => readModel.status()),
      async () => {
        // Gives up sooner than reading does, and than a request for metrics.
        await storage.checkHealth();
        return storage.head();
      },
    );
  }

  async onModuleInit(): Promise<void> {
    for (const readModel of this.readModels.all) await readModel.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.readModels.all.map((readModel) => readModel.stop()));
  }
}
