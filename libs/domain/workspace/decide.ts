import { covers, isOpen } from '../counting/timeline';
import { formatInstant, type Instant } from '../event';
import { conflict, notFound, ruleViolated } from '../domain-error';
import { type AddMember, type WorkspaceCommand } from './commands';
import { type WorkspaceEvent } from './events';
import { requireHistoryFrom } from './prune';
import { type Member, type Team, type WorkspaceState } from './state';

/** How far a sender's clock may run ahead of ours, in milliseconds. */
export const FUTURE_TOLERANCE = 5 * 60 * 1000;

/**
 * Decides a command: the facts that follow from it, none when the state is already as wanted.
 *
 * What a fact says about its own subject is judged by that subject's latest state, what it needs
 * of other subjects by their state at the fact's own time. No fact may lie before a recorded one
 * about the same subject.
 * @throws {DomainError} the command is refused; nothing is changed
 * @throws {HistoryPruned} it lies before what the state remembers
 */
export function decideWorkspace(command: WorkspaceCommand, state: WorkspaceState, now: Instant): WorkspaceEvent[] {
  const startedAt = command.type === 'StartWorkspace' ? command.startedAt : undefined;
  const at = command.occurredAt ?? startedAt ?? now;
  refuseFuture(at, now);
  if (startedAt !== undefined) refuseFuture(startedAt, now);

  if (command.type === 'StartWorkspace') {
    const { workspaceId, name } = command;
    if (state.started !== undefined) {
      const same = state.started.name === name && (startedAt === undefined || state.started.startedAt === startedAt);
      if (same) return [];
      throw conflict('workspace-exists', `Workspace ${workspaceId} was started with other data.`);
    }
    const data = { workspaceId, name, startedAt: formatInstant(startedAt ?? at) };
    return [{ type: 'WorkspaceStarted', data, occurredAt: at }];
  }
  if (state.started === undefined) {
    throw notFound('unknown-workspace', 'There is no workspace with this id.');
  }
  requireHistoryFrom(state, at);

  switch (command.type) {
    case 'CreateTeam': {
      const { teamId, name } = command;
      const team = state.teams.get(teamId);
      if (team === undefined) {
        return [{ type: 'TeamCreated', data: { teamId, name }, occurredAt: at }];
      }
      refuseBefore(team.lastFactAt, at, `team ${teamId}`);
      if (team.name === name) return [];
      throw conflict('team-exists', `Team ${teamId} exists with another name.`);
    }
    case 'RenameTeam': {
      const team = knownTeam(state, command.teamId);
      const { teamId, name } = command;
      refuseBefore(team.lastFactAt, at, `team ${teamId}`);
      if (team.name === name) return [];
      return [{ type: 'TeamRenamed', data: { teamId, name }, occurredAt: at }];
    }
    case 'ArchiveTeam': {
      const { teamId, active, lastFactAt } = knownTeam(state, command.teamId);
      refuseBefore(lastFactAt, at, `team ${teamId}`);
      if (!isOpen(active)) return [];
      return [{ type: 'TeamArchived', data: { teamId }, occurredAt: at }];
    }
    case 'RestoreTeam': {
      const { teamId, active, lastFactAt } = knownTeam(state, command.teamId);
      refuseBefore(lastFactAt, at, `team ${teamId}`);
      if (isOpen(active)) return [];
      return [{ type: 'TeamRestored', data: { teamId }, occurredAt: at }];
    }
    case 'AddMember':
      return decideAddMember(command, state, at);
    case 'UpdateMember': {
      const member = knownMember(state, command.memberId);
      const { memberId } = member;
      refuseBefore(member.lastFactAt, at, `member ${memberId}`);
      if (!isOpen(member.present)) throw memberRemoved(memberId);
      if (member.erased) {
        throw conflict('member-erased', `The personal data of member ${memberId} was erased.`);
      }
      const name = command.name === member.name ? undefined : command.name;
      const email = command.email === member.email ? undefined : command.email;
      if (name === undefined && email === undefined) return [];
      const data = {
        memberId,
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email }),
      };
      return [{ type: 'MemberUpdated', data, occurredAt: at }];
    }
    case 'RemoveMember': {
      const member = knownMember(state, command.memberId);
      refuseBeforePresence(member, at);
      if (!isOpen(member.present)) return [];
      return [{ type: 'MemberRemoved', data: { memberId: member.memberId }, occurredAt: at }];
    }
    case 'EraseMember': {
      const { memberId, lastFactAt, erased, keyGeneration } = knownMember(state, command.memberId);
      refuseBefore(lastFactAt, at, `member ${memberId}`);
      if (erased) return [];
      return [{ type: 'MemberErased', data: { memberId, keyGeneration }, occurredAt: at }];
    }
    case 'PlaceMember': {
      const team = knownTeam(state, command.teamId);
      const member = knownMember(state, command.memberId);
      refuseBeforeMembership(member, team.teamId, at);
      if (isPlaced(member, team.teamId)) return [];
      return [place(team, member, at)];
    }
    case 'WithdrawMember': {
      const { teamId } = knownTeam(state, command.teamId);
      const member = knownMember(state, command.memberId);
      refuseBeforeMembership(member, teamId, at);
      if (!isPlaced(member, teamId)) return [];
      const data = { teamId, memberId: member.memberId };
      return [{ type: 'MemberWithdrawn', data, occurredAt: at }];
    }
    case 'RemoveInactiveMembers': {
      const events: WorkspaceEvent[] = [];
      for (const member of state.members.values()) {
        if (latestFactAt(member) > at || !isOpen(member.present) || isActive(member, at)) continue;
        const { memberId } = member;
        events.push({ type: 'MemberRemoved', data: { memberId }, occurredAt: at });
      }
      return events;
    }
  }
}

/** Adds and places at the same instant, all or nothing. */
function decideAddMember(command: AddMember, state: WorkspaceState, at: Instant): WorkspaceEvent[] {
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
  if (at <= now + FUTURE_TOLERANCE) return;
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
