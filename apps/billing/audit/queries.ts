import { Readable } from 'node:stream';

import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type EventHistory, explainInvoice, explainUnit, type KnownAt, recountMonth, verify } from '@seatledger/audit';
import { type DocumentStore } from '@seatledger/blob-store';
import { type BillingMonth } from '@seatledger/domain';
import { EventStore } from '@seatledger/event-store';
import { type ContractHistory } from '@seatledger/month-end';
import { BillingQueries, type MonthDocument, ownEntryOf, standingDocuments } from '@seatledger/projections';

import { CLOCK, type Clock } from '../infrastructure/clock';
import { embeddedChecksOf } from '../infrastructure/embedded-checks';
import { CONTRACT_HISTORY } from '../infrastructure/month-end.module';
import { BLOB_STORE } from '../infrastructure/stores.module';
import { monthView, refuseUnbegun } from '../months/month-view';
import { READABLE_HISTORY } from './readable-history';
import { type VerificationBody } from './schemas';
import { verificationAnswer } from './verification-answer';

type Recounted = Awaited<ReturnType<typeof recountMonth>>;
interface RecountedMonth extends ReturnType<typeof monthView>, Pick<Recounted, 'differsFromClosing'> {
  readonly invoiceNumber?: string;
  readonly invoiceNumbers?: readonly string[];
  readonly closing?: { readonly workspaceRevision: number; readonly recordedAt: string };
  readonly difference?: NonNullable<Recounted['difference']>;
  readonly settlement?: NonNullable<Recounted['settlement']>;
}

/** A month as the history known then comes to, in the month's shape, and whether the closing differs. */
export class RecountMonth extends Query<RecountedMonth> {
  constructor(
    readonly workspaceId: string,
    readonly month: BillingMonth,
    readonly knownAt: KnownAt,
  ) {
    super();
  }
}

@QueryHandler(RecountMonth)
class RecountMonthHandler implements IQueryHandler<RecountMonth> {
  constructor(
    @Inject(READABLE_HISTORY) private readonly history: EventHistory,
    private readonly billingQueries: BillingQueries,
    @Inject(CONTRACT_HISTORY) private readonly contracts: ContractHistory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ workspaceId, month, knownAt }: RecountMonth): Promise<RecountedMonth> {
    const found = await this.contracts.find(workspaceId);
    if (found !== undefined) refuseUnbegun(found.contract, month, this.clock());
    const recounted = await recountMonth(this.history, workspaceId, month, knownAt);
    const { bill, closing, differsFromClosing, difference, settlement } = recounted;
    const document = closing === undefined ? undefined : await this.billingQueries.month(workspaceId, month);
    const status = closing === undefined ? 'open' : 'closed';
    return {
      ...monthView(bill, bill.invoicing.language, status, bill.workspaceRevision),
      ...(document === undefined ? {} : numbersOf(document)),
      differsFromClosing,
      ...(closing === undefined ? {} : { closing: closingView(closing) }),
      ...(difference === undefined ? {} : { difference }),
      ...(settlement === undefined ? {} : { settlement }),
    };
  }
}

/** The invoices that stand for a closed month, and that of its own units. */
function numbersOf(document: MonthDocument) {
  const invoiceNumber = ownEntryOf(document)?.invoiceNumber ?? undefined;
  const invoiceNumbers = standingDocuments(document).flatMap((entry) => entry.invoiceNumber ?? []);
  return { ...(invoiceNumber === undefined ? {} : { invoiceNumber }), invoiceNumbers };
}

const closingView = ({ bill, stored }: NonNullable<Recounted['closing']>) => ({
  workspaceRevision: bill.workspaceRevision,
  recordedAt: stored.metadata.recordedAt,
});

type ExplainedUnit = Awaited<ReturnType<typeof explainUnit>>;

/** Why a unit counts for a month, or does not. */
export class ExplainUnit extends Query<ExplainedUnit> {
  constructor(
    readonly workspaceId: string,
    readonly month: BillingMonth,
    readonly unitId: string,
    readonly knownAt: KnownAt,
  ) {
    super();
  }
}

@QueryHandler(ExplainUnit)
class ExplainUnitHandler implements IQueryHandler<ExplainUnit> {
  constructor(@Inject(READABLE_HISTORY) private readonly history: EventHistory) {}

  execute({ workspaceId, month, unitId, knownAt }: ExplainUnit): Promise<ExplainedUnit> {
    return explainUnit(this.history, workspaceId, month, unitId, knownAt);
  }
}

type ExplainedInvoice = Awaited<ReturnType<typeof explainInvoice>>;

/** An invoice line by line, with the events that each rests on. */
export class ExplainInvoice extends Query<ExplainedInvoice> {
  constructor(readonly number: string) {
    super();
  }
}

@QueryHandler(ExplainInvoice)
class ExplainInvoiceHandler implements IQueryHandler<ExplainInvoice> {
  constructor(@Inject(READABLE_HISTORY) private readonly history: EventHistory) {}

  execute({ number }: ExplainInvoice): Promise<ExplainedInvoice> {
    return explainInvoice(this.history, number);
  }
}

/** Derives everything again, or what belongs to a workspace, month or invoice. */
export class Verify extends Query<Readable> {
  constructor(readonly scope: VerificationBody) {
    super();
  }
}

@QueryHandler(Verify)
class VerifyHandler implements IQueryHandler<Verify> {
  constructor(
    private readonly eventStore: EventStore,
    @Inject(READABLE_HISTORY) private readonly history: EventHistory,
    @Inject(BLOB_STORE) private readonly documents: DocumentStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ scope }: Verify): Promise<Readable> {
    const { storage } = this.eventStore;
    const embedded = embeddedChecksOf(storage);
    const parts = { history: this.history, documents: this.documents, now: this.clock() };
    const steps = verify({ ...parts, ...(embedded === undefined ? {} : { embedded }) }, scope);
    // A scope that there is not is refused before the answer begins.
    const first = await steps.next();
    return Readable.from(verificationAnswer(first, steps));
  }
}

export const AUDIT_QUERY_HANDLERS = [RecountMonthHandler, ExplainUnitHandler, ExplainInvoiceHandler, VerifyHandler];
