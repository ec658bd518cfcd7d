import { randomUUID } from 'node:crypto';

import { Inject, type Type } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, type CommandOutcome, ContractQueue, WorkspaceQueue } from '@seatledger/command-handling';
import * as domain from '@seatledger/domain';

/** What the bus is given: a class for each use case. When the workspace started is filled in by the handler. */
type AskedCommand =
  | Omit<domain.OpenContract, 'workspaceId' | 'workspaceStartedAt'>
  | domain.ChangeTerms
  | domain.ChangeInvoiceMailbox
  | domain.ChangeBillingAddress
  | domain.TerminateContract;

abstract class ContractUseCase<Asked extends AskedCommand = AskedCommand> extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: Asked,
    readonly context: CommandContext,
  ) {
    super();
  }
}
export class OpenContract extends ContractUseCase<Omit<domain.OpenContract, 'workspaceId' | 'workspaceStartedAt'>> {}
export class ChangeTerms extends ContractUseCase<domain.ChangeTerms> {}
export class ChangeInvoiceMailbox extends ContractUseCase<domain.ChangeInvoiceMailbox> {}
export class ChangeBillingAddress extends ContractUseCase<domain.ChangeBillingAddress> {}
export class TerminateContract extends ContractUseCase<domain.TerminateContract> {}

export const CONTRACT_COMMAND_HANDLERS = [
  OpenContract,
  ChangeTerms,
  ChangeInvoiceMailbox,
  ChangeBillingAddress,
  TerminateContract,
].map((useCase) => handlerOf(useCase));

/** A contract is of a workspace that there is; what a command means is decided in the contract's turn. */
function handlerOf(useCase: Type<ContractUseCase>): Type<ICommandHandler<ContractUseCase>> {
  @CommandHandler(useCase)
  class Handler implements ICommandHandler<ContractUseCase> {
    constructor(
      @Inject(ContractQueue) private readonly contracts: ContractQueue,
      @Inject(WorkspaceQueue) private readonly workspaces: WorkspaceQueue,
    ) {}

    async execute({ workspaceId, command, context }: ContractUseCase): Promise<CommandOutcome> {
      const startedAt = await this.workspaces.inspect(workspaceId, ({ started }) => started?.startedAt);
      const complete = startedAt === undefined ? unknownWorkspace() : completed(command, workspaceId, startedAt);
      return this.contracts.submit(workspaceId, randomUUID(), complete, context);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${useCase.name}Handler` });
  return Handler;
}

const completed = (
  command: AskedCommand,
  workspaceId: string,
  workspaceStartedAt: domain.Instant,
): domain.ContractCommand =>
  command.type === 'OpenContract' ? { ...command, workspaceId, workspaceStartedAt } : command;

const unknownWorkspace = (): domain.DomainError =>
  domain.notFound('unknown-workspace', 'There is no workspace with this id.');
