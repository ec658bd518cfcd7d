import {
  type ApproveBill,
  type BillEvent,
  type BillingCommand,
  type BillingState,
  type ClosingCommand,
  type ClosingEvent,
  type ClosingState,
  type ContractCommand,
  type ContractEvent,
  type ContractState,
  type InvoiceCommand,
  type InvoiceEvent,
  type InvoiceNumberCommand,
  type InvoiceNumberEvent,
  type InvoiceNumberState,
  type InvoiceState,
  notFound,
  type OpenContract,
  type WorkspaceCommand,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { type CommandContext, type CommandOutcome } from './context';
import { CommandQueue } from './queue';
import { type BillingRequest } from './subjects';

/** The queues, under the names that Nest injects them by. */
export class WorkspaceQueue extends CommandQueue<WorkspaceState, WorkspaceCommand, WorkspaceEvent> {}
export class ContractQueue extends CommandQueue<ContractState, ContractCommand, ContractEvent> {}
export class InvoiceQueue extends CommandQueue<InvoiceState | undefined, InvoiceCommand, InvoiceEvent> {}

export class BillingQueue extends CommandQueue<BillingState, BillingRequest, BillEvent, BillingCommand> {}
export class InvoiceNumberQueue extends CommandQueue<InvoiceNumberState, InvoiceNumberCommand, InvoiceNumberEvent> {}
export class ClosingQueue extends CommandQueue<ClosingState, ClosingCommand, ClosingEvent> {}

/** A command on a workspace, its teams or members; names and addresses in the clear. */
export class ChangeWorkspace extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: WorkspaceCommand,
    readonly context: CommandContext,
    readonly commandId: string,
  ) {
    super();
  }
}

/** A command on a workspace's contract. The workspace's start is filled in here. */
export class ChangeContract extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: Exclude<ContractCommand, OpenContract> | Omit<OpenContract, 'workspaceStartedAt' | 'workspaceId'>,
    readonly context: CommandContext,
    readonly commandId: string,
  ) {
    super();
  }
}

/** What accounting asks of an issued invoice. */
export class ChangeInvoice extends Command<CommandOutcome> {
  constructor(
    readonly number: string,
    readonly command: InvoiceCommand,
    readonly context: CommandContext,
    readonly commandId: string,
  ) {
    super();
  }
}

/** What accounting asks of the bills of a workspace. */
export class ChangeBilling extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: ApproveBill,
    readonly context: CommandContext,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(ChangeWorkspace)
export class ChangeWorkspaceHandler implements ICommandHandler<ChangeWorkspace> {
  constructor(private readonly queue: WorkspaceQueue) {}

  execute({ workspaceId, commandId, command, context }: ChangeWorkspace): Promise<CommandOutcome> {
    return this.queue.submit(workspaceId, commandId, command, context);
  }
}

@CommandHandler(ChangeContract)
export class ChangeContractHandler implements ICommandHandler<ChangeContract> {
  constructor(
    private readonly queue: ContractQueue,
    private readonly workspaces: WorkspaceQueue,
  ) {}

  async execute(change: ChangeContract): Promise<CommandOutcome> {
    const { workspaceId, commandId, command, context } = change;
    const startedAt = await this.workspaces.inspect(workspaceId, ({ started }) => started?.startedAt);
    if (startedAt === undefined) {
      const problem = notFound('unknown-workspace', 'There is no workspace with this id.');
      return this.queue.submit(workspaceId, commandId, problem, context);
    }
    const complete: ContractCommand =
      command.type === 'OpenContract' ? { ...command, workspaceId, workspaceStartedAt: startedAt } : command;
    return this.queue.submit(workspaceId, commandId, complete, context);
  }
}

@CommandHandler(ChangeInvoice)
export class ChangeInvoiceHandler implements ICommandHandler<ChangeInvoice> {
  constructor(private readonly queue: InvoiceQueue) {}

  execute({ number, commandId, command, context }: ChangeInvoice): Promise<CommandOutcome> {
    return this.queue.submit(number, commandId, command, context);
  }
}

@CommandHandler(ChangeBilling)
export class ChangeBillingHandler implements ICommandHandler<ChangeBilling> {
  constructor(private readonly queue: BillingQueue) {}

  execute({ workspaceId, commandId, command, context }: ChangeBilling): Promise<CommandOutcome> {
    return this.queue.submit(workspaceId, commandId, command, context);
  }
}

export const COMMAND_HANDLERS = [
  ChangeWorkspaceHandler,
  ChangeContractHandler,
  ChangeInvoiceHandler,
  ChangeBillingHandler,
];
