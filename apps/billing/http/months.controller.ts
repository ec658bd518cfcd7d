import { CLOCK, type Clock } from '../infrastructure/clock';
import { BillingQueries } from '@seatledger/projections';
import {
  type BillDocument,
  type BillingMonth,
  boundsOf,
  describeLines,
  type Language,
  type MonthBill,
  type MonthLine,
  monthOf,
  monthsBetween,
  type Instant,
  notFound,
  type OpenedContract,
  sumOf,
  termsFor,
} from '@seatledger/domain';
import { type MonthPreview, MonthClosing, UnitLists } from '@seatledger/month-end';
import { type MonthDocument, ownEntryOf, standingDocuments } from '@seatledger/projections';
import { licenseesCsv, licenseesXlsx } from '@seatledger/exports';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';

import { READERS, Roles } from './auth';
import { WorkspaceListQuery, WorkspaceQuery } from './queries';
import { pageOf, Reads } from './reads';
import { Id, Month } from './schemas';
import { validated } from './validation';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A workspace's billing months: closed ones as billed, open ones as a preview. */
@Controller('v1/workspaces/:workspaceId/months')
@Roles(...READERS)
export class MonthsController {
  constructor(
    private readonly reads: Reads,
    private readonly closer: MonthClosing,
    private readonly unitLists: UnitLists,
    private readonly billingQueries: BillingQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  async months(@Param('workspaceId') workspaceId: string, @Query() given: Record<string, string>) {
    const { atLeast, ...asked } = validated(WorkspaceListQuery, given, '/query');
    const contract = await this.contractOf(workspaceId, atLeast);
    const page = pageOf('months', await this.monthsOf(contract), (month) => month, asked);
    // An open month's preview needs those before it: they are made once for all.
    let previews: Promise<ReadonlyMap<BillingMonth, MonthPreview>> | undefined;
    const previewOf = async (month: BillingMonth): Promise<MonthPreview> => {
      const { closer } = this;
      previews ??= closer.previews(workspaceId, page.items.at(-1) ?? month);
      return (await previews).get(month) ?? closer.preview(workspaceId, month);
    };
    const items = [];
    for (const month of page.items) items.push(await this.view(contract, month, previewOf));
    return { ...page, items };
  }

  @Get(':month')
  async month(
    @Param('workspaceId') workspaceId: string,
    @Param('month') given: string,
    @Query() queried: Record<string, string>,
  ) {
    const { atLeast } = validated(WorkspaceQuery, queried, '/query');
    const month = validated(Month, given, '/month');
    const contract = await this.contractOf(workspaceId, atLeast);
    return this.view(contract, month);
  }

  @Get(':month/units')
  async units(
    @Param('workspaceId') workspaceId: string,
    @Param('month') given: string,
    @Query() queried: Record<string, string>,
  ) {
    const { atLeast, ...asked } = validated(WorkspaceListQuery, queried, '/query');
    const { units } = await this.listed(workspaceId, given, atLeast);
    return pageOf('units', units, ({ unitId }) => unitId, asked);
  }

  @Get(':month/licensees.csv')
  async licenseesCsv(
    @Param('workspaceId') workspaceId: string,
    @Param('month') given: string,
    @Query() queried: Record<string, string>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { atLeast } = validated(WorkspaceQuery, queried, '/query');
    const { variant, closed, units } = await this.listed(workspaceId, given, atLeast);
    nameFile(reply.type('text/csv; charset=utf-8'), `licensees-${workspaceId}-${given}`, 'csv', closed);
    return licenseesCsv(variant, units);
  }

  @Get(':month/licensees.xlsx')
  async licenseesXlsx(
    @Param('workspaceId') workspaceId: string,
    @Param('month') given: string,
    @Query() queried: Record<string, string>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { atLeast } = validated(WorkspaceQuery, queried, '/query');
    const { variant, closed, units } = await this.listed(workspaceId, given, atLeast);
    nameFile(reply.type(XLSX), `licensees-${workspaceId}-${given}`, 'xlsx', closed);
    return licenseesXlsx(variant, units, closed ? given : `${given} preview`);
  }

  private async listed(workspaceId: string, given: string, atLeast: string | undefined) {
    const month = validated(Month, given, '/month');
    const contract = await this.contractOf(workspaceId, atLeast);
    this.refuseUnbilled(contract, month);
    const listed = await this.unitLists.list(workspaceId, month);
    if (listed === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');
    return listed;
  }

  private async view(
    contract: OpenedContract,
    month: BillingMonth,
    previewOf = (open: BillingMonth) => this.closer.preview(contract.workspaceId, open),
  ) {
    const { workspaceId } = contract;
    const { closer, billingQueries } = this;
    const closed = await closer.closedMonth(workspaceId, month);
    if (closed !== undefined) {
      const { language } = closed.bill.invoicing;
      const view = monthView(closed.bill, language, 'closed', closed.bill.workspaceRevision);
      return { ...view, ...billedView(await billingQueries.month(workspaceId, month), language) };
    }
    this.refuseUnbilled(contract, month);
    const { language } = termsFor(await closer.contractOf(workspaceId), month);
    const { bill } = await previewOf(month);
    return monthView(bill, language, 'open', bill.workspaceRevision);
  }

  private async contractOf(workspaceId: string, atLeast: string | undefined): Promise<OpenedContract> {
    await this.reads.reached(validated(Id, workspaceId, '/workspaceId'), atLeast);
    return this.closer.contractOf(workspaceId);
  }

  private refuseUnbilled(contract: OpenedContract, month: BillingMonth): void {
    if (month < contract.firstMonth) {
      throw notFound('month-not-billed', `The contract's first month is ${contract.firstMonth}.`);
    }
    refuseUnbegun(contract, month, this.clock());
  }

  /** From the first month to the contract's last or the current one, and those settled after it. */
  private async monthsOf({
    workspaceId,
    firstMonth,
    lastMonth,
    openingTerms,
  }: OpenedContract): Promise<BillingMonth[]> {
    const current = monthOf(this.clock(), openingTerms.timeZone);
    const last = lastMonth !== undefined && lastMonth < current ? lastMonth : current;
    const closed = await this.billingQueries.closedMonths(workspaceId);
    const settled = closed.map(({ month }) => month).filter((month) => month > last);
    return [...monthsBetween(firstMonth, last), ...settled];
  }
}

/** A preview says so in its name, and in a header for programs. */
function nameFile(reply: FastifyReply, name: string, extension: string, closed: boolean): void {
  const file = `${name}${closed ? '' : '-preview'}.${extension}`;
  void reply
    .header('content-disposition', `attachment; filename="${file}"`)
    .header('seatledger-month-status', closed ? 'closed' : 'open');
}

/** A month as the API shows it. */
export function monthView(bill: MonthBill, language: Language, status: 'open' | 'closed', revision: number) {
  return {
    workspaceId: bill.workspaceId,
    month: bill.month,
    status,
    variant: bill.terms.variant,
    countingRule: bill.terms.countingRule,
    units: bill.units,
    quantity: bill.quantity,
    ...amountsView(bill.documents, bill, language),
    revision,
    unitsDigest: bill.unitsDigest,
  };
}

/** Lines and totals of documents of a bill. */
export function amountsView(documents: readonly BillDocument[], { terms, currency }: MonthBill, language: Language) {
  return {
    lines: documents.flatMap(({ lines }) => {
      const descriptions = describeLines(lines, terms, language);
      return lines.map((line, index) => {
        const { percent: _percent, ...shown } = lineView(line);
        return { ...shown, description: descriptions[index] ?? '' };
      });
    }),
    ...sumOf(documents, currency),
  };
}

/** What of a closed month's bills stands now, and on which invoices. */
export function billedView(month: MonthDocument | undefined, language: Language) {
  if (month === undefined) return { invoiceNumbers: [] };
  const standing = standingDocuments(month);
  const own = ownEntryOf(month);
  const invoiceNumber = own?.invoiceNumber ?? undefined;
  return {
    ...amountsView(
      standing.map(({ content }) => content),
      month.bill,
      language,
    ),
    ...(own?.cancelled === true ? { cancelled: true } : {}),
    ...(invoiceNumber === undefined ? {} : { invoiceNumber }),
    invoiceNumbers: standing.flatMap((entry) => entry.invoiceNumber ?? []),
  };
}

/** A line of a month or an invoice as the API shows it. */
export function lineView<Line extends MonthLine>({ tax, variant: _variant, difference: _difference, ...line }: Line) {
  return { ...line, taxCategory: tax.category, taxRate: tax.rate };
}

/** @throws {DomainError} `month-not-begun` */
export function refuseUnbegun(contract: OpenedContract, month: BillingMonth, now: Instant): void {
  const { timeZone } = termsFor(contract, month);
  if (boundsOf(month, timeZone).start > now) throw notFound('month-not-begun', `${month} has not begun.`);
}
