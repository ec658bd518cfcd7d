import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';

import { Query } from '../http/params.decorator';
import { Route } from '../http/route.decorator';
import { file } from '../http/schema';
import { datevParts } from './datev-export';
import { ExportDatev, ExportDatevArchive } from './exports';
import { DatevQuery } from './schemas';

/** Files for the accountant's own software. */
@Controller('v1/exports')
@ApiTags('Closing')
export class ExportsController {
  constructor(private readonly queries: QueryBus) {}

  @Route({
    roles: ['accounting'],
    summary: 'The booking batch of the invoices issued in a month',
    more:
      'DATEV format EXTF 700, Buchungsstapel, in Windows-1252. `with` gives a ZIP: with `debtors` also their master ' +
      'data (Debitoren/Kreditoren), with `documents` also PDF and XML of each invoice and the list that DATEV takes them in by.',
    response: { 'text/csv': file, 'application/zip': file },
    problems: ['datev-accounts-incomplete', 'rate-missing', 'documents-missing'],
  })
  @Get('datev')
  async datevBatch(@Query(DatevQuery) asked: DatevQuery, @Res({ passthrough: true }) reply: FastifyReply) {
    const { month, with: parts } = asked;
    if (parts !== undefined) {
      const archive = await this.queries.execute(new ExportDatevArchive(month, datevParts(parts)));
      void reply.type('application/zip').header('content-disposition', `attachment; filename="DATEV_${month}.zip"`);
      return archive;
    }
    const batch = await this.queries.execute(new ExportDatev(month));
    void reply
      .type('text/csv; charset=windows-1252')
      // DATEV finds the file by this beginning.
      .header('content-disposition', `attachment; filename="EXTF_Buchungsstapel_${month}.csv"`);
    return Buffer.from(batch);
  }
}
