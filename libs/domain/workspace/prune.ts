import { addMonths, boundsOf, monthOf } from '../billing/billing-month';
import { type Timeline } from '../counting/timeline';
import { type Instant } from '../event';
import { type WorkspaceState } from './state';

/** The time zone in which months begin first. */
const EARLIEST_TIME_ZONE = 'Pacific/Kiritimati';

/** The state was asked about a time before what it retains: the whole history must be folded. */
export class HistoryPruned extends Error {
  constructor(readonly instant: Instant) {
    super(`the state no longer holds what was at ${new Date(instant).toISOString()}`);
    this.name = 'HistoryPruned';
  }
}

/** @throws {HistoryPruned} what the state says about an instant may not be all that was */
export function requireHistoryFrom({ retainedFrom }: WorkspaceState, instant: Instant): void {
  if (instant < retainedFrom) throw new HistoryPruned(instant);
}

/**
 * Prunes, in place, what no open or adjustable month can ask for. Reckoned from the workspace's
 * latest fact, not from today, so that a history that is imported in order never asks for more.
 */
export function pruneSettled(state: WorkspaceState, adjustmentWindowMonths: number): void {
  if (state.latestFactAt === -Infinity) return;
  // Where it is still the month before, the month before that may be the one to close next.
  const oldest = addMonths(monthOf(state.latestFactAt, EARLIEST_TIME_ZONE), -adjustmentWindowMonths - 2);
  pruneBefore(state, boundsOf(oldest, EARLIEST_TIME_ZONE).start);
}

/**
 * Prunes, in place, the intervals that ended before an instant. Everything at or after it stays
 * as it was: counts, decisions, names, and what each subject's latest fact was.
 */
export function pruneBefore(state: WorkspaceState, instant: Instant): void {
  if (instant <= state.retainedFrom) return;
  state.retainedFrom = instant;
  for (const { active } of state.teams.values()) dropEnded(active, instant);
  for (const member of state.members.values()) {
    dropEnded(member.present, instant);
    for (const membership of member.memberships.values()) {
      dropEnded(membership.placed, instant);
      if (membership.placed.length > 0 || membership.lastFactAt >= instant) continue;
      member.memberships.delete(membership.team.teamId);
      if (member.latestMembership === membership) member.latestMembership = undefined;
    }
  }
}

/** Drops the intervals that ended at or before the instant. */
function dropEnded(timeline: Timeline, instant: Instant): void {
  let kept = 0;
  while (kept + 1 < timeline.length && (timeline[kept + 1] ?? Infinity) <= instant) kept += 2;
  if (kept > 0) timeline.splice(0, kept);
}
