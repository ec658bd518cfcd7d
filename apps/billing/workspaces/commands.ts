import { randomUUID } from 'node:crypto';

import { Inject, type Type } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, type CommandOutcome, WorkspaceQueue } from '@seatledger/command-handling';
import { type WorkspaceCommand } from '@seatledger/domain';

import { instantOf, InvalidRequest, parse } from '../http/validation';
import { COMMANDS, type CommandType, type IncomingCommand } from './schemas';

/** What the bus is given: a class for each use case, with the command as the domain decides it, and its sender. */
abstract class WorkspaceUseCase extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: WorkspaceCommand,
    readonly context: CommandContext,
  ) {
    super();
  }
}
class StartWorkspace extends WorkspaceUseCase {}
class CreateTeam extends WorkspaceUseCase {}
class RenameTeam extends WorkspaceUseCase {}
class ArchiveTeam extends WorkspaceUseCase {}
class RestoreTeam extends WorkspaceUseCase {}
class AddMember extends WorkspaceUseCase {}
class UpdateMember extends WorkspaceUseCase {}
class RemoveMember extends WorkspaceUseCase {}
class EraseMember extends WorkspaceUseCase {}
class PlaceMember extends WorkspaceUseCase {}
class WithdrawMember extends WorkspaceUseCase {}
class RemoveInactiveMembers extends WorkspaceUseCase {}

const USE_CASES: Readonly<
  Record<CommandType, new (...given: ConstructorParameters<typeof WorkspaceUseCase>) => WorkspaceUseCase>
> = {
  StartWorkspace,
  CreateTeam,
  RenameTeam,
  ArchiveTeam,
  RestoreTeam,
  AddMember,
  UpdateMember,
  RemoveMember,
  EraseMember,
  PlaceMember,
  WithdrawMember,
  RemoveInactiveMembers,
};

/** A handler for each use case. What it means is decided in the domain, in the workspace's turn. */
export const WORKSPACE_COMMAND_HANDLERS = Object.values(USE_CASES).map(handlerOf);

function handlerOf(useCase: Type<WorkspaceUseCase>): Type<ICommandHandler<WorkspaceUseCase>> {
  @CommandHandler(useCase)
  class Handler implements ICommandHandler<WorkspaceUseCase> {
    constructor(@Inject(WorkspaceQueue) private readonly queue: WorkspaceQueue) {}

    execute({ workspaceId, command, context }: WorkspaceUseCase): Promise<CommandOutcome> {
      return this.queue.submit(workspaceId, randomUUID(), command, context);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${useCase.name}Handler` });
  return Handler;
}

/** The use case that a command as it comes in asks for. */
export function useCaseOf(incoming: IncomingCommand, context: CommandContext): WorkspaceUseCase {
  return new USE_CASES[incoming.type](incoming.workspaceId, domainCommand(incoming), context);
}

/** The command for the domain: times become instants. */
function domainCommand({ key: _key, occurredAt, ...content }: IncomingCommand): WorkspaceCommand {
  const at = occurredAt === undefined ? {} : { occurredAt: instantOf(occurredAt) };
  if (content.type !== 'StartWorkspace') return { ...content, ...at };
  const { startedAt, ...rest } = content;
  return { ...rest, ...at, ...(startedAt === undefined ? {} : { startedAt: instantOf(startedAt) }) };
}

/** Checks a command of a batch. @throws {InvalidRequest} */
export function checkedCommand(value: unknown): IncomingCommand {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (isCommandType(type)) return parse(COMMANDS[type], value);
  throw new InvalidRequest([{ path: '/type', message: `must be one of ${Object.keys(COMMANDS).join(', ')}` }]);
}

const isCommandType = (type: unknown): type is CommandType => typeof type === 'string' && Object.hasOwn(COMMANDS, type);

/** What a repeat under the same key must equal: the command, whichever route it came by. */
export function contentOf({ key: _key, ...content }: IncomingCommand): Omit<IncomingCommand, 'key'> {
  return content;
}
