// What happened: the commands of one chunk after the other, each accepted, left without effect or refused.
// Every subject (team, member, membership) keeps the plain list of its own facts, in the order they were recorded.

const MINUTE = 60_000;

const ACCEPTED = { outcome: 'accepted' };
const UNCHANGED = { outcome: 'unchanged' };
const refused = (code) => ({ outcome: 'refused', code });

/** The half-open intervals `[from, to)` that a list of facts draws; those without length count for nothing. */
function intervals(facts, begins, ends) {
  const found = [];
  let from = null;
  for (const fact of facts) {
    if (from === null && begins.includes(fact.what)) {
      from = fact.at;
    } else if (from !== null && ends.includes(fact.what)) {
      found.push({ from, to: fact.at });
      from = null;
    }
  }
  if (from !== null) found.push({ from, to: Infinity });
  return found.filter((interval) => interval.from < interval.to);
}

export const teamActive = (team) => intervals(team.facts, ['created', 'restored'], ['archived']);
export const memberPresent = (member) => intervals(member.facts, ['added'], ['removed']);
export const membershipHeld = (membership) => intervals(membership.facts, ['placed'], ['withdrawn', 'member-removed']);

const covers = (list, at) => list.some((interval) => interval.from <= at && at < interval.to);

/** Latest states: what is true once all recorded facts have happened. */
const goesOn = (list) => list.length > 0 && list[list.length - 1].to === Infinity;
const isActive = (team) => goesOn(teamActive(team));
const isPresent = (member) => goesOn(memberPresent(member));
const isHeld = (membership) => membership !== undefined && goesOn(membershipHeld(membership));

const lastTime = (facts) => facts.reduce((last, fact) => Math.max(last, fact.at), -Infinity);

/** Adding and removing a member are facts about each membership too, also about one that never was. */
function lastTimeOfMembership(member, teamId) {
  const comingAndGoing = member.facts.filter((fact) => fact.what === 'added' || fact.what === 'removed');
  const own = member.memberships.get(teamId)?.facts ?? [];
  return Math.max(lastTime(comingAndGoing), lastTime(own));
}

function lastTimeOfMemberAndMemberships(member) {
  let last = lastTime(member.facts);
  for (const membership of member.memberships.values()) last = Math.max(last, lastTime(membership.facts));
  return last;
}

function record(workspace, subject, what, at) {
  subject.facts.push({ what, at });
  workspace.arrived.push(at);
}

function place(workspace, member, teamId, at) {
  let membership = member.memberships.get(teamId);
  if (membership === undefined) {
    membership = { teamId, facts: [] };
    member.memberships.set(teamId, membership);
  }
  record(workspace, membership, 'placed', at);
}

function remove(workspace, member, at) {
  record(workspace, member, 'removed', at);
  for (const membership of member.memberships.values()) {
    if (isHeld(membership)) record(workspace, membership, 'member-removed', at);
  }
}

function inActiveTeamAt(workspace, member, at) {
  for (const membership of member.memberships.values()) {
    const team = workspace.teams.get(membership.teamId);
    if (covers(membershipHeld(membership), at) && covers(teamActive(team), at)) return true;
  }
  return false;
}

const byType = {
  CreateTeam(workspace, { teamId, name }, at) {
    const team = workspace.teams.get(teamId);
    if (team !== undefined) {
      if (at < lastTime(team.facts)) return refused('out-of-order');
      return team.name === name ? UNCHANGED : refused('team-exists');
    }
    const created = { id: teamId, name, facts: [] };
    workspace.teams.set(teamId, created);
    record(workspace, created, 'created', at);
    return ACCEPTED;
  },

  RenameTeam(workspace, { teamId, name }, at) {
    const team = workspace.teams.get(teamId);
    if (team === undefined) return refused('unknown-team');
    if (at < lastTime(team.facts)) return refused('out-of-order');
    if (team.name === name) return UNCHANGED;
    team.name = name;
    record(workspace, team, 'renamed', at);
    return ACCEPTED;
  },

  ArchiveTeam(workspace, { teamId }, at) {
    const team = workspace.teams.get(teamId);
    if (team === undefined) return refused('unknown-team');
    if (at < lastTime(team.facts)) return refused('out-of-order');
    if (!isActive(team)) return UNCHANGED;
    record(workspace, team, 'archived', at);
    return ACCEPTED;
  },

  RestoreTeam(workspace, { teamId }, at) {
    const team = workspace.teams.get(teamId);
    if (team === undefined) return refused('unknown-team');
    if (at < lastTime(team.facts)) return refused('out-of-order');
    if (isActive(team)) return UNCHANGED;
    record(workspace, team, 'restored', at);
    return ACCEPTED;
  },

  AddMember(workspace, { memberId, name, email, teamIds = [] }, at) {
    const teams = new Set(teamIds);
    for (const teamId of teams) if (!workspace.teams.has(teamId)) return refused('unknown-team');

    const member = workspace.members.get(memberId);
    if (member !== undefined && at < lastTimeOfMemberAndMemberships(member)) return refused('out-of-order');
    const present = member !== undefined && isPresent(member);
    if (present && (member.name !== name || member.email !== email)) return refused('member-exists');

    const missing = [...teams].filter((teamId) => !present || !isHeld(member.memberships.get(teamId)));
    for (const teamId of missing) {
      if (!covers(teamActive(workspace.teams.get(teamId)), at)) return refused('team-archived');
    }
    if (present && missing.length === 0) return UNCHANGED;

    const added = member ?? { id: memberId, facts: [], memberships: new Map() };
    if (!present) {
      Object.assign(added, { name, email, erased: false });
      workspace.members.set(memberId, added);
      record(workspace, added, 'added', at);
    }
    for (const teamId of missing) place(workspace, added, teamId, at);
    return ACCEPTED;
  },

  UpdateMember(workspace, { memberId, name, email }, at) {
    const member = workspace.members.get(memberId);
    if (member === undefined) return refused('unknown-member');
    if (at < lastTime(member.facts)) return refused('out-of-order');
    if (!isPresent(member)) return refused('member-removed');
    if (member.erased) return refused('member-erased');
    if ((name ?? member.name) === member.name && (email ?? member.email) === member.email) return UNCHANGED;
    member.name = name ?? member.name;
    member.email = email ?? member.email;
    record(workspace, member, 'updated', at);
    return ACCEPTED;
  },

  RemoveMember(workspace, { memberId }, at) {
    const member = workspace.members.get(memberId);
    if (member === undefined) return refused('unknown-member');
    if (at < lastTimeOfMemberAndMemberships(member)) return refused('out-of-order');
    if (!isPresent(member)) return UNCHANGED;
    remove(workspace, member, at);
    return ACCEPTED;
  },

  EraseMember(workspace, { memberId }, at) {
    const member = workspace.members.get(memberId);
    if (member === undefined) return refused('unknown-member');
    if (at < lastTime(member.facts)) return refused('out-of-order');
    if (member.erased) return UNCHANGED;
    Object.assign(member, { name: null, email: null, erased: true });
    record(workspace, member, 'erased', at);
    return ACCEPTED;
  },

  PlaceMember(workspace, { teamId, memberId }, at) {
    const team = workspace.teams.get(teamId);
    if (team === undefined) return refused('unknown-team');
    const member = workspace.members.get(memberId);
    if (member === undefined) return refused('unknown-member');
    if (at < lastTimeOfMembership(member, teamId)) return refused('out-of-order');
    if (isHeld(member.memberships.get(teamId))) return UNCHANGED;
    if (!covers(teamActive(team), at)) return refused('team-archived');
    if (!covers(memberPresent(member), at)) return refused('member-removed');
    place(workspace, member, teamId, at);
    return ACCEPTED;
  },

  WithdrawMember(workspace, { teamId, memberId }, at) {
    if (!workspace.teams.has(teamId)) return refused('unknown-team');
    const member = workspace.members.get(memberId);
    if (member === undefined) return refused('unknown-member');
    if (at < lastTimeOfMembership(member, teamId)) return refused('out-of-order');
    const membership = member.memberships.get(teamId);
    if (!isHeld(membership)) return UNCHANGED;
    record(workspace, membership, 'withdrawn', at);
    return ACCEPTED;
  },

  RemoveInactiveMembers(workspace, _command, at) {
    const inactive = [];
    for (const member of workspace.members.values()) {
      if (lastTimeOfMemberAndMemberships(member) > at) continue;
      if (covers(memberPresent(member), at) && !inActiveTeamAt(workspace, member, at)) inactive.push(member);
    }
    for (const member of inactive) remove(workspace, member, at);
    return inactive.length > 0 ? ACCEPTED : UNCHANGED;
  },
};

function startWorkspace(workspaces, { workspaceId, name, startedAt }, at) {
  const started = startedAt === undefined ? at : Date.parse(startedAt);
  const workspace = workspaces.get(workspaceId);
  if (workspace !== undefined) {
    if (at < lastTime(workspace.facts)) return refused('out-of-order');
    const same = workspace.name === name && (startedAt === undefined || workspace.startedAt === started);
    return same ? UNCHANGED : refused('workspace-exists');
  }
  workspaces.set(workspaceId, {
    id: workspaceId,
    name,
    startedAt: started,
    facts: [{ what: 'started', at }],
    teams: new Map(),
    members: new Map(),
    arrived: [], // the times of all recorded facts, in the order in which they arrived
  });
  return ACCEPTED;
}

function decide(workspaces, command, now) {
  const at = Date.parse(command.occurredAt);
  if (Number.isNaN(at)) throw new Error(`occurredAt "${command.occurredAt}" is no time`);
  if (at > now + 5 * MINUTE) return refused('occurred-in-future');
  if (command.type === 'StartWorkspace') return startWorkspace(workspaces, command, at);

  const workspace = workspaces.get(command.workspaceId);
  if (workspace === undefined) return refused('unknown-workspace');
  if (!Object.hasOwn(byType, command.type)) throw new Error(`unknown type of command "${command.type}"`);
  return byType[command.type](workspace, command, at);
}

const sorted = (command) => JSON.stringify(Object.entries(command).sort(([a], [b]) => (a < b ? -1 : 1)));
const identical = (text, other) => text === other || sorted(JSON.parse(text)) === sorted(JSON.parse(other));

/** All workspaces, and the answers already given: a key's second use gets the first one's answer. */
export function emptyHistory(now = Date.now()) {
  return { workspaces: new Map(), answers: new Map(), now };
}

/** Applies one command, given as its line of text, and answers `{outcome, code?}`. */
export function apply(history, text) {
  const command = JSON.parse(text);
  if (command.key === undefined) return decide(history.workspaces, command, history.now);

  const name = `${command.workspaceId} ${command.key}`;
  const earlier = history.answers.get(name);
  if (earlier !== undefined) {
    return identical(text, earlier.text) ? earlier.answer : refused('idempotency-key-reused');
  }
  const answer = decide(history.workspaces, command, history.now);
  history.answers.set(name, { text, answer });
  return answer;
}

/** The numbers of the members view, after everything that was recorded. */
export function currentNumbers(workspace) {
  const teams = { total: 0, active: 0, archived: 0 };
  for (const team of workspace.teams.values()) {
    teams.total += 1;
    teams[isActive(team) ? 'active' : 'archived'] += 1;
  }
  const members = { total: 0, active: 0, inactive: 0 };
  for (const member of workspace.members.values()) {
    if (!isPresent(member)) continue;
    members.total += 1;
    const active = [...member.memberships.values()].some(
      (membership) => isHeld(membership) && isActive(workspace.teams.get(membership.teamId)),
    );
    members[active ? 'active' : 'inactive'] += 1;
  }
  return { members, teams };
}
