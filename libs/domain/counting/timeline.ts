import { type Instant } from '../event';

/**
 * Half-open intervals `[from, to)` in order, flat: from, to, from, to, ... An odd length means
 * that the last interval is still open. Intervals of zero length are never kept: they count for
 * nothing.
 */
export type Timeline = Instant[];

export const isOpen = (timeline: readonly Instant[]): boolean => timeline.length % 2 === 1;

/** Begins an interval at `at`, which must not lie before the end of the last one. */
export function beginInterval(timeline: Timeline, at: Instant): void {
  timeline.push(at);
}

/** Ends the open interval at `at`, which must not lie before its beginning. */
export function endInterval(timeline: Timeline, at: Instant): void {
  if (timeline.at(-1) === at) timeline.pop();
  else timeline.push(at);
}

/** Whether the instant lies in one of the intervals. */
export function covers(timeline: readonly Instant[], at: Instant): boolean {
  for (let i = timeline.length - 1 - ((timeline.length - 1) % 2); i >= 0; i -= 2) {
    const from = timeline[i] ?? Infinity;
    if (from <= at) return at < (timeline[i + 1] ?? Infinity);
  }
  return false;
}

/** The parts that several timelines have in common within `[from, to)`. */
export function intersect(timelines: readonly (readonly Instant[])[], from: Instant, to: Instant): Timeline {
  let common: Timeline = [from, to];
  for (const timeline of timelines) common = intersectTwo(common, timeline);
  return common;
}

function intersectTwo(a: readonly Instant[], b: readonly Instant[]): Timeline {
  const common: Timeline = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const endOfA = a[i + 1] ?? Infinity;
    const endOfB = b[j + 1] ?? Infinity;
    const from = Math.max(a[i] ?? Infinity, b[j] ?? Infinity);
    const to = Math.min(endOfA, endOfB);
    if (from < to) {
      common.push(from);
      if (to !== Infinity) common.push(to);
    }
    if (endOfA <= endOfB) i += 2;
    else j += 2;
  }
  return common;
}

/** The union of several timelines; touching intervals become one. */
export function unite(timelines: readonly Timeline[]): Timeline {
  return timelines.reduce(uniteTwo, []);
}

function uniteTwo(a: Timeline, b: Timeline): Timeline {
  if (a.length === 0) return b;
  const union: Timeline = [];
  let i = 0;
  let j = 0;
  let end = -Infinity;
  while (i < a.length || j < b.length) {
    const isA = (a[i] ?? Infinity) <= (b[j] ?? Infinity);
    const from = (isA ? a[i] : b[j]) ?? Infinity;
    const to = (isA ? a[i + 1] : b[j + 1]) ?? Infinity;
    if (isA) i += 2;
    else j += 2;
    if (from > end) {
      if (union.length > 0) union.push(end);
      union.push(from);
      end = to;
    } else if (to > end) {
      end = to;
    }
  }
  if (union.length > 0 && end !== Infinity) union.push(end);
  return union;
}
