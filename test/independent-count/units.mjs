// Which units a month is billed for, and with which quantity: by `occurredAt`, in the contract's time zone.
// Quantities are whole numbers of ten-thousandths (BigInt): 10000n is one unit.

import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import { memberPresent, membershipHeld, teamActive } from './history.mjs';

export const ONE = 10_000n;

const calendars = new Map();

/** A billing month's first instant, the instant after its last, and the first instants of its days. */
export function calendarOf(month, timeZone) {
  const name = `${month} ${timeZone}`;
  if (!calendars.has(name)) {
    const first = DateTime.fromISO(`${month}-01`, { zone: timeZone });
    const days = [];
    for (let day = 0; day < first.daysInMonth; day += 1) days.push(first.plus({ days: day }).toMillis());
    const lastDay = `${month}-${String(first.daysInMonth).padStart(2, '0')}`;
    calendars.set(name, { start: days[0], end: first.plus({ months: 1 }).toMillis(), days, lastDay });
  }
  return calendars.get(name);
}

/** `2026-01` and -1 give `2025-12`. */
export function addMonths(month, number) {
  const [year, ofYear] = month.split('-').map(Number);
  const months = year * 12 + (ofYear - 1) + number;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`;
}

function intersection(some, others) {
  const common = [];
  for (const one of some) {
    for (const other of others) {
      const from = Math.max(one.from, other.from);
      const to = Math.min(one.to, other.to);
      if (from < to) common.push({ from, to });
    }
  }
  return common;
}

function union(list) {
  const merged = [];
  for (const { from, to } of [...list].sort((a, b) => a.from - b.from)) {
    const last = merged[merged.length - 1];
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** Every unit with the intervals in which it was active within the month. */
function activityInMonth(workspace, variant, { start, end }) {
  const month = [{ from: start, to: end }];
  const teams = new Map();
  for (const team of workspace.teams.values()) teams.set(team.id, intersection(teamActive(team), month));
  if (variant === 'team') return teams;

  const members = new Map();
  for (const member of workspace.members.values()) {
    const present = intersection(memberPresent(member), month);
    const inTeams = [];
    for (const membership of member.memberships.values()) {
      const held = intersection(membershipHeld(membership), present);
      inTeams.push(...intersection(held, teams.get(membership.teamId)));
    }
    members.set(member.id, union(inTeams));
  }
  return members;
}

/** The first moment at which most units are active at once. */
function peakMoment(activity) {
  const steps = [];
  for (const active of activity.values()) {
    for (const { from, to } of active) steps.push({ at: from, by: 1 }, { at: to, by: -1 });
  }
  steps.sort((a, b) => a.at - b.at || a.by - b.by); // who goes at a moment is no longer active in it
  let now = 0;
  let highest = 0;
  let moment = null;
  for (const { at, by } of steps) {
    now += by;
    if (now > highest) {
      highest = now;
      moment = at;
    }
  }
  return moment;
}

function daysActive(active, { days, end }) {
  let number = 0;
  for (let day = 0; day < days.length; day += 1) {
    const from = days[day];
    const to = days[day + 1] ?? end;
    if (active.some((interval) => interval.from < to && interval.to > from)) number += 1;
  }
  return number;
}

/** Half-up: the days' share of the month in ten-thousandths. */
const share = (days, ofDays) => (2n * ONE * BigInt(days) + BigInt(ofDays)) / (2n * BigInt(ofDays));

const activeAt = (active, moment) => active.some(({ from, to }) => from <= moment && moment < to);

/** The units to bill, `{unitId, quantity}`, sorted by id in code-unit order. */
export function billedUnits(workspace, { variant, countingRule, timeZone }, month) {
  const calendar = calendarOf(month, timeZone);
  const activity = activityInMonth(workspace, variant, calendar);
  const peak = countingRule === 'peak' ? peakMoment(activity) : null;

  const quantityByRule = {
    'month-end': (active) => (active.some(({ to }) => to === calendar.end) ? ONE : 0n), // `to` is cut at the end
    'any-time': (active) => (active.length > 0 ? ONE : 0n),
    'month-start': (active) => (activeAt(active, calendar.start) ? ONE : 0n),
    'prorated-daily': (active) => share(daysActive(active, calendar), calendar.days.length),
    peak: (active) => (peak !== null && activeAt(active, peak) ? ONE : 0n),
  };
  if (!Object.hasOwn(quantityByRule, countingRule)) throw new Error(`unknown counting rule "${countingRule}"`);

  const units = [];
  for (const [unitId, active] of activity) {
    const quantity = quantityByRule[countingRule](active);
    if (quantity > 0n) units.push({ unitId, quantity });
  }
  return units.sort((a, b) => (a.unitId < b.unitId ? -1 : 1));
}

export const totalOf = (units) => units.reduce((sum, unit) => sum + unit.quantity, 0n);

/** `127097n` is "12.7097", `120000n` is "12". */
export function decimal(quantity) {
  const size = quantity < 0n ? -quantity : quantity;
  const fraction = String(size % ONE)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${quantity < 0n ? '-' : ''}${size / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}

export function digestOf(units) {
  const text = units.map(({ unitId, quantity }) => `${unitId} ${decimal(quantity)}\n`).join('');
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
