import { type CollectionSpec } from '@seatledger/read-store';

export const WORKSPACES: CollectionSpec = { name: 'workspaces', indexes: [] };
export const TEAMS: CollectionSpec = {
  name: 'teams',
  indexes: [['workspaceId'], ['workspaceId', 'status']],
};
export const MEMBERS: CollectionSpec = {
  name: 'members',
  indexes: [
    ['workspaceId', 'present'],
    ['workspaceId', 'status'],
  ],
};
export const MEMBERSHIPS: CollectionSpec = {
  name: 'memberships',
  indexes: [['workspaceId', 'teamId']],
};

/** The current numbers of a workspace. */
export type WorkspaceDocument = Readonly<{
  workspaceId: string;
  name: string;
  startedAt: string;
  /** Of the last event of its stream that is in the documents. */
  revision: number;
  members: number;
  activeMembers: number;
  teams: number;
  activeTeams: number;
}>;

export type TeamDocument = Readonly<{
  workspaceId: string;
  teamId: string;
  name: string;
  status: 'active' | 'archived';
}>;

export type MemberDocument = Readonly<{
  workspaceId: string;
  memberId: string;
  /** Encrypted; decrypted only when it is shown. */
  name: string;
  email: string;
  erased: boolean;
  /** 1 while the member may access the workspace. */
  present: 0 | 1;
  status: 'active' | 'inactive' | 'removed';
  /** Teams in which the member is placed now, archived ones too. */
  teamIds: readonly string[];
  /** How many of them are active. */
  activeTeams: number;
}>;

/** A placement that holds. */
export type MembershipDocument = Readonly<{
  workspaceId: string;
  teamId: string;
  memberId: string;
}>;

export const subjectKey = (workspaceId: string, id: string): string => `${workspaceId}/${id}`;
