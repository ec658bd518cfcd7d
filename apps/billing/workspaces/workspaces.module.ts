import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { AuthenticationModule } from '../infrastructure/authentication.module';
import { CommandHandlingModule } from '../infrastructure/command-handling.module';
import { ProjectionsModule } from '../infrastructure/projections.module';
import { BatchController } from './batch.controller';
import { WORKSPACE_COMMAND_HANDLERS } from './commands';
import { WORKSPACE_QUERY_HANDLERS } from './queries';
import { WorkspaceReads } from './workspace-reads';
import { WorkspacesController } from './workspaces.controller';

/** Workspaces, their teams and their members. */
@Module({
  imports: [HttpModule, AuthenticationModule, CommandHandlingModule, ProjectionsModule],
  controllers: [WorkspacesController, BatchController],
  providers: [...WORKSPACE_COMMAND_HANDLERS, ...WORKSPACE_QUERY_HANDLERS, WorkspaceReads],
  exports: [WorkspaceReads],
})
export class WorkspacesModule {}
