import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { CommandHandlingModule } from '../infrastructure/command-handling.module';
import { MonthEndModule } from '../infrastructure/month-end.module';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { CONTRACT_COMMAND_HANDLERS } from './commands';
import { ContractsController } from './contracts.controller';
import { GetContractHandler, GetContractWarningsHandler } from './queries';

/** What workspaces pay for and how. */
@Module({
  imports: [HttpModule, CommandHandlingModule, MonthEndModule, WorkspacesModule],
  controllers: [ContractsController],
  providers: [...CONTRACT_COMMAND_HANDLERS, GetContractHandler, GetContractWarningsHandler],
})
export class ContractsModule {}
