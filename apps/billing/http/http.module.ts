import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';

import { ProjectionsModule } from '../infrastructure/projections.module';
import { StoresModule } from '../infrastructure/stores.module';
import { Draining } from './draining';
import { KeyLimits } from './key-limits';
import { Positions } from './positions';
import { ProblemFilter, Problems } from './problems';
import { PublicUrl } from './public-url';
import { RequestContexts } from './request-context';
import { RolesGuard } from './roles.guard';

/** What all features share between a request and the bus. */
@Module({
  imports: [CqrsModule.forRoot(), StoresModule, ProjectionsModule],
  providers: [
    Draining,
    KeyLimits,
    Positions,
    PublicUrl,
    Problems,
    RequestContexts,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: RolesGuard },
  ],
  exports: [CqrsModule, Draining, KeyLimits, PublicUrl, Problems, RequestContexts],
})
export class HttpModule {}
