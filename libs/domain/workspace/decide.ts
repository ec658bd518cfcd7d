import { covers, isOpen } from '../counting/timeline';
import { defined } from '../defined';
import { conflict, notFound, ruleViolated } from '../domain-error';
import { formatInstant, type Instant } from '../event';
import {
  type AddMember,
  type ArchiveTeam,
  type CreateTeam,
  type EraseMember,
  type PlaceMember,
  type RemoveMember,
  type RenameTeam,
  type RestoreTeam,
  type StartWorkspace,
  type UpdateMember,
  type WithdrawMember,
  type WorkspaceCommand,
} from './commands';
import { type WorkspaceEvent } from './events';
import { requireHistoryFrom } from './prune';
import { type Member, type Team, type WorkspaceState } from './state';

/** How far a sender's clock may run ahead of ours. */
export const FUTURE_TOLERANCE_MS = 5 * 60 * 1000;

/**
 * Decides a command: the facts that follow from it, none when the state is already as wanted.
 *
 * What a fact says about its own team, member or membership is judged by the latest state of that one,
 * what it needs of others by their state at the fact's own time. No fact may lie before a recorded one
 * about the same team, member or membership.
 * @throws {DomainError} the command is refused; nothing is changed
 * @throws {HistoryPruned} it lies before what the state retains
 */
export function decideWorkspace(command: WorkspaceCommand, state: WorkspaceState, now: Instant): WorkspaceEvent[] {
  const startedAt = command.type === 'StartWorkspace' ? command.startedAt : undefined;
  const at = command.occurredAt ?? startedAt ?? now;
  refuseFuture(at, now);
  if (command.type === 'StartWorkspace') return startWorkspace(command, state, at, now);
  if (state.started === undefined) throw notFound('unknown-workspace', 'There is no workspace with this id.');
  requireHistoryFrom(state, at);
  return decideStarted(command, state, at);
}

function decideStarted(
  command: Exclude<WorkspaceCommand, StartWorkspace>,
  state: WorkspaceState,
  at: Instant,
): WorkspaceEvent[] {
  switch (command.type) {
    case 'CreateTeam':
      return createTeam(command, state, at);
    case 'RenameTeam':
      return renameTeam(command, state, at);
    case 'ArchiveTeam':
      return archiveTeam(command, state, at);
    case 'RestoreTeam':
      return restoreTeam(command, state, at);
    case 'AddMember':
      return addMember(command, state, at);
    case 'UpdateMember':
      return updateMember(command, state, at);
    case 'RemoveMember':
      return removeMember(command, state, at);
    case 'EraseMember':
      return eraseMember(command, state, at);
    case 'PlaceMember':
      return placeMember(command, state, at);
    case 'WithdrawMember':
      return withdrawMember(command, state, at);
    case 'RemoveInactiveMembers':
      return removeInactiveMembers(state, at);
  }
}

function startWorkspace(command: StartWorkspace, state: WorkspaceState, at: Instant, now: Instant): WorkspaceEvent[] {
  const { workspaceId, name, startedAt } = command;
  if (startedAt !== undefined) refuseFuture(startedAt, now);
  const { started } = state;
  if (started === undefined) {
    const data = { workspaceId, name, startedAt: formatInstant(startedAt ?? at) };
    return [{ type: 'WorkspaceStarted', data, occurredAt: at }];
  }
  if (started.name === name && (startedAt === undefined || started.startedAt === startedAt)) return [];
  throw conflict('workspace-exists', `Workspace ${workspaceId} was started with other data.`);
}

function createTeam({ teamId, name }: CreateTeam, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const team = state.teams.get(teamId);
  if (team === undefined) return [{ type: 'TeamCreated', data: { teamId, name }, occurredAt: at }];
  refuseBefore(team.lastFactAt, at, `team ${teamId}`);
  if (team.name === name) return [];
  throw conflict('team-exists', `Team ${teamId} exists with another name.`);
}

function renameTeam({ teamId, name }: RenameTeam, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const team = knownTeam(state, teamId);
  refuseBefore(team.lastFactAt, at, `team ${teamId}`);
  if (team.name === name) return [];
  return [{ type: 'TeamRenamed', data: { teamId, name }, occurredAt: at }];
}

function archiveTeam({ teamId }: ArchiveTeam, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const { active, lastFactAt } = knownTeam(state, teamId);
  refuseBefore(lastFactAt, at, `team ${teamId}`);
  if (!isOpen(active)) return [];
  return [{ type: 'TeamArchived', data: { teamId }, occurredAt: at }];
}

function restoreTeam({ teamId }: RestoreTeam, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const { active, lastFactAt } = knownTeam(state, teamId);
  refuseBefore(lastFactAt, at, `team ${teamId}`);
  if (isOpen(active)) return [];
  return [{ type: 'TeamRestored', data: { teamId }, occurredAt: at }];
}

/** Adds and places at the same instant, all or nothing. */
function addMember(command: AddMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const { memberId, name, email } = command;
  const teams = [...new Set(command.teamIds ?? [])].map((teamId) => knownTeam(state, teamId));
  const member = state.members.get(memberId);

  if (member !== undefined) refuseBeforePresence(member, at);
  if (member !== undefined && isOpen(member.present)) {
    if (member.erased || member.name !== name || member.email !== email) {
      throw conflict('member-exists', `Member ${memberId} is present with other data.`);
    }
    return teams.filter(({ teamId }) => !isPlaced(member, teamId)).map((team) => place(team, member, at));
  }

  const added: WorkspaceEvent = {
    type: 'MemberAdded',
    data: { memberId, name, email },
    occurredAt: at,
  };
  const placements = teams.map((team): WorkspaceEvent => {
    refuseArchived(team, at);
    return { type: 'MemberPlaced', data: { teamId: team.teamId, memberId }, occurredAt: at };
  });
  return [added, ...placements];
}

function updateMember(command: UpdateMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const member = knownMember(state, command.memberId);
  const { memberId } = member;
  refuseBefore(member.lastFactAt, at, `member ${memberId}`);
  if (!isOpen(member.present)) throw memberRemoved(memberId);
  if (member.erased) throw conflict('member-erased', `The personal data of member ${memberId} was erased.`);
  const name = command.name === member.name ? undefined : command.name;
  const email = command.email === member.email ? undefined : command.email;
  if (name === undefined && email === undefined) return [];
  return [{ type: 'MemberUpdated', data: { memberId, ...defined({ name, email }) }, occurredAt: at }];
}

function removeMember({ memberId }: RemoveMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const member = knownMember(state, memberId);
  refuseBeforePresence(member, at);
  if (!isOpen(member.present)) return [];
  return [{ type: 'MemberRemoved', data: { memberId }, occurredAt: at }];
}

function eraseMember({ memberId }: EraseMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const { lastFactAt, erased, keyGeneration } = knownMember(state, memberId);
  refuseBefore(lastFactAt, at, `member ${memberId}`);
  if (erased) return [];
  return [{ type: 'MemberErased', data: { memberId, keyGeneration }, occurredAt: at }];
}

function placeMember({ teamId, memberId }: PlaceMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const team = knownTeam(state, teamId);
  const member = knownMember(state, memberId);
  refuseBeforeMembership(member, teamId, at);
  if (isPlaced(member, teamId)) return [];
  return [place(team, member, at)];
}

function withdrawMember({ teamId, memberId }: WithdrawMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  knownTeam(state, teamId);
  const member = knownMember(state, memberId);
  refuseBeforeMembership(member, teamId, at);
  if (!isPlaced(member, teamId)) return [];
  return [{ type: 'MemberWithdrawn', data: { teamId, memberId }, occurredAt: at }];
}

/** A member with a fact later than `at` stays: what is known of them then says more. */
function removeInactiveMembers(state: WorkspaceState, at: Instant): WorkspaceEvent[] {
  const events: WorkspaceEvent[] = [];
  for (const member of state.members.values()) {
    if (latestFactAt(member) > at || !isOpen(member.present) || isActive(member, at)) continue;
    events.push({ type: 'MemberRemoved', data: { memberId: member.memberId }, occurredAt: at });
  }
  return events;
}

/** A placement counts by what its team and its member were at its own time. */
function place(team: Team, member: Member, at: Instant): WorkspaceEvent {
  refuseArchived(team, at);
  if (!covers(member.present, at)) throw memberRemoved(member.memberId);
  const data = { teamId: team.teamId, memberId: member.memberId };
  return { type: 'MemberPlaced', data, occurredAt: at };
}

const isPlaced = (member: Member, teamId: string): boolean => isOpen(member.memberships.get(teamId)?.placed ?? []);

/** Whether the member was in an active team at that instant. */
function isActive(member: Member, at: Instant): boolean {
  for (const { placed, team } of member.memberships.values()) {
    if (covers(placed, at) && covers(team.active, at)) return true;
  }
  return false;
}

const latestFactAt = (member: Member): Instant => Math.max(member.lastFactAt, member.lastMembershipFactAt);

function knownTeam(state: WorkspaceState, teamId: string): Team {
  const team = state.teams.get(teamId);
  if (team === undefined) throw notFound('unknown-team', `There is no team ${teamId}.`);
  return team;
}

function knownMember(state: WorkspaceState, memberId: string): Member {
  const member = state.members.get(memberId);
  if (member === undefined) throw notFound('unknown-member', `There is no member ${memberId}.`);
  return member;
}

function refuseFuture(at: Instant, now: Instant): void {
  if (at <= now + FUTURE_TOLERANCE_MS) return;
  throw ruleViolated('occurred-in-future', `${formatInstant(at)} lies more than 5 minutes in the future.`);
}

function refuseBefore(lastFactAt: Instant, at: Instant, subject: string): void {
  if (at >= lastFactAt) return;
  throw conflict(
    'out-of-order',
    `A fact about ${subject} of ${formatInstant(lastFactAt)} is recorded; one of ${formatInstant(at)} came too late.`,
  );
}

/** Adding and removing are facts about the member and about all of their memberships. */
function refuseBeforePresence(member: Member, at: Instant): void {
  refuseBefore(latestFactAt(member), at, `member ${member.memberId}`);
}

function refuseBeforeMembership(member: Member, teamId: string, at: Instant): void {
  const own = member.memberships.get(teamId)?.lastFactAt ?? -Infinity;
  const subject = `member ${member.memberId} in team ${teamId}`;
  refuseBefore(Math.max(own, member.lastPresenceFactAt), at, subject);
}

function refuseArchived(team: Team, at: Instant): void {
  if (covers(team.active, at)) return;
  throw conflict('team-archived', `Team ${team.teamId} was not active at ${formatInstant(at)}.`);
}

function memberRemoved(memberId: string): Error {
  return conflict('member-removed', `Member ${memberId} is removed.`);
}
