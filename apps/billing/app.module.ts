import { type DynamicModule, Module } from '@nestjs/common';
import { type Configuration, ConfigurationModule } from '@seatledger/configuration';
import { type Logger } from 'pino';

import { AuditModule } from './audit/audit.module';
import { ClosingsModule } from './closings/closings.module';
import { ContractsModule } from './contracts/contracts.module';
import { AuthenticationModule } from './infrastructure/authentication.module';
import { type Clock } from './infrastructure/clock';
import { ObservabilityModule } from './infrastructure/observability.module';
import { InvoicesModule } from './invoices/invoices.module';
import { MonthsModule } from './months/months.module';
import { OperationsModule } from './operations/operations.module';
import { WorkspacesModule } from './workspaces/workspaces.module';

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
@Module({
  imports: [
    WorkspacesModule,
    ContractsModule,
    MonthsModule,
    InvoicesModule,
    ClosingsModule,
    AuditModule,
    OperationsModule,
    AuthenticationModule,
  ],
})
export class AppModule {
  static of(options: AppOptions): DynamicModule {
    return { module: AppModule, imports: commonModules(options) };
  }
}
