import { COMMAND_HANDLERS } from '@seatledger/command-handling';
import { type Configuration, ConfigurationModule } from '@seatledger/configuration';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { type Logger } from 'pino';

import { AuditController } from './http/audit.controller';
import { AuditFeedController } from './http/audit-feed.controller';
import { ClosingsController } from './http/closings.controller';
import { CommandsController } from './http/commands.controller';
import { ContractsController } from './http/contracts.controller';
import { DocumentationController } from './http/documentation.controller';
import { DraftsController } from './http/drafts.controller';
import { Draining } from './http/draining';
import { ExportsController } from './http/exports.controller';
import { InvoicesController } from './http/invoices.controller';
import { MonthsController } from './http/months.controller';
import { OperationsController } from './http/operations.controller';
import { KeyLimits } from './http/key-limits';
import { ProblemFilter } from './http/problems';
import { ProjectionsController } from './http/projections.controller';
import { Reads } from './http/reads';
import { RequestContexts } from './http/request-context';
import { SigningKeysController } from './http/signing-keys.controller';
import { WorkspacesController } from './http/workspaces.controller';
import { AuthenticationModule } from './infrastructure/authentication.module';
import { type Clock } from './infrastructure/clock';
import { CommandHandlingModule } from './infrastructure/command-handling.module';
import { MonthEndModule } from './infrastructure/month-end.module';
import { ObservabilityModule } from './infrastructure/observability.module';
import { ProjectionsModule } from './infrastructure/projections.module';
import { StoresModule } from './infrastructure/stores.module';

export interface AppOptions {
  readonly config: Configuration;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** What every application of these modules has, besides the modules that it is about. */
export const commonModules = ({ config, log, clock = Date.now }: AppOptions): DynamicModule[] => [
  ConfigurationModule.of(config),
  ObservabilityModule.of(log, clock),
];

/** The service: its list of modules is the table of contents. */
@Module({})
export class AppModule {
  static of(options: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...commonModules(options),
        CqrsModule.forRoot(),
        StoresModule,
        AuthenticationModule,
        CommandHandlingModule,
        ProjectionsModule,
        MonthEndModule,
      ],
      controllers: [
        WorkspacesController,
        CommandsController,
        ContractsController,
        MonthsController,
        DraftsController,
        InvoicesController,
        ExportsController,
        ClosingsController,
        AuditFeedController,
        AuditController,
        OperationsController,
        DocumentationController,
        ProjectionsController,
        SigningKeysController,
      ],
      providers: [
        ...COMMAND_HANDLERS,
        Draining,
        KeyLimits,
        Reads,
        RequestContexts,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
