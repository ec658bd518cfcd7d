import { type WorkspaceEvent } from '@seatledger/domain';
import { type StoredEvent, subjectOf } from '@seatledger/event-store';

import { type Projection } from '../runner';
import { type DocumentKey, type UnitOfWork } from '../unit-of-work';
import {
  type MemberDocument,
  MEMBERS,
  type MembershipDocument,
  MEMBERSHIPS,
  subjectKey,
  type TeamDocument,
  TEAMS,
  type WorkspaceDocument,
  WORKSPACES,
} from './documents';

/** The current state of workspaces, teams and members, by the latest fact about each. */
export const workspacesProjection: Projection = {
  name: 'workspaces',
  version: 1,
  collections: [WORKSPACES, TEAMS, MEMBERS, MEMBERSHIPS],
  totals: {
    [WORKSPACES.name](document) {
      const { members, activeMembers, teams, activeTeams } = document as WorkspaceDocument;
      return { members, activeMembers, teams, activeTeams };
    },
  },
  streamPrefixes: ['workspace-'],

  needs({ event, stream }): DocumentKey[] {
    const workspaceId = subjectOf(stream);
    const keys: DocumentKey[] = [{ collection: WORKSPACES.name, id: workspaceId }];
    const { data } = event;
    if ('teamId' in data) {
      keys.push({ collection: TEAMS.name, id: subjectKey(workspaceId, data.teamId) });
    }
    if ('memberId' in data) {
      keys.push({ collection: MEMBERS.name, id: subjectKey(workspaceId, data.memberId) });
    }
    return keys;
  },

  project(stored, documents): void | Promise<void> {
    const workspaceId = subjectOf(stored.stream);
    const fold = new WorkspaceFold(workspaceId, stored, documents);
    return fold.apply(stored.event as WorkspaceEvent);
  },
};

/** Folds one event into the documents of its workspace. */
class WorkspaceFold {
  constructor(
    private readonly workspaceId: string,
    private readonly stored: StoredEvent,
    private readonly documents: UnitOfWork,
  ) {}

  apply(event: WorkspaceEvent): void | Promise<void> {
    const { workspaceId } = this;
    switch (event.type) {
      case 'WorkspaceStarted':
        this.put(WORKSPACES.name, workspaceId, {
          workspaceId,
          name: event.data.name,
          startedAt: event.data.startedAt,
          revision: this.stored.revision,
          members: 0,
          activeMembers: 0,
          teams: 0,
          activeTeams: 0,
        } satisfies WorkspaceDocument);
        return;
      case 'TeamCreated': {
        const { teamId, name } = event.data;
        this.putTeam({ workspaceId, teamId, name, status: 'active' });
        this.count({ teams: 1, activeTeams: 1 });
        return;
      }
      case 'TeamRenamed':
        this.putTeam({ ...this.team(event.data.teamId), name: event.data.name });
        this.count({});
        return;
      case 'TeamArchived':
        return this.changeTeam(event.data.teamId, 'archived');
      case 'TeamRestored':
        return this.changeTeam(event.data.teamId, 'active');
      case 'MemberAdded': {
        const { memberId, name, email } = event.data;
        this.putMember({
          workspaceId,
          memberId,
          name,
          email,
          erased: false,
          present: 1,
          status: 'inactive',
          teamIds: [],
          activeTeams: 0,
        });
        this.count({ members: 1 });
        return;
      }
      case 'MemberUpdated': {
        const { memberId, ...changed } = event.data;
        this.putMember({ ...this.member(memberId), ...changed });
        this.count({});
        return;
      }
      case 'MemberRemoved': {
        const member = this.member(event.data.memberId);
        for (const teamId of member.teamIds) this.putMembership(teamId, member.memberId, false);
        this.putMember({ ...member, present: 0, status: 'removed', teamIds: [], activeTeams: 0 });
        this.count({ members: -1, activeMembers: member.status === 'active' ? -1 : 0 });
        return;
      }
      case 'MemberErased':
        // Nothing of the person stays behind, not even encrypted.
        this.putMember({ ...this.member(event.data.memberId), name: '', email: '', erased: true });
        this.count({});
        return;
      case 'MemberPlaced': {
        const { teamId, memberId } = event.data;
        const member = this.member(memberId);
        this.putMembership(teamId, memberId, true);
        const activeTeams = member.activeTeams + (this.team(teamId).status === 'active' ? 1 : 0);
        this.count(this.changeMember(member, [...member.teamIds, teamId], activeTeams));
        return;
      }
      case 'MemberWithdrawn': {
        const { teamId, memberId } = event.data;
        const member = this.member(memberId);
        this.putMembership(teamId, memberId, false);
        const activeTeams = member.activeTeams - (this.team(teamId).status === 'active' ? 1 : 0);
        const teamIds = member.teamIds.filter((id) => id !== teamId);
        this.count(this.changeMember(member, teamIds, activeTeams));
        return;
      }
    }
  }

  /** Archiving and restoring change every member of the team. */
  private async changeTeam(teamId: string, status: TeamDocument['status']): Promise<void> {
    const by = status === 'active' ? 1 : -1;
    this.putTeam({ ...this.team(teamId), status });
    const memberships = await this.documents.find<MembershipDocument>(MEMBERSHIPS.name, {
      workspaceId: this.workspaceId,
      teamId,
    });
    await this.documents.prefetch(
      memberships.map(({ document }) => ({
        collection: MEMBERS.name,
        id: subjectKey(this.workspaceId, document.memberId),
      })),
    );
    let activeMembers = 0;
    for (const { document } of memberships) {
      const member = this.member(document.memberId);
      activeMembers += this.changeMember(member, member.teamIds, member.activeTeams + by).activeMembers ?? 0;
    }
    this.count({ activeTeams: by, activeMembers });
  }

  private changeMember(member: MemberDocument, teamIds: readonly string[], activeTeams: number): Counts {
    const status = activeTeams > 0 ? 'active' : 'inactive';
    this.putMember({ ...member, status, teamIds, activeTeams });
    const before = member.status === 'active' ? 1 : 0;
    return { activeMembers: (status === 'active' ? 1 : 0) - before };
  }

  private count(by: Counts): void {
    const before = this.documents.get<WorkspaceDocument>(WORKSPACES.name, this.workspaceId);
    if (before === null) throw new Error(`workspace ${this.workspaceId} is not known`);
    this.put(WORKSPACES.name, this.workspaceId, {
      ...before,
      revision: this.stored.revision,
      members: before.members + (by.members ?? 0),
      activeMembers: before.activeMembers + (by.activeMembers ?? 0),
      teams: before.teams + (by.teams ?? 0),
      activeTeams: before.activeTeams + (by.activeTeams ?? 0),
    });
  }

  private team(teamId: string): TeamDocument {
    const key = subjectKey(this.workspaceId, teamId);
    const team = this.documents.get<TeamDocument>(TEAMS.name, key);
    if (team === null) throw new Error(`team ${teamId} is not known`);
    return team;
  }

  private member(memberId: string): MemberDocument {
    const key = subjectKey(this.workspaceId, memberId);
    const member = this.documents.get<MemberDocument>(MEMBERS.name, key);
    if (member === null) throw new Error(`member ${memberId} is not known`);
    return member;
  }

  private putTeam(team: TeamDocument): void {
    this.put(TEAMS.name, subjectKey(this.workspaceId, team.teamId), team);
  }

  private putMember(member: MemberDocument): void {
    this.put(MEMBERS.name, subjectKey(this.workspaceId, member.memberId), member);
  }

  private putMembership(teamId: string, memberId: string, placed: boolean): void {
    const { workspaceId } = this;
    const id = subjectKey(workspaceId, subjectKey(teamId, memberId));
    this.put(MEMBERSHIPS.name, id, placed ? { workspaceId, teamId, memberId } : null);
  }

  private put(collection: string, id: string, document: Readonly<Record<string, unknown>> | null): void {
    this.documents.put(collection, id, document, this.stored.position);
  }
}

type Counts = Partial<Pick<WorkspaceDocument, 'members' | 'activeMembers' | 'teams' | 'activeTeams'>>;
