import { randomUUID } from 'node:crypto';

import { ChangeBilling, type CommandOutcome } from '@seatledger/command-handling';
import { type BillDocumentRef, notFound } from '@seatledger/domain';
import { type BilledDocumentEntry, BillingQueries, type MonthDocument } from '@seatledger/projections';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

import { Metrics } from '../infrastructure/metrics';
import { type AuthenticatedRequest, Roles } from './auth';
import { amountsView, monthView } from './months.controller';
import { answerOf } from './outcomes';
import { ListQuery } from './queries';
import { limitOf, openCursor, sealCursor } from './reads';
import { RequestContexts } from './request-context';
import { NoBody } from './schemas';
import { validated } from './validation';

/** Closed months of contracts that want approval: they become invoices once accounting says so. */
@Controller('v1/invoices/drafts')
@Roles('accounting')
export class DraftsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
    private readonly billingQueries: BillingQueries,
  ) {}

  @Get()
  @Roles('accounting', 'auditor')
  async drafts(@Query() given: Record<string, string>) {
    const { limit, cursor } = validated(ListQuery, given, '/query');
    const { items, next } = await this.billingQueries.drafts(limitOf(limit), openCursor('drafts', cursor));
    return { items: items.map(draftView), nextCursor: sealCursor('drafts', next) };
  }

  /** Lets the draft become an invoice; its number is assigned then. */
  @Post(':draftId/approve')
  @HttpCode(202)
  async approve(@Req() request: AuthenticatedRequest, @Param('draftId') draftId: string, @Body() body: unknown) {
    validated(NoBody, body === undefined ? {} : body);
    const { workspaceId, ...ref } = parseDraftId(draftId);
    const { month } = ref;
    const command = { type: 'ApproveBill', ...ref } as const;
    const context = this.contexts.of(request, { ...command, workspaceId });
    const outcome: CommandOutcome = await this.bus.execute(
      new ChangeBilling(workspaceId, command, context, randomUUID()),
    );
    return { draftId, month, workspaceId, ...answerOf(outcome, this.metrics) };
  }
}

function draftView({
  month: { workspaceId, month, bill },
  draft,
}: {
  month: MonthDocument;
  draft: BilledDocumentEntry;
}) {
  const { language } = bill.invoicing;
  const draftId = `${workspaceId}_${month}.${draft.billRevision}.${draft.document}`;
  return {
    draftId,
    ...monthView(bill, language, 'closed', draft.billRevision),
    ...amountsView([draft.content], bill, language),
  };
}

/** `W_2026-03.0.0`: which document of which bill of which month. */
function parseDraftId(draftId: string): BillDocumentRef & { readonly workspaceId: string } {
  const [, workspaceId, month, revision, document] =
    /^([A-Za-z0-9_-]{1,64})_(\d{4}-\d{2})\.(\d{1,9})\.(\d{1,3})$/.exec(draftId) ?? [];
  if (workspaceId === undefined || month === undefined) throw notFound('unknown-draft', 'There is no such draft.');
  return { workspaceId, month, billRevision: Number(revision), document: Number(document) };
}
