import { type DocumentStore } from '@seatledger/blob-store';
import { configuration, type Configuration, type CurrentExchangeRates } from '@seatledger/configuration';
import { EventStore } from '@seatledger/event-store';
import { BillingQueries } from '@seatledger/projections';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';

import { datevArchiveOf, datevBatchOf, type DatevExportParts, datevParts } from '../exports/datev-export';
import { zipStream } from '../exports/zip';
import { CLOCK, type Clock } from '../infrastructure/clock';
import { EXCHANGE_RATES } from '../infrastructure/month-end.module';
import { ReadModels } from '../infrastructure/projections.module';
import { BLOB_STORE } from '../infrastructure/stores.module';
import { Roles } from './auth';
import { DatevQuery } from './queries';
import { validated } from './validation';

/** Files for the accountant's own software. */
@Controller('v1/exports')
@Roles('accounting')
export class ExportsController {
  constructor(
    private readonly eventStore: EventStore,
    private readonly billingQueries: BillingQueries,
    private readonly readModels: ReadModels,
    @Inject(BLOB_STORE) private readonly documents: DocumentStore,
    @Inject(EXCHANGE_RATES) private readonly exchangeRates: CurrentExchangeRates,
    @Inject(configuration.KEY) private readonly config: Configuration,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('datev')
  async datev(@Query() given: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply) {
    const query = validated(DatevQuery, given, '/query');
    const { month } = query;
    const attachment = (name: string): string => `attachment; filename="${name}"`;
    if (query.with === undefined) {
      const batch = await datevBatchOf(month, this.parts());
      void reply
        .type('text/csv; charset=windows-1252')
        // DATEV finds the file by this beginning.
        .header('content-disposition', attachment(`EXTF_Buchungsstapel_${month}.csv`));
      return Buffer.from(batch);
    }
    const entries = await datevArchiveOf(month, datevParts(query.with), this.parts());
    void reply.type('application/zip').header('content-disposition', attachment(`DATEV_${month}.zip`));
    return reply.send(zipStream(entries, this.clock()));
  }

  private parts(): DatevExportParts {
    const { eventStore, billingQueries, readModels, documents, exchangeRates, clock } = this;
    const { datevAccounts } = this.config;
    return { eventStore, billingQueries, readModels, documents, exchangeRates, datevAccounts, clock };
  }
}
