import { type Instant } from '../event';
import { type Encrypted } from './events';

interface Timed {
  /** When the fact took effect; now when absent. */
  readonly occurredAt?: Instant;
}

export interface StartWorkspace extends Timed {
  readonly type: 'StartWorkspace';
  readonly workspaceId: string;
  readonly name: string;
  readonly startedAt?: Instant;
}
export interface CreateTeam extends Timed {
  readonly type: 'CreateTeam';
  readonly teamId: string;
  readonly name: string;
}
export interface RenameTeam extends Timed {
  readonly type: 'RenameTeam';
  readonly teamId: string;
  readonly name: string;
}
export interface ArchiveTeam extends Timed {
  readonly type: 'ArchiveTeam';
  readonly teamId: string;
}
export interface RestoreTeam extends Timed {
  readonly type: 'RestoreTeam';
  readonly teamId: string;
}
export interface AddMember extends Timed {
  readonly type: 'AddMember';
  readonly memberId: string;
  readonly name: Encrypted;
  readonly email: Encrypted;
  readonly teamIds?: readonly string[];
}
export interface UpdateMember extends Timed {
  readonly type: 'UpdateMember';
  readonly memberId: string;
  readonly name?: Encrypted;
  readonly email?: Encrypted;
}
export interface RemoveMember extends Timed {
  readonly type: 'RemoveMember';
  readonly memberId: string;
}
export interface EraseMember extends Timed {
  readonly type: 'EraseMember';
  readonly memberId: string;
}
export interface PlaceMember extends Timed {
  readonly type: 'PlaceMember';
  readonly teamId: string;
  readonly memberId: string;
}
export interface WithdrawMember extends Timed {
  readonly type: 'WithdrawMember';
  readonly teamId: string;
  readonly memberId: string;
}
export interface RemoveInactiveMembers extends Timed {
  readonly type: 'RemoveInactiveMembers';
}

export type WorkspaceCommand =
  | StartWorkspace
  | CreateTeam
  | RenameTeam
  | ArchiveTeam
  | RestoreTeam
  | AddMember
  | UpdateMember
  | RemoveMember
  | EraseMember
  | PlaceMember
  | WithdrawMember
  | RemoveInactiveMembers;
