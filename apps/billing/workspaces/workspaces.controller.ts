import { Controller, Delete, Get, Post, Put, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';

import { type AuthenticatedRequest } from '../http/authenticated-request';
import { answerOf } from '../http/outcomes';
import { pageOf, ReadQuery } from '../http/paging';
import { Body, Path, Query } from '../http/params.decorator';
import { RequestContexts } from '../http/request-context';
import { READERS } from '../http/roles.decorator';
import { Route } from '../http/route.decorator';
import { Accepted, WorkspacePath } from '../http/schema';
import { Metrics } from '../infrastructure/metrics';
import { contentOf, useCaseOf } from './commands';
import { GetMemberAccess, GetWorkspace, ListMembers, ListTeams } from './queries';
import {
  AddMemberBody,
  CreateTeamBody,
  type IncomingCommand,
  Member,
  MemberAccess,
  MemberPath,
  MembersQuery,
  PlacementPath,
  RemovedInactive,
  RenameTeamBody,
  StartWorkspaceBody,
  Team,
  TeamPath,
  TeamsQuery,
  TimedBody,
  UpdateMemberBody,
  Workspace,
} from './schemas';

const OCCURRED_AT = '2026-03-10T09:30:00.000Z';

/** Facts about workspaces, teams and members, and their current state. */
@Controller('v1/workspaces')
@ApiTags('Workspaces')
export class WorkspacesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
  ) {}

  @Route({
    roles: ['product'],
    summary: 'Start a workspace',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'workspace-exists'],
    example: { workspaceId: 'acme', name: 'Acme GmbH', startedAt: '2026-01-12T08:00:00.000Z' },
  })
  @Post()
  startWorkspace(@Req() request: AuthenticatedRequest, @Body(StartWorkspaceBody) body: StartWorkspaceBody) {
    return this.send(request, { type: 'StartWorkspace', ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Create a team',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'team-exists', 'out-of-order'],
    example: { teamId: 'design', name: 'Design', occurredAt: OCCURRED_AT },
  })
  @Post(':workspaceId/teams')
  createTeam(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) path: WorkspacePath,
    @Body(CreateTeamBody) body: CreateTeamBody,
  ) {
    return this.send(request, { type: 'CreateTeam', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Rename a team',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'unknown-team', 'out-of-order'],
    example: { name: 'Product design', occurredAt: OCCURRED_AT },
  })
  @Post(':workspaceId/teams/:teamId/rename')
  renameTeam(
    @Req() request: AuthenticatedRequest,
    @Path(TeamPath) path: TeamPath,
    @Body(RenameTeamBody) body: RenameTeamBody,
  ) {
    return this.send(request, { type: 'RenameTeam', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Archive a team',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'unknown-team', 'out-of-order'],
    example: { occurredAt: '2026-03-31T21:59:59.000Z' },
  })
  @Post(':workspaceId/teams/:teamId/archive')
  archiveTeam(@Req() request: AuthenticatedRequest, @Path(TeamPath) path: TeamPath, @Body(TimedBody) body: TimedBody) {
    return this.send(request, { type: 'ArchiveTeam', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Restore a team',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'unknown-team', 'out-of-order'],
    example: { occurredAt: OCCURRED_AT },
  })
  @Post(':workspaceId/teams/:teamId/restore')
  restoreTeam(@Req() request: AuthenticatedRequest, @Path(TeamPath) path: TeamPath, @Body(TimedBody) body: TimedBody) {
    return this.send(request, { type: 'RestoreTeam', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Place a member in a team',
    isCommand: true,
    response: Accepted,
    problems: [
      'occurred-in-future',
      'unknown-workspace',
      'unknown-team',
      'unknown-member',
      'out-of-order',
      'team-archived',
      'member-removed',
    ],
    example: { occurredAt: OCCURRED_AT },
  })
  @Put(':workspaceId/teams/:teamId/members/:memberId')
  placeMember(
    @Req() request: AuthenticatedRequest,
    @Path(PlacementPath) path: PlacementPath,
    @Body(TimedBody) body: TimedBody,
  ) {
    return this.send(request, { type: 'PlaceMember', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Take a member out of a team',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'unknown-team', 'unknown-member', 'out-of-order'],
    example: { occurredAt: OCCURRED_AT },
  })
  @Delete(':workspaceId/teams/:teamId/members/:memberId')
  withdrawMember(
    @Req() request: AuthenticatedRequest,
    @Path(PlacementPath) path: PlacementPath,
    @Body(TimedBody) body: TimedBody,
  ) {
    return this.send(request, { type: 'WithdrawMember', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Add a member, and place it in teams: all or nothing',
    isCommand: true,
    response: Accepted,
    problems: [
      'occurred-in-future',
      'unknown-workspace',
      'member-exists',
      'out-of-order',
      'unknown-team',
      'team-archived',
      'member-removed',
      'member-key-destroyed',
    ],
    example: { memberId: 'u-4711', name: 'Ada Beispiel', email: 'ada@acme.example', teamIds: ['design'] },
  })
  @Post(':workspaceId/members')
  addMember(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) path: WorkspacePath,
    @Body(AddMemberBody) body: AddMemberBody,
  ) {
    return this.send(request, { type: 'AddMember', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Remove every member who is in no active team',
    isCommand: true,
    response: RemovedInactive,
    problems: ['occurred-in-future', 'unknown-workspace'],
    example: { occurredAt: OCCURRED_AT },
  })
  @Post(':workspaceId/members/remove-inactive')
  async removeInactive(
    @Req() request: AuthenticatedRequest,
    @Path(WorkspacePath) path: WorkspacePath,
    @Body(TimedBody) body: TimedBody,
  ) {
    const answer = await this.send(request, { type: 'RemoveInactiveMembers', ...path, ...body });
    return { ...answer, removed: answer.removed ?? [] };
  }

  @Route({
    roles: ['product'],
    summary: "Change a member's name or address",
    isCommand: true,
    response: Accepted,
    problems: [
      'occurred-in-future',
      'unknown-workspace',
      'unknown-member',
      'out-of-order',
      'member-removed',
      'member-erased',
      'member-key-destroyed',
    ],
    example: { email: 'ada.beispiel@acme.example' },
  })
  @Post(':workspaceId/members/:memberId/update')
  updateMember(
    @Req() request: AuthenticatedRequest,
    @Path(MemberPath) path: MemberPath,
    @Body(UpdateMemberBody) body: UpdateMemberBody,
  ) {
    return this.send(request, { type: 'UpdateMember', ...path, ...body });
  }

  @Route({
    roles: ['product'],
    summary: 'Remove a member',
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'unknown-member', 'out-of-order'],
    example: { occurredAt: OCCURRED_AT },
  })
  @Post(':workspaceId/members/:memberId/remove')
  removeMember(
    @Req() request: AuthenticatedRequest,
    @Path(MemberPath) path: MemberPath,
    @Body(TimedBody) body: TimedBody,
  ) {
    return this.send(request, { type: 'RemoveMember', ...path, ...body });
  }

  @Route({
    roles: ['product', 'accounting'],
    summary: "Erase a member's personal data for good",
    isCommand: true,
    response: Accepted,
    problems: ['occurred-in-future', 'unknown-workspace', 'unknown-member', 'out-of-order'],
    example: {},
  })
  @Post(':workspaceId/members/:memberId/erase')
  eraseMember(
    @Req() request: AuthenticatedRequest,
    @Path(MemberPath) path: MemberPath,
    @Body(TimedBody) body: TimedBody,
  ) {
    return this.send(request, { type: 'EraseMember', ...path, ...body });
  }

  @Route({
    roles: READERS,
    summary: 'A workspace and its numbers',
    response: Workspace,
    problems: ['unknown-workspace'],
  })
  @Get(':workspaceId')
  workspace(@Path(WorkspacePath) { workspaceId }: WorkspacePath, @Query(ReadQuery) _asked: ReadQuery) {
    return this.queries.execute(new GetWorkspace(workspaceId));
  }

  @Route({ roles: READERS, summary: 'Teams', response: pageOf(Team), problems: ['unknown-workspace'] })
  @Get(':workspaceId/teams')
  teams(@Path(WorkspacePath) { workspaceId }: WorkspacePath, @Query(TeamsQuery) asked: TeamsQuery) {
    return this.queries.execute(new ListTeams(workspaceId, asked));
  }

  @Route({
    roles: READERS,
    summary: 'Members: who may access the workspace',
    response: pageOf(Member),
    problems: ['unknown-workspace'],
  })
  @Get(':workspaceId/members')
  members(@Path(WorkspacePath) { workspaceId }: WorkspacePath, @Query(MembersQuery) asked: MembersQuery) {
    return this.queries.execute(new ListMembers(workspaceId, asked));
  }

  @Route({
    roles: READERS,
    summary: 'Whether a member may access the workspace',
    more: 'Answered from the history: no from the moment in which a removal is accepted. Nobody unknown has access.',
    response: MemberAccess,
    problems: ['unknown-workspace'],
  })
  @Get(':workspaceId/members/:memberId/access')
  access(@Path(MemberPath) { workspaceId, memberId }: MemberPath, @Query(ReadQuery) _asked: ReadQuery) {
    return this.queries.execute(new GetMemberAccess(workspaceId, memberId));
  }

  private async send(request: AuthenticatedRequest, incoming: IncomingCommand) {
    const context = this.contexts.of(request, contentOf(incoming));
    const outcome = await this.commands.execute(useCaseOf(incoming, context));
    const withRemoved = incoming.type === 'RemoveInactiveMembers';
    return { workspaceId: incoming.workspaceId, ...answerOf(request, outcome, this.metrics, withRemoved) };
  }
}
