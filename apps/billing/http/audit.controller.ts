import { embeddedChecksOf } from '../infrastructure/embedded-checks';
import { CLOCK, type Clock } from '../infrastructure/clock';
import { type DocumentStore } from '@seatledger/blob-store';
import { BLOB_STORE } from '../infrastructure/stores.module';
import { type ContractHistory } from '@seatledger/month-end';
import { CONTRACT_HISTORY } from '../infrastructure/month-end.module';
import { BillingQueries } from '@seatledger/projections';
import { EventStore } from '@seatledger/event-store';
import { PersonalData } from '@seatledger/personal-data';
import { Readable } from 'node:stream';

import {
  type Checked,
  type EventHistory,
  explainInvoice,
  explainUnit,
  historyOf,
  type KnownAt,
  recountMonth,
  verify,
  type VerifyStep,
} from '@seatledger/audit';
import { type BillingMonth } from '@seatledger/domain';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';

import { Roles } from './auth';
import { ownEntryOf, standingDocuments } from '@seatledger/projections';
import { monthView, refuseUnbegun } from './months.controller';
import { KnownAtQuery } from './queries';
import { Id, InvoiceNumber, Month, VerificationBody } from './schemas';
import { parseInstant, validated } from './validation';

/** The audit: months recounted as they were known, units and invoices explained, everything verified. */
@Controller('v1/audit')
@Roles('auditor')
export class AuditController {
  private readonly history: EventHistory;

  constructor(
    private readonly eventStore: EventStore,
    personalData: PersonalData,
    private readonly billingQueries: BillingQueries,
    @Inject(CONTRACT_HISTORY) private readonly contracts: ContractHistory,
    @Inject(BLOB_STORE) private readonly documents: DocumentStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.history = historyOf(eventStore.storage, personalData);
  }

  /** A month as the history known then comes to, in the month's shape, and whether the closing differs. */
  @Get('workspaces/:workspaceId/months/:month')
  async auditMonth(
    @Param('workspaceId') givenId: string,
    @Param('month') givenMonth: string,
    @Query() given: Record<string, string>,
  ) {
    const { workspaceId, month, knownAt } = subject(givenId, givenMonth, given);
    const { billingQueries, contracts, clock } = this;
    const found = await contracts.find(workspaceId);
    if (found !== undefined) refuseUnbegun(found.contract, month, clock());
    const { bill, closing, differsFromClosing, difference, settlement } = await recountMonth(
      this.history,
      workspaceId,
      month,
      knownAt,
    );
    const status = closing === undefined ? 'open' : 'closed';
    const document = closing === undefined ? undefined : await billingQueries.month(workspaceId, month);
    const invoiceNumber = document === undefined ? undefined : (ownEntryOf(document)?.invoiceNumber ?? undefined);
    const view = {
      ...monthView(bill, bill.invoicing.language, status, bill.workspaceRevision),
      ...(invoiceNumber === undefined ? {} : { invoiceNumber }),
      ...(document === undefined
        ? {}
        : { invoiceNumbers: standingDocuments(document).flatMap((entry) => entry.invoiceNumber ?? []) }),
    };
    return {
      ...view,
      differsFromClosing,
      ...(closing === undefined
        ? {}
        : {
            closing: {
              workspaceRevision: closing.bill.workspaceRevision,
              recordedAt: closing.stored.metadata.recordedAt,
            },
          }),
      ...(difference === undefined ? {} : { difference }),
      ...(settlement === undefined ? {} : { settlement }),
    };
  }

  /** Why a unit counts for a month, or does not. */
  @Get('workspaces/:workspaceId/months/:month/units/:unitId')
  auditUnit(
    @Param('workspaceId') givenId: string,
    @Param('month') givenMonth: string,
    @Param('unitId') givenUnit: string,
    @Query() given: Record<string, string>,
  ) {
    const { workspaceId, month, knownAt } = subject(givenId, givenMonth, given);
    const unitId = validated(Id, givenUnit, '/unitId');
    return explainUnit(this.history, workspaceId, month, unitId, knownAt);
  }

  /** An invoice line by line, with the events that each rests on. */
  @Get('invoices/:number')
  auditInvoice(@Param('number') number: string) {
    return explainInvoice(this.history, validated(InvoiceNumber, number, '/number'));
  }

  /**
   * Derives everything again, or what belongs to a workspace, month or invoice. The answer is
   * written while it works: what is found stands in it as soon as it is found.
   */
  @Post('verifications')
  @HttpCode(200)
  async verify(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const scope = validated(VerificationBody, body === undefined ? {} : body);
    const { eventStore, documents, clock } = this;
    const embedded = embeddedChecksOf(eventStore.storage);
    const steps = verify(
      {
        history: this.history,
        documents,
        now: clock(),
        ...(embedded === undefined ? {} : { embedded }),
      },
      scope,
    );
    // A scope that there is not is refused before the answer begins.
    const first = await steps.next();
    void reply.type('application/json; charset=utf-8');
    return Readable.from(answer(first, steps));
  }
}

function subject(givenId: string, givenMonth: string, given: Record<string, string>) {
  const workspaceId = validated(Id, givenId, '/workspaceId');
  const month: BillingMonth = validated(Month, givenMonth, '/month');
  const { revision, recordedBefore } = validated(KnownAtQuery, given, '/query');
  const before = recordedBefore === undefined ? undefined : parseInstant(recordedBefore);
  const knownAt: KnownAt = {
    ...(revision === undefined ? {} : { revision: Number(revision) }),
    ...(before === undefined ? {} : { recordedBefore: before }),
  };
  return { workspaceId, month, knownAt };
}

type Steps = AsyncGenerator<VerifyStep, Checked>;

async function* answer(first: IteratorResult<VerifyStep, Checked>, steps: Steps): AsyncGenerator<string> {
  yield '{"failures":[';
  let found = 0;
  for (let step = first; ; step = await steps.next()) {
    if (step.done === true) {
      const checked = Object.values<number>({ ...step.value }).reduce((sum, count) => sum + count, 0);
      yield `],"failed":${found},"checked":${checked},"checkedByKind":${JSON.stringify(step.value)}}\n`;
      return;
    }
    if (step.value.kind === 'failure') {
      yield `${found === 0 ? '' : ','}\n${JSON.stringify(step.value.failure)}`;
      found += 1;
    } else {
      // White space, which keeps the connection from looking idle.
      yield ' ';
    }
  }
}
