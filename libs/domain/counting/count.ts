import { createHash } from 'node:crypto';

import { type BillingMonth, boundsOf, dayBoundsOf } from '../billing/billing-month';
import { type CountingRule, type LicenseVariant } from '../contract/terms';
import { type Instant } from '../event';
import { formatQuantity, ofUnits, type Quantity, QUANTITY_SCALE } from '../pricing/money';
import { requireHistoryFrom } from '../workspace/prune';
import { type WorkspaceState } from '../workspace/state';
import { activityOfMember, activityOfTeam, isMemberActive, isTeamActive } from './activity';
import { covers, type Timeline } from './timeline';

export interface CountedUnit {
  readonly unitId: string;
  readonly quantity: Quantity;
}

export interface MonthCount {
  /** The billed units, by id in code-unit order. */
  readonly units: readonly CountedUnit[];
  /** Sum of their quantities. */
  readonly quantity: Quantity;
}

export interface CountingTerms {
  readonly variant: LicenseVariant;
  readonly countingRule: CountingRule;
  readonly timeZone: string;
}

/**
 * Counts a month's units by the facts known in the state.
 * @throws {HistoryPruned} the state no longer holds the month
 */
export function countMonth(state: WorkspaceState, month: BillingMonth, terms: CountingTerms): MonthCount {
  const { start, end } = boundsOf(month, terms.timeZone);
  requireHistoryFrom(state, start);
  switch (terms.countingRule) {
    case 'any-time':
      return countActive(state, terms.variant, start, end);
    case 'month-start':
      return countActive(state, terms.variant, start, start + 1);
    case 'month-end':
      return countActive(state, terms.variant, end - 1, end);
    case 'peak':
      return countAtPeak(activeUnits(state, terms.variant, start, end), start, end);
    case 'prorated-daily':
      return countDays(activeUnits(state, terms.variant, start, end), dayBoundsOf(month, terms.timeZone));
  }
}

/** The first instant of the month at which the most units are active at once; undefined when none ever is. */
export function peakOf(
  state: WorkspaceState,
  month: BillingMonth,
  { variant, timeZone }: Pick<CountingTerms, 'variant' | 'timeZone'>,
): Instant | undefined {
  const { start, end } = boundsOf(month, timeZone);
  const { activities } = activeUnits(state, variant, start, end);
  return activities.length === 0 ? undefined : firstPeak(activities, start, end);
}

/** SHA-256 over the lines `unitId quantity\n`, sorted by unit id: proves a list without storing it. */
export function digestOf(units: readonly CountedUnit[]): string {
  const hash = createHash('sha256');
  // In pages: one text of a large workspace would be copied whole for hashing.
  for (let from = 0; from < units.length; from += 4096) {
    let text = '';
    for (const { unitId, quantity } of units.slice(from, from + 4096)) {
      text += `${unitId} ${quantity === QUANTITY_SCALE ? '1' : formatQuantity(quantity)}\n`;
    }
    hash.update(text);
  }
  return hash.digest('hex');
}

function countActive(state: WorkspaceState, variant: LicenseVariant, from: Instant, to: Instant): MonthCount {
  const units: CountedUnit[] = [];
  const quantity = ofUnits(1);
  if (variant === 'team') {
    for (const team of sorted(state.teams)) {
      if (isTeamActive(team, from, to)) units.push({ unitId: team.teamId, quantity });
    }
  } else {
    for (const member of sorted(state.members)) {
      if (isMemberActive(member, from, to)) units.push({ unitId: member.memberId, quantity });
    }
  }
  return { units, quantity: ofUnits(units.length) };
}

/** Units with what they were active, in step: a large workspace has no room for an object of each. */
interface ActiveUnits {
  readonly unitIds: readonly string[];
  readonly activities: readonly Timeline[];
}

/** The units with any activity in `[start, end)`, by id. */
function activeUnits(state: WorkspaceState, variant: LicenseVariant, start: Instant, end: Instant): ActiveUnits {
  const unitIds: string[] = [];
  const activities: Timeline[] = [];
  const add = (unitId: string, activity: Timeline): void => {
    if (activity.length === 0) return;
    unitIds.push(unitId);
    activities.push(activity);
  };
  if (variant === 'team') {
    for (const team of sorted(state.teams)) add(team.teamId, activityOfTeam(team, start, end));
  } else {
    const throughout = [start, end];
    for (const member of sorted(state.members)) add(member.memberId, activityOfMember(member, start, end, throughout));
  }
  return { unitIds, activities };
}

function countAtPeak({ unitIds, activities }: ActiveUnits, start: Instant, end: Instant): MonthCount {
  const peak = firstPeak(activities, start, end);
  const quantity = ofUnits(1);
  const units: CountedUnit[] = [];
  for (const [index, unitId] of unitIds.entries()) {
    if (covers(activities[index] ?? [], peak)) units.push({ unitId, quantity });
  }
  return { units, quantity: ofUnits(units.length) };
}

/** The first instant at which the most units are active at once; `start` when none ever is. */
function firstPeak(activities: readonly Timeline[], start: Instant, end: Instant): Instant {
  let active = 0;
  const comings: Instant[] = [];
  const goings: Instant[] = [];
  for (const activity of activities) {
    for (let i = 0; i < activity.length; i += 2) {
      const from = activity[i] ?? Infinity;
      const to = activity[i + 1] ?? Infinity;
      if (from === start) active += 1;
      else comings.push(from);
      if (to < end) goings.push(to);
    }
  }
  const inOrder = Float64Array.from(goings).sort();
  let gone = 0;
  let most = active;
  let peak = start;
  for (const at of Float64Array.from(comings).sort()) {
    // Who leaves at an instant is no longer active at it.
    for (; (inOrder[gone] ?? Infinity) <= at; gone += 1) active -= 1;
    active += 1;
    if (active > most) {
      most = active;
      peak = at;
    }
  }
  return peak;
}

function countDays({ unitIds, activities }: ActiveUnits, dayBounds: readonly Instant[]): MonthCount {
  const days = dayBounds.length - 1;
  const start = dayBounds[0] ?? Infinity;
  const end = dayBounds[days] ?? Infinity;
  const counted: CountedUnit[] = [];
  let quantity = 0;
  for (const [index, unitId] of unitIds.entries()) {
    const activity = activities[index] ?? [];
    const isThroughout = activity[0] === start && activity[1] === end;
    const active = isThroughout ? days : activeDays(activity, dayBounds);
    const share = shareOfMonth(active, days);
    counted.push({ unitId, quantity: share });
    quantity += share;
  }
  return { units: counted, quantity };
}

/** On how many days the activity has an instant. */
function activeDays(activity: Timeline, dayBounds: readonly Instant[]): number {
  let count = 0;
  let i = 0;
  for (let day = 0; day + 1 < dayBounds.length; day += 1) {
    const from = dayBounds[day] ?? Infinity;
    const to = dayBounds[day + 1] ?? Infinity;
    while (i < activity.length && (activity[i + 1] ?? Infinity) <= from) i += 2;
    if ((activity[i] ?? Infinity) < to) count += 1;
  }
  return count;
}

/** Days by days of the month, half-up to four decimals; whole ten-thousandths. */
const shareOfMonth = (active: number, days: number): Quantity =>
  Math.floor((2 * active * QUANTITY_SCALE + days) / (2 * days));

const sortedOf = new WeakMap<ReadonlyMap<string, unknown>, readonly unknown[]>();

/**
 * Teams or members by id in code-unit order. They are never taken out of a state nor replaced in
 * it, so that the order made for one count serves the next until a subject is new.
 */
function sorted<Subject>(subjects: ReadonlyMap<string, Subject>): readonly Subject[] {
  const known = sortedOf.get(subjects);
  if (known?.length === subjects.size) return known as readonly Subject[];
  const inOrder = [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subject]) => subject);
  sortedOf.set(subjects, inOrder);
  return inOrder;
}
