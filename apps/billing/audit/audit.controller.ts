import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type KnownAt } from '@seatledger/audit';
import { type FastifyReply } from 'fastify';

import { type AuthenticatedRequest } from '../http/authenticated-request';
import { NDJSON } from '../http/body-parsers';
import { KeyLimits } from '../http/key-limits';
import { Body, Path, Query } from '../http/params.decorator';
import { type ProblemCode } from '../http/problem-codes';
import { Route } from '../http/route.decorator';
import { instantOf } from '../http/validation';
import { MonthPath } from '../months/schemas';
import { ReadHistory } from './history';
import { ExplainInvoice, ExplainUnit, RecountMonth, Verify } from './queries';
import {
  AuditedInvoicePath,
  AuditedMonth,
  EventsQuery,
  ExplainedInvoice,
  ExplainedUnit,
  KnownAtQuery,
  RecordedEvent,
  UnitPath,
  Verification,
  VerificationBody,
} from './schemas';

const OF_HISTORY: readonly ProblemCode[] = [
  'unknown-workspace',
  'unknown-contract',
  'unknown-revision',
  'month-not-billed',
];

/** The audit: months recounted as they were known, units and invoices explained, everything verified. */
@Controller('v1/audit')
@ApiTags('Audit')
export class AuditController {
  constructor(
    private readonly queries: QueryBus,
    private readonly limits: KeyLimits,
  ) {}

  @Route({
    roles: ['auditor'],
    summary: 'The history as it was recorded',
    more:
      'One event a line, in the order of recording, up to what is recorded when it is asked for; read no faster ' +
      'than it is taken. Of a workspace: its own events, its contract, months and invoices.',
    response: { 'application/x-ndjson': RecordedEvent },
  })
  @Get('events')
  async auditEvents(
    @Req() request: AuthenticatedRequest,
    @Query(EventsQuery) asked: EventsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const lines = await this.queries.execute(new ReadHistory(asked, request.apiKey));
    reply.raw.once('close', this.limits.openStream(request.apiKey?.id ?? ''));
    void reply.type(NDJSON);
    return lines;
  }

  @Route({
    roles: ['auditor'],
    summary: 'A month recounted from the history as it was known',
    response: AuditedMonth,
    problems: [...OF_HISTORY, 'month-not-begun'],
  })
  @Get('workspaces/:workspaceId/months/:month')
  auditMonth(@Path(MonthPath) { workspaceId, month }: MonthPath, @Query(KnownAtQuery) knownAt: KnownAtQuery) {
    return this.queries.execute(new RecountMonth(workspaceId, month, knownAtOf(knownAt)));
  }

  @Route({
    roles: ['auditor'],
    summary: 'Why a unit counts for a month, or does not',
    response: ExplainedUnit,
    problems: [...OF_HISTORY, 'unknown-unit'],
  })
  @Get('workspaces/:workspaceId/months/:month/units/:unitId')
  auditUnit(@Path(UnitPath) { workspaceId, month, unitId }: UnitPath, @Query(KnownAtQuery) knownAt: KnownAtQuery) {
    return this.queries.execute(new ExplainUnit(workspaceId, month, unitId, knownAtOf(knownAt)));
  }

  @Route({
    roles: ['auditor'],
    summary: 'Why an invoice says what it says',
    response: ExplainedInvoice,
    problems: ['unknown-invoice', 'unknown-bill'],
  })
  @Get('invoices/:number')
  auditInvoice(@Path(AuditedInvoicePath) { number }: AuditedInvoicePath) {
    return this.queries.execute(new ExplainInvoice(number));
  }

  @Route({
    roles: ['auditor'],
    summary: 'Derive everything again, or what belongs to a workspace, month or invoice',
    more: 'The answer is written while it works: a failure stands in it as soon as it is found.',
    response: Verification,
    problems: ['unknown-workspace', 'unknown-invoice'],
    example: { workspaceId: 'acme', month: '2026-03' },
  })
  @Post('verifications')
  async verify(@Body(VerificationBody) scope: VerificationBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const answer = await this.queries.execute(new Verify(scope));
    void reply.type('application/json; charset=utf-8');
    return answer;
  }
}

const knownAtOf = ({ revision, recordedBefore }: KnownAtQuery): KnownAt => ({
  ...(revision === undefined ? {} : { revision: Number(revision) }),
  ...(recordedBefore === undefined ? {} : { recordedBefore: instantOf(recordedBefore) }),
});
