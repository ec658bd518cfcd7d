import fc from 'fast-check';

import { isOpen } from '../counting/timeline';
import { commandOf, RandomWorkspace, STEP_KINDS } from '../testing/random-history';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const NOW = Date.UTC(2027, 0, 1);

const anySteps = fc.array(
  fc.record({
    kind: fc.nat(STEP_KINDS - 1),
    team: fc.nat(2),
    member: fc.nat(3),
    at: fc.nat(60).map((hours) => START + hours * HOUR),
  }),
  { maxLength: 60 },
);

describe('a workspace with any history', () => {
  it('can fold whatever is decided, and deciding again changes nothing', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const workspace = new RandomWorkspace(NOW);
        for (const step of steps) {
          const command = commandOf(step);
          const before = structuredClone(workspace.state);
          const decided = workspace.decide(command);
          expect(workspace.state).toStrictEqual(before);
          for (const { occurredAt } of decided ?? []) expect(occurredAt).toBe(step.at);
          if (workspace.send(command) === undefined) continue;
          expect(workspace.decide(command)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has intervals in order, of no zero length, and memberships only of who is present', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const workspace = new RandomWorkspace(NOW);
        for (const step of steps) workspace.send(commandOf(step));
        const { teams, members } = workspace.state;
        const timelines = [...teams.values()].map(({ active }) => active);
        for (const { present, memberships } of members.values()) {
          timelines.push(present);
          for (const [teamId, { placed, team }] of memberships) {
            timelines.push(placed);
            if (isOpen(placed)) expect(isOpen(present)).toBe(true);
            expect(team).toBe(teams.get(teamId));
          }
        }
        for (const timeline of timelines) {
          timeline.forEach((at, index) => {
            if (index === 0) return;
            if (index % 2 === 1) expect(at).toBeGreaterThan(timeline[index - 1]!);
            else expect(at).toBeGreaterThanOrEqual(timeline[index - 1]!);
          });
        }
      }),
    );
  });

  it('loses exactly the inactive members without later facts to "remove inactive members"', () => {
    const anyTime = fc.nat(60).map((hours) => START + hours * HOUR);
    fc.assert(
      fc.property(anySteps, anyTime, (steps, at) => {
        const workspace = new RandomWorkspace(NOW);
        for (const step of steps) workspace.send(commandOf(step));
        const { events } = workspace;
        const ofMember = (memberId: string) =>
          events.filter(({ data }) => 'memberId' in data && data.memberId === memberId);
        const isTeamActive = (teamId: string): boolean => {
          let active = false;
          for (const { type, data, occurredAt } of events) {
            if (!('teamId' in data) || data.teamId !== teamId || occurredAt > at) continue;
            if (type === 'TeamCreated' || type === 'TeamRestored') active = true;
            if (type === 'TeamArchived') active = false;
          }
          return active;
        };
        const expected = [...workspace.state.members.keys()].filter((memberId) => {
          const facts = ofMember(memberId);
          if (facts.some(({ occurredAt }) => occurredAt > at)) return false;
          let present = false;
          const placed = new Set<string>();
          for (const { type, data } of facts) {
            if (type === 'MemberAdded') present = true;
            if (type === 'MemberPlaced') placed.add(data.teamId);
            if (type === 'MemberWithdrawn') placed.delete(data.teamId);
            if (type === 'MemberRemoved') {
              present = false;
              placed.clear();
            }
          }
          return present && ![...placed].some(isTeamActive);
        });
        const removed = workspace.decide({ type: 'RemoveInactiveMembers', occurredAt: at }) ?? [];
        expect(removed).toEqual(
          expected.map((memberId) => ({ type: 'MemberRemoved', data: { memberId }, occurredAt: at })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is the same whatever the order in which facts about different subjects arrive', () => {
    fc.assert(
      fc.property(anySteps, fc.infiniteStream(fc.nat(1000)), (steps, random) => {
        // Teams that are never archived: then no fact needs anything that another subject may lack.
        const kinds = new Set(['AddMember', 'RenameTeam', 'UpdateMember', 'RemoveMember', 'EraseMember']);
        const commands = steps
          .map(commandOf)
          .filter(({ type }) => kinds.has(type))
          .sort((a, b) => a.occurredAt! - b.occurredAt!);
        const subjectOf = (command: (typeof commands)[number]): string =>
          'memberId' in command ? command.memberId : 'teamId' in command ? command.teamId : '';
        const queues = groupBy(commands, subjectOf);
        const shuffled: typeof commands = [];
        const waiting = [...queues.values()].map((queue) => [...queue]);
        while (waiting.some((queue) => queue.length > 0)) {
          const ready = waiting.filter((queue) => queue.length > 0);
          shuffled.push(ready[random.next().value % ready.length]!.shift()!);
        }
        const inOrder = new RandomWorkspace(NOW);
        for (const command of commands) inOrder.send(command);
        const mixed = new RandomWorkspace(NOW);
        for (const command of shuffled) mixed.send(command);
        for (const [id, member] of inOrder.state.members) expect(mixed.state.members.get(id)).toEqual(member);
        for (const [id, team] of inOrder.state.teams) expect(mixed.state.teams.get(id)).toEqual(team);
      }),
    );
  });
});

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
