import { notFound } from '@seatledger/domain';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';

import { type Platform, PLATFORM } from '../platform/platform';
import { type AuthenticatedRequest, Roles } from './auth';
import { monthView } from './months.controller';
import { RequestContexts } from './request-context';
import { ClosingBody } from './schemas';
import { validated } from './validation';

/** Runs of the month close. */
@Controller('v1/closings')
@Roles('scheduler', 'accounting')
export class ClosingsController {
  constructor(
    private readonly contexts: RequestContexts,
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  @Post()
  @HttpCode(202)
  async start(@Req() request: AuthenticatedRequest, @Body() body: unknown) {
    const { month, workspaceIds, dryRun = false } = validated(ClosingBody, body);
    const run = { month, workspaceIds: workspaceIds ?? null };
    const { closings } = this.platform;
    if (dryRun) return { closingId: await closings.startDryRun(run) };
    const context = this.contexts.of(request, { type: 'Close', body });
    return { closingId: await closings.start(run, context) };
  }

  @Get(':closingId')
  @Roles('scheduler', 'accounting', 'auditor')
  async closing(@Param('closingId') closingId: string) {
    const running = this.platform.closings.progress(closingId);
    if (running !== undefined) {
      const { bills, failedCount: _count, ...progress } = running;
      if (bills === undefined) return progress;
      return {
        ...progress,
        workspaces: bills.map(({ bill }) =>
          monthView(bill, bill.invoicing.language, 'open', bill.workspaceRevision, undefined),
        ),
      };
    }
    const stored = await this.platform.billingQueries.closing(closingId);
    if (stored === undefined) throw notFound('unknown-closing', 'There is no such closing.');
    const { failedCount: _count, ...report } = stored.report ?? NOTHING_YET;
    return { closingId, state: stored.state, month: stored.request.month, ...report };
  }
}

const NOTHING_YET = {
  total: 0,
  closed: 0,
  nothingToBill: 0,
  alreadyClosed: 0,
  failedCount: 0,
  failed: [],
};
