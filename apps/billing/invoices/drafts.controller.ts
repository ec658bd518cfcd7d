import { Controller, Get, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';

import { type AuthenticatedRequest } from '../http/authenticated-request';
import { answerOf } from '../http/outcomes';
import { ListQuery, pageOf } from '../http/paging';
import { Body, Path, Query } from '../http/params.decorator';
import { RequestContexts } from '../http/request-context';
import { Route } from '../http/route.decorator';
import { NoBody } from '../http/schema';
import { Metrics } from '../infrastructure/metrics';
import { ApproveDraft } from './commands';
import { parseDraftId } from './draft-id';
import { ListDrafts } from './queries';
import { Approved, Draft, DraftPath } from './schemas';

/** Closed months of contracts that want approval: they become invoices once accounting says so. */
@Controller('v1/invoices/drafts')
@ApiTags('Invoices')
export class DraftsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
  ) {}

  @Route({ roles: ['accounting', 'auditor'], summary: 'Bills that wait for approval', response: pageOf(Draft) })
  @Get()
  drafts(@Query(ListQuery) asked: ListQuery) {
    return this.queries.execute(new ListDrafts(asked));
  }

  @Route({
    roles: ['accounting'],
    summary: 'Let a bill become an invoice',
    more: 'Its number is assigned then.',
    isCommand: true,
    status: 202,
    response: Approved,
    problems: ['unknown-draft', 'draft-replaced'],
    example: {},
  })
  @Post(':draftId/approve')
  async approve(
    @Req() request: AuthenticatedRequest,
    @Path(DraftPath) { draftId }: DraftPath,
    @Body(NoBody) _body: NoBody,
  ) {
    const { workspaceId, ...ref } = parseDraftId(draftId);
    const command = { type: 'ApproveBill' as const, ...ref };
    const context = this.contexts.of(request, { ...command, workspaceId });
    const outcome = await this.commands.execute(new ApproveDraft(workspaceId, command, context));
    return { draftId, month: ref.month, workspaceId, ...answerOf(request, outcome, this.metrics) };
  }
}
