import { type Instant } from '../event';
import { type Member, type Membership, type WorkspaceState } from './state';

/** Raised whenever the state or its serialized form means something else than before. */
export const WORKSPACE_STATE_VERSION = 2;

/**
 * A workspace's state as compact JSON values, to be deserialized instead of folding its history again.
 * It can always be made again from the history, and holds no more than the state: names and
 * addresses stay encrypted.
 */
export interface SerializedWorkspace {
  readonly started: WorkspaceState['started'] | null;
  readonly latestFactAt: Instant | null;
  readonly retainedFrom: Instant | null;
  readonly teams: readonly FrozenTeam[];
  readonly members: readonly FrozenMember[];
}
/** id, name, active, last fact */
type FrozenTeam = readonly [string, string, readonly Instant[], Instant];
/** id, name, e-mail, present, last facts (own, presence, membership), erased, key generation, memberships, latest of them */
type FrozenMember = readonly [
  string,
  string,
  string,
  readonly Instant[],
  readonly [Instant, Instant, Instant | null],
  0 | 1,
  number,
  readonly FrozenMembership[],
  number,
];
/** index of the team, placed, last fact */
type FrozenMembership = readonly [number, readonly Instant[], Instant];

export function serializeWorkspace(state: WorkspaceState): SerializedWorkspace {
  const teams = [...state.teams.values()];
  const indexes = new Map(teams.map(({ teamId }, index) => [teamId, index]));
  const frozenMembership = ({ team, placed, lastFactAt }: Membership): FrozenMembership => [
    indexes.get(team.teamId) ?? -1,
    placed,
    lastFactAt,
  ];
  return {
    started: state.started ?? null,
    latestFactAt: finiteOrNull(state.latestFactAt),
    retainedFrom: finiteOrNull(state.retainedFrom),
    teams: teams.map(({ teamId, name, active, lastFactAt }) => [teamId, name, active, lastFactAt]),
    members: [...state.members.values()].map((member) => {
      const memberships = [...member.memberships.values()];
      return [
        member.memberId,
        member.name,
        member.email,
        member.present,
        [member.lastFactAt, member.lastPresenceFactAt, finiteOrNull(member.lastMembershipFactAt)],
        member.erased ? 1 : 0,
        member.keyGeneration,
        memberships.map(frozenMembership),
        memberships.findIndex((membership) => membership === member.latestMembership),
      ];
    }),
  };
}

/** The state that was serialized; takes over the arrays that it is given. @throws {Error} it is none */
export function deserializeWorkspace(serialized: SerializedWorkspace): WorkspaceState {
  const teams = serialized.teams.map(([teamId, name, active, lastFactAt]) => ({
    teamId,
    name,
    active: [...active],
    lastFactAt,
  }));
  const membershipOf = ([index, placed, lastFactAt]: FrozenMembership): Membership => {
    const team = teams[index];
    if (team === undefined) throw new Error(`there is no team ${index}`);
    return { team, placed: [...placed], lastFactAt };
  };
  const memberOf = (frozenMember: FrozenMember): Member => {
    const [memberId, name, email, present, lastFacts, erased, keyGeneration, placed, latest] = frozenMember;
    const [own, presence, membership] = lastFacts;
    const memberships = placed.map(membershipOf);
    return {
      memberId,
      name,
      email,
      present: [...present],
      memberships: new Map(memberships.map((deserialized) => [deserialized.team.teamId, deserialized])),
      latestMembership: memberships[latest],
      lastFactAt: own,
      lastPresenceFactAt: presence,
      lastMembershipFactAt: membership ?? -Infinity,
      erased: erased === 1,
      keyGeneration,
    };
  };
  return {
    ...(serialized.started === null || serialized.started === undefined ? {} : { started: serialized.started }),
    latestFactAt: serialized.latestFactAt ?? -Infinity,
    retainedFrom: serialized.retainedFrom ?? -Infinity,
    teams: new Map(teams.map((team) => [team.teamId, team])),
    members: new Map(serialized.members.map(memberOf).map((member) => [member.memberId, member])),
  };
}

/** JSON has no infinities. */
const finiteOrNull = (instant: Instant): Instant | null => (Number.isFinite(instant) ? instant : null);
