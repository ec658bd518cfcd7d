import { type DocumentStore } from '@seatledger/blob-store';
import { BLOB_STORE } from '../infrastructure/stores.module';
import { BillingSteps } from '@seatledger/month-end';
import { randomUUID } from 'node:crypto';

import { ChangeInvoice, type CommandOutcome } from '@seatledger/command-handling';
import { xrechnungXml } from '@seatledger/e-invoice';
import { notFound } from '@seatledger/domain';
import { RevisionConflict } from '@seatledger/event-store';
import { type InvoiceDocument, BillingQueries } from '@seatledger/projections';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';

import { isWithin } from '../infrastructure/api-keys';
import { Metrics } from '../infrastructure/metrics';
import { type AuthenticatedRequest, READERS, Roles } from './auth';
import { lineView } from './months.controller';
import { answerOf } from './outcomes';
import { InvoicesQuery, WorkspaceInvoicesQuery } from './queries';
import { limitOf, openCursor, Reads, sealCursor } from './reads';
import { RequestContexts } from './request-context';
import { CancelBody, Id, NoBody } from './schemas';
import { validated } from './validation';

/** Issued invoices, their documents, and what accounting does with them. */
@Controller('v1')
@Roles(...READERS)
export class InvoicesController {
  constructor(
    private readonly bus: CommandBus,
    private readonly contexts: RequestContexts,
    private readonly reads: Reads,
    private readonly metrics: Metrics,
    private readonly billingQueries: BillingQueries,
    private readonly steps: BillingSteps,
    @Inject(BLOB_STORE) private readonly documents: DocumentStore,
  ) {}

  @Get('workspaces/:workspaceId/invoices')
  async ofWorkspace(
    @Req() request: AuthenticatedRequest,
    @Param('workspaceId') workspaceId: string,
    @Query() given: Record<string, string>,
  ) {
    const { atLeast, limit, cursor, status } = validated(WorkspaceInvoicesQuery, given, '/query');
    await this.reads.known(validated(Id, workspaceId, '/workspaceId'), atLeast);
    const filter = { workspaceId, ...(status === undefined ? {} : { status }) };
    return this.list(request, filter, limit, cursor);
  }

  @Get('invoices')
  all(@Req() request: AuthenticatedRequest, @Query() given: Record<string, string>) {
    const { limit, cursor, month, status } = validated(InvoicesQuery, given, '/query');
    const filter = {
      ...(month === undefined ? {} : { month }),
      ...(status === undefined ? {} : { status }),
    };
    return this.list(request, filter, limit, cursor);
  }

  @Get('invoices/:number')
  async one(@Req() request: AuthenticatedRequest, @Param('number') number: string) {
    return invoiceView(await this.visible(request, number));
  }

  @Get('invoices/:number/pdf')
  async pdf(
    @Req() request: AuthenticatedRequest,
    @Param('number') number: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.visible(request, number);
    const pdf = await this.documentOf(number);
    void reply.type('application/pdf').header('content-disposition', `inline; filename="${number}.pdf"`);
    return Buffer.from(pdf);
  }

  /** Made anew from what the invoice says, by the writers that it was checked with. */
  @Get('invoices/:number/xml')
  async xml(
    @Req() request: AuthenticatedRequest,
    @Param('number') number: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { state } = await this.visible(request, number);
    void reply
      .type('application/xml; charset=utf-8')
      .header('content-disposition', `attachment; filename="${number}.xml"`);
    return xrechnungXml(state.invoice);
  }

  @Get('invoices/:number/html')
  async html(
    @Req() request: AuthenticatedRequest,
    @Param('number') number: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.visible(request, number);
    void reply.type('text/html; charset=utf-8').header('content-security-policy', HTML_POLICY);
    return this.steps.html(number);
  }

  @Post('invoices/:number/cancel')
  @HttpCode(202)
  @Roles('accounting')
  async cancel(@Req() request: AuthenticatedRequest, @Param('number') number: string, @Body() body: unknown) {
    const { reason, reissue = false } = validated(CancelBody, body);
    return this.dispatch(request, number, { type: 'CancelInvoice', reason, reissue });
  }

  @Post('invoices/:number/resend')
  @HttpCode(202)
  @Roles('accounting', 'scheduler')
  async resend(@Req() request: AuthenticatedRequest, @Param('number') number: string, @Body() body: unknown) {
    validated(NoBody, body === undefined ? {} : body);
    return this.dispatch(request, number, { type: 'ResendInvoice' });
  }

  private async dispatch(request: AuthenticatedRequest, number: string, command: ChangeInvoice['command']) {
    const context = this.contexts.of(request, { ...command, number });
    const outcome: CommandOutcome = await this.bus.execute(
      new ChangeInvoice(checkedNumber(number), command, context, randomUUID()),
    );
    return { number, ...answerOf(outcome, this.metrics) };
  }

  private async list(
    request: AuthenticatedRequest,
    filter: Parameters<BillingQueries['invoices']>[0],
    limit: string | undefined,
    cursor: string | undefined,
  ) {
    const { billingQueries } = this;
    const visible: InvoiceDocument[] = [];
    let after = openCursor('invoices', cursor);
    let next: string | null;
    // What is hidden from the caller leaves no gap in the page.
    do {
      const page = await billingQueries.invoices(filter, limitOf(limit) - visible.length, after);
      visible.push(...page.items.filter((invoice) => isVisible(request, invoice)));
      next = page.next;
      after = next ?? undefined;
    } while (next !== null && visible.length < limitOf(limit));
    return { items: visible.map(invoiceView), nextCursor: sealCursor('invoices', next) };
  }

  private async visible(request: AuthenticatedRequest, number: string): Promise<InvoiceDocument> {
    const invoice = await this.billingQueries.invoice(checkedNumber(number));
    if (invoice !== undefined && isVisible(request, invoice)) return invoice;
    throw notFound('unknown-invoice', 'There is no such invoice.');
  }

  /** The stored document; made now when its turn has not come yet. */
  private async documentOf(number: string): Promise<Uint8Array> {
    const { steps, documents } = this;
    let { document } = await steps.invoice(number);
    for (let tries = 0; document === undefined && tries < MAX_RENDER_ATTEMPTS; tries += 1) {
      try {
        await steps.render(number, `download:${number}`);
      } catch (error) {
        // Somebody else was quicker: with the document, or with another event of the invoice.
        if (!(error instanceof RevisionConflict)) throw error;
      }
      ({ document } = await steps.invoice(number));
    }
    if (document === undefined) throw notFound('not-rendered', 'The document is not made yet.');
    return documents.get(document.sha256);
  }
}

const MAX_RENDER_ATTEMPTS = 3;
const HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** The product shows its users what they may download, and nothing else. */
const isVisible = ({ apiKey }: AuthenticatedRequest, { state }: InvoiceDocument): boolean =>
  isWithin(apiKey, state.invoice.workspaceId) &&
  (apiKey?.role !== 'product' || state.invoice.delivery.includes('download'));

function checkedNumber(number: string): string {
  if (/^[A-Z0-9]{1,10}-\d{4}-\d{6,}$/.test(number)) return number;
  throw notFound('unknown-invoice', 'There is no such invoice.');
}

/** An invoice as the API shows it. */
function invoiceView({ status, state, cancelledBy }: InvoiceDocument) {
  const { invoice, document, deliveries } = state;
  const { lines, cancels, replaces, reason, ...rest } = invoice;
  const { logoSvg: _logo, ...seller } = invoice.seller;
  return {
    ...rest,
    seller,
    status,
    lines: lines.map(lineView),
    document: document === undefined ? null : { sha256: document.sha256, bytes: document.bytes },
    deliveries,
    ...(cancels === undefined ? {} : { cancels }),
    ...(reason === undefined ? {} : { reason }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(cancelledBy === null ? {} : { cancelledBy }),
  };
}
