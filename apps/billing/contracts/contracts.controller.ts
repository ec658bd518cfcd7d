import { Controller, Get, Post, Put, Req } from '@nestjs/common';
import { type Command, CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type CommandContext, type CommandOutcome } from '@seatledger/command-handling';
import { type InvoiceMailboxes } from '@seatledger/domain';

import { type AuthenticatedRequest } from '../http/authenticated-request';
import { answerOf } from '../http/outcomes';
import { ReadQuery } from '../http/paging';
import { Body, Path, Query } from '../http/params.decorator';
import { type ProblemCode } from '../http/problem-codes';
import { RequestContexts } from '../http/request-context';
import { READERS } from '../http/roles.decorator';
import { Route } from '../http/route.decorator';
import { WorkspacePath } from '../http/schema';
import { InvalidRequest } from '../http/validation';
import { Metrics } from '../infrastructure/metrics';
import { ChangeBillingAddress, ChangeInvoiceMailbox, ChangeTerms, OpenContract, TerminateContract } from './commands';
import { GetContract, GetContractWarnings } from './queries';
import {
  BillingAddressBody,
  ChangeTermsBody,
  Contract,
  ContractAccepted,
  InvoiceMailboxBody,
  OpenContractBody,
  TerminateBody,
} from './schemas';

const OF_TERMS: readonly ProblemCode[] = [
  'unknown-time-zone',
  'unknown-currency',
  'currency-too-fine',
  'bad-tiers',
  'bad-discount',
  'amount-too-large',
  'mailbox-missing',
];
const OF_BUYER: readonly ProblemCode[] = ['oss-not-supported', 'consumer-abroad-not-supported', 'leitweg-id-invalid'];
const OF_ADDRESS: readonly ProblemCode[] = [
  'unknown-country',
  'vat-id-invalid',
  'vat-id-of-another-country',
  ...OF_BUYER,
];
const BUYER = {
  name: 'Acme GmbH',
  street: 'Hafenweg 12',
  postalCode: '48155',
  city: 'Münster',
  country: 'DE',
  vatId: 'DE123456788',
};

/** What a workspace pays for and how. */
@Controller('v1/workspaces/:workspaceId/contract')
@ApiTags('Contract')
export class ContractsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
  ) {}

  @Route({
    roles: ['accounting'],
    summary: 'Open a contract',
    isCommand: true,
    response: ContractAccepted,
    problems: ['unknown-workspace', 'contract-exists', 'first-month-too-early', ...OF_ADDRESS, ...OF_TERMS],
    example: {
      unitPriceMinor: 4900,
      currency: 'EUR',
      firstMonth: '2026-03',
      billTo: BUYER,
      delivery: ['email'],
      invoiceMailbox: 'rechnung@acme.example',
    },
  })
  @Put()
  openContract(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) { workspaceId }: WorkspacePath,
    @Body(OpenContractBody) body: OpenContractBody,
  ) {
    const { firstMonth, billTo, invoiceMailbox, invoiceMailboxes, enterprise, variant, ...terms } = body;
    const mailboxes = mailboxesOf(invoiceMailbox, invoiceMailboxes);
    const command = {
      type: 'OpenContract' as const,
      firstMonth,
      billTo,
      ...(enterprise === undefined ? {} : { enterprise }),
      ...(variant === undefined ? {} : { variant }),
      terms: { ...terms, ...(mailboxes === undefined ? {} : { invoiceMailboxes: mailboxes }) },
    };
    return this.send(
      request,
      workspaceId,
      'OpenContract',
      body,
      (context) => new OpenContract(workspaceId, command, context),
    );
  }

  @Route({
    roles: ['accounting'],
    summary: 'Change terms from a month on',
    isCommand: true,
    response: ContractAccepted,
    problems: [
      'unknown-workspace',
      'unknown-contract',
      'month-closed',
      'term-fixed',
      'term-required',
      ...OF_BUYER,
      ...OF_TERMS,
    ],
    example: { effectiveFrom: '2026-07', unitPriceMinor: 5200, discount: null },
  })
  @Post('changes')
  changeTerms(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) { workspaceId }: WorkspacePath,
    @Body(ChangeTermsBody) body: ChangeTermsBody,
  ) {
    const { effectiveFrom, invoiceMailboxes, ...others } = body;
    const mailboxes = invoiceMailboxes === null ? null : mailboxesOf(undefined, invoiceMailboxes);
    const changes = { ...others, ...(mailboxes === undefined ? {} : { invoiceMailboxes: mailboxes }) };
    const command = { type: 'ChangeTerms' as const, effectiveFrom, changes };
    return this.send(
      request,
      workspaceId,
      'ChangeTerms',
      body,
      (context) => new ChangeTerms(workspaceId, command, context),
    );
  }

  @Route({
    roles: ['accounting'],
    summary: 'Change where invoices are sent',
    isCommand: true,
    response: ContractAccepted,
    problems: ['unknown-workspace', 'unknown-contract'],
    example: { email: 'rechnung@acme.example' },
  })
  @Put('invoice-mailbox')
  changeInvoiceMailbox(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) { workspaceId }: WorkspacePath,
    @Body(InvoiceMailboxBody) body: InvoiceMailboxBody,
  ) {
    const command = { type: 'ChangeInvoiceMailbox' as const, ...body };
    return this.send(
      request,
      workspaceId,
      'ChangeInvoiceMailbox',
      body,
      (context) => new ChangeInvoiceMailbox(workspaceId, command, context),
    );
  }

  @Route({
    roles: ['accounting'],
    summary: 'Change the buyer',
    isCommand: true,
    response: ContractAccepted,
    problems: ['unknown-workspace', 'unknown-contract', ...OF_ADDRESS],
    example: { billTo: BUYER },
  })
  @Put('billing-address')
  changeBillingAddress(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) { workspaceId }: WorkspacePath,
    @Body(BillingAddressBody) body: BillingAddressBody,
  ) {
    const command = { type: 'ChangeBillingAddress' as const, ...body };
    return this.send(
      request,
      workspaceId,
      'ChangeBillingAddress',
      body,
      (context) => new ChangeBillingAddress(workspaceId, command, context),
    );
  }

  @Route({
    roles: ['accounting'],
    summary: 'Set the last billed month',
    isCommand: true,
    response: ContractAccepted,
    problems: ['unknown-workspace', 'unknown-contract', 'month-closed', 'contract-ended', 'last-month-before-first'],
    example: { lastMonth: '2026-12' },
  })
  @Post('terminate')
  terminateContract(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) { workspaceId }: WorkspacePath,
    @Body(TerminateBody) body: TerminateBody,
  ) {
    const command = { type: 'TerminateContract' as const, ...body };
    return this.send(
      request,
      workspaceId,
      'TerminateContract',
      body,
      (context) => new TerminateContract(workspaceId, command, context),
    );
  }

  @Route({
    roles: READERS,
    summary: 'The contract',
    response: Contract,
    problems: ['unknown-workspace', 'unknown-contract'],
  })
  @Get()
  contract(@Path(WorkspacePath) { workspaceId }: WorkspacePath, @Query(ReadQuery) _asked: ReadQuery) {
    return this.queries.execute(new GetContract(workspaceId));
  }

  /** @param body what a repeat under the same key must equal */
  private async send(
    request: AuthenticatedRequest,
    workspaceId: string,
    type: string,
    body: unknown,
    useCaseIn: (context: CommandContext) => Command<CommandOutcome>,
  ) {
    const context = this.contexts.of(request, { type, workspaceId, body });
    const outcome = await this.commands.execute(useCaseIn(context));
    const answer = answerOf(request, outcome, this.metrics);
    const warnings = await this.queries.execute(new GetContractWarnings(workspaceId));
    return { workspaceId, ...answer, warnings };
  }
}

/** The mailboxes that a body names: only the first, or all. */
function mailboxesOf(
  first: string | undefined,
  all: { readonly to: readonly string[]; readonly cc?: readonly string[] } | undefined,
): InvoiceMailboxes | undefined {
  if (all === undefined) return first === undefined ? undefined : { to: [first], cc: [] };
  if (first !== undefined && first !== all.to[0]) {
    throw new InvalidRequest([{ path: '/invoiceMailbox', message: 'must be the first of invoiceMailboxes.to' }]);
  }
  return { to: all.to, cc: all.cc ?? [] };
}
