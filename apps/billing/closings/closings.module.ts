import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { MonthEndModule } from '../infrastructure/month-end.module';
import { ProjectionsModule } from '../infrastructure/projections.module';
import { ClosingsController } from './closings.controller';
import { StartClosingHandler, StartDryRunHandler } from './commands';
import { FailingSteps } from './failing-steps';
import { GetClosingHandler, ListFailingStepsHandler } from './queries';

/** Runs of the month close. */
@Module({
  imports: [HttpModule, ProjectionsModule, MonthEndModule],
  controllers: [ClosingsController],
  providers: [StartClosingHandler, StartDryRunHandler, GetClosingHandler, ListFailingStepsHandler, FailingSteps],
})
export class ClosingsModule {}
