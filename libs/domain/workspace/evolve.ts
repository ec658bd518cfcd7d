import { beginInterval, endInterval, isOpen } from '../counting/timeline';
import { type Instant } from '../event';
import { type WorkspaceEvent } from './events';
import { type Member, type Team, type WorkspaceState } from './state';

/** Folds a recorded fact into the state, in place, and returns it. */
export function evolveWorkspace(state: WorkspaceState, event: WorkspaceEvent): WorkspaceState {
  const at = event.occurredAt;
  if (at > state.latestFactAt) state.latestFactAt = at;
  switch (event.type) {
    case 'WorkspaceStarted':
      state.started = {
        workspaceId: event.data.workspaceId,
        name: event.data.name,
        startedAt: Date.parse(event.data.startedAt),
      };
      break;
    case 'TeamCreated':
      state.teams.set(event.data.teamId, {
        teamId: event.data.teamId,
        name: event.data.name,
        active: [at],
        lastFactAt: at,
      });
      break;
    case 'TeamRenamed': {
      const team = teamOf(state, event.data.teamId);
      team.name = event.data.name;
      team.lastFactAt = at;
      break;
    }
    case 'TeamArchived': {
      const team = teamOf(state, event.data.teamId);
      endInterval(team.active, at);
      team.lastFactAt = at;
      break;
    }
    case 'TeamRestored': {
      const team = teamOf(state, event.data.teamId);
      beginInterval(team.active, at);
      team.lastFactAt = at;
      break;
    }
    case 'MemberAdded':
      addMember(state, event.data, at);
      break;
    case 'MemberUpdated': {
      const member = memberOf(state, event.data.memberId);
      if (event.data.name !== undefined) member.name = event.data.name;
      if (event.data.email !== undefined) member.email = event.data.email;
      member.lastFactAt = at;
      break;
    }
    case 'MemberRemoved':
      removeMember(memberOf(state, event.data.memberId), at);
      break;
    case 'MemberErased': {
      const member = memberOf(state, event.data.memberId);
      member.erased = true;
      member.keyGeneration = event.data.keyGeneration + 1;
      member.lastFactAt = at;
      break;
    }
    case 'MemberPlaced': {
      const member = memberOf(state, event.data.memberId);
      let membership = member.memberships.get(event.data.teamId);
      if (membership === undefined) {
        membership = { team: teamOf(state, event.data.teamId), placed: [at], lastFactAt: at };
        member.memberships.set(event.data.teamId, membership);
      } else {
        beginInterval(membership.placed, at);
        membership.lastFactAt = at;
      }
      member.latestMembership = membership;
      member.lastMembershipFactAt = Math.max(member.lastMembershipFactAt, at);
      break;
    }
    case 'MemberWithdrawn': {
      const member = memberOf(state, event.data.memberId);
      const membership = member.memberships.get(event.data.teamId);
      if (membership === undefined) throw brokenHistory(`no membership in ${event.data.teamId}`);
      endInterval(membership.placed, at);
      membership.lastFactAt = at;
      member.lastMembershipFactAt = Math.max(member.lastMembershipFactAt, at);
      break;
    }
  }
  return state;
}

function addMember(state: WorkspaceState, data: { memberId: string; name: string; email: string }, at: Instant): void {
  const known = state.members.get(data.memberId);
  if (known === undefined) {
    state.members.set(data.memberId, {
      memberId: data.memberId,
      name: data.name,
      email: data.email,
      present: [at],
      memberships: new Map(),
      latestMembership: undefined,
      lastFactAt: at,
      lastPresenceFactAt: at,
      lastMembershipFactAt: -Infinity,
      erased: false,
      keyGeneration: 0,
    });
    return;
  }
  known.name = data.name;
  known.email = data.email;
  known.erased = false;
  beginInterval(known.present, at);
  known.lastFactAt = at;
  known.lastPresenceFactAt = at;
}

function removeMember(member: Member, at: Instant): void {
  endInterval(member.present, at);
  member.lastFactAt = at;
  member.lastPresenceFactAt = at;
  for (const membership of member.memberships.values()) {
    if (isOpen(membership.placed)) endInterval(membership.placed, at);
  }
}

function teamOf(state: WorkspaceState, teamId: string): Team {
  const team = state.teams.get(teamId);
  if (team === undefined) throw brokenHistory(`team ${teamId} was never created`);
  return team;
}

function memberOf(state: WorkspaceState, memberId: string): Member {
  const member = state.members.get(memberId);
  if (member === undefined) throw brokenHistory(`member ${memberId} was never added`);
  return member;
}

function brokenHistory(what: string): Error {
  return new Error(`the workspace's history contradicts itself: ${what}`);
}
