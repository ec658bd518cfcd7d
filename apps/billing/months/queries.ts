import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type BillingMonth } from '@seatledger/domain';
import { licenseesCsv, licenseesXlsx } from '@seatledger/exports';
import { type UnitLists } from '@seatledger/month-end';

import { type ListQuery, type Page, pageFrom } from '../http/paging';
import { MonthReads } from './month-reads';
import { type monthView } from './month-view';

type MonthView = ReturnType<typeof monthView>;
type BilledUnit = NonNullable<Awaited<ReturnType<UnitLists['list']>>>['units'][number];
/** Teams by id: their names are what exports and annexes show. */
type UnitView = Omit<BilledUnit, 'teamNames'>;

export class ListMonths extends Query<Page<MonthView>> {
  constructor(
    readonly workspaceId: string,
    readonly asked: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListMonths)
class ListMonthsHandler implements IQueryHandler<ListMonths> {
  constructor(private readonly months: MonthReads) {}

  async execute({ workspaceId, asked }: ListMonths): Promise<Page<MonthView>> {
    const contract = await this.months.contractOf(workspaceId);
    const page = pageFrom('months', await this.months.monthsOf(contract), (month) => month, asked);
    const previewOf = this.months.previewsUpTo(workspaceId, page.items.at(-1) ?? contract.firstMonth);
    const items: MonthView[] = [];
    for (const month of page.items) items.push(await this.months.view(contract, month, previewOf));
    return { ...page, items };
  }
}

export class GetMonth extends Query<MonthView> {
  constructor(
    readonly workspaceId: string,
    readonly month: BillingMonth,
  ) {
    super();
  }
}

@QueryHandler(GetMonth)
class GetMonthHandler implements IQueryHandler<GetMonth> {
  constructor(private readonly months: MonthReads) {}

  async execute({ workspaceId, month }: GetMonth): Promise<MonthView> {
    return this.months.view(await this.months.contractOf(workspaceId), month);
  }
}

export class ListUnits extends Query<Page<UnitView>> {
  constructor(
    readonly workspaceId: string,
    readonly month: BillingMonth,
    readonly asked: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListUnits)
class ListUnitsHandler implements IQueryHandler<ListUnits> {
  constructor(private readonly months: MonthReads) {}

  async execute({ workspaceId, month, asked }: ListUnits): Promise<Page<UnitView>> {
    const { units } = await this.months.units(workspaceId, month);
    const views = units.map(({ teamNames: _, ...unit }): UnitView => unit);
    return pageFrom('units', views, ({ unitId }) => unitId, asked);
  }
}

export type LicenseesFormat = 'csv' | 'xlsx';

/** A file of licensees, and whether it is of a closed month. */
export interface LicenseesFile {
  readonly content: string | Uint8Array;
  readonly isClosed: boolean;
}

export class ExportLicensees extends Query<LicenseesFile> {
  constructor(
    readonly workspaceId: string,
    readonly month: BillingMonth,
    readonly format: LicenseesFormat,
  ) {
    super();
  }
}

@QueryHandler(ExportLicensees)
class ExportLicenseesHandler implements IQueryHandler<ExportLicensees> {
  constructor(private readonly months: MonthReads) {}

  async execute({ workspaceId, month, format }: ExportLicensees): Promise<LicenseesFile> {
    const { variant, closed, units } = await this.months.units(workspaceId, month);
    const content =
      format === 'csv'
        ? licenseesCsv(variant, units)
        : await licenseesXlsx(variant, units, closed ? month : `${month} preview`);
    return { content, isClosed: closed };
  }
}

export const MONTH_QUERY_HANDLERS = [ListMonthsHandler, GetMonthHandler, ListUnitsHandler, ExportLicenseesHandler];
