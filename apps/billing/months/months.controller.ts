import { Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';

import { ListQuery, pageOf, ReadQuery } from '../http/paging';
import { Path, Query } from '../http/params.decorator';
import { type ProblemCode } from '../http/problem-codes';
import { READERS } from '../http/roles.decorator';
import { Route } from '../http/route.decorator';
import { file, text, WorkspacePath } from '../http/schema';
import { ExportLicensees, GetMonth, type LicenseesFile, type LicenseesFormat, ListMonths, ListUnits } from './queries';
import { MonthAnswer, MonthPath, Unit } from './schemas';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const OF_MONTH: readonly ProblemCode[] = [
  'unknown-workspace',
  'unknown-contract',
  'month-not-billed',
  'month-not-begun',
];
const PREVIEW = { 'Seatledger-Month-Status': 'closed; or open: the list is a preview' };

/** A workspace's billing months: closed ones as billed, open ones as a preview. */
@Controller('v1/workspaces/:workspaceId/months')
@ApiTags('Months')
export class MonthsController {
  constructor(private readonly queries: QueryBus) {}

  @Route({
    roles: READERS,
    summary: 'Billing months, from the contract’s first to the current one',
    response: pageOf(MonthAnswer),
    problems: OF_MONTH,
  })
  @Get()
  months(@Path(WorkspacePath) { workspaceId }: WorkspacePath, @Query(ListQuery) asked: ListQuery) {
    return this.queries.execute(new ListMonths(workspaceId, asked));
  }

  @Route({ roles: READERS, summary: 'A billing month', response: MonthAnswer, problems: OF_MONTH })
  @Get(':month')
  month(@Path(MonthPath) { workspaceId, month }: MonthPath, @Query(ReadQuery) _asked: ReadQuery) {
    return this.queries.execute(new GetMonth(workspaceId, month));
  }

  @Route({ roles: READERS, summary: 'The units that a month bills', response: pageOf(Unit), problems: OF_MONTH })
  @Get(':month/units')
  units(@Path(MonthPath) { workspaceId, month }: MonthPath, @Query(ListQuery) asked: ListQuery) {
    return this.queries.execute(new ListUnits(workspaceId, month, asked));
  }

  @Route({
    roles: READERS,
    summary: 'The licensees of a month as CSV',
    more: 'RFC 4180 in UTF-8 with byte order mark, so that Excel shows umlauts right; no cell is a formula.',
    response: { 'text/csv': text },
    headers: PREVIEW,
    problems: OF_MONTH,
  })
  @Get(':month/licensees.csv')
  licenseesCsv(
    @Path(MonthPath) path: MonthPath,
    @Query(ReadQuery) _asked: ReadQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.licensees(path, 'csv', reply.type('text/csv; charset=utf-8'));
  }

  @Route({
    roles: READERS,
    summary: 'The licensees of a month as an Excel workbook',
    response: { [XLSX]: file },
    headers: PREVIEW,
    problems: OF_MONTH,
  })
  @Get(':month/licensees.xlsx')
  licenseesXlsx(
    @Path(MonthPath) path: MonthPath,
    @Query(ReadQuery) _asked: ReadQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.licensees(path, 'xlsx', reply.type(XLSX));
  }

  /** A preview says so in its name, and in a header for programs. */
  private async licensees(
    { workspaceId, month }: MonthPath,
    format: LicenseesFormat,
    reply: FastifyReply,
  ): Promise<LicenseesFile['content']> {
    const { content, isClosed } = await this.queries.execute(new ExportLicensees(workspaceId, month, format));
    const name = `licensees-${workspaceId}-${month}${isClosed ? '' : '-preview'}.${format}`;
    void reply
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('seatledger-month-status', isClosed ? 'closed' : 'open');
    return content;
  }
}
