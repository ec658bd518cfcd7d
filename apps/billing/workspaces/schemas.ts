import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox';

import { Problem } from '../http/openapi/problem';
import { Paging } from '../http/paging';
import {
  At,
  closed,
  count,
  Email,
  Id,
  Name,
  object,
  oneOf,
  optional,
  orNull,
  Revision,
  text,
  Time,
  WorkspacePath,
} from '../http/schema';

export const Variant = oneOf('team', 'user');

/** A command in a batch: each says what it is and of which workspace. */
const command = <T extends string, P extends TProperties>(type: T, fields: P) =>
  closed({
    type: Type.Literal(type),
    key: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    workspaceId: Id,
    ...fields,
    occurredAt: Type.Optional(Time),
  });

const team = { teamId: Id };
const member = { memberId: Id };

/** The workspace commands, by their types. */
export const COMMANDS = {
  StartWorkspace: command('StartWorkspace', { name: Name, startedAt: Type.Optional(Time) }),
  CreateTeam: command('CreateTeam', { ...team, name: Name }),
  RenameTeam: command('RenameTeam', { ...team, name: Name }),
  ArchiveTeam: command('ArchiveTeam', team),
  RestoreTeam: command('RestoreTeam', team),
  AddMember: command('AddMember', {
    ...member,
    name: Name,
    email: Email,
    teamIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
  }),
  UpdateMember: command('UpdateMember', { ...member, name: Type.Optional(Name), email: Type.Optional(Email) }),
  RemoveMember: command('RemoveMember', member),
  EraseMember: command('EraseMember', member),
  PlaceMember: command('PlaceMember', { ...team, ...member }),
  WithdrawMember: command('WithdrawMember', { ...team, ...member }),
  RemoveInactiveMembers: command('RemoveInactiveMembers', {}),
};
export type CommandType = keyof typeof COMMANDS;
/** A command as it comes in: times as texts, names in the clear. */
export type IncomingCommand = Static<(typeof COMMANDS)[CommandType]>;

/** The bodies of routes of their own: without what the path says. */
export const StartWorkspaceBody = Type.Omit(COMMANDS.StartWorkspace, ['type', 'key']);
export type StartWorkspaceBody = Static<typeof StartWorkspaceBody>;
export const CreateTeamBody = Type.Omit(COMMANDS.CreateTeam, ['type', 'key', 'workspaceId']);
export type CreateTeamBody = Static<typeof CreateTeamBody>;
export const RenameTeamBody = Type.Omit(COMMANDS.RenameTeam, ['type', 'key', 'workspaceId', 'teamId']);
export type RenameTeamBody = Static<typeof RenameTeamBody>;
export const AddMemberBody = Type.Omit(COMMANDS.AddMember, ['type', 'key', 'workspaceId']);
export type AddMemberBody = Static<typeof AddMemberBody>;
export const UpdateMemberBody = Type.Omit(COMMANDS.UpdateMember, ['type', 'key', 'workspaceId', 'memberId']);
export type UpdateMemberBody = Static<typeof UpdateMemberBody>;
/** Of a command of which the path says all but the time. */
export const TimedBody = closed({ occurredAt: Type.Optional(Time) });
export type TimedBody = Static<typeof TimedBody>;

export const TeamPath = closed({ ...WorkspacePath.properties, ...team });
export type TeamPath = Static<typeof TeamPath>;
export const MemberPath = closed({ ...WorkspacePath.properties, ...member });
export type MemberPath = Static<typeof MemberPath>;
export const PlacementPath = closed({ ...TeamPath.properties, ...member });
export type PlacementPath = Static<typeof PlacementPath>;

export const TeamsQuery = closed({ ...Paging, status: Type.Optional(oneOf('active', 'archived')) });
export type TeamsQuery = Static<typeof TeamsQuery>;
export const MembersQuery = closed({ ...Paging, status: Type.Optional(oneOf('active', 'inactive')) });
export type MembersQuery = Static<typeof MembersQuery>;

export const RemovedInactive = object(
  { workspaceId: Id, revision: Revision, changed: Type.Boolean(), removed: Type.Array(Id) },
  { title: 'RemovedInactive' },
);
export const Workspace = object(
  {
    workspaceId: Id,
    name: text,
    startedAt: At,
    variant: Variant,
    revision: Revision,
    members: object({ total: count, active: count, inactive: count }),
    teams: object({ total: count, active: count, archived: count }),
  },
  { title: 'Workspace' },
);
export const Team = object({ teamId: Id, name: text, status: oneOf('active', 'archived') }, { title: 'Team' });
export const Member = object(
  {
    memberId: Id,
    name: orNull(text),
    email: orNull(text),
    status: oneOf('active', 'inactive'),
    erased: Type.Boolean({ description: 'Then name and address are null' }),
    teamIds: Type.Array(Id),
  },
  { title: 'Member' },
);
export const MemberAccess = object({ access: Type.Boolean() }, { title: 'MemberAccess' });

/** Many commands: checked one by one, since each has its own outcome. */
export const BatchBody = closed({ commands: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000 }) });
export type BatchBody = Static<typeof BatchBody>;
/** The same for the API's description. */
const all: TSchema[] = Object.values(COMMANDS);
export const BatchCommand = Type.Union(all, { title: 'Command' });
export const Batch = object(
  { commands: Type.Array(BatchCommand, { minItems: 1, maxItems: 1000 }) },
  { title: 'Batch' },
);
export const BatchResult = object(
  {
    status: oneOf('accepted', 'rejected'),
    revision: optional(Revision),
    changed: optional(Type.Boolean()),
    removed: optional(Type.Array(Id)),
    replayed: optional(
      Type.Literal(true, { description: 'Its key was known: this is the answer that was given then' }),
    ),
    problem: optional(Problem),
  },
  { title: 'BatchResult' },
);
export const BatchResults = object({ results: Type.Array(BatchResult) }, { title: 'BatchResults' });
