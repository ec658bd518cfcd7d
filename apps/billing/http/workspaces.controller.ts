import { randomUUID } from 'node:crypto';

import { ChangeWorkspace, type CommandAnswer, type CommandOutcome } from '@seatledger/command-handling';
import { notFound } from '@seatledger/domain';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type TSchema } from '@sinclair/typebox';

import { Metrics } from '../infrastructure/metrics';
import { type AuthenticatedRequest, READERS, Roles } from './auth';
import { answerOf } from './outcomes';
import { Reads } from './reads';
import { RequestContexts } from './request-context';
import { bodyOf, type CommandType, Id } from './schemas';
import { validated } from './validation';
import { contentOf, domainCommand, type IncomingCommand } from './workspace-commands';

interface WorkspaceParams {
  readonly workspaceId?: string;
  readonly teamId?: string;
  readonly memberId?: string;
}

type WorkspaceAnswer = CommandAnswer & { readonly workspaceId: string };

/** Each command's body on a route of its own, made once. */
const bodies = new Map<string, TSchema>();

/** Facts about workspaces, teams and members, and their current state. */
@Controller('v1/workspaces')
@Roles('product')
export class WorkspacesController {
  constructor(
    private readonly bus: CommandBus,
    private readonly contexts: RequestContexts,
    private readonly reads: Reads,
    private readonly metrics: Metrics,
  ) {}

  @Post()
  @HttpCode(200)
  start(@Req() request: AuthenticatedRequest, @Body() body: unknown) {
    return this.dispatch(request, 'StartWorkspace', {}, body);
  }

  @Post(':workspaceId/teams')
  @HttpCode(200)
  createTeam(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'CreateTeam', params, body);
  }

  @Post(':workspaceId/teams/:teamId/rename')
  @HttpCode(200)
  renameTeam(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'RenameTeam', params, body);
  }

  @Post(':workspaceId/teams/:teamId/archive')
  @HttpCode(200)
  archiveTeam(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'ArchiveTeam', params, body);
  }

  @Post(':workspaceId/teams/:teamId/restore')
  @HttpCode(200)
  restoreTeam(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'RestoreTeam', params, body);
  }

  @Put(':workspaceId/teams/:teamId/members/:memberId')
  placeMember(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'PlaceMember', params, body);
  }

  @Delete(':workspaceId/teams/:teamId/members/:memberId')
  withdrawMember(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'WithdrawMember', params, body);
  }

  @Post(':workspaceId/members')
  @HttpCode(200)
  addMember(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'AddMember', params, body);
  }

  @Post(':workspaceId/members/remove-inactive')
  @HttpCode(200)
  async removeInactive(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    const answer = await this.dispatch(request, 'RemoveInactiveMembers', params, body);
    return { ...answer, removed: answer.removed ?? [] };
  }

  @Post(':workspaceId/members/:memberId/update')
  @HttpCode(200)
  updateMember(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'UpdateMember', params, body);
  }

  @Post(':workspaceId/members/:memberId/remove')
  @HttpCode(200)
  removeMember(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'RemoveMember', params, body);
  }

  @Post(':workspaceId/members/:memberId/erase')
  @HttpCode(200)
  @Roles('product', 'accounting')
  eraseMember(@Req() request: AuthenticatedRequest, @Param() params: WorkspaceParams, @Body() body: unknown) {
    return this.dispatch(request, 'EraseMember', params, body);
  }

  @Get(':workspaceId')
  @Roles(...READERS)
  workspace(@Param() params: WorkspaceParams, @Query() query: Record<string, string>) {
    return this.reads.workspace(workspaceIdOf(params), query);
  }

  @Get(':workspaceId/teams')
  @Roles(...READERS)
  teams(@Param() params: WorkspaceParams, @Query() query: Record<string, string>) {
    return this.reads.teams(workspaceIdOf(params), query);
  }

  @Get(':workspaceId/members')
  @Roles(...READERS)
  members(@Param() params: WorkspaceParams, @Query() query: Record<string, string>) {
    return this.reads.members(workspaceIdOf(params), query);
  }

  @Get(':workspaceId/members/:memberId/access')
  @Roles(...READERS)
  access(@Param() params: WorkspaceParams, @Query() query: Record<string, string>) {
    const memberId = validated(Id, params.memberId, '/memberId');
    return this.reads.access(workspaceIdOf(params), memberId, query);
  }

  /** A command's own route says in its path what it is about, in its body the rest. */
  private async dispatch(
    request: AuthenticatedRequest,
    type: CommandType,
    params: WorkspaceParams,
    body: unknown,
  ): Promise<WorkspaceAnswer> {
    const content = validated(bodySchema(type, params), body === undefined ? {} : body) as Record<string, unknown>;
    for (const [name, value] of Object.entries(params)) validated(Id, value, `/${name}`);
    const incoming = { type, ...params, ...content } as unknown as IncomingCommand;
    const context = this.contexts.of(request, contentOf(incoming));
    const outcome: CommandOutcome = await this.bus.execute(
      new ChangeWorkspace(incoming.workspaceId, domainCommand(incoming), context, randomUUID()),
    );
    const { workspaceId } = incoming;
    return { workspaceId, ...answerOf(outcome, this.metrics, type === 'RemoveInactiveMembers') };
  }
}

function bodySchema(type: CommandType, params: WorkspaceParams): TSchema {
  let schema = bodies.get(type);
  if (schema === undefined) {
    schema = bodyOf(type, Object.keys(params));
    bodies.set(type, schema);
  }
  return schema;
}

function workspaceIdOf({ workspaceId }: WorkspaceParams): string {
  if (workspaceId === undefined) throw notFound('unknown-workspace', 'There is no workspace with this id.');
  return validated(Id, workspaceId, '/workspaceId');
}
