import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { type Command, CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type CommandContext, type CommandOutcome } from '@seatledger/command-handling';
import { type FastifyReply } from 'fastify';

import { type AuthenticatedRequest } from '../http/authenticated-request';
import { answerOf } from '../http/outcomes';
import { pageOf } from '../http/paging';
import { Body, Path, Query } from '../http/params.decorator';
import { RequestContexts } from '../http/request-context';
import { READERS } from '../http/roles.decorator';
import { Route } from '../http/route.decorator';
import { file, NoBody, text, WorkspacePath } from '../http/schema';
import { Metrics } from '../infrastructure/metrics';
import { CancelInvoice, ResendInvoice } from './commands';
import { checkedNumber } from './invoice-number';
import {
  FindInvoices,
  GetInvoice,
  GetInvoiceDocument,
  GetInvoiceHtml,
  ListWorkspaceInvoices,
  type Reader,
} from './queries';
import {
  CancelBody,
  FoundInvoices,
  Invoice,
  InvoiceAccepted,
  InvoicePath,
  InvoicesQuery,
  WorkspaceInvoicesQuery,
} from './schemas';

const HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** Issued invoices, their documents, and what accounting does with them. */
@Controller('v1')
@ApiTags('Invoices')
export class InvoicesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
  ) {}

  @Route({
    roles: READERS,
    summary: 'Invoices of a workspace',
    response: pageOf(Invoice),
    problems: ['unknown-workspace'],
  })
  @Get('workspaces/:workspaceId/invoices')
  workspaceInvoices(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) { workspaceId }: WorkspacePath,
    @Query(WorkspaceInvoicesQuery) asked: WorkspaceInvoicesQuery,
  ) {
    return this.queries.execute(new ListWorkspaceInvoices(workspaceId, asked, readerOf(request)));
  }

  @Route({
    roles: READERS,
    summary: 'Search, list and add up invoices',
    isLimitedByContent: true,
    more:
      'A filter that is repeated takes any of its values; different filters must all hold. Sorted by `-issueDate` ' +
      'unless `sort` says otherwise. A cursor belongs to one `sort`. The role product sees those that are delivered as a download.',
    response: FoundInvoices,
  })
  @Get('invoices')
  invoices(@Req() request: AuthenticatedRequest, @Query(InvoicesQuery) asked: InvoicesQuery) {
    return this.queries.execute(new FindInvoices(asked, readerOf(request)));
  }

  @Route({
    roles: READERS,
    summary: 'An invoice',
    isLimitedByContent: true,
    response: Invoice,
    problems: ['unknown-invoice'],
  })
  @Get('invoices/:number')
  invoice(@Req() request: AuthenticatedRequest, @Path(InvoicePath) { number }: InvoicePath) {
    return this.queries.execute(new GetInvoice(number, readerOf(request)));
  }

  @Route({
    roles: READERS,
    summary: 'The document, byte for byte as it was delivered',
    isLimitedByContent: true,
    response: { 'application/pdf': file },
    problems: ['unknown-invoice', 'not-rendered'],
  })
  @Get('invoices/:number/pdf')
  async invoicePdf(
    @Req() request: AuthenticatedRequest,
    @Path(InvoicePath) { number }: InvoicePath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const pdf = await this.queries.execute(new GetInvoiceDocument(number, 'pdf', readerOf(request)));
    void reply.type('application/pdf').header('content-disposition', `inline; filename="${number}.pdf"`);
    return Buffer.from(pdf);
  }

  @Route({
    roles: READERS,
    summary: 'The invoice as an XRechnung 3.0 (UBL 2.1)',
    isLimitedByContent: true,
    response: { 'application/xml': text },
    problems: ['unknown-invoice'],
  })
  @Get('invoices/:number/xml')
  async invoiceXml(
    @Req() request: AuthenticatedRequest,
    @Path(InvoicePath) { number }: InvoicePath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const xml = await this.queries.execute(new GetInvoiceDocument(number, 'xml', readerOf(request)));
    const type = 'application/xml; charset=utf-8';
    void reply.type(type).header('content-disposition', `attachment; filename="${number}.xml"`);
    return Buffer.from(xml);
  }

  @Route({
    roles: READERS,
    summary: 'The invoice as a page',
    isLimitedByContent: true,
    response: { 'text/html': text },
    problems: ['unknown-invoice'],
  })
  @Get('invoices/:number/html')
  async invoiceHtml(
    @Req() request: AuthenticatedRequest,
    @Path(InvoicePath) { number }: InvoicePath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const html = await this.queries.execute(new GetInvoiceHtml(number, readerOf(request)));
    void reply.type('text/html; charset=utf-8').header('content-security-policy', HTML_POLICY);
    return html;
  }

  @Route({
    roles: ['accounting'],
    summary: 'Cancel an invoice by a document of its own',
    isCommand: true,
    status: 202,
    response: InvoiceAccepted,
    problems: ['unknown-invoice', 'not-cancellable', 'invoice-cancelled'],
    example: { reason: 'Wrong billing address', reissue: true },
  })
  @Post('invoices/:number/cancel')
  cancelInvoice(
    @Req() request: AuthenticatedRequest,
    @Path(InvoicePath) { number }: InvoicePath,
    @Body(CancelBody) { reason, reissue = false }: CancelBody,
  ) {
    const command = { type: 'CancelInvoice' as const, reason, reissue };
    const useCaseIn = (context: CommandContext) => new CancelInvoice(checkedNumber(number), command, context);
    return this.send(request, number, command, useCaseIn);
  }

  @Route({
    roles: ['accounting', 'scheduler'],
    summary: 'Send an invoice again',
    isCommand: true,
    status: 202,
    response: InvoiceAccepted,
    problems: ['unknown-invoice', 'not-sent-by-email'],
    example: {},
  })
  @Post('invoices/:number/resend')
  resendInvoice(
    @Req() request: AuthenticatedRequest,
    @Path(InvoicePath) { number }: InvoicePath,
    @Body(NoBody) _body: NoBody,
  ) {
    const command = { type: 'ResendInvoice' as const };
    const useCaseIn = (context: CommandContext) => new ResendInvoice(checkedNumber(number), command, context);
    return this.send(request, number, command, useCaseIn);
  }

  /** @param content what a repeat under the same key must equal */
  private async send(
    request: AuthenticatedRequest,
    number: string,
    content: object,
    useCaseIn: (context: CommandContext) => Command<CommandOutcome>,
  ) {
    const context = this.contexts.of(request, { ...content, number });
    const outcome = await this.commands.execute(useCaseIn(context));
    return { number, ...answerOf(request, outcome, this.metrics) };
  }
}

const readerOf = ({ apiKey }: AuthenticatedRequest): Reader => apiKey;
