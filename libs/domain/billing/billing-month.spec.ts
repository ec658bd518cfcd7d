import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';

import { localTime } from '../testing/facts';
import {
  addMonths,
  boundsOf,
  dayBoundsOf,
  firstDayOf,
  isBillingMonth,
  isTimeZone,
  lastDayOf,
  monthOf,
  monthsBetween,
} from './billing-month';

const HOUR = 3_600_000;
const hoursOf = (month: string, zone: string): number => {
  const { start, end } = boundsOf(month, zone);
  return (end - start) / HOUR;
};
const daysOf = (month: string, zone: string): number => dayBoundsOf(month, zone).length - 1;

describe('a billing month', () => {
  it.each([
    ['2026-03', 0, '2026-03'],
    ['2026-12', 1, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-01', -13, '2024-12'],
    ['2026-01', 24, '2028-01'],
  ])('%s and %i months is %s', (month, count, expected) => expect(addMonths(month, count)).toBe(expected));

  it('has an end also where years get a fifth digit', () =>
    expect(monthsBetween('9999-11', '9999-12')).toEqual(['9999-11', '9999-12']));

  it('adds and takes off the same', () => {
    const month = fc.tuple(fc.integer({ min: 2007, max: 2200 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(month, fc.integer({ min: -500, max: 500 }), ([year, number], count) => {
        const start = `${year}-${String(number).padStart(2, '0')}`;
        const moved = addMonths(start, count);
        expect(isBillingMonth(moved)).toBe(true);
        expect(addMonths(moved, -count)).toBe(start);
        expect(moved > start).toBe(count > 0);
        expect(monthsBetween(start, moved)).toHaveLength(Math.max(0, count + 1));
      }),
    );
  });

  it('knows its days', () => {
    expect(firstDayOf('2026-03')).toBe('2026-03-01');
    expect(lastDayOf('2026-03')).toBe('2026-03-31');
    expect(lastDayOf('2024-02')).toBe('2024-02-29');
    expect(lastDayOf('2023-02')).toBe('2023-02-28');
  });

  it.each(['2026-3', '2026-13', '2026-00', '0999-01', '20260-1', ''])('is not %p', (text) => {
    expect(isBillingMonth(text)).toBe(false);
  });
});

describe('the length of a month', () => {
  it.each([
    ['2026-03', 'Europe/Berlin', 743, 31],
    ['2026-10', 'Europe/Berlin', 745, 31],
    ['2026-01', 'Europe/Berlin', 744, 31],
    ['2024-02', 'Europe/Berlin', 696, 29],
    ['2026-03', 'America/New_York', 743, 31],
    ['2026-11', 'America/New_York', 721, 30],
    ['2026-03', 'Asia/Kolkata', 744, 31],
    ['2026-10', 'Asia/Kolkata', 744, 31],
    ['2026-03', 'Pacific/Kiritimati', 744, 31],
    ['2026-03', 'Pacific/Pago_Pago', 744, 31],
    // 30 December 2011 never was in Samoa.
    ['2011-12', 'Pacific/Apia', 720, 30],
    // Half an hour of daylight saving.
    ['2026-04', 'Australia/Lord_Howe', 720.5, 30],
    // Midnight of 1 November comes twice in Havana: the month begins with the first.
    ['2026-10', 'America/Havana', 744, 31],
    ['2026-11', 'America/Havana', 721, 30],
    ['2026-02', 'UTC', 672, 28],
  ])('%s in %s is %d hours and %d days', (month, zone, hours, days) => {
    expect(hoursOf(month, zone)).toBe(hours);
    expect(daysOf(month, zone)).toBe(days);
  });

  it('does not depend on when it is asked for', () => {
    const now = Settings.now;
    const start = Date.UTC(2020, 10, 1, 4);
    try {
      for (const today of ['2026-01-15', '2026-07-15']) {
        Settings.now = () => Date.parse(today);
        // Asked in the other order for each day, so that no cache answers.
        const month = today < '2026-02' ? '2020-11' : '2015-11';
        expect(boundsOf(month, 'America/Havana').start).toBe(month === '2020-11' ? start : Date.UTC(2015, 10, 1, 4));
      }
    } finally {
      Settings.now = now;
    }
  });

  it('cuts the days of the hour change where the day begins', () => {
    const bounds = dayBoundsOf('2026-03', 'Europe/Berlin');
    expect(bounds[28]).toBe(localTime('2026-03-29 00:00', 'Europe/Berlin'));
    expect((bounds[29]! - bounds[28]!) / HOUR).toBe(23);
    expect(bounds.at(-1)).toBe(boundsOf('2026-03', 'Europe/Berlin').end);
  });
});

describe('an instant', () => {
  it.each([
    ['2026-03-31T22:30:00Z', 'Europe/Berlin', '2026-04'],
    ['2026-03-31T22:30:00Z', 'UTC', '2026-03'],
    ['2026-03-31T21:59:59.999Z', 'Europe/Berlin', '2026-03'],
    ['2026-01-01T04:59:59.999Z', 'America/New_York', '2025-12'],
    ['2026-03-31T10:00:00Z', 'Pacific/Kiritimati', '2026-04'],
    ['2026-04-01T10:59:59Z', 'Pacific/Pago_Pago', '2026-03'],
  ])('%s lies, in %s, in %s', (time, zone, month) => {
    expect(monthOf(Date.parse(time), zone)).toBe(month);
  });
});

describe('time zones', () => {
  it.each(['Europe/Berlin', 'UTC', 'Asia/Kolkata', 'Etc/GMT+1'])('knows %s', (name) =>
    expect(isTimeZone(name)).toBe(true),
  );
  it.each(['Mars/Olympus', 'GMT+1', 'Etc/UTC+1', '+01:00', ''])('does not take %p', (name) =>
    expect(isTimeZone(name)).toBe(false),
  );

  it('have months and days that touch, from 2010 to 2035', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter(isTimeZone);
    const month = fc.tuple(fc.integer({ min: 2010, max: 2035 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.constantFrom(...zones), month, (zone, [year, number]) => {
        const month = `${year}-${String(number).padStart(2, '0')}`;
        const { start, end } = boundsOf(month, zone);
        expect(boundsOf(addMonths(month, 1), zone).start).toBe(end);
        expect(monthOf(start, zone)).toBe(month);
        expect(monthOf(end - 1, zone)).toBe(month);
        expect(monthOf(start - 1, zone)).toBe(addMonths(month, -1));
        const days = dayBoundsOf(month, zone);
        expect([days[0], days.at(-1)]).toEqual([start, end]);
        days.slice(0, -1).forEach((day, index) => {
          const local = DateTime.fromMillis(day, { zone });
          const before = DateTime.fromMillis(day - 1, { zone });
          expect(before.toISODate()).not.toBe(local.toISODate());
          expect(days[index + 1]!).toBeGreaterThan(day);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('have every start of a month in common with the calendar', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter(isTimeZone);
    for (const zone of zones.filter((_zone, index) => index % 7 === 0)) {
      for (const month of ['2010-01', '2014-11', '2020-11', '2026-03', '2026-11', '2035-12']) {
        expect(DateTime.fromMillis(boundsOf(month, zone).start, { zone }).toFormat('yyyy-MM-dd')).toBe(`${month}-01`);
      }
    }
  });
});
