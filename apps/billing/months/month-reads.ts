import { Inject, Injectable } from '@nestjs/common';
import { type BillingMonth, monthOf, monthsBetween, notFound, type OpenedContract, termsFor } from '@seatledger/domain';
import { MonthClosing, type MonthPreview, UnitLists } from '@seatledger/month-end';
import { BillingQueries } from '@seatledger/projections';

import { CLOCK, type Clock } from '../infrastructure/clock';
import { WorkspaceReads } from '../workspaces/workspace-reads';
import { billedView, monthView, refuseUnbegun } from './month-view';

type PreviewOf = (month: BillingMonth) => Promise<MonthPreview>;

/** Months as they are read: closed ones as billed, open ones as closing them now would bill them. */
@Injectable()
export class MonthReads {
  constructor(
    private readonly reads: WorkspaceReads,
    private readonly closer: MonthClosing,
    private readonly unitLists: UnitLists,
    private readonly billingQueries: BillingQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async contractOf(workspaceId: string): Promise<OpenedContract> {
    await this.reads.checkKnown(workspaceId);
    return this.closer.contractOf(workspaceId);
  }

  /** What counts for a month, with what each unit is called. */
  async units(workspaceId: string, month: BillingMonth) {
    const contract = await this.contractOf(workspaceId);
    this.refuseUnbilled(contract, month);
    const listed = await this.unitLists.list(workspaceId, month);
    if (listed === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');
    return listed;
  }

  /** @param previewOf what closing an open month now would bill; given where many months are read */
  async view(
    contract: OpenedContract,
    month: BillingMonth,
    previewOf: PreviewOf = (open) => this.closer.preview(contract.workspaceId, open),
  ) {
    const { workspaceId } = contract;
    const closed = await this.closer.closedMonth(workspaceId, month);
    if (closed !== undefined) {
      const { language } = closed.bill.invoicing;
      const view = monthView(closed.bill, language, 'closed', closed.bill.workspaceRevision);
      return { ...view, ...billedView(await this.billingQueries.month(workspaceId, month), language) };
    }
    this.refuseUnbilled(contract, month);
    const { language } = termsFor(contract, month);
    const { bill } = await previewOf(month);
    return monthView(bill, language, 'open', bill.workspaceRevision);
  }

  /** An open month's preview needs those before it: they are made once for all of a page. */
  previewsUpTo(workspaceId: string, last: BillingMonth): PreviewOf {
    let previews: Promise<ReadonlyMap<BillingMonth, MonthPreview>> | undefined;
    return async (month) => {
      previews ??= this.closer.previews(workspaceId, last);
      return (await previews).get(month) ?? this.closer.preview(workspaceId, month);
    };
  }

  /** From the first month to the contract's last or the current one, and those settled after it. */
  async monthsOf({ workspaceId, firstMonth, lastMonth, openingTerms }: OpenedContract): Promise<BillingMonth[]> {
    const current = monthOf(this.clock(), openingTerms.timeZone);
    const last = lastMonth !== undefined && lastMonth < current ? lastMonth : current;
    const closed = await this.billingQueries.closedMonths(workspaceId);
    const settled = closed.map(({ month }) => month).filter((month) => month > last);
    return [...monthsBetween(firstMonth, last), ...settled];
  }

  private refuseUnbilled(contract: OpenedContract, month: BillingMonth): void {
    if (month < contract.firstMonth) {
      throw notFound('month-not-billed', `The contract's first month is ${contract.firstMonth}.`);
    }
    refuseUnbegun(contract, month, this.clock());
  }
}
