import { createHash } from 'node:crypto';

import { type CountingRule, type LicenseVariant } from '../contract/terms';
import { type Instant } from '../event';
import { type BillingMonth, boundsOf, dayBoundsOf } from '../month/billing-month';
import { formatQuantity, ofUnits, type Quantity, QUANTITY_SCALE } from '../pricing/money';
import { type WorkspaceState } from '../workspace/state';
import { activityOf, isMemberActive, isTeamActive, type Unit } from './activity';
import { type Timeline } from './timeline';

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

/** Counts a month's units by the facts known in the state. */
export function countMonth(state: WorkspaceState, month: BillingMonth, terms: CountingTerms): MonthCount {
  const { start, end } = boundsOf(month, terms.timeZone);
  switch (terms.countingRule) {
    case 'any-time':
      return countActive(state, terms.variant, start, end);
    case 'month-start':
      return countActive(state, terms.variant, start, start + 1);
    case 'month-end':
      return countActive(state, terms.variant, end - 1, end);
    case 'peak': {
      const at = peakOf(state, month, terms);
      if (at === undefined) return { units: [], quantity: 0 };
      return countActive(state, terms.variant, at, at + 1);
    }
    case 'prorated-daily':
      return countDays(unitsOf(state, terms.variant), dayBoundsOf(month, terms.timeZone));
  }
}

/** The first instant of the month at which the most units are active at once; undefined when none ever is. */
export function peakOf(
  state: WorkspaceState,
  month: BillingMonth,
  { variant, timeZone }: Pick<CountingTerms, 'variant' | 'timeZone'>,
): Instant | undefined {
  const { start, end } = boundsOf(month, timeZone);
  return firstPeak(unitsOf(state, variant), start, end);
}

/** SHA-256 over the lines `unitId quantity\n`, sorted by unit id: proves a list without storing it. */
export function digestOf(units: readonly CountedUnit[]): string {
  const hash = createHash('sha256');
  // In portions: one text of a large workspace would be copied whole for hashing.
  for (let from = 0; from < units.length; from += 4096) {
    let text = '';
    for (const { unitId, quantity } of units.slice(from, from + 4096)) {
      text += `${unitId} ${quantity === QUANTITY_SCALE ? '1' : formatQuantity(quantity)}\n`;
    }
    hash.update(text);
  }
  return hash.digest('hex');
}

/** All units of the variant in the order of their ids, counting or not. */
function unitsOf(state: WorkspaceState, variant: LicenseVariant): Unit[] {
  if (variant === 'team') {
    return sortedIds(state.teams).flatMap((unitId) => {
      const team = state.teams.get(unitId);
      return team === undefined ? [] : [{ variant, unitId, team }];
    });
  }
  return sortedIds(state.members).flatMap((unitId) => {
    const member = state.members.get(unitId);
    return member === undefined ? [] : [{ variant, unitId, member }];
  });
}

function countActive(state: WorkspaceState, variant: LicenseVariant, from: Instant, to: Instant): MonthCount {
  const units: CountedUnit[] = [];
  const quantity = ofUnits(1);
  if (variant === 'team') {
    for (const unitId of sortedIds(state.teams)) {
      const team = state.teams.get(unitId);
      if (team !== undefined && isTeamActive(team, from, to)) units.push({ unitId, quantity });
    }
  } else {
    for (const unitId of sortedIds(state.members)) {
      const member = state.members.get(unitId);
      if (member !== undefined && isMemberActive(member, from, to)) {
        units.push({ unitId, quantity });
      }
    }
  }
  return { units, quantity: ofUnits(units.length) };
}

function firstPeak(units: readonly Unit[], start: Instant, end: Instant): Instant | undefined {
  const changes: { at: Instant; by: 1 | -1 }[] = [];
  for (const unit of units) {
    const activity = activityOf(unit, start, end);
    activity.forEach((at, index) => changes.push({ at, by: index % 2 === 0 ? 1 : -1 }));
  }
  // Who leaves at an instant is no longer active at it; so leavers go first.
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let active = 0;
  let most = 0;
  let peak: Instant | undefined;
  for (const { at, by } of changes) {
    active += by;
    if (active > most) {
      most = active;
      peak = at;
    }
  }
  return peak;
}

function countDays(units: readonly Unit[], dayBounds: readonly Instant[]): MonthCount {
  const days = dayBounds.length - 1;
  const counted: CountedUnit[] = [];
  let quantity = 0;
  for (const unit of units) {
    const active = activeDays(activityOf(unit, dayBounds[0] ?? Infinity, dayBounds[days] ?? Infinity), dayBounds);
    if (active === 0) continue;
    const share = shareOfMonth(active, days);
    counted.push({ unitId: unit.unitId, quantity: share });
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

const sortedIdsOf = new WeakMap<ReadonlyMap<string, unknown>, string[]>();

/**
 * The ids in code-unit order. Subjects are never taken out of a state, so that the order made for
 * one count serves the next until a subject is new.
 */
function sortedIds(subjects: ReadonlyMap<string, unknown>): readonly string[] {
  const known = sortedIdsOf.get(subjects);
  if (known?.length === subjects.size) return known;
  const ids = [...subjects.keys()].sort();
  sortedIdsOf.set(subjects, ids);
  return ids;
}
