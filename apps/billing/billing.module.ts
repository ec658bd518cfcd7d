import {
  COMMAND_HANDLERS,
  ContractQueue,
  InvoiceQueue,
  MonthQueue,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ScheduleModule } from '@nestjs/schedule';

import { ClosingSchedule } from './closing-schedule';
import { AuditController } from './http/audit.controller';
import { AuditFeedController } from './http/audit-feed.controller';
import { ClosingsController } from './http/closings.controller';
import { CommandsController } from './http/commands.controller';
import { ContractsController } from './http/contracts.controller';
import { DraftsController } from './http/drafts.controller';
import { DocumentationController } from './http/documentation.controller';
import { Draining } from './http/draining';
import { ExportsController } from './http/exports.controller';
import { InvoicesController } from './http/invoices.controller';
import { MonthsController } from './http/months.controller';
import { OperationsController } from './http/operations.controller';
import { ProblemFilter } from './http/problems';
import { ProjectionsController } from './http/projections.controller';
import { Reads } from './http/reads';
import { RequestContexts } from './http/request-context';
import { WorkspacesController } from './http/workspaces.controller';
import { Metrics } from './platform/metrics';
import { type Platform, PLATFORM } from './platform/platform';

/** The service in Nest's terms: commands by the command bus, reads, and the closing's schedule. */
@Module({})
export class BillingModule {
  static of(platform: Platform): DynamicModule {
    const { workspaceQueue, contractQueue, invoiceQueue, monthQueue } = platform.queues;
    return {
      module: BillingModule,
      imports: [CqrsModule.forRoot(), ScheduleModule.forRoot()],
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
      ],
      providers: [
        ...COMMAND_HANDLERS,
        { provide: PLATFORM, useValue: platform },
        Draining,
        { provide: Metrics, useValue: platform.metrics },
        { provide: WorkspaceQueue, useValue: workspaceQueue },
        { provide: ContractQueue, useValue: contractQueue },
        { provide: InvoiceQueue, useValue: invoiceQueue },
        { provide: MonthQueue, useValue: monthQueue },
        { provide: Reads, useFactory: () => new Reads(platform) },
        {
          provide: RequestContexts,
          useFactory: () => new RequestContexts(platform.personalData),
        },
        { provide: APP_FILTER, useClass: ProblemFilter },
        ClosingSchedule,
      ],
    };
  }
}
