import { BillingQueries } from '@seatledger/projections';
import { type ClosingProgress, Closings, WorkRunner } from '@seatledger/month-end';
import { type FailedStep } from '@seatledger/work-queue';
import { type ClosingRequest, formatInstant, notFound } from '@seatledger/domain';
import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';

import { type AuthenticatedRequest, Roles } from './auth';
import { monthView } from './months.controller';
import { RequestContexts } from './request-context';
import { ClosingBody } from './schemas';
import { validated } from './validation';

const LISTED = 100;

/** Runs of the month close, and the steps after it that do not get on. */
@Controller('v1/closings')
@Roles('scheduler', 'accounting')
export class ClosingsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly closings: Closings,
    private readonly work: WorkRunner,
    private readonly billingQueries: BillingQueries,
  ) {}

  /** Closes a month; steps of it that failed are tried again at once. */
  @Post()
  @HttpCode(202)
  async start(@Req() request: AuthenticatedRequest, @Body() body: unknown) {
    const { month, workspaceIds, dryRun = false } = validated(ClosingBody, body);
    const run = { month, workspaceIds: workspaceIds ?? null };
    const { closings, work } = this;
    const context = this.contexts.of(request, { type: 'Close', body });
    if (dryRun) return { closingId: await closings.startDryRun(run, context) };
    const closingId = await closings.start(run, context);
    await work.retry(await this.failing(run));
    return { closingId };
  }

  /** Steps that failed and wait for their next try, with the reason, at most a thousand. */
  @Get('parked')
  @Roles('scheduler', 'accounting', 'auditor')
  async parked() {
    const failing = await this.work.failing();
    return {
      items: failing.map(({ kind, workspaceId, month, number, attempts, reason, notBefore }) => ({
        step: kind,
        workspaceId,
        month,
        number,
        attempts,
        problem: reason,
        nextTry: formatInstant(notBefore),
      })),
    };
  }

  @Get(':closingId')
  @Roles('scheduler', 'accounting', 'auditor')
  async closing(@Param('closingId') closingId: string) {
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
  private async problems({ request, failed }: ClosingProgress): Promise<{ workspaceId: string; problem: string }[]> {
    const known = new Set(failed.map(({ workspaceId }) => workspaceId));
    const failing = (await this.failing(request)).map(({ workspaceId, kind, number, attempts, reason }) => ({
      workspaceId: workspaceId ?? '',
      problem: `${kind}${number === null ? '' : ` ${number}`} failed ${attempts} times: ${reason}`,
    }));
    const { billingQueries } = this;
    const { items } = await billingQueries.invoices(
      { month: request.month, status: 'delivery-failed' },
      LISTED,
      undefined,
    );
    const undelivered = items.map(({ number, workspaceId, state }) => ({
      workspaceId,
      problem: `delivery-failed: ${number}: ${state.renderingFailed?.reason ?? state.deliveries.at(-1)?.reason ?? ''}`,
    }));
    return [...failing, ...undelivered]
      .filter(({ workspaceId }) => !known.has(workspaceId) && isOf(request, workspaceId))
      .slice(0, LISTED);
  }

  private async failing(request: ClosingRequest): Promise<FailedStep[]> {
    const failing = await this.work.failing(request.month);
    return failing.filter(({ workspaceId }) => workspaceId !== null && isOf(request, workspaceId));
  }
}

const isOf = ({ workspaceIds }: ClosingRequest, workspaceId: string): boolean =>
  workspaceIds === null || workspaceIds.includes(workspaceId);
