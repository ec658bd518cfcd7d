import fc from 'fast-check';

import { boundsOf } from '../billing/billing-month';
import { type CountingRule } from '../contract/terms';
import { countMonth } from '../counting/count';
import { berlin } from '../testing/facts';
import { commandOf, randomWorkspace, STEP_KINDS } from '../testing/random-history';
import { decideWorkspace } from './decide';
import { evolveWorkspace } from './evolve';
import { HistoryPruned, pruneBefore, pruneSettled } from './prune';
import { deserializeWorkspace, type SerializedWorkspace, serializeWorkspace } from './serialize';
import { type WorkspaceState } from './state';

const NOW = berlin('2026-06-01 00:00');
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
const RULES: CountingRule[] = ['month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'];
const edges = MONTHS.map((month) => berlin(`${month}-01 00:00`));
const anyInstant = fc.oneof(
  fc.integer({ min: edges[0]!, max: NOW - 1 }),
  fc.tuple(fc.constantFrom(...edges), fc.integer({ min: -1, max: 1 })).map(([at, by]) => at + by),
);
const anyLateInstant = anyInstant.filter((at) => at >= edges[2]!);
const anySteps = (maxLength: number) =>
  fc.array(fc.record({ kind: fc.nat(STEP_KINDS - 1), team: fc.nat(2), member: fc.nat(3), at: anyInstant }), {
    maxLength,
  });
const inOrder = <Step extends { at: number }>(steps: Step[]): Step[] => [...steps].sort((a, b) => a.at - b.at);

const deserialized = (state: WorkspaceState): WorkspaceState =>
  deserializeWorkspace(JSON.parse(JSON.stringify(serializeWorkspace(state))) as SerializedWorkspace);

/** What deciding the command comes to: its events, or why there are none. */
function outcomeOf(state: WorkspaceState, command: ReturnType<typeof commandOf>): unknown {
  try {
    return decideWorkspace(command, state, NOW);
  } catch (error) {
    return error;
  }
}

describe('a state that is pruned', () => {
  it('counts and decides as one that remembers all, from then on', () => {
    let pruned = 0;
    fc.assert(
      fc.property(anySteps(60).map(inOrder), anySteps(25).map(inOrder), anyLateInstant, (steps, later, instant) => {
        const { state: whole } = randomWorkspace(steps, NOW);
        const { state } = randomWorkspace(steps, NOW);
        pruneBefore(state, instant);
        pruned += sizeOf(whole) - sizeOf(state);
        for (const step of later.filter(({ at }) => at >= instant)) {
          const command = commandOf(step);
          const outcome = outcomeOf(whole, command);
          expect(outcomeOf(state, command)).toEqual(outcome);
          if (!Array.isArray(outcome)) continue;
          for (const event of decideWorkspace(command, whole, NOW)) {
            evolveWorkspace(whole, event);
            evolveWorkspace(state, event);
          }
        }
        for (const month of MONTHS) {
          for (const variant of ['team', 'user'] as const) {
            for (const countingRule of RULES) {
              const terms = { variant, countingRule, timeZone: 'Europe/Berlin' };
              const count = () => countMonth(state, month, terms);
              if (boundsOf(month, terms.timeZone).start < instant) expect(count).toThrow(HistoryPruned);
              else expect(count()).toEqual(countMonth(whole, month, terms));
            }
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(pruned).toBeGreaterThan(60);
  });

  it('says so when it is asked for an earlier time, and never answers', () => {
    fc.assert(
      fc.property(anySteps(40), anySteps(10), anyInstant, (steps, later, instant) => {
        const { state } = randomWorkspace(steps, NOW);
        pruneBefore(state, instant);
        for (const step of later.filter(({ at }) => at < instant)) {
          expect(outcomeOf(state, commandOf(step))).toBeInstanceOf(HistoryPruned);
        }
      }),
    );
  });

  it('keeps every month that a closing may look back to from the latest fact', () => {
    const { state } = randomWorkspace([{ kind: 0, team: 0, member: 0, at: berlin('2026-05-01 00:30') }], NOW);
    const latest = berlin('2026-05-01 00:30');
    state.latestFactAt = latest;
    pruneSettled(state, 12);
    // In Honolulu it is still April; March may be next to close, and looks back to March 2025.
    const terms = { variant: 'team', countingRule: 'any-time', timeZone: 'Pacific/Honolulu' } as const;
    expect(() => countMonth(state, '2025-03', terms)).not.toThrow();
    expect(() => countMonth(state, '2025-02', terms)).toThrow(HistoryPruned);
  });
});

describe('a serialized state', () => {
  it('is the same when it is deserialized', () => {
    fc.assert(
      fc.property(anySteps(60), fc.option(anyInstant, { nil: undefined }), (steps, instant) => {
        const { state } = randomWorkspace(steps, NOW);
        if (instant !== undefined) pruneBefore(state, instant);
        expect(deserialized(state)).toStrictEqual(state);
      }),
    );
  });

  it('has the form that its version stands for', () => {
    const at = berlin('2026-01-10 00:00');
    const { state } = randomWorkspace(
      [
        { kind: 8, team: 0, member: 0, at },
        { kind: 3, team: 0, member: 0, at: at + 5 },
        { kind: 5, team: 0, member: 0, at: at + 6 },
        { kind: 11, team: 0, member: 0, at: at + 7 },
      ],
      NOW,
    );
    const member = state.members.get('M1')!;
    // Another form needs another WORKSPACE_STATE_VERSION: else old snapshots would be misread.
    expect(serializeWorkspace(state)).toEqual({
      started: { workspaceId: state.started!.workspaceId, name: state.started!.name, startedAt: 0 },
      latestFactAt: at + 7,
      retainedFrom: null,
      teams: [
        ['T1', 'Team T1', [0, at + 5], at + 5],
        ['T2', 'Team T2', [1], 1],
      ],
      members: [['M1', member.name, member.email, [at], [at + 7, at, at + 6], 1, 1, [[0, [at, at + 6], at + 6]], 0]],
    });
  });
});

/** How many instants the timelines hold. */
function sizeOf({ teams, members }: WorkspaceState): number {
  let size = 0;
  for (const { active } of teams.values()) size += active.length;
  for (const { present, memberships } of members.values()) {
    size += present.length;
    for (const { placed } of memberships.values()) size += placed.length;
  }
  return size;
}
