import { type Timeline } from '../counting/timeline';
import { type Instant } from '../event';
import { type Encrypted } from './events';

export interface Team {
  readonly teamId: string;
  name: string;
  /** Created or restored, until archived. */
  readonly active: Timeline;
  /** Time of the latest recorded fact about this team. */
  lastFactAt: Instant;
}

export interface Membership {
  readonly team: Team;
  /** Placed, until taken out or the member is removed. */
  readonly placed: Timeline;
  lastFactAt: Instant;
}

export interface Member {
  readonly memberId: string;
  name: Encrypted;
  email: Encrypted;
  /** Added, until removed. */
  readonly present: Timeline;
  /** By team id, also ended ones: they count for the months in which they stood. */
  readonly memberships: Map<string, Membership>;
  /** The one of the latest placement, which most questions about a member are answered by. */
  latestMembership: Membership | undefined;
  /** Time of the latest fact about the member: added, updated, removed or erased. */
  lastFactAt: Instant;
  /** Time of the latest adding or removal, which is a fact about every membership too. */
  lastPresenceFactAt: Instant;
  /** Time of the latest placement or withdrawal in any team. */
  lastMembershipFactAt: Instant;
  erased: boolean;
  /** Which key encrypts the member's personal data: one more after each erasure. */
  keyGeneration: number;
}

/**
 * What the facts of a workspace say, as intervals: enough to decide commands and to count any
 * month. Plain data that belongs to one holder; `evolve` changes it in place.
 */
export interface WorkspaceState {
  started?: { readonly workspaceId: string; readonly name: string; readonly startedAt: Instant };
  readonly teams: Map<string, Team>;
  readonly members: Map<string, Member>;
  /** The latest time that any fact took effect. */
  latestFactAt: Instant;
  /** Intervals that ended before it may be pruned (see prune.ts); -Infinity when none are. */
  retainedFrom: Instant;
}

export function emptyWorkspace(): WorkspaceState {
  return { teams: new Map(), members: new Map(), latestFactAt: -Infinity, retainedFrom: -Infinity };
}
