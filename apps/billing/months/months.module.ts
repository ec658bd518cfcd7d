import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { MonthEndModule } from '../infrastructure/month-end.module';
import { ProjectionsModule } from '../infrastructure/projections.module';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { MonthReads } from './month-reads';
import { MonthsController } from './months.controller';
import { MONTH_QUERY_HANDLERS } from './queries';

/** Billing months of workspaces. */
@Module({
  imports: [HttpModule, ProjectionsModule, MonthEndModule, WorkspacesModule],
  controllers: [MonthsController],
  providers: [...MONTH_QUERY_HANDLERS, MonthReads],
})
export class MonthsModule {}
