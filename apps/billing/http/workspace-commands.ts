import { type WorkspaceCommand } from '@seatledger/domain';

import { COMMAND_SCHEMAS, COMMAND_TYPES, type CommandType } from './schemas';
import { InvalidRequest, parseInstant, validated } from './validation';

/** A workspace command as it comes in: times as texts, names in the clear. */
export interface IncomingCommand {
  readonly type: CommandType;
  readonly key?: string;
  readonly workspaceId: string;
  readonly [field: string]: unknown;
}

/** Checks a command of a batch. @throws {InvalidRequest} */
export function checkedCommand(value: unknown): IncomingCommand {
  const type = (value as { type?: unknown } | null)?.type;
  const known = COMMAND_TYPES.find((name) => name === type);
  if (known === undefined) {
    throw new InvalidRequest([{ path: '/type', message: `must be one of ${COMMAND_TYPES.join(', ')}` }]);
  }
  return validated(COMMAND_SCHEMAS[known], value) as IncomingCommand;
}

/** The command for the domain; times become instants. */
export function domainCommand(incoming: IncomingCommand): WorkspaceCommand {
  const { key: _key, occurredAt, startedAt, ...rest } = incoming;
  const command: Record<string, unknown> = rest;
  if (typeof occurredAt === 'string') command['occurredAt'] = parseInstant(occurredAt);
  if (typeof startedAt === 'string') command['startedAt'] = parseInstant(startedAt);
  return command as unknown as WorkspaceCommand;
}

/** What a repeat under the same key must equal: the command, whichever route it came by. */
export function contentOf(incoming: IncomingCommand): Omit<IncomingCommand, 'key'> {
  const { key: _key, ...content } = incoming;
  return content;
}
