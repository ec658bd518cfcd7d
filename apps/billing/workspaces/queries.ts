import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { ContractQueue, WorkspaceQueue } from '@seatledger/command-handling';
import { DEFAULT_TIME_ZONE, defaultVariant, isOpen, type LicenseVariant, monthOf, termsFor } from '@seatledger/domain';
import { type MemberView, WorkspaceQueries } from '@seatledger/projections';

import { decodeCursor, encodeCursor, limitOf, type Page } from '../http/paging';
import { CLOCK, type Clock } from '../infrastructure/clock';
import { type MembersQuery, type TeamsQuery } from './schemas';
import { WorkspaceReads } from './workspace-reads';

interface WorkspaceView {
  readonly workspaceId: string;
  readonly name: string;
  readonly startedAt: string;
  readonly variant: LicenseVariant;
  readonly revision: number;
  readonly members: { readonly total: number; readonly active: number; readonly inactive: number };
  readonly teams: { readonly total: number; readonly active: number; readonly archived: number };
}

export class GetWorkspace extends Query<WorkspaceView> {
  constructor(readonly workspaceId: string) {
    super();
  }
}

@QueryHandler(GetWorkspace)
class GetWorkspaceHandler implements IQueryHandler<GetWorkspace> {
  constructor(
    private readonly reads: WorkspaceReads,
    private readonly contracts: ContractQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ workspaceId }: GetWorkspace): Promise<WorkspaceView> {
    const { name, startedAt, revision, ...numbers } = await this.reads.known(workspaceId);
    return {
      workspaceId,
      name,
      startedAt,
      variant: await this.variantOf(workspaceId, startedAt),
      revision,
      members: {
        total: numbers.members,
        active: numbers.activeMembers,
        inactive: numbers.members - numbers.activeMembers,
      },
      teams: {
        total: numbers.teams,
        active: numbers.activeTeams,
        archived: numbers.teams - numbers.activeTeams,
      },
    };
  }

  /** The variant of the current month's terms; without a contract the one it would get. */
  private variantOf(workspaceId: string, startedAt: string): Promise<LicenseVariant> {
    return this.contracts.inspect(workspaceId, (contract) => {
      if (contract === undefined) return defaultVariant(Date.parse(startedAt), DEFAULT_TIME_ZONE, false);
      const month = monthOf(this.clock(), contract.openingTerms.timeZone);
      return termsFor(contract, month < contract.firstMonth ? contract.firstMonth : month).variant;
    });
  }
}

interface TeamView {
  readonly teamId: string;
  readonly name: string;
  readonly status: 'active' | 'archived';
}

export class ListTeams extends Query<Page<TeamView>> {
  constructor(
    readonly workspaceId: string,
    readonly asked: TeamsQuery,
  ) {
    super();
  }
}

@QueryHandler(ListTeams)
class ListTeamsHandler implements IQueryHandler<ListTeams> {
  constructor(
    private readonly reads: WorkspaceReads,
    private readonly queries: WorkspaceQueries,
  ) {}

  async execute({ workspaceId, asked: { status, limit, cursor } }: ListTeams): Promise<Page<TeamView>> {
    await this.reads.known(workspaceId);
    const page = await this.queries.teams(workspaceId, status, limitOf(limit), decodeCursor('teams', cursor));
    return { items: page.items, nextCursor: encodeCursor('teams', page.next) };
  }
}

export class ListMembers extends Query<Page<MemberView>> {
  constructor(
    readonly workspaceId: string,
    readonly asked: MembersQuery,
  ) {
    super();
  }
}

@QueryHandler(ListMembers)
class ListMembersHandler implements IQueryHandler<ListMembers> {
  constructor(
    private readonly reads: WorkspaceReads,
    private readonly queries: WorkspaceQueries,
  ) {}

  async execute({ workspaceId, asked: { status, limit, cursor } }: ListMembers): Promise<Page<MemberView>> {
    await this.reads.known(workspaceId);
    const page = await this.queries.members(workspaceId, status, limitOf(limit), decodeCursor('members', cursor));
    return { items: page.items, nextCursor: encodeCursor('members', page.next) };
  }
}

export class GetMemberAccess extends Query<{ readonly access: boolean }> {
  constructor(
    readonly workspaceId: string,
    readonly memberId: string,
  ) {
    super();
  }
}

/** From the history, not from a read model that may lag: a removed member has no access at once. */
@QueryHandler(GetMemberAccess)
class GetMemberAccessHandler implements IQueryHandler<GetMemberAccess> {
  constructor(private readonly workspaces: WorkspaceQueue) {}

  async execute({ workspaceId, memberId }: GetMemberAccess): Promise<{ readonly access: boolean }> {
    const access = await this.workspaces.inspect(workspaceId, ({ members }) =>
      isOpen(members.get(memberId)?.present ?? []),
    );
    return { access };
  }
}

export const WORKSPACE_QUERY_HANDLERS = [
  GetWorkspaceHandler,
  ListTeamsHandler,
  ListMembersHandler,
  GetMemberAccessHandler,
];
