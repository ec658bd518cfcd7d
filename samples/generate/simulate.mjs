// Lets a workspace live through its months, day by day, and records what happens: each fact with
// the time at which it took effect and the time at which the service heard of it.
import { personName, TEAMS, TROUBLESOME } from './names.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (time) => new Date(time).toISOString();

export class Simulation {
  constructor(workspace, random, window) {
    this.workspace = workspace;
    this.random = random;
    this.window = window;
    this.lines = [];
    this.teams = new Map();
    this.members = new Map();
    this.nextTeam = 1;
    this.nextMember = 1;
    this.quirks = [...TROUBLESOME];
  }

  run() {
    const { workspace, window } = this;
    const started = Date.parse(workspace.started);
    this.tell('StartWorkspace', { name: workspace.name, startedAt: workspace.started }, started, []);
    if (workspace.scripted) return this.lines;
    this.settleIn(started);
    for (let day = Math.max(started, window.start) + DAY; day < window.end; day += DAY) this.liveThrough(day);
    return this.lines;
  }

  /** The first teams and members, spread over the weeks after the start. */
  settleIn(started) {
    const { workspace } = this;
    const span = Math.min(60 * DAY, Math.max(DAY, this.window.start - started));
    for (let i = 0; i < workspace.teams; i += 1)
      this.createTeam(started + HOUR + Math.floor((span * i) / workspace.teams / 4));
    for (let i = 0; i < workspace.members; i += 1)
      this.hire(started + Math.floor(span / 3) + Math.floor((span * i) / workspace.members / 2));
  }

  liveThrough(day) {
    const { random, workspace } = this;
    const at = () => day + random.integer(6, 19) * HOUR + random.integer(0, 3_599_999);
    const present = [...this.members.values()].filter((member) => member.present);
    const size = present.length;
    const some = (perMemberMonth) => {
      const expected = (size * perMemberMonth) / 30;
      return Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
    };
    const times = (count, what) => {
      for (let i = 0; i < count; i += 1) what(at());
    };
    times(some(0.017 + workspace.growth / 12), (time) => this.hire(time));
    times(some(0.017), (time) => this.leave(time));
    times(some(0.205), (time) => this.move(time));
    times(some(0.1), (time) => this.update(time));
    if (random.chance(0.02 + workspace.teams / 2400)) this.reorganise(at());
    if (random.chance(0.008)) this.removeInactive(day + 20 * HOUR);
    if (random.chance(0.03)) this.trouble(at());
    this.edges(day);
    this.pause(day);
  }

  createTeam(time) {
    const teamId = `t${String(this.nextTeam++).padStart(3, '0')}`;
    const name = `${TEAMS[(this.nextTeam + this.workspace.name.length) % TEAMS.length]} ${Math.ceil(this.nextTeam / TEAMS.length)}`;
    this.teams.set(teamId, { teamId, name, active: true, heard: 0, latest: time });
    this.tell('CreateTeam', { teamId, name }, time, [this.teams.get(teamId)]);
    return teamId;
  }

  hire(time) {
    const { random } = this;
    const back = random.chance(0.08) ? this.someMember((member) => !member.present && member.latest < time) : undefined;
    const memberId = back?.memberId ?? `m${String(this.nextMember++).padStart(5, '0')}`;
    const name = random.chance(0.004) && this.quirks.length > 0 ? this.quirks.shift() : personName(random);
    const member = back ?? { memberId, heard: 0, teams: new Set() };
    Object.assign(member, {
      name,
      email: `${memberId}@${this.workspace.id}.example`,
      present: true,
      erased: false,
      latest: time,
    });
    this.members.set(memberId, member);
    const teams = this.someTeams(random.chance(0.06) ? 0 : random.chance(0.25) ? 2 : 1, time);
    member.teams = new Set(teams.map(({ teamId }) => teamId));
    const teamIds = teams.length === 0 ? {} : { teamIds: teams.map(({ teamId }) => teamId) };
    this.tell('AddMember', { memberId, name, email: member.email, ...teamIds }, time, [member], teams);
  }

  leave(time) {
    const member = this.someMember(({ present, latest }) => present && latest < time);
    if (member === undefined) return;
    Object.assign(member, { present: false, latest: time, teams: new Set() });
    this.tell('RemoveMember', { memberId: member.memberId }, time, [member]);
    if (this.random.chance(0.15)) {
      member.latest = time + DAY;
      this.tell('EraseMember', { memberId: member.memberId }, time + DAY, [member]);
    }
  }

  move(time) {
    const { random } = this;
    const member = this.someMember(({ present, latest }) => present && latest < time);
    if (member === undefined) return;
    const { memberId } = member;
    const [team] = this.someTeams(1, time);
    if (team !== undefined && !member.teams.has(team.teamId)) {
      member.teams.add(team.teamId);
      member.latest = time;
      this.tell('PlaceMember', { teamId: team.teamId, memberId }, time, [member], [team]);
    }
    const [left] = member.teams;
    if (left !== undefined && member.teams.size > 1 && random.chance(0.85)) {
      const later = time + random.integer(1, 40) * MINUTE;
      member.teams.delete(left);
      member.latest = later;
      this.tell('WithdrawMember', { teamId: left, memberId }, later, [member]);
    }
  }

  update(time) {
    const member = this.someMember(({ present, latest, erased }) => present && !erased && latest < time);
    if (member === undefined) return;
    member.latest = time;
    const name = `${member.name.split(' ')[0]} ${personName(this.random).split(' ')[1]}`.slice(0, 200);
    member.name = name;
    this.tell('UpdateMember', { memberId: member.memberId, name }, time, [member]);
  }

  reorganise(time) {
    const { random } = this;
    const team = this.someTeam(({ latest }) => latest < time);
    if (team === undefined) return;
    const { teamId } = team;
    team.latest = time;
    if (random.chance(0.3)) {
      team.name = `${team.name.split(' ')[0]} ${random.integer(10, 99)}`;
      this.tell('RenameTeam', { teamId, name: team.name }, time, [team]);
    } else if (team.active && this.activeTeams() > 2) {
      team.active = false;
      this.tell('ArchiveTeam', { teamId }, time, [team]);
      // A new team takes the place of half of those that are given up.
      if (random.chance(0.25)) this.createTeam(time + HOUR);
    } else if (!team.active) {
      team.active = true;
      this.tell('RestoreTeam', { teamId }, time, [team]);
    }
  }

  removeInactive(time) {
    for (const member of this.members.values()) {
      const isActive = [...member.teams].some((teamId) => this.teams.get(teamId).active);
      if (member.present && !isActive && member.latest < time) {
        Object.assign(member, { present: false, latest: time, teams: new Set() });
        // Nothing about those who are taken out may be heard before this.
        member.heard = Math.max(member.heard, time + MINUTE);
      }
    }
    this.tell('RemoveInactiveMembers', {}, time, []);
  }

  /** Things that go wrong outside and must not do harm here. */
  trouble(time) {
    const { random } = this;
    const member = this.someMember(({ latest }) => latest < time);
    const team = this.someTeam(({ latest }) => latest < time);
    if (member === undefined || team === undefined) return;
    const { memberId } = member;
    const { teamId } = team;
    const heardOfBoth = Math.max(member.heard, team.heard);
    switch (random.integer(0, 11)) {
      case 0:
        return this.say('ArchiveTeam', { teamId: 'nobody-knows' }, time, time);
      case 1:
        return this.say('PlaceMember', { teamId, memberId: 'stranger' }, time, time);
      case 2:
        return this.say('RemoveMember', { memberId }, member.latest - 400 * DAY, heardOfBoth + MINUTE);
      case 3:
        return this.say('RenameTeam', { teamId, name: 'Too late' }, team.latest - DAY, heardOfBoth + MINUTE);
      case 4:
        if (!member.present) return undefined;
        return this.say(
          'AddMember',
          { memberId, name: 'Somebody Else', email: 'else@nowhere.example' }, // word-ok: part of the sample that is compared byte for byte
          time,
          Math.max(time, member.heard),
        );
      case 5: {
        const archived = this.someTeam(({ active, latest }) => !active && latest < time);
        if (archived === undefined || !member.present || member.teams.has(archived.teamId)) return undefined;
        return this.say(
          'PlaceMember',
          { teamId: archived.teamId, memberId },
          time,
          Math.max(time, member.heard, archived.heard),
        );
      }
      case 6: {
        const gone = this.someMember(({ present, latest }) => !present && latest < time);
        const [open] = this.someTeams(1, time);
        if (gone === undefined || open === undefined) return undefined;
        return this.say(
          'PlaceMember',
          { teamId: open.teamId, memberId: gone.memberId },
          time,
          Math.max(time, gone.heard, open.heard),
        );
      }
      case 7:
        // Archived and restored at the same instant: an interval of no length.
        if (!team.active) return undefined;
        team.latest = time;
        this.tell('ArchiveTeam', { teamId }, time, [team]);
        return this.tell('RestoreTeam', { teamId }, time, [team]);
      case 8: {
        // A line that was sent twice, with its key; and the same fact under another key.
        const line = this.lines.at(-1);
        this.lines.push({ ...line, arrival: line.arrival + 1000, again: true });
        const { key: _key, ...fact } = line.command;
        return this.lines.push({ ...line, command: fact, arrival: line.arrival + 2000 });
      }
      case 9: {
        // Created and archived at the same instant.
        const brief = this.teams.get(this.createTeam(time));
        brief.active = false;
        return this.tell('ArchiveTeam', { teamId: brief.teamId }, time, [brief]);
      }
      case 10:
        // Wanted already: nothing changes.
        if (team.active) return this.say('RestoreTeam', { teamId }, time, Math.max(time, team.heard));
        return this.say('ArchiveTeam', { teamId }, time, Math.max(time, team.heard));
      default:
        return this.say('WithdrawMember', { teamId, memberId }, time, Math.max(time, heardOfBoth));
    }
  }

  /** Facts on both sides of the month's local midnight, also where clocks are changed. */
  edges(day) {
    const { random } = this;
    const edge = this.window.edges.find((end) => end > day && end <= day + DAY);
    if (edge === undefined || !random.chance(0.35)) return;
    const offset = random.pick([-1000, -1, 0, 1, 1000]);
    const team = this.someTeam(({ active, latest }) => active && latest < edge + offset);
    if (team !== undefined && this.activeTeams() > 2) {
      Object.assign(team, { active: false, latest: edge + offset });
      this.tell('ArchiveTeam', { teamId: team.teamId }, edge + offset, [team]);
    }
    const member = this.someMember(({ present, latest }) => present && latest < edge);
    if (member !== undefined) {
      Object.assign(member, { present: false, latest: edge, teams: new Set() });
      this.tell('RemoveMember', { memberId: member.memberId }, edge, [member]);
    }
  }

  /** A workspace that rests: all teams archived, restored later. */
  pause(day) {
    const [from, to] = this.workspace.paused ?? [];
    if (from === undefined) return;
    const isFirst = (month) => Math.abs(day - Date.parse(`${month}-01T08:00:00Z`)) < DAY / 2;
    for (const team of this.teams.values()) {
      if (isFirst(from) && team.active && team.latest < day) {
        Object.assign(team, { active: false, latest: day - 3 * DAY + DAY * 3 });
        this.tell('ArchiveTeam', { teamId: team.teamId }, team.latest, [team]);
      } else if (isFirst(to) && !team.active) {
        Object.assign(team, { active: true, latest: Math.max(day, team.latest) });
        this.tell('RestoreTeam', { teamId: team.teamId }, team.latest, [team]);
      }
    }
  }

  /**
   * Records a fact. Most are heard of at once, some hours, days or months later; but facts about
   * the same subject, and about what a fact needs, are heard of in their order.
   */
  tell(type, fields, time, subjects, needed = []) {
    const { random } = this;
    const late = time < this.window.start || subjects.length === 0 ? 0 : random.next();
    let delay = random.integer(50, 90_000);
    if (late > 0.994) delay = random.integer(20, 150) * DAY;
    else if (late > 0.985) delay = random.integer(1, 20) * DAY;
    else if (late > 0.97) delay = random.integer(1, 20) * HOUR;
    const before = Math.max(0, ...subjects.map(({ heard }) => heard), ...needed.map(({ heard }) => heard));
    const arrival = Math.max(time + delay, before + 1);
    for (const subject of subjects) subject.heard = arrival;
    this.say(type, fields, time, arrival);
  }

  say(type, fields, time, arrival) {
    const key = `${this.workspace.id}-${this.lines.length + 1}`;
    const command = { type, key, workspaceId: this.workspace.id, occurredAt: iso(time), ...fields };
    this.lines.push({ command, arrival: Math.max(arrival, time), order: this.lines.length });
  }

  someMember(isWanted) {
    const all = [...this.members.values()].filter(isWanted);
    return all.length === 0 ? undefined : this.random.pick(all);
  }

  someTeam(isWanted) {
    const all = [...this.teams.values()].filter(isWanted);
    return all.length === 0 ? undefined : this.random.pick(all);
  }

  /** Active teams of which nothing later is known. */
  someTeams(count, time) {
    const open = [...this.teams.values()].filter(({ active, latest }) => active && latest < time);
    const chosen = [];
    while (chosen.length < count && open.length > 0)
      chosen.push(...open.splice(this.random.integer(0, open.length - 1), 1));
    return chosen;
  }

  activeTeams() {
    return [...this.teams.values()].filter(({ active }) => active).length;
  }
}
