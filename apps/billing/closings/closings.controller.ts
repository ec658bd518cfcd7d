import { Controller, Get, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';

import { type AuthenticatedRequest } from '../http/authenticated-request';
import { Body, Path } from '../http/params.decorator';
import { RequestContexts } from '../http/request-context';
import { Route } from '../http/route.decorator';
import { StartClosing, StartDryRun } from './commands';
import { GetClosing, ListFailingSteps } from './queries';
import { Closing, ClosingBody, ClosingPath, ClosingStarted, FailingSteps } from './schemas';

/** Runs of the month close, and the steps after it that do not get on. */
@Controller('v1/closings')
@ApiTags('Closing')
export class ClosingsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly contexts: RequestContexts,
  ) {}

  @Route({
    roles: ['scheduler', 'accounting'],
    summary: 'Close a month, of all workspaces or of some',
    more: 'Answered when the run is recorded; it goes on by itself. A dry run writes nothing.',
    isCommand: true,
    status: 202,
    response: ClosingStarted,
    problems: ['month-not-over', 'unknown-contract'],
    example: { month: '2026-03', dryRun: true },
  })
  @Post()
  async startClosing(@Req() request: AuthenticatedRequest, @Body(ClosingBody) body: ClosingBody) {
    const { month, workspaceIds = null, dryRun = false } = body;
    const run = { month, workspaceIds };
    const context = this.contexts.of(request, { type: 'Close', body });
    const command = dryRun ? new StartDryRun(run, context) : new StartClosing(run, context);
    return { closingId: await this.commands.execute(command) };
  }

  @Route({
    roles: ['scheduler', 'accounting', 'auditor'],
    summary: 'Steps after closings that failed and wait for their next try',
    response: FailingSteps,
  })
  @Get('parked')
  parked() {
    return this.queries.execute(new ListFailingSteps());
  }

  @Route({
    roles: ['scheduler', 'accounting', 'auditor'],
    summary: 'How far a run is',
    response: Closing,
    problems: ['unknown-closing'],
  })
  @Get(':closingId')
  closing(@Path(ClosingPath) { closingId }: ClosingPath) {
    return this.queries.execute(new GetClosing(closingId));
  }
}
