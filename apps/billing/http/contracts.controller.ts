import { CLOCK, type Clock } from '../infrastructure/clock';
import { type ContractHistory } from '@seatledger/month-end';
import { CONTRACT_HISTORY } from '../infrastructure/month-end.module';
import { randomUUID } from 'node:crypto';

import { ChangeContract, type CommandOutcome } from '@seatledger/command-handling';
import {
  buyerFor,
  deliveryOf,
  eInvoiceFormatOf,
  type InvoiceMailboxes,
  mailboxesAt,
  monthOf,
  notFound,
  type OpenedContract,
  termsFor,
} from '@seatledger/domain';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';

import { Metrics } from '../infrastructure/metrics';
import { type AuthenticatedRequest, READERS, Roles } from './auth';
import { answerOf } from './outcomes';
import { WorkspaceQuery } from './queries';
import { Reads } from './reads';
import { RequestContexts } from './request-context';
import {
  BillingAddressBody,
  ChangeTermsBody,
  Id,
  InvoiceMailboxBody,
  OpenContractBody,
  TerminateBody,
} from './schemas';
import { InvalidRequest, validated } from './validation';

type ContractChange = ChangeContract['command'];

/** What a workspace pays for and how. */
@Controller('v1/workspaces/:workspaceId/contract')
@Roles('accounting')
export class ContractsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly contexts: RequestContexts,
    private readonly reads: Reads,
    private readonly metrics: Metrics,
    @Inject(CONTRACT_HISTORY) private readonly contracts: ContractHistory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Put()
  open(@Req() request: AuthenticatedRequest, @Param('workspaceId') workspaceId: string, @Body() body: unknown) {
    const { firstMonth, billTo, invoiceMailbox, invoiceMailboxes, enterprise, variant, ...terms } = validated(
      OpenContractBody,
      body,
    );
    const mailboxes = mailboxesOf(invoiceMailbox, invoiceMailboxes);
    return this.dispatch(request, workspaceId, body, {
      type: 'OpenContract',
      firstMonth,
      billTo,
      ...(enterprise === undefined ? {} : { enterprise }),
      ...(variant === undefined ? {} : { variant }),
      terms: { ...terms, ...(mailboxes === undefined ? {} : { invoiceMailboxes: mailboxes }) },
    });
  }

  @Post('changes')
  @HttpCode(200)
  change(@Req() request: AuthenticatedRequest, @Param('workspaceId') workspaceId: string, @Body() body: unknown) {
    const { effectiveFrom, invoiceMailboxes, ...changes } = validated(ChangeTermsBody, body);
    const mailboxes = invoiceMailboxes === null ? null : mailboxesOf(undefined, invoiceMailboxes);
    return this.dispatch(request, workspaceId, body, {
      type: 'ChangeTerms',
      effectiveFrom,
      changes: { ...changes, ...(mailboxes === undefined ? {} : { invoiceMailboxes: mailboxes }) },
    });
  }

  @Put('invoice-mailbox')
  changeMailbox(
    @Req() request: AuthenticatedRequest,
    @Param('workspaceId') workspaceId: string,
    @Body() body: unknown,
  ) {
    const { email } = validated(InvoiceMailboxBody, body);
    return this.dispatch(request, workspaceId, body, { type: 'ChangeInvoiceMailbox', email });
  }

  @Put('billing-address')
  changeAddress(
    @Req() request: AuthenticatedRequest,
    @Param('workspaceId') workspaceId: string,
    @Body() body: unknown,
  ) {
    const { billTo } = validated(BillingAddressBody, body);
    return this.dispatch(request, workspaceId, body, { type: 'ChangeBillingAddress', billTo });
  }

  @Post('terminate')
  @HttpCode(200)
  terminate(@Req() request: AuthenticatedRequest, @Param('workspaceId') workspaceId: string, @Body() body: unknown) {
    const { lastMonth } = validated(TerminateBody, body);
    return this.dispatch(request, workspaceId, body, { type: 'TerminateContract', lastMonth });
  }

  @Get()
  @Roles(...READERS)
  async contract(@Param('workspaceId') workspaceId: string, @Query() given: Record<string, string>) {
    const { atLeast } = validated(WorkspaceQuery, given, '/query');
    await this.reads.reached(validated(Id, workspaceId, '/workspaceId'), atLeast);
    const found = await this.contracts.find(workspaceId);
    if (found === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');
    return contractView(found.contract, found.revision, this.clock());
  }

  private async dispatch(request: AuthenticatedRequest, workspaceId: string, body: unknown, command: ContractChange) {
    validated(Id, workspaceId, '/workspaceId');
    const context = this.contexts.of(request, { type: command.type, workspaceId, body });
    const outcome: CommandOutcome = await this.bus.execute(
      new ChangeContract(workspaceId, command, context, randomUUID()),
    );
    return { workspaceId, ...answerOf(outcome, this.metrics) };
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

/** The contract with the terms of the current month, and the months from which terms hold. */
function contractView(contract: OpenedContract, revision: number, now: number) {
  const { workspaceId, firstMonth, lastMonth, enterprise, billTo } = contract;
  const current = monthOf(now, contract.openingTerms.timeZone);
  const month = current < firstMonth ? firstMonth : current;
  const from = [
    firstMonth,
    ...contract.changes.map(({ effectiveFrom }) => effectiveFrom).filter((start) => start > firstMonth),
  ];
  const view = (of: string) => {
    const terms = termsFor(contract, of);
    return {
      ...terms,
      delivery: deliveryOf(terms),
      eInvoice: eInvoiceFormatOf(terms, buyerFor(contract, of)),
      invoiceMailboxes: terms.invoiceMailboxes ?? { to: [], cc: [] },
    };
  };
  return {
    workspaceId,
    revision,
    enterprise,
    firstMonth,
    lastMonth: lastMonth ?? null,
    ...view(month),
    billTo,
    invoiceMailbox: mailboxesAt(contract, now)?.to[0] ?? null,
    terms: [...new Set(from)].sort().map((effectiveFrom) => ({ effectiveFrom, ...view(effectiveFrom) })),
  };
}
