import { DateTime, IANAZone } from 'luxon';

import { type Instant } from '../event';

/** A calendar month in a contract's time zone, written `2026-03`. Sorts as text. */
export type BillingMonth = string;

const PATTERN = /^[1-9]\d{3}-(0[1-9]|1[0-2])$/;

export const isBillingMonth = (text: string): boolean => PATTERN.test(text);

/** Names that engines take for an offset; `Etc/GMT+2` is of the database. */
const OFFSET = /^(gmt|(etc\/)?utc)[+-]/i;

/** Whether the name is a time zone of the IANA database, such as `Europe/Berlin`. */
export const isTimeZone = (name: string): boolean =>
  /^[a-z]/i.test(name) && IANAZone.isValidZone(name) && !OFFSET.test(name);

/** The month `count` months later, or earlier when negative. */
export function addMonths(month: BillingMonth, count: number): BillingMonth {
  const months = monthNumber(month) + count;
  const year = Math.floor(months / 12);
  return `${String(year).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

const monthNumber = (month: BillingMonth): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;

/** The months from the first to the last, both included; none when the last lies before. */
export function monthsBetween(first: BillingMonth, last: BillingMonth): BillingMonth[] {
  const count = monthNumber(last) - monthNumber(first) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addMonths(first, index));
}

/** The month in which an instant lies in a time zone. */
export function monthOf(instant: Instant, timeZone: string): BillingMonth {
  return DateTime.fromMillis(instant, { zone: timeZone }).toFormat('yyyy-MM');
}

/** The month's first instant, and the first one after it. */
export interface MonthBounds {
  readonly start: Instant;
  readonly end: Instant;
}

const boundsOfMonths = new Map<string, MonthBounds>();
const boundsOfDays = new Map<string, readonly Instant[]>();

/** Where a month begins and ends in a time zone; daylight saving makes months longer or shorter. */
export function boundsOf(month: BillingMonth, timeZone: string): MonthBounds {
  return remembered(boundsOfMonths, month, timeZone, () => ({
    start: startOf(month, timeZone).toMillis(),
    end: startOf(addMonths(month, 1), timeZone).toMillis(),
  }));
}

/** The first instants of the month's days, and the month's end: one more than it has days. */
export function dayBoundsOf(month: BillingMonth, timeZone: string): readonly Instant[] {
  return remembered(boundsOfDays, month, timeZone, () => {
    const { end } = boundsOf(month, timeZone);
    const first = startOf(month, timeZone);
    const bounds: Instant[] = [];
    for (let day = 0; ; day += 1) {
      const start = earliest(first.plus({ days: day }).startOf('day')).toMillis();
      if (start >= end) break;
      // A day that a zone skipped when it crossed the date line is not a day of the month.
      if (start !== bounds.at(-1)) bounds.push(start);
    }
    bounds.push(end);
    return bounds;
  });
}

/** Calendars are slow to ask, and the same few months are asked for again and again. */
function remembered<T>(cache: Map<string, T>, month: BillingMonth, timeZone: string, make: () => T): T {
  const key = `${month} ${timeZone}`;
  let bounds = cache.get(key);
  if (bounds === undefined) {
    bounds = make();
    if (cache.size > 10_000) cache.clear();
    cache.set(key, bounds);
  }
  return bounds;
}

/** The month's last day, `2026-03-31`: it decides the tax rate. */
export function lastDayOf(month: BillingMonth): string {
  // The day before the next month's first; of the calendar alone, wherever it is.
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);
}

/** The month's first day, `2026-03-01`. */
export const firstDayOf = (month: BillingMonth): string => `${month}-01`;

function startOf(month: BillingMonth, timeZone: string): DateTime {
  const start = DateTime.fromISO(`${month}-01`, { zone: timeZone }).startOf('month');
  if (!start.isValid) throw new Error(`no such month: ${month} in ${timeZone}`);
  return earliest(start);
}

/**
 * Where clocks are set back over midnight, a day's first instant is the first of its two
 * midnights. Which of them a calendar library takes may depend on the season it is asked in.
 */
const earliest = (time: DateTime): DateTime => time.getPossibleOffsets()[0] ?? time;
