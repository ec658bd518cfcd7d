import { Module } from '@nestjs/common';
import { historyOf } from '@seatledger/audit';
import { EventStore } from '@seatledger/event-store';
import { PersonalData } from '@seatledger/personal-data';

import { HttpModule } from '../http/http.module';
import { AuthenticationModule } from '../infrastructure/authentication.module';
import { MonthEndModule } from '../infrastructure/month-end.module';
import { ProjectionsModule } from '../infrastructure/projections.module';
import { StoresModule } from '../infrastructure/stores.module';
import { AuditController } from './audit.controller';
import { ReadHistoryHandler } from './history';
import { AUDIT_QUERY_HANDLERS } from './queries';
import { READABLE_HISTORY } from './readable-history';

/** What auditors ask: the history, and what follows from it. */
@Module({
  imports: [HttpModule, AuthenticationModule, StoresModule, ProjectionsModule, MonthEndModule],
  controllers: [AuditController],
  providers: [
    ...AUDIT_QUERY_HANDLERS,
    ReadHistoryHandler,
    {
      provide: READABLE_HISTORY,
      inject: [EventStore, PersonalData],
      useFactory: ({ storage }: EventStore, personalData: PersonalData) => historyOf(storage, personalData),
    },
  ],
})
export class AuditModule {}
