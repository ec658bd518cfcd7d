import { type DynamicModule, Module } from '@nestjs/common';
import { type Logger } from 'pino';

import { CLOCK, type Clock } from './clock';
import { LOG } from './log';
import { Metrics } from './metrics';

/** What every part may use: the log, the metrics, and the time. */
@Module({})
export class ObservabilityModule {
  static of(log: Logger, clock: Clock): DynamicModule {
    const providers = [{ provide: LOG, useValue: log }, { provide: CLOCK, useValue: clock }, Metrics];
    return { module: ObservabilityModule, global: true, providers, exports: [LOG, CLOCK, Metrics] };
  }
}
