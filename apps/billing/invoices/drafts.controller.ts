import { Controller, Get, Post, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';

import { type AuthenticatedRequest, keyIdOf } from '../http/authenticated-request';
import { KeyLimits } from '../http/key-limits';
import { answerOf } from '../http/outcomes';
import { pageOf, ReadQuery } from '../http/paging';
import { Body, Path, Query } from '../http/params.decorator';
import { type ProblemDetails, Problems } from '../http/problems';
import { RequestContexts } from '../http/request-context';
import { Route } from '../http/route.decorator';
import { NoBody } from '../http/schema';
import { Metrics } from '../infrastructure/metrics';
import { ApproveDraft, RecountDraft, ReturnDraft } from './draft-commands';
import { parseDraftId } from './draft-id';
import { GetDraft, ListDrafts } from './draft-queries';
import {
  ApprovalResults,
  Approved,
  ApproveDraftsBody,
  Draft,
  DraftPath,
  DraftsQuery,
  DraftWithChange,
  Recounted,
  ReturnDraftBody,
  Returned,
} from './schemas';

/** Closed months of contracts that want approval: they become invoices once accounting says so. */
@Controller('v1/invoices/drafts')
@ApiTags('Invoices')
export class DraftsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
    private readonly problems: Problems,
    private readonly limits: KeyLimits,
  ) {}

  @Route({
    roles: ['accounting', 'auditor'],
    summary: 'Bills that wait for approval',
    more: 'Those that were returned among them, each with its reason.',
    response: pageOf(Draft),
  })
  @Get()
  drafts(@Query(DraftsQuery) asked: DraftsQuery) {
    return this.queries.execute(new ListDrafts(asked));
  }

  @Route({
    roles: ['accounting', 'auditor'],
    summary: 'A bill that waits for approval, with its change to the month before',
    response: DraftWithChange,
    problems: ['unknown-draft'],
  })
  @Get(':draftId')
  draft(@Path(DraftPath) { draftId }: DraftPath, @Query(ReadQuery) _asked: ReadQuery) {
    return this.queries.execute(new GetDraft(draftId));
  }

  @Route({
    roles: ['accounting'],
    summary: 'Let many bills become invoices',
    more: 'Each has its own result; one that is refused leaves the others alone.',
    isCommand: true,
    response: ApprovalResults,
    example: { ids: ['acme_2026-03.0.0', 'globex_2026-03.0.0'] },
  })
  @Post('approve')
  async approveAll(@Req() request: AuthenticatedRequest, @Body(ApproveDraftsBody) { ids }: ApproveDraftsBody) {
    this.limits.count(keyIdOf(request), ids.length);
    // The key is good for these very drafts, not only for each at its place.
    this.contexts.of(request, { type: 'ApproveDrafts', ids });
    return { results: await Promise.all(ids.map((draftId, index) => this.approveOne(request, draftId, index + 1))) };
  }

  @Route({
    roles: ['accounting'],
    summary: 'Let a bill become an invoice',
    more: 'Its number is assigned then.',
    isCommand: true,
    status: 202,
    response: Approved,
    problems: ['unknown-draft', 'draft-replaced', 'draft-returned'],
    example: {},
  })
  @Post(':draftId/approve')
  async approve(
    @Req() request: AuthenticatedRequest,
    @Path(DraftPath) { draftId }: DraftPath,
    @Body(NoBody) _body: NoBody,
  ) {
    return this.sendApproval(request, draftId);
  }

  @Route({
    roles: ['accounting'],
    summary: 'Send a bill back with a reason',
    more: 'It is not billed as it is: it waits, with the reason, until it is recounted.',
    isCommand: true,
    status: 202,
    response: Returned,
    problems: ['unknown-draft', 'draft-replaced', 'draft-approved'],
    example: { reason: 'Team Design was archived in February.' },
  })
  @Post(':draftId/return')
  async return(
    @Req() request: AuthenticatedRequest,
    @Path(DraftPath) { draftId }: DraftPath,
    @Body(ReturnDraftBody) { reason }: ReturnDraftBody,
  ) {
    const { workspaceId, ...ref } = parseDraftId(draftId);
    const command = { type: 'ReturnDraft' as const, ...ref, reason };
    const context = this.contexts.of(request, { ...command, workspaceId });
    const outcome = await this.commands.execute(new ReturnDraft(workspaceId, command, context));
    return { draftId, month: ref.month, workspaceId, ...answerOf(request, outcome, this.metrics) };
  }

  @Route({
    roles: ['accounting'],
    summary: 'Count a returned bill again, from the facts known now',
    more: 'What comes of it is a draft of its own, which waits for approval.',
    isCommand: true,
    status: 202,
    response: Recounted,
    problems: ['unknown-draft', 'draft-replaced', 'draft-approved', 'draft-not-returned'],
    example: {},
  })
  @Post(':draftId/recount')
  async recount(
    @Req() request: AuthenticatedRequest,
    @Path(DraftPath) { draftId }: DraftPath,
    @Body(NoBody) _body: NoBody,
  ) {
    const { workspaceId, ...ref } = parseDraftId(draftId);
    const command = { type: 'RecountDraft' as const, ...ref };
    const context = this.contexts.of(request, { ...command, workspaceId });
    const { outcome, draftIds } = await this.commands.execute(new RecountDraft(workspaceId, command, context));
    return { draftId, month: ref.month, workspaceId, ...answerOf(request, outcome, this.metrics), draftIds };
  }

  private async approveOne(request: AuthenticatedRequest, draftId: string, number: number): Promise<ApprovalResult> {
    try {
      const { changed } = await this.sendApproval(request, draftId, number);
      return { draftId, status: 'accepted', changed };
    } catch (error) {
      return { draftId, status: 'rejected', problem: this.problems.ofOne(error, request.log) };
    }
  }

  /** @param number its place among many, from 1: under the request's key it has one of its own */
  private async sendApproval(request: AuthenticatedRequest, draftId: string, number?: number) {
    const { workspaceId, ...ref } = parseDraftId(draftId);
    const command = { type: 'ApproveBill' as const, ...ref };
    const key = this.contexts.keyOf(request, number);
    const context = this.contexts.make(request, key, { ...command, workspaceId });
    const outcome = await this.commands.execute(new ApproveDraft(workspaceId, command, context));
    return { draftId, month: ref.month, workspaceId, ...answerOf(request, outcome, this.metrics) };
  }
}

interface ApprovalResult {
  readonly draftId: string;
  readonly status: 'accepted' | 'rejected';
  readonly changed?: boolean;
  readonly problem?: ProblemDetails;
}
