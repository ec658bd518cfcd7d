import { type ReadStore } from '@seatledger/read-store';
import { READ_STORE, ReadModels } from '../infrastructure/projections.module';
import { EventStore } from '@seatledger/event-store';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';

import { Metrics } from '../infrastructure/metrics';

/** How far a projection may be behind before the service counts as not ready, in events. */
const LAG_LIMIT = 50_000;

/** For those who run the service; public, and without business data. */
@Controller()
export class OperationsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly eventStore: EventStore,
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly runners: ReadModels,
  ) {}

  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  /** Ready only when both stores answer and every projection runs and keeps up. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { eventStore, readStore, runners } = this;
    const checks: Record<string, string> = {};
    const check = async (name: string, run: () => Promise<string | void>): Promise<void> => {
      try {
        checks[name] = (await run()) ?? 'ok';
      } catch {
        checks[name] = 'unreachable';
      }
    };
    await check('eventStore', () => eventStore.storage.checkHealth());
    await check('readStore', () => readStore.checkHealth());
    // Where the store is away, whether a projection lags cannot be told.
    const head = checks['eventStore'] === 'ok' ? await eventStore.storage.head().catch(() => 0) : 0;
    for (const runner of runners.all) {
      const { projection, state, checkpoint, isOutdated } = runner.status();
      const lags = head - checkpoint > LAG_LIMIT;
      checks[`projection:${projection}`] =
        state === 'failed' ? 'stopped' : isOutdated ? 'rebuilding' : lags ? 'lagging' : 'ok';
    }
    const isReady = Object.values(checks).every((state) => state === 'ok');
    void reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ok' : 'not-ready', checks };
  }

  @Get('metrics')
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
