import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { notFound } from '@seatledger/domain';
import { EventStore } from '@seatledger/event-store';
import { type ReadModelStatus } from '@seatledger/projections';
import { type ReadStore } from '@seatledger/read-store';

import { READ_STORE, ReadModels } from '../infrastructure/projections.module';

/** How far a projection may be behind before the service counts as not ready, in events. */
const MAX_LAG_EVENTS = 50_000;

interface Readiness {
  readonly isReady: boolean;
  /** Each part by name: ok, or what it is instead. */
  readonly checks: Readonly<Record<string, string>>;
}

export class CheckReadiness extends Query<Readiness> {}

/** Ready only when both stores answer and every projection runs and keeps up. */
@QueryHandler(CheckReadiness)
export class CheckReadinessHandler implements IQueryHandler<CheckReadiness> {
  constructor(
    private readonly eventStore: EventStore,
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly readModels: ReadModels,
  ) {}

  async execute(): Promise<Readiness> {
    const { storage } = this.eventStore;
    const eventStore = await outcomeOf(() => storage.checkHealth());
    const readStore = await outcomeOf(() => this.readStore.checkHealth());
    // Where the store is away, whether a projection lags cannot be told.
    const head = eventStore === 'ok' ? await storage.head().catch(() => 0) : 0;
    const projections = this.readModels.all.map((readModel) => projectionCheck(readModel.status(), head));
    const checks = { eventStore, readStore, ...Object.fromEntries(projections) };
    return { isReady: Object.values(checks).every((state) => state === 'ok'), checks };
  }
}

async function outcomeOf(check: () => Promise<string | void>): Promise<string> {
  try {
    return (await check()) ?? 'ok';
  } catch {
    return 'unreachable';
  }
}

function projectionCheck(status: ReadModelStatus, head: number): [name: string, state: string] {
  const { projection, state, checkpoint, isOutdated } = status;
  const lags = head - checkpoint > MAX_LAG_EVENTS;
  return [
    `projection:${projection}`,
    state === 'failed' ? 'stopped' : isOutdated ? 'rebuilding' : lags ? 'lagging' : 'ok',
  ];
}

type ProjectionView = ReturnType<typeof projectionView>;

function projectionView({ projection, state, version, checkpoint, rebuild }: ReadModelStatus, head: number) {
  const view = { projection, state, version, checkpoint, head };
  if (rebuild === undefined) return view;
  const { milliseconds, reason, ...progress } = rebuild;
  return {
    ...view,
    rebuild: { ...progress, milliseconds: Math.round(milliseconds), ...(reason === undefined ? {} : { reason }) },
  };
}

export class ListProjections extends Query<{ readonly items: readonly ProjectionView[] }> {}

@QueryHandler(ListProjections)
export class ListProjectionsHandler implements IQueryHandler<ListProjections> {
  constructor(
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
  ) {}

  async execute() {
    const head = await this.eventStore.storage.head();
    return { items: this.readModels.all.map((readModel) => projectionView(readModel.status(), head)) };
  }
}

/** Begins a rebuild, or goes on with one that was begun; the list of projections tells how it fares. */
export class RebuildProjection extends Command<ProjectionView> {
  constructor(
    readonly projection: string,
    readonly acceptDifferences: boolean,
  ) {
    super();
  }
}

@CommandHandler(RebuildProjection)
export class RebuildProjectionHandler implements ICommandHandler<RebuildProjection> {
  constructor(
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
  ) {}

  async execute({ projection: name, acceptDifferences }: RebuildProjection): Promise<ProjectionView> {
    const readModel = this.readModels.all.find(({ projection }) => projection.name === name);
    if (readModel === undefined) throw notFound('unknown-projection', 'There is no such projection.');
    await readModel.rebuild({ acceptDifferences });
    return projectionView(readModel.status(), await this.eventStore.storage.head());
  }
}
