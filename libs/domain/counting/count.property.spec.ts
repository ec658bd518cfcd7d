import fc from 'fast-check';
import { DateTime } from 'luxon';

import { type CountingRule, type LicenseVariant } from '../contract/terms';
import { type Instant } from '../event';
import { localTime } from '../testing/facts';
import { type RandomStep, randomWorkspace, STEP_KINDS } from '../testing/random-history';
import { type WorkspaceEvent } from '../workspace/events';
import { activityOf, isMemberActive, unitOf } from './activity';
import { countMonth } from './count';
import { listUnits } from './list';

/*
 * The oracle: what the facts say at an instant, read off the recorded facts one by one, and months
 * looked at hour by hour. Slow, and nothing in common with intervals.
 */

class Oracle {
  constructor(private readonly events: readonly WorkspaceEvent[]) {}

  unitsAt(variant: LicenseVariant, at: Instant): string[] {
    const past = this.events.filter(({ occurredAt }) => occurredAt <= at);
    const activeTeams = new Set<string>();
    const present = new Set<string>();
    const placed = new Set<string>();
    // Per subject the order of the record is the order of the facts.
    for (const { type, data } of past) {
      if (type === 'TeamCreated' || type === 'TeamRestored') activeTeams.add(data.teamId);
      if (type === 'TeamArchived') activeTeams.delete(data.teamId);
      if (type === 'MemberAdded') present.add(data.memberId);
      if (type === 'MemberPlaced') placed.add(`${data.memberId} ${data.teamId}`);
      if (type === 'MemberWithdrawn') placed.delete(`${data.memberId} ${data.teamId}`);
      if (type === 'MemberRemoved') {
        present.delete(data.memberId);
        for (const membership of placed) if (membership.startsWith(`${data.memberId} `)) placed.delete(membership);
      }
    }
    if (variant === 'team') return [...activeTeams].sort();
    return [...present].filter((member) => [...activeTeams].some((team) => placed.has(`${member} ${team}`))).sort();
  }

  count(month: string, variant: LicenseVariant, rule: CountingRule, zone: string): Map<string, number> {
    const start = DateTime.fromISO(`${month}-01`, { zone });
    const end = start.plus({ months: 1 });
    const moments: { at: Instant; day: string; units: string[] }[] = [];
    const instants = new Set([start.toMillis(), end.toMillis() - 1]);
    for (let hour = start; hour < end; hour = hour.plus({ hours: 1 })) instants.add(hour.toMillis());
    for (const { occurredAt } of this.events) for (const shift of [-1, 0, 1]) instants.add(occurredAt + shift);
    for (const at of [...instants].sort((a, b) => a - b)) {
      if (at < start.toMillis() || at >= end.toMillis()) continue;
      const day = DateTime.fromMillis(at, { zone }).toISODate() ?? '';
      moments.push({ at, day, units: this.unitsAt(variant, at) });
    }
    const once = (units: readonly string[]) => new Map(units.map((unit) => [unit, 10_000]));
    switch (rule) {
      case 'any-time':
        return once(moments.flatMap(({ units }) => units));
      case 'month-start':
        return once(moments[0]!.units);
      case 'month-end':
        return once(moments.at(-1)!.units);
      case 'peak': {
        const most = Math.max(...moments.map(({ units }) => units.length));
        return once(moments.find(({ units }) => units.length === most)!.units);
      }
      case 'prorated-daily': {
        const days = new Map<string, Set<string>>();
        for (const { day, units } of moments) {
          for (const unit of units) days.set(unit, (days.get(unit) ?? new Set()).add(day));
        }
        const ofMonth = new Set(moments.map(({ day }) => day)).size;
        return new Map([...days].map(([unit, { size }]) => [unit, Math.round((size / ofMonth) * 10_000)]));
      }
    }
  }
}

const RULES: readonly CountingRule[] = ['month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'];
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];
const NOW = Date.UTC(2027, 0, 1);

/** Days around March, and often the very instants at which a month or a day begins. */
const anyInstant = (zone: string): fc.Arbitrary<Instant> => {
  const edges = ['02-28', '03-01', '03-02', '03-08', '03-29', '03-30', '04-01', '04-02'].map((day) =>
    localTime(`2026-${day} 00:00`, zone),
  );
  const shifted = fc.tuple(fc.constantFrom(...edges), fc.integer({ min: -1, max: 1 })).map(([at, by]) => at + by);
  return fc.oneof(shifted, fc.integer({ min: edges[0]!, max: edges.at(-1)! }));
};
const anySteps = (zone: string, maxLength = 45): fc.Arbitrary<RandomStep[]> =>
  fc.array(fc.record({ kind: fc.nat(STEP_KINDS - 1), team: fc.nat(2), member: fc.nat(3), at: anyInstant(zone) }), {
    maxLength,
  });
const anyCase = fc
  .constantFrom(...ZONES)
  .chain((zone) => fc.tuple(fc.constant(zone), anySteps(zone), fc.boolean()))
  // In the order of time most facts are accepted; in any other many are late or refused.
  .map(([zone, steps, inOrder]) => ({ zone, steps: inOrder ? steps.sort((a, b) => a.at - b.at) : steps }));

describe('counting', () => {
  it('equals the facts looked at one by one, for all rules and variants', () => {
    let counted = 0;
    fc.assert(
      fc.property(
        anyCase,
        fc.constantFrom(...RULES),
        fc.constantFrom('team', 'user'),
        ({ zone, steps }, rule, variant) => {
          const { events, state } = randomWorkspace(steps, NOW);
          const oracle = new Oracle(events);
          for (const month of ['2026-02', '2026-03', '2026-04']) {
            const { units } = countMonth(state, month, { variant, countingRule: rule, timeZone: zone });
            counted += units.length;
            expect(units.map(({ unitId }) => unitId)).toEqual(units.map(({ unitId }) => unitId).sort());
            const expected = [...oracle.count(month, variant, rule, zone)].sort(([a], [b]) => (a < b ? -1 : 1));
            expect(units.map(({ unitId, quantity }) => [unitId, quantity])).toEqual(expected);
          }
        },
      ),
      { numRuns: 70 },
    );
    expect(counted).toBeGreaterThan(100);
  });

  it('finds by the quick way who has any activity', () => {
    const anyRange = fc.tuple(anyInstant('Europe/Berlin'), anyInstant('Europe/Berlin'));
    fc.assert(
      fc.property(anySteps('Europe/Berlin', 80), anyRange, (steps, [a, b]) => {
        const { state } = randomWorkspace(steps, NOW);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        for (const member of state.members.values()) {
          const activity = activityOf({ variant: 'user', unitId: member.memberId, member }, from, to);
          expect(isMemberActive(member, from, to)).toBe(activity.length > 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lists the units that are counted, each with the teams that made it one', () => {
    fc.assert(
      fc.property(anySteps('Europe/Berlin'), fc.constantFrom(...RULES), (steps, countingRule) => {
        const { state } = randomWorkspace(steps, NOW);
        const terms = { variant: 'user', countingRule, timeZone: 'Europe/Berlin' } as const;
        const listed = listUnits(state, '2026-03', terms);
        const { units } = countMonth(state, '2026-03', terms);
        expect(listed.map(({ unitId, quantity }) => ({ unitId, quantity }))).toEqual(units);
        for (const { unitId, teams } of listed) {
          expect(teams).not.toHaveLength(0);
          expect(unitOf(state, 'user', unitId)).toBeDefined();
        }
      }),
    );
  });
});
