import { type Readable } from 'node:stream';

import { Inject, Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type DocumentStore } from '@seatledger/blob-store';
import { type Configuration, configuration, type CurrentExchangeRates } from '@seatledger/configuration';
import { type BillingMonth } from '@seatledger/domain';
import { EventStore } from '@seatledger/event-store';
import { BillingQueries } from '@seatledger/projections';

import { CLOCK, type Clock } from '../infrastructure/clock';
import { EXCHANGE_RATES } from '../infrastructure/month-end.module';
import { ReadModels } from '../infrastructure/projections.module';
import { BLOB_STORE } from '../infrastructure/stores.module';
import { datevArchiveOf, datevBatchOf, type DatevExportParts, type DatevPart } from './datev-export';
import { zipStream } from './zip';

/** What exports read from. */
@Injectable()
export class DatevExportSources implements DatevExportParts {
  constructor(
    readonly eventStore: EventStore,
    readonly billingQueries: BillingQueries,
    readonly readModels: ReadModels,
    @Inject(BLOB_STORE) readonly documents: DocumentStore,
    @Inject(EXCHANGE_RATES) readonly exchangeRates: CurrentExchangeRates,
    @Inject(configuration.KEY) private readonly config: Configuration,
    @Inject(CLOCK) readonly clock: Clock,
  ) {}

  get datevAccounts() {
    return this.config.datevAccounts;
  }
}

/** The booking batch of the invoices issued in a month. */
export class ExportDatev extends Query<Uint8Array> {
  constructor(readonly month: BillingMonth) {
    super();
  }
}

@QueryHandler(ExportDatev)
export class ExportDatevHandler implements IQueryHandler<ExportDatev> {
  constructor(private readonly sources: DatevExportSources) {}

  execute({ month }: ExportDatev): Promise<Uint8Array> {
    return datevBatchOf(month, this.sources);
  }
}

/** The booking batch with the debtors' master data or the documents, as a ZIP. */
export class ExportDatevArchive extends Query<Readable> {
  constructor(
    readonly month: BillingMonth,
    readonly parts: ReadonlySet<DatevPart>,
  ) {
    super();
  }
}

@QueryHandler(ExportDatevArchive)
export class ExportDatevArchiveHandler implements IQueryHandler<ExportDatevArchive> {
  constructor(private readonly sources: DatevExportSources) {}

  async execute({ month, parts }: ExportDatevArchive): Promise<Readable> {
    return zipStream(await datevArchiveOf(month, parts, this.sources), this.sources.clock());
  }
}
