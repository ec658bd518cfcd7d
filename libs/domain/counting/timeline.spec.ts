import fc from 'fast-check';

import { beginInterval, covers, endInterval, intersect, isOpen, type Timeline, unite } from './timeline';

/** The instants from 0 to 29 that a timeline covers, by looking at each. */
const instantsOf = (timeline: readonly number[]): number[] =>
  Array.from({ length: 30 }, (_, at) => at).filter((at) => {
    for (let i = 0; i < timeline.length; i += 2) {
      if (timeline[i]! <= at && at < (timeline[i + 1] ?? Infinity)) return true;
    }
    return false;
  });

/** Made as evolving makes them: begun and ended in order. */
const anyTimeline = fc.array(fc.nat(6), { maxLength: 8 }).map((steps): Timeline => {
  const timeline: Timeline = [];
  let at = 0;
  for (const step of steps) {
    at += step;
    if (isOpen(timeline)) endInterval(timeline, at);
    else beginInterval(timeline, at);
  }
  return timeline;
});

describe('a timeline', () => {
  it('is open until its interval ends', () => {
    const timeline: Timeline = [];
    expect(isOpen(timeline)).toBe(false);
    beginInterval(timeline, 5);
    expect(isOpen(timeline)).toBe(true);
    endInterval(timeline, 7);
    expect(timeline).toEqual([5, 7]);
    expect(isOpen(timeline)).toBe(false);
  });
  it('keeps no interval of zero length', () => {
    const timeline: Timeline = [1, 2];
    beginInterval(timeline, 5);
    endInterval(timeline, 5);
    expect(timeline).toEqual([1, 2]);
  });
  it('covers half-open intervals', () => {
    expect([4, 5, 6, 7, 8].map((at) => covers([5, 7], at))).toEqual([false, true, true, false, false]);
    expect([4, 5, 9].map((at) => covers([5], at))).toEqual([false, true, true]);
    expect(covers([], 0)).toBe(false);
  });
  it('covers, intersects and unites as each instant does', () => {
    fc.assert(
      fc.property(fc.array(anyTimeline, { minLength: 1, maxLength: 4 }), fc.nat(29), fc.nat(29), (timelines, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        for (const timeline of timelines) {
          const covered = instantsOf(timeline);
          for (let at = 0; at < 30; at += 1) expect(covers(timeline, at)).toBe(covered.includes(at));
        }
        const common = instantsOf([from, to]).filter((at) => timelines.every((timeline) => covers(timeline, at)));
        expect(instantsOf(intersect(timelines, from, to))).toEqual(common);
        const any = Array.from({ length: 30 }, (_, at) => at).filter((at) =>
          timelines.some((timeline) => covers(timeline, at)),
        );
        const union = unite(timelines);
        expect(instantsOf(union)).toEqual(any);
        expect(union).toEqual([...union].sort((x, y) => x - y));
      }),
      { numRuns: 500 },
    );
  });
  it('joins intervals that touch when it unites several', () => {
    expect(unite([[1, 3, 3, 5], [9]])).toEqual([1, 5, 9]);
    expect(
      unite([
        [1, 3],
        [3, 5],
      ]),
    ).toEqual([1, 5]);
    expect(unite([[1], [3, 5]])).toEqual([1]);
    expect(unite([])).toEqual([]);
  });
});
