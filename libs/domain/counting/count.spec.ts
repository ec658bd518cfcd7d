import { createHash } from 'node:crypto';

import { type CountingRule, type LicenseVariant } from '../contract/terms';
import { formatQuantity } from '../pricing/money';
import {
  berlin,
  localTime,
  memberAdded,
  memberErased,
  memberPlaced,
  memberRemoved,
  memberWithdrawn,
  started,
  teamArchived,
  teamCreated,
  teamRestored,
  workspaceOf,
} from '../testing/facts';
import { type WorkspaceEvent } from '../workspace/events';
import { countMonth, digestOf } from './count';
import { listUnits } from './list';

const RULES: readonly CountingRule[] = ['month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'];
const EARLY = '2026-01-15 00:00';

/** The billed units as `A` or `A 0.7097`, where the quantity is not 1. */
function billed(
  events: readonly WorkspaceEvent[],
  month: string,
  variant: LicenseVariant,
  countingRule: CountingRule,
  timeZone = 'Europe/Berlin',
): string[] {
  const { units, quantity } = countMonth(workspaceOf(events), month, { variant, countingRule, timeZone });
  expect(quantity).toBe(units.reduce((sum, unit) => sum + unit.quantity, 0));
  return units.map((unit) =>
    unit.quantity === 10_000 ? unit.unitId : `${unit.unitId} ${formatQuantity(unit.quantity)}`,
  );
}

describe('the worked examples', () => {
  const teams = [
    started(),
    teamCreated('A', EARLY),
    teamCreated('B', EARLY),
    teamCreated('C', EARLY),
    teamArchived('B', '2026-03-31 23:59:59'),
    teamArchived('C', '2026-04-01 00:00:00'),
  ];

  it('1: teams archived around the end of the month', () => {
    expect(billed(teams, '2026-03', 'team', 'month-end')).toEqual(['A', 'C']);
    expect(billed(teams, '2026-03', 'team', 'any-time')).toEqual(['A', 'B', 'C']);
  });

  it('2: a team archived on the 10th and restored on the 20th', () => {
    const events = [
      started(),
      teamCreated('D', EARLY),
      teamArchived('D', '2026-03-10 15:00'),
      teamRestored('D', '2026-03-20 09:00'),
    ];
    expect(billed(events, '2026-03', 'team', 'month-end')).toEqual(['D']);
    expect(billed(events, '2026-03', 'team', 'month-start')).toEqual(['D']);
    expect(billed(events, '2026-03', 'team', 'prorated-daily')).toEqual(['D 0.7097']);
  });

  it('3: a member only in a team that is archived', () => {
    const events = [...teams, memberAdded('M', EARLY), memberPlaced('M', 'B', EARLY)];
    expect(billed(events, '2026-03', 'user', 'any-time')).toEqual(['M']);
    expect(billed(events, '2026-04', 'user', 'any-time')).toEqual([]);
    expect(workspaceOf(events).members.get('M')?.present).toHaveLength(1);
  });

  it('4: a member in two teams', () => {
    const events = [...teams, memberAdded('N', EARLY), memberPlaced('N', 'A', EARLY), memberPlaced('N', 'B', EARLY)];
    expect(billed(events, '2026-03', 'user', 'any-time')).toEqual(['N']);
    expect(billed(events, '2026-04', 'user', 'any-time')).toEqual(['N']);
  });

  it('5: a member never placed in a team', () => {
    const events = [...teams, memberAdded('O', '2026-03-05 10:00')];
    for (const rule of RULES) expect(billed(events, '2026-03', 'user', rule)).toEqual([]);
  });

  it('6: a member removed at the first instant of the month, or one millisecond later', () => {
    const events = [...teams, memberAdded('P', EARLY), memberPlaced('P', 'A', EARLY)];
    const first = berlin('2026-03-01 00:00:00');
    expect(billed([...events, memberRemoved('P', first)], '2026-03', 'user', 'any-time')).toEqual([]);
    expect(billed([...events, memberRemoved('P', first + 1)], '2026-03', 'user', 'any-time')).toEqual(['P']);
  });

  it('7: 22:30 UTC on 31 March is April', () => {
    const events = [started(), teamCreated('A', Date.parse('2026-03-31T22:30:00Z'))];
    expect(billed(events, '2026-03', 'team', 'any-time')).toEqual([]);
    expect(billed(events, '2026-04', 'team', 'any-time')).toEqual(['A']);
  });

  it('8: a member removed and added again is billed once', () => {
    const events = [
      ...teams,
      memberAdded('Q', EARLY),
      memberPlaced('Q', 'A', EARLY),
      memberRemoved('Q', '2026-03-05 10:00'),
      memberAdded('Q', '2026-03-20 10:00'),
      memberPlaced('Q', 'A', '2026-03-20 10:00'),
    ];
    expect(billed(events, '2026-03', 'user', 'any-time')).toEqual(['Q']);
    expect(billed(events, '2026-03', 'user', 'prorated-daily')).toEqual(['Q 0.5484']);
  });
});

describe.each<LicenseVariant>(['team', 'user'])('the rules for variant %s', (variant) => {
  /** A unit active in these intervals: a team, or the only member of a team of its own. */
  const unit = (unitId: string, ...intervals: [from: string, to?: string][]): WorkspaceEvent[] => {
    const facts: WorkspaceEvent[] = [];
    if (variant === 'user') {
      facts.push(teamCreated(`team of ${unitId}`, '2026-01-01 00:00'), memberAdded(unitId, '2026-01-01 00:00'));
    }
    intervals.forEach(([from, to], index) => {
      if (variant === 'user') {
        facts.push(memberPlaced(unitId, `team of ${unitId}`, from));
        if (to !== undefined) facts.push(memberWithdrawn(unitId, `team of ${unitId}`, to));
      } else {
        facts.push(index === 0 ? teamCreated(unitId, from) : teamRestored(unitId, from));
        if (to !== undefined) facts.push(teamArchived(unitId, to));
      }
    });
    return facts;
  };

  const units = [
    started(),
    ...unit('all', ['2026-02-10 00:00']),
    ...unit('begins', ['2026-03-31 23:59:59.999']),
    ...unit('ends', ['2026-02-10 00:00', '2026-03-01 00:00:00.001']),
    ...unit('exactly', ['2026-03-01 00:00', '2026-04-01 00:00']),
    ...unit('gap', ['2026-02-10 00:00', '2026-03-10 12:00'], ['2026-03-20 12:00']),
    ...unit('middle', ['2026-03-10 00:00', '2026-03-12 00:00']),
    ...unit('never', ['2026-03-10 00:00', '2026-03-10 00:00']),
    ...unit('outside', ['2026-02-01 00:00', '2026-03-01 00:00'], ['2026-04-01 00:00']),
  ];
  const expected: Record<CountingRule, string[]> = {
    'month-end': ['all', 'begins', 'exactly', 'gap'],
    'any-time': ['all', 'begins', 'ends', 'exactly', 'gap', 'middle'],
    'month-start': ['all', 'ends', 'exactly', 'gap'],
    'prorated-daily': ['all', 'begins 0.0323', 'ends 0.0323', 'exactly', 'gap 0.7097', 'middle 0.0645'],
    // Four at the first instant and four on the 10th: the first of both.
    peak: ['all', 'ends', 'exactly', 'gap'],
  };
  it.each(RULES)('%s', (rule) => {
    expect(billed(units, '2026-03', variant, rule)).toEqual(expected[rule]);
  });
  it.each(RULES)('%s counts nothing in a month without activity', (rule) => {
    expect(billed(units, '2026-01', variant, rule)).toEqual([]);
  });
  it('peak takes the first moment of the highest number', () => {
    const events = [
      started(),
      ...unit('a', ['2026-03-01 00:00', '2026-03-05 00:00']),
      ...unit('b', ['2026-03-02 00:00', '2026-03-05 00:00']),
      ...unit('c', ['2026-03-05 00:00', '2026-03-08 00:00']),
      ...unit('d', ['2026-03-05 00:00', '2026-03-08 00:00']),
    ];
    // Two leave in the instant in which two come: there never were three.
    expect(billed(events, '2026-03', variant, 'peak')).toEqual(['a', 'b']);
  });
  it('peak counts a unit once that is taken off and on again in one instant', () => {
    const events = [
      started(),
      ...unit('a', ['2026-02-02 00:00', '2026-03-05 00:00'], ['2026-03-05 00:00']),
      ...unit('b', ['2026-03-04 00:00', '2026-03-06 00:00']),
    ];
    expect(billed(events, '2026-03', variant, 'peak')).toEqual(['a', 'b']);
    expect(billed(events, '2026-03', variant, 'prorated-daily')).toEqual(['a', 'b 0.0645']);
  });
  it('prorates by the days of the month, half-up to four decimals', () => {
    const events = [started(), ...unit('a', ['2026-02-10 00:00', '2026-02-10 00:00:00.001'])];
    expect(billed(events, '2026-02', variant, 'prorated-daily')).toEqual(['a 0.0357']);
  });
  it('counts no day on which a unit ended at midnight', () => {
    const events = [started(), ...unit('a', ['2026-03-29 23:00', '2026-03-30 00:00'])];
    expect(billed(events, '2026-03', variant, 'prorated-daily')).toEqual(['a 0.0323']);
  });
});

describe('a member is active', () => {
  const base = [started(), teamCreated('A', EARLY), teamCreated('B', EARLY), memberAdded('M', EARLY)];

  it('while a team is, over all teams', () => {
    const events = [
      ...base,
      memberPlaced('M', 'A', '2026-03-02 00:00'),
      memberWithdrawn('M', 'A', '2026-03-04 00:00'),
      memberPlaced('M', 'B', '2026-03-03 00:00'),
      teamArchived('B', '2026-03-06 00:00'),
    ];
    // 2 to 5 March.
    expect(billed(events, '2026-03', 'user', 'prorated-daily')).toEqual(['M 0.129']);
  });
  it('again when the team is restored', () => {
    const events = [
      ...base,
      memberPlaced('M', 'A', '2026-02-02 00:00'),
      teamArchived('A', '2026-02-10 00:00'),
      teamRestored('A', '2026-04-10 00:00'),
    ];
    expect(['2026-02', '2026-03', '2026-04'].map((month) => billed(events, month, 'user', 'any-time'))).toEqual([
      ['M'],
      [],
      ['M'],
    ]);
  });
  it('whether erased or not', () => {
    const events = [...base, memberPlaced('M', 'A', EARLY), memberErased('M', EARLY)];
    expect(billed(events, '2026-03', 'user', 'any-time')).toEqual(['M']);
  });
});

describe('months in other zones and of daylight saving', () => {
  it.each([
    ['Europe/Berlin', '2026-03-01 00:00', '2026-04-01 00:00'],
    ['America/New_York', '2026-03-01 00:00', '2026-04-01 00:00'],
    ['Asia/Kolkata', '2026-03-01 00:00', '2026-04-01 00:00'],
    ['Pacific/Kiritimati', '2026-03-01 00:00', '2026-04-01 00:00'],
    ['Pacific/Pago_Pago', '2026-03-01 00:00', '2026-04-01 00:00'],
  ])('begin and end at local midnight in %s', (zone, from, to) => {
    const events = [
      started(),
      teamCreated('before', localTime(from, zone) - 10_000),
      teamArchived('before', localTime(from, zone)),
      teamCreated('first', localTime(from, zone) - 10_000),
      teamArchived('first', localTime(from, zone) + 1),
      teamCreated('last', localTime(to, zone) - 1),
      teamCreated('next', localTime(to, zone)),
    ];
    expect(billed(events, '2026-03', 'team', 'any-time', zone)).toEqual(['first', 'last']);
    expect(billed(events, '2026-03', 'team', 'month-start', zone)).toEqual(['first']);
    expect(billed(events, '2026-03', 'team', 'month-end', zone)).toEqual(['last']);
    expect(billed(events, '2026-04', 'team', 'month-start', zone)).toEqual(['last', 'next']);
  });
  it('prorate by 30 days the December of 2011 in Samoa, which skipped the 30th', () => {
    const zone = 'Pacific/Apia';
    const events = [
      started('2011-01-01 00:00'),
      teamCreated('A', localTime('2011-12-29 12:00', zone)),
      teamCreated('B', localTime('2011-12-31 00:00', zone)),
      teamArchived('B', localTime('2011-12-31 00:00', zone) + 1),
    ];
    expect(billed(events, '2011-12', 'team', 'prorated-daily', zone)).toEqual(['A 0.0667', 'B 0.0333']);
  });
  it('count the day on which clocks change as one day', () => {
    const events = [started(), teamCreated('A', '2026-03-29 01:30'), teamArchived('A', '2026-03-29 03:30')];
    expect(billed(events, '2026-03', 'team', 'prorated-daily')).toEqual(['A 0.0323']);
    const autumn = [started(), teamCreated('A', '2026-10-25 00:00'), teamArchived('A', '2026-10-26 00:00')];
    expect(billed(autumn, '2026-10', 'team', 'prorated-daily')).toEqual(['A 0.0323']);
  });
});

describe('the digest', () => {
  it('is over the sorted ids and quantities', () => {
    const units = [
      { unitId: 'A', quantity: 10_000 },
      { unitId: 'B', quantity: 7097 },
    ];
    expect(digestOf(units)).toBe(createHash('sha256').update('A 1\nB 0.7097\n').digest('hex'));
    expect(digestOf([])).toBe(createHash('sha256').digest('hex'));
  });
  it('does not depend on the pages in which it is made', () => {
    const units = Array.from({ length: 10_000 }, (_, index) => ({
      unitId: `U${String(index).padStart(5, '0')}`,
      quantity: 10_000,
    }));
    const text = units.map(({ unitId }) => `${unitId} 1\n`).join('');
    expect(digestOf(units)).toBe(createHash('sha256').update(text).digest('hex'));
  });
  it('orders ids by code units, whatever the order of the facts', () => {
    const events = ['b', 'B', 'a', '_', '10', '9'].map((id) => teamCreated(id, EARLY));
    expect(billed([started(), ...events], '2026-03', 'team', 'any-time')).toEqual(['10', '9', 'B', '_', 'a', 'b']);
  });
  it('takes in a unit that is new since the last count', () => {
    const state = workspaceOf([started(), teamCreated('B', EARLY)]);
    const terms = { variant: 'team', countingRule: 'any-time', timeZone: 'Europe/Berlin' } as const;
    expect(countMonth(state, '2026-03', terms).units).toHaveLength(1);
    state.teams.set('A', { teamId: 'A', name: '', active: [0], lastFactAt: 0 });
    expect(countMonth(state, '2026-03', terms).units.map(({ unitId }) => unitId)).toEqual(['A', 'B']);
  });
});

describe('the list of units', () => {
  const events = [
    started(),
    teamCreated('A', EARLY),
    teamCreated('B', EARLY),
    teamCreated('C', EARLY),
    memberAdded('M', EARLY),
    memberPlaced('M', 'B', EARLY),
    memberPlaced('M', 'A', EARLY),
    memberPlaced('M', 'C', EARLY),
    teamArchived('C', '2026-02-10 00:00'),
  ];
  const terms = { countingRule: 'any-time', timeZone: 'Europe/Berlin' } as const;

  it('names the teams that made a member active in the month', () => {
    expect(listUnits(workspaceOf(events), '2026-03', { variant: 'user', ...terms })).toEqual([
      {
        unitId: 'M',
        quantity: 10_000,
        name: 'encrypted name of M',
        email: 'encrypted email of M',
        teams: ['A', 'B'],
        teamNames: ['Team A', 'Team B'],
      },
    ]);
  });
  it('names the teams', () => {
    expect(listUnits(workspaceOf(events), '2026-03', { variant: 'team', ...terms })).toEqual([
      { unitId: 'A', quantity: 10_000, name: 'Team A' },
      { unitId: 'B', quantity: 10_000, name: 'Team B' },
    ]);
  });
});
