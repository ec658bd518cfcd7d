import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { CommandHandlingModule } from '../infrastructure/command-handling.module';
import { MonthEndModule } from '../infrastructure/month-end.module';
import { ProjectionsModule } from '../infrastructure/projections.module';
import { StoresModule } from '../infrastructure/stores.module';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { INVOICE_COMMAND_HANDLERS } from './commands';
import { DRAFT_COMMAND_HANDLERS } from './draft-commands';
import { DRAFT_QUERY_HANDLERS } from './draft-queries';
import { DraftsController } from './drafts.controller';
import { DatevExportSources, ExportDatevArchiveHandler, ExportDatevHandler } from './exports';
import { ExportsController } from './exports.controller';
import { InvoicesController } from './invoices.controller';
import { INVOICE_QUERY_HANDLERS, RenderedInvoices, VisibleInvoices } from './queries';

/** Invoices, the drafts that become invoices, and their exports. */
@Module({
  imports: [HttpModule, StoresModule, CommandHandlingModule, ProjectionsModule, MonthEndModule, WorkspacesModule],
  // Drafts first: their path would else be taken for an invoice's number.
  controllers: [DraftsController, InvoicesController, ExportsController],
  providers: [
    ...INVOICE_COMMAND_HANDLERS,
    ...INVOICE_QUERY_HANDLERS,
    ...DRAFT_COMMAND_HANDLERS,
    ...DRAFT_QUERY_HANDLERS,
    ExportDatevHandler,
    ExportDatevArchiveHandler,
    DatevExportSources,
    RenderedInvoices,
    VisibleInvoices,
  ],
})
export class InvoicesModule {}
