import { type Instant, Problem } from '@seatledger/domain';
import {
  type AppendedEvent,
  type DataOf,
  type Ledger,
  type LedgerEvent,
  requestsStream,
} from '@seatledger/event-store';
import { LRUCache } from 'lru-cache';

import { type CommandOutcome, KEY_RETENTION } from './context';

/** How the commands on one kind of subject are decided; all pure. */
export interface Decider<State, Command, Event extends LedgerEvent> {
  initial(): State;
  evolve(state: State, event: Event, revision: number): State;
  /** @throws {Problem} */
  decide(command: Command, state: State, now: Instant): Event[];
  stream(subjectId: string): string;
  /** Rough size in memory, for the cache: about one per subject within. */
  weigh(state: State): number;
}

/** The answer given under an idempotency key, as the history tells it. */
interface AnsweredRequest {
  readonly hash: string;
  readonly commandId: string;
  readonly recordedAt: Instant;
  outcome: CommandOutcome;
}

/** A subject folded up to its latest known event. Owned by the queue of its subject. */
export interface Aggregate<State> {
  state: State;
  revision: number;
  /** Of the stream that holds the answers without events. */
  requestsRevision: number;
  /** By idempotency key; the ones older than the retention are forgotten. */
  readonly answered: Map<string, AnsweredRequest>;
  /** The keyed command booked last: its further events extend its answer. */
  latestKey?: string;
}

/** Loads subjects by folding their streams, and keeps the ones used lately. */
export class AggregateCache<State, Event extends LedgerEvent> {
  private readonly aggregates: LRUCache<string, Aggregate<State>>;

  constructor(
    private readonly ledger: Ledger,
    private readonly decider: Decider<State, never, Event>,
    private readonly clock: () => Instant,
    maxWeight = 3_000_000,
  ) {
    this.aggregates = new LRUCache({
      maxSize: maxWeight,
      sizeCalculation: ({ state, answered }) => 1 + this.decider.weigh(state) + answered.size,
    });
  }

  /** The subject as its streams now stand: what is cached, then the tail. */
  async load(subjectId: string): Promise<Aggregate<State>> {
    const aggregate = this.aggregates.get(subjectId) ?? {
      state: this.decider.initial(),
      revision: -1,
      requestsRevision: -1,
      answered: new Map<string, AnsweredRequest>(),
    };
    // While it is being changed nobody else may find it half folded.
    this.aggregates.delete(subjectId);
    const stream = this.decider.stream(subjectId);
    const [tail, answers] = await Promise.all([
      this.ledger.read(stream, aggregate.revision + 1),
      this.ledger.read(requestsStream(stream), aggregate.requestsRevision + 1),
    ]);
    for (const event of tail) this.fold(aggregate, event);
    for (const event of answers) this.foldAnswer(aggregate, event);
    this.keep(subjectId, aggregate);
    return aggregate;
  }

  /** Folds an event of the subject's own stream. */
  private fold(aggregate: Aggregate<State>, stored: AppendedEvent): void {
    const { event, revision } = stored;
    aggregate.state = this.decider.evolve(aggregate.state, event as Event, revision);
    this.book(aggregate, stored);
  }

  /** Takes note of an event whose effect on the state is in it already. */
  book(aggregate: Aggregate<State>, { event, revision, metadata }: AppendedEvent): void {
    aggregate.revision = revision;
    const commandId = metadata.$causationId;
    const { idempotencyKey: key, requestHash: hash } = metadata;
    if (key !== undefined && hash !== undefined) {
      const recordedAt = Date.parse(metadata.recordedAt);
      const outcome: CommandOutcome = { status: 'done', answer: { revision, changed: true } };
      this.remember(aggregate, key, { hash, commandId, recordedAt, outcome });
      aggregate.latestKey = key;
    }
    if (aggregate.latestKey === undefined) return;
    const request = aggregate.answered.get(aggregate.latestKey);
    if (request?.commandId === commandId) extendAnswer(request, event, revision);
  }

  /** Folds an answer that left no event in the subject's own stream. */
  foldAnswer(aggregate: Aggregate<State>, { event, revision, metadata }: AppendedEvent): void {
    aggregate.requestsRevision = revision;
    if (event.type !== 'RequestAnswered') return;
    if (metadata.idempotencyKey === undefined || metadata.requestHash === undefined) return;
    this.remember(aggregate, metadata.idempotencyKey, {
      hash: metadata.requestHash,
      commandId: metadata.$causationId,
      recordedAt: Date.parse(metadata.recordedAt),
      outcome: outcomeOf(event.data),
    });
  }

  keep(subjectId: string, aggregate: Aggregate<State>): void {
    this.aggregates.set(subjectId, aggregate);
  }

  drop(subjectId: string): void {
    this.aggregates.delete(subjectId);
  }

  private remember(aggregate: Aggregate<State>, key: string, request: AnsweredRequest): void {
    const oldest = this.clock() - KEY_RETENTION;
    if (request.recordedAt < oldest) return;
    aggregate.answered.set(key, request);
    // Keys stand in the order in which they were recorded: the old ones come first.
    for (const [known, { recordedAt }] of aggregate.answered) {
      if (recordedAt >= oldest) break;
      aggregate.answered.delete(known);
    }
  }
}

function extendAnswer(request: AnsweredRequest, event: LedgerEvent, revision: number): void {
  const before = request.outcome.status === 'done' ? request.outcome.answer : undefined;
  const removed = event.type === 'MemberRemoved' ? [...(before?.removed ?? []), event.data.memberId] : before?.removed;
  request.outcome = {
    status: 'done',
    answer: { revision, changed: true, ...(removed === undefined ? {} : { removed }) },
  };
}

function outcomeOf({ revision, problem }: DataOf<'RequestAnswered'>): CommandOutcome {
  if (problem === undefined) return { status: 'done', answer: { revision, changed: false } };
  return {
    status: 'refused',
    problem: new Problem(problem.kind, problem.code, problem.detail),
  };
}
