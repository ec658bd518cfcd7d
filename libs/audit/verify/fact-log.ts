import { type WorkspaceEvent } from '@seatledger/domain';
import { categoryOf, type StoredEvent, subjectOf, workspaceStream } from '@seatledger/event-store';

/** A fact as far as counting needs it: without names and addresses. */
export interface Fact {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly event: WorkspaceEvent;
}

/** Facts held at most, some 60 bytes each. Workspaces beyond it are read a second time. */
const MAX_FACTS = 2_000_000;

const TYPES = [
  'TeamCreated',
  'TeamRenamed',
  'TeamArchived',
  'TeamRestored',
  'MemberAdded',
  'MemberUpdated',
  'MemberRemoved',
  'MemberErased',
  'MemberPlaced',
  'MemberWithdrawn',
] as const;

/** The facts of one workspace in columns of numbers; ids by their place in a list. */
class Columns {
  started: WorkspaceEvent | undefined;
  readonly types: number[] = [];
  readonly times: number[] = [];
  readonly teams: number[] = [];
  readonly members: number[] = [];
  readonly positions: number[] = [];
  readonly ids: string[] = [];
  private readonly places = new Map<string, number>();

  placeOf(id: string | undefined): number {
    if (id === undefined) return -1;
    const known = this.places.get(id);
    if (known !== undefined) return known;
    this.places.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }
}

/** The facts of all workspaces, noted while the history is read once, so that it need not be read twice. */
export class FactLog {
  private readonly workspaces = new Map<string, Columns | 'incomplete'>();
  private count = 0;

  note(stored: StoredEvent): void {
    if (categoryOf(stored.stream) !== 'workspace') return;
    const workspaceId = subjectOf(stored.stream);
    const known = this.workspaces.get(workspaceId) ?? new Columns();
    if (known === 'incomplete') return;
    const event = stored.event as WorkspaceEvent;
    const { types, times, teams, members, positions } = known;
    const type = event.type === 'WorkspaceStarted' ? -1 : TYPES.indexOf(event.type);
    const isNext = stored.revision === types.length && (type !== -1) === stored.revision > 0;
    if (!isNext || this.count >= MAX_FACTS) {
      this.workspaces.set(workspaceId, 'incomplete');
      return;
    }
    this.count += 1;
    this.workspaces.set(workspaceId, known);
    if (type === -1) known.started = event;
    const { teamId, memberId } = event.data as { readonly teamId?: string; readonly memberId?: string };
    types.push(type);
    times.push(event.occurredAt);
    teams.push(known.placeOf(teamId));
    members.push(known.placeOf(memberId));
    positions.push(stored.position);
  }

  /** An event of a workspace cannot be read: its facts are not all here. */
  lacks(stream: string): void {
    if (categoryOf(stream) === 'workspace') this.workspaces.set(subjectOf(stream), 'incomplete');
  }

  /** Hands over a workspace's facts, once, up to a revision at least; undefined when they are not all here. */
  take(workspaceId: string, through: number): Iterable<Fact> | undefined {
    const columns = this.workspaces.get(workspaceId);
    this.workspaces.delete(workspaceId);
    if (columns === undefined || columns === 'incomplete' || columns.types.length <= through) return undefined;
    return factsIn(columns, workspaceStream(workspaceId));
  }
}

function* factsIn(columns: Columns, stream: string): Generator<Fact> {
  const { started, types, times, teams, members, positions, ids } = columns;
  for (const [revision, type] of types.entries()) {
    const position = positions[revision] ?? 0;
    if (started !== undefined && revision === 0) {
      yield { stream, revision, position, event: started };
      continue;
    }
    const data = {
      teamId: ids[teams[revision] ?? -1] ?? '',
      memberId: ids[members[revision] ?? -1] ?? '',
      name: '',
      email: '',
      keyGeneration: 0,
    };
    const event: WorkspaceEvent = { type: TYPES[type] ?? 'TeamRenamed', data, occurredAt: times[revision] ?? 0 };
    yield { stream, revision, position, event };
  }
}
