import {
  type ContractCommand,
  type ContractEvent,
  type ContractState,
  type InvoiceCommand,
  type InvoiceEvent,
  type InvoiceState,
  type MonthCommand,
  type MonthEvent,
  type MonthState,
  notFound,
  type OpenContract,
  type WorkspaceCommand,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { type CommandContext, type CommandOutcome } from './context';
import { CommandQueue } from './queue';

/** The queues, under the names that Nest injects them by. */
export class WorkspaceQueue extends CommandQueue<WorkspaceState, WorkspaceCommand, WorkspaceEvent> {}
export class ContractQueue extends CommandQueue<ContractState, ContractCommand, ContractEvent> {}
export class InvoiceQueue extends CommandQueue<InvoiceState | undefined, InvoiceCommand, InvoiceEvent> {}

export class MonthQueue extends CommandQueue<MonthState, MonthCommand, MonthEvent> {}

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

/** What accounting asks of a closed month, by the subject of its stream. */
export class ChangeMonth extends Command<CommandOutcome> {
  constructor(
    readonly subject: string,
    readonly command: MonthCommand,
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

@CommandHandler(ChangeMonth)
export class ChangeMonthHandler implements ICommandHandler<ChangeMonth> {
  constructor(private readonly queue: MonthQueue) {}

  execute({ subject, commandId, command, context }: ChangeMonth): Promise<CommandOutcome> {
    return this.queue.submit(subject, commandId, command, context);
  }
}

export const COMMAND_HANDLERS = [
  ChangeWorkspaceHandler,
  ChangeContractHandler,
  ChangeInvoiceHandler,
  ChangeMonthHandler,
];
