import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { notFound } from '@seatledger/domain';
import { type ClosingProgress, Closings } from '@seatledger/month-end';
import { BillingQueries } from '@seatledger/projections';

import { monthView } from '../months/month-view';
import { FailingSteps, isOf } from './failing-steps';

const MAX_PROBLEMS = 100;

interface WorkspaceProblem {
  readonly workspaceId: string;
  readonly problem: string;
}

interface ClosingView extends Omit<ClosingProgress, 'bills' | 'failedCount' | 'request' | 'failed'> {
  readonly month: string;
  readonly failed: readonly WorkspaceProblem[];
  /** Of a dry run: what each would be billed. */
  readonly workspaces?: readonly ReturnType<typeof monthView>[];
}

export class GetClosing extends Query<ClosingView> {
  constructor(readonly closingId: string) {
    super();
  }
}

@QueryHandler(GetClosing)
export class GetClosingHandler implements IQueryHandler<GetClosing> {
  constructor(
    private readonly closings: Closings,
    private readonly failingSteps: FailingSteps,
    private readonly billingQueries: BillingQueries,
  ) {}

  async execute({ closingId }: GetClosing): Promise<ClosingView> {
    const progress = await this.closings.progress(closingId);
    if (progress === undefined) throw notFound('unknown-closing', 'There is no such closing.');
    const { bills, failedCount: _count, request, ...counts } = progress;
    const report = { ...counts, month: request.month };
    if (bills === undefined) return { ...report, failed: [...report.failed, ...(await this.problems(progress))] };
    return {
      ...report,
      workspaces: bills.map(({ bill }) => monthView(bill, bill.invoicing.language, 'open', bill.workspaceRevision)),
    };
  }

  /** What became of the run's invoices since: steps that fail, and deliveries that did. */
  private async problems({ request, failed }: ClosingProgress): Promise<WorkspaceProblem[]> {
    const known = new Set(failed.map(({ workspaceId }) => workspaceId));
    const failing = (await this.failingSteps.ofRun(request)).map(({ workspaceId, kind, number, attempts, reason }) => ({
      workspaceId: workspaceId ?? '',
      problem: `${kind}${number === null ? '' : ` ${number}`} failed ${attempts} times: ${reason}`,
    }));
    return [...failing, ...(await this.undelivered(request.month))]
      .filter(({ workspaceId }) => !known.has(workspaceId) && isOf(request, workspaceId))
      .slice(0, MAX_PROBLEMS);
  }

  private async undelivered(month: string): Promise<WorkspaceProblem[]> {
    const filter = { month, status: 'delivery-failed' as const };
    const { items } = await this.billingQueries.invoices(filter, MAX_PROBLEMS, undefined);
    return items.map(({ number, workspaceId, state }) => ({
      workspaceId,
      problem: `delivery-failed: ${number}: ${state.renderingFailed?.reason ?? state.deliveries.at(-1)?.reason ?? ''}`,
    }));
  }
}

export class ListFailingSteps extends Query<{ readonly items: Awaited<ReturnType<FailingSteps['list']>> }> {}

@QueryHandler(ListFailingSteps)
export class ListFailingStepsHandler implements IQueryHandler<ListFailingSteps> {
  constructor(private readonly failingSteps: FailingSteps) {}

  async execute() {
    return { items: await this.failingSteps.list() };
  }
}
