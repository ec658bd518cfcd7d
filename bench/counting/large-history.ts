/**
 * The facts of one very large workspace: teams that come and go, members who move between them,
 * over three years. The same seed gives the same facts.
 */
import { type WorkspaceEvent } from '@seatledger/domain';
import { type Entry, type EventStore, workspaceStream } from '@seatledger/event-store';

export interface LargeHistory {
  readonly teams: number;
  readonly members: number;
  readonly facts: number;
}

/** The workspace's id. */
export const LARGE = 'large';

const FIRST_DAY = Date.UTC(2024, 0, 1);
const LAST_DAY = Date.UTC(2027, 0, 1);

/** Facts in the order of their time, each one that a workspace would have accepted. */
export function* largeHistory({ teams, members, facts }: LargeHistory): Generator<WorkspaceEvent> {
  const random = randomOf(1);
  const team = (): number => Math.floor(random() * teams);
  let written = 0;
  const at = (): number => FIRST_DAY + Math.floor((written / facts) * (LAST_DAY - FIRST_DAY));
  const fact = (event: Omit<WorkspaceEvent, 'occurredAt'>): WorkspaceEvent => {
    written += 1;
    return { ...event, occurredAt: at() } as WorkspaceEvent;
  };
  const data = { workspaceId: LARGE, name: 'Large', startedAt: new Date(FIRST_DAY).toISOString() };
  yield fact({ type: 'WorkspaceStarted', data });
  for (let index = 0; index < teams; index += 1) {
    yield fact({ type: 'TeamCreated', data: { teamId: `t-${index}`, name: `Team ${index}` } });
  }
  const placed: number[] = [];
  const archived = new Set<number>();
  const active = (): number => {
    for (;;) {
      const candidate = team();
      if (!archived.has(candidate)) return candidate;
    }
  };
  while (written < facts) {
    const chance = random();
    if (placed.length < members && chance < (2 * members) / facts) {
      const memberId = `m-${placed.length}`;
      const home = active();
      placed.push(home);
      // As long as encrypted names and addresses are.
      yield fact({ type: 'MemberAdded', data: { memberId, name: '0.'.padEnd(60, 'n'), email: '0.'.padEnd(72, 'e') } });
      yield fact({ type: 'MemberPlaced', data: { teamId: `t-${home}`, memberId } });
    } else if (chance > 0.98) {
      const other = team();
      const teamId = `t-${other}`;
      if (archived.delete(other)) yield fact({ type: 'TeamRestored', data: { teamId } });
      else if (archived.size < teams / 4) {
        archived.add(other);
        yield fact({ type: 'TeamArchived', data: { teamId } });
      }
    } else if (placed.length > 0) {
      const member = Math.floor(random() * placed.length);
      const memberId = `m-${member}`;
      const home = active();
      if (home === placed[member]) continue;
      yield fact({ type: 'MemberWithdrawn', data: { teamId: `t-${placed[member]}`, memberId } });
      yield fact({ type: 'MemberPlaced', data: { teamId: `t-${home}`, memberId } });
      placed[member] = home;
    }
  }
}

/** Records the facts in the workspace's stream, 2,000 at once. */
export async function writeHistory(eventStore: EventStore, size: LargeHistory): Promise<void> {
  let entries: Entry[] = [];
  let revision = -1;
  const flush = async (): Promise<void> => {
    const expected = revision === -1 ? 'no-stream' : revision;
    ({ revision } = await eventStore.append(workspaceStream(LARGE), expected, entries));
    entries = [];
  };
  let index = 0;
  for (const event of largeHistory(size)) {
    index += 1;
    entries.push({ origin: { commandId: `c${index}`, correlationId: 'bench', actor: 'bench' }, events: [event] });
    if (entries.length === 2000) await flush();
  }
  if (entries.length > 0) await flush();
}

/** A small generator of random numbers from 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
