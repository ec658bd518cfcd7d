import { type LicenseVariant } from '../contract/terms';
import { type Instant } from '../event';
import { type Member, type Membership, type Team, type WorkspaceState } from '../workspace/state';
import { intersect, type Timeline, unite } from './timeline';

/**
 * A unit's activity within `[from, to)`. For `team`: the team's active intervals. For `user`: the
 * union over the member's teams of (membership and team active and member present).
 */
export function activityOf(unit: Unit, from: Instant, to: Instant): Timeline {
  return unit.variant === 'team' ? activityOfTeam(unit.team, from, to) : activityOfMember(unit.member, from, to);
}

export const activityOfTeam = ({ active }: Team, from: Instant, to: Instant): Timeline => intersect([active], from, to);

/** @param throughout what is answered for a member who is active all along, the same for all of them */
export function activityOfMember(
  member: Member,
  from: Instant,
  to: Instant,
  throughout: Timeline = [from, to],
): Timeline {
  const { present, memberships, latestMembership: latest } = member;
  if (from >= to || !overlaps(present, from, to)) return [];
  // Most members stay where they are all month: then one membership says it all, mostly the latest.
  if (coversAll(present, from, to)) {
    if (latest !== undefined && isOpenAllAlong(latest, from, to)) return throughout;
    for (const membership of memberships.values()) {
      if (isOpenAllAlong(membership, from, to)) return throughout;
    }
  }
  let parts: Timeline[] | undefined;
  for (const membership of memberships.values()) {
    if (!isPlacedAndActive(member, membership, from, to)) continue;
    parts ??= [];
    parts.push(intersect([present, membership.placed, membership.team.active], from, to));
  }
  return parts === undefined ? [] : unite(parts);
}

/** What one license is counted for. */
export type Unit =
  | { readonly variant: 'team'; readonly unitId: string; readonly team: Team }
  | { readonly variant: 'user'; readonly unitId: string; readonly member: Member };

/** The unit with this id, whether it counts for anything or not. */
export function unitOf(state: WorkspaceState, variant: LicenseVariant, unitId: string): Unit | undefined {
  if (variant === 'team') {
    const team = state.teams.get(unitId);
    return team && { variant, unitId, team };
  }
  const member = state.members.get(unitId);
  return member && { variant, unitId, member };
}

/** Whether a team is active at some instant of `[from, to)`. */
export function isTeamActive(team: Team, from: Instant, to: Instant): boolean {
  return overlaps(team.active, from, to);
}

/**
 * Whether a member is active at some instant of `[from, to)`. The same as a non-empty activity,
 * without building it: this is what counting a large workspace spends its time in.
 */
export function isMemberActive(member: Member, from: Instant, to: Instant): boolean {
  if (!overlaps(member.present, from, to)) return false;
  const { latestMembership: latest } = member;
  if (latest !== undefined && isPlacedAndActive(member, latest, from, to)) return true;
  for (const membership of member.memberships.values()) {
    if (isPlacedAndActive(member, membership, from, to)) return true;
  }
  return false;
}

/** Whether one membership makes a present member active at some instant of `[from, to)`. */
export function isPlacedAndActive(
  { present }: Member,
  { placed, team }: Membership,
  from: Instant,
  to: Instant,
): boolean {
  // Most memberships of a month long ago ended before it or began after: one look tells.
  return overlaps(placed, from, to) && meet(present, placed, team.active, from, to);
}

/** Whether an interval has a part of `[from, to)`; the latest ones are looked at first. */
function overlaps(timeline: readonly Instant[], from: Instant, to: Instant): boolean {
  for (let i = lastInterval(timeline); i >= 0; i -= 2) {
    if (endAt(timeline, i) <= from) return false;
    if (startAt(timeline, i) < to) return true;
  }
  return false;
}

/** Whether one interval holds all of `[from, to)`. */
function coversAll(timeline: readonly Instant[], from: Instant, to: Instant): boolean {
  for (let i = lastInterval(timeline); i >= 0; i -= 2) {
    if (startAt(timeline, i) <= from) return endAt(timeline, i) >= to;
  }
  return false;
}

const isOpenAllAlong = ({ placed, team }: Membership, from: Instant, to: Instant): boolean =>
  coversAll(placed, from, to) && coversAll(team.active, from, to);

/** Whether three timelines have an instant of `[from, to)` in common, found from the latest back. */
function meet(
  a: readonly Instant[],
  b: readonly Instant[],
  c: readonly Instant[],
  from: Instant,
  to: Instant,
): boolean {
  let i = lastInterval(a);
  let j = lastInterval(b);
  let k = lastInterval(c);
  while (i >= 0 && j >= 0 && k >= 0) {
    const startA = startAt(a, i);
    const startB = startAt(b, j);
    const startC = startAt(c, k);
    const start = Math.max(startA, startB, startC, from);
    const end = Math.min(endAt(a, i), endAt(b, j), endAt(c, k), to);
    if (start < end) return true;
    // Nothing is left before `from`; the interval that begins last cannot meet an earlier one.
    if (end <= from) return false;
    if (startA >= startB && startA >= startC) i -= 2;
    else if (startB >= startC) j -= 2;
    else k -= 2;
  }
  return false;
}

const lastInterval = (timeline: readonly Instant[]): number => timeline.length - 1 - ((timeline.length + 1) % 2);
const startAt = (timeline: readonly Instant[], i: number): Instant => timeline[i] ?? Infinity;
const endAt = (timeline: readonly Instant[], i: number): Instant =>
  i + 1 < timeline.length ? (timeline[i + 1] ?? Infinity) : Infinity;
