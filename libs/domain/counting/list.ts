import { type BillingMonth, boundsOf } from '../billing/billing-month';
import { type WorkspaceState } from '../workspace/state';
import { isPlacedAndActive } from './activity';
import { type CountedUnit, type CountingTerms, countMonth } from './count';

/** A billed unit with what a list of licensees shows. */
export interface ListedUnit extends CountedUnit {
  /** A team's name, or a member's encrypted one. */
  readonly name: string;
  /** Of a member, encrypted. */
  readonly email?: string;
  /** Ids of the teams that made a member active in the month, in code-unit order. */
  readonly teams?: readonly string[];
  /** The names of these teams, in the same order. */
  readonly teamNames?: readonly string[];
}

/** The units of a month with their names; the same units as are counted for the bill. */
export function listUnits(state: WorkspaceState, month: BillingMonth, terms: CountingTerms): ListedUnit[] {
  const { start, end } = boundsOf(month, terms.timeZone);
  return countMonth(state, month, terms).units.map((unit) => {
    const member = terms.variant === 'user' ? state.members.get(unit.unitId) : undefined;
    if (member === undefined) return { ...unit, name: state.teams.get(unit.unitId)?.name ?? '' };
    const { name, email } = member;
    const teams = [...teamsOf(member, start, end)].sort();
    return { ...unit, name, email, teams, teamNames: teams.map((id) => state.teams.get(id)?.name ?? id) };
  });
}

function* teamsOf(member: Parameters<typeof isPlacedAndActive>[0], from: number, to: number): Generator<string> {
  for (const [teamId, membership] of member.memberships) {
    if (isPlacedAndActive(member, membership, from, to)) yield teamId;
  }
}
