import { type DomainEvent } from '../event';

/**
 * Personal data (a name, an e-mail address) encrypted with a key of that member's own. The same
 * text of the same member always gives the same encrypted text, so that it can be compared unopened.
 */
export type Encrypted = string;

export type WorkspaceStarted = DomainEvent<
  'WorkspaceStarted',
  { readonly workspaceId: string; readonly name: string; readonly startedAt: string }
>;
export type TeamCreated = DomainEvent<'TeamCreated', { readonly teamId: string; readonly name: string }>;
export type TeamRenamed = DomainEvent<'TeamRenamed', { readonly teamId: string; readonly name: string }>;
export type TeamArchived = DomainEvent<'TeamArchived', { readonly teamId: string }>;
export type TeamRestored = DomainEvent<'TeamRestored', { readonly teamId: string }>;
export type MemberAdded = DomainEvent<
  'MemberAdded',
  { readonly memberId: string; readonly name: Encrypted; readonly email: Encrypted }
>;
export type MemberUpdated = DomainEvent<
  'MemberUpdated',
  { readonly memberId: string; readonly name?: Encrypted; readonly email?: Encrypted }
>;
/** Also ends all of the member's memberships. */
export type MemberRemoved = DomainEvent<'MemberRemoved', { readonly memberId: string }>;
/** The key of this generation of the member's personal data is to be destroyed, or has been. */
export type MemberErased = DomainEvent<'MemberErased', { readonly memberId: string; readonly keyGeneration: number }>;
export type MemberPlaced = DomainEvent<'MemberPlaced', { readonly teamId: string; readonly memberId: string }>;
export type MemberWithdrawn = DomainEvent<'MemberWithdrawn', { readonly teamId: string; readonly memberId: string }>;

/** The facts of one workspace, in its stream `workspace-W`. */
export type WorkspaceEvent =
  | WorkspaceStarted
  | TeamCreated
  | TeamRenamed
  | TeamArchived
  | TeamRestored
  | MemberAdded
  | MemberUpdated
  | MemberRemoved
  | MemberErased
  | MemberPlaced
  | MemberWithdrawn;
