import { type Decider, DomainError, type Instant } from '@seatledger/domain';
import {
  type AppendedEvent,
  type BillingEvent,
  type DataOf,
  type EventStore,
  idempotencyStream,
} from '@seatledger/event-store';
import { LRUCache } from 'lru-cache';

import { type CommandAnswer, type CommandOutcome, KEY_RETENTION_MS } from './context';
import { type Snapshot, type Snapshots } from './snapshots';

/** A concept's decider, and what handling its commands needs to know besides: its stream, its size, its snapshots. */
export interface AggregateDefinition<State, Command, Event extends BillingEvent> extends Decider<
  State,
  Command,
  Event
> {
  stream(subjectId: string): string;
  /** Rough size in memory, for the cache: about one per subject within. */
  sizeOf(state: State): number;
  /** Prunes, in place, what is hardly ever asked for; asked for it, the state throws HistoryPruned. */
  prune?(state: State): void;
  /** Who is no longer there by this event, which the answer to the command lists. */
  removedBy?(event: Event): readonly string[];
  /** For subjects with long histories: the state as JSON values and back. */
  readonly serialized?: SerializedForm<State>;
}

interface SerializedForm<State> {
  /** Another one makes the snapshots before it worthless. */
  readonly version: number;
  serialize(state: State): unknown;
  deserialize(serialized: unknown): State;
}

/** The answer given under an idempotency key, as the history has it. */
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
  /** Of the event at that revision, its link in the chain; undefined when there is none. */
  hash?: string;
  /** Of the stream that holds the answers without events. */
  idempotencyRevision: number;
  /** By idempotency key; the ones older than the retention are dropped. */
  readonly answered: Map<string, AnsweredRequest>;
  /** The keyed command booked last: its further events extend its answer. */
  latestKey?: string;
}

/** So many events folded again are worth a snapshot, and a pruning. */
const LONG_TAIL = 5_000;

/** Loads subjects by folding their streams, and keeps the ones used lately. */
export class AggregateCache<State, Event extends BillingEvent> {
  private readonly aggregates: LRUCache<string, Aggregate<State>>;

  constructor(
    private readonly eventStore: EventStore,
    private readonly definition: AggregateDefinition<State, never, Event>,
    private readonly clock: () => Instant,
    private readonly snapshots?: Snapshots,
    maxSize = 3_000_000,
  ) {
    this.aggregates = new LRUCache({
      maxSize,
      sizeCalculation: ({ state, answered }) => 1 + this.definition.sizeOf(state) + answered.size,
    });
  }

  /**
   * The subject as its streams now stand: what is cached or in a snapshot, then the tail.
   * @param withAnswers also the answers without events, which only requests under a key ask for
   */
  async load(subjectId: string, withAnswers: boolean): Promise<Aggregate<State>> {
    const stream = this.definition.stream(subjectId);
    const aggregate = this.aggregates.get(subjectId) ?? (await this.fromSnapshot(stream)) ?? this.emptyAggregate();
    // While it is being changed nobody else may find it half folded.
    this.aggregates.delete(subjectId);
    const folded = await this.foldTail(stream, aggregate, withAnswers);
    if (folded >= LONG_TAIL) {
      this.definition.prune?.(aggregate.state);
      await this.saveSnapshot(stream, aggregate);
    }
    this.keep(subjectId, aggregate);
    return aggregate;
  }

  /**
   * The subject as this process left it, when it is in memory; others may have changed it since.
   * @param withAnswers the answers without events are read up to the latest: no append proves them
   */
  async remembered(subjectId: string, withAnswers: boolean): Promise<Aggregate<State> | undefined> {
    const aggregate = this.aggregates.get(subjectId);
    if (aggregate !== undefined && withAnswers) await this.foldAnswers(this.definition.stream(subjectId), aggregate);
    return aggregate;
  }

  /** The subject with its whole history, for what a state that is pruned cannot tell. */
  async loadWhole(subjectId: string, withAnswers: boolean): Promise<Aggregate<State>> {
    const aggregate = this.emptyAggregate();
    await this.foldTail(this.definition.stream(subjectId), aggregate, withAnswers);
    this.keep(subjectId, aggregate);
    return aggregate;
  }

  private emptyAggregate(): Aggregate<State> {
    return { state: this.definition.initial(), revision: -1, idempotencyRevision: -1, answered: new Map() };
  }

  /** Folds what its streams hold beyond the aggregate. @returns how many events of its own stream */
  private async foldTail(stream: string, aggregate: Aggregate<State>, withAnswers: boolean): Promise<number> {
    const before = aggregate.revision;
    await this.foldAll(stream, aggregate.revision + 1, (event) => this.fold(aggregate, event));
    if (withAnswers) await this.foldAnswers(stream, aggregate);
    return aggregate.revision - before;
  }

  /** Folds the answers without events, up to the latest, that were given on the subject of a stream. */
  foldAnswers(stream: string, aggregate: Aggregate<State>): Promise<void> {
    const answers = idempotencyStream(stream);
    return this.foldAll(answers, aggregate.idempotencyRevision + 1, (event) => this.foldAnswer(aggregate, event));
  }

  /** A snapshot counts for nothing unless the history holds the very event that it was made after. */
  private async fromSnapshot(stream: string): Promise<Aggregate<State> | undefined> {
    const { serialized } = this.definition;
    if (serialized === undefined || this.snapshots === undefined) return undefined;
    const { snapshots } = this;
    const snapshot = await this.tried(stream, () => snapshots.find(stream, serialized.version));
    if (snapshot === undefined) return undefined;
    const [event] = await this.eventStore.storage.readStream(stream, { from: snapshot.revision, limit: 1 });
    const isOurs = event?.metadata.hash === snapshot.hash;
    const aggregate = isOurs ? await this.tried(stream, () => this.deserialized(snapshot, serialized)) : undefined;
    if (aggregate === undefined) await this.tried(stream, () => snapshots.remove(stream));
    return aggregate;
  }

  private deserialized({ revision, hash, content }: Snapshot, serialized: SerializedForm<State>): Aggregate<State> {
    const { state, idempotencyRevision, answered } = content as SerializedAggregate;
    return {
      state: serialized.deserialize(state),
      revision,
      hash,
      idempotencyRevision,
      answered: new Map(answered.map(([key, request]) => [key, deserializedRequest(request)])),
    };
  }

  private async saveSnapshot(stream: string, aggregate: Aggregate<State>): Promise<void> {
    const { serialized } = this.definition;
    const { snapshots } = this;
    const { hash, revision, idempotencyRevision, answered } = aggregate;
    if (serialized === undefined || snapshots === undefined || hash === undefined) return;
    await this.tried(stream, () => {
      const content: SerializedAggregate = {
        state: serialized.serialize(aggregate.state),
        idempotencyRevision,
        answered: [...answered].map(([key, request]) => [key, serializedRequest(request)]),
      };
      return snapshots.save(stream, serialized.version, { revision, hash, content });
    });
  }

  /** What is only a cache fails nobody: the history says the same, later. */
  private async tried<T>(stream: string, action: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.snapshots?.onFailure?.(stream, error);
      return undefined;
    }
  }

  private async foldAll(stream: string, from: number, fold: (event: AppendedEvent) => void): Promise<void> {
    for await (const page of this.eventStore.readPages(stream, from)) {
      for (const event of page) fold(event);
    }
  }

  /** Folds an event of the subject's own stream. */
  private fold(aggregate: Aggregate<State>, stored: AppendedEvent): void {
    const { event, revision } = stored;
    aggregate.state = this.definition.evolve(aggregate.state, event as Event, revision);
    this.book(aggregate, stored);
  }

  /** Takes note of an event whose effect on the state is in it already. */
  book(aggregate: Aggregate<State>, { event, revision, metadata }: AppendedEvent): void {
    aggregate.revision = revision;
    aggregate.hash = metadata.hash;
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
    if (request?.commandId !== commandId) return;
    extendAnswer(request, revision, this.definition.removedBy?.(event as Event) ?? []);
  }

  /** Folds an answer that left no event in the subject's own stream. */
  foldAnswer(aggregate: Aggregate<State>, { event, revision, metadata }: AppendedEvent): void {
    aggregate.idempotencyRevision = revision;
    if (event.type !== 'IdempotentResponseRecorded') return;
    if (metadata.idempotencyKey === undefined || metadata.requestHash === undefined) return;
    const recordedAt = Date.parse(metadata.recordedAt);
    // One request reached two processes, and one of them did it: that is so, whatever the other said.
    const known = aggregate.answered.get(metadata.idempotencyKey);
    const isDone = known?.outcome.status === 'done' && known.outcome.answer.changed;
    if (isDone && recordedAt - known.recordedAt < KEY_RETENTION_MS) return;
    this.remember(aggregate, metadata.idempotencyKey, {
      hash: metadata.requestHash,
      commandId: metadata.$causationId,
      recordedAt,
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
    const oldest = this.clock() - KEY_RETENTION_MS;
    if (request.recordedAt < oldest) return;
    aggregate.answered.set(key, request);
    // Keys are in the order in which they were recorded: the old ones come first.
    for (const [known, { recordedAt }] of aggregate.answered) {
      if (recordedAt >= oldest) break;
      aggregate.answered.delete(known);
    }
  }
}

/** What a snapshot holds of an aggregate besides where it is. */
interface SerializedAggregate {
  readonly state: unknown;
  readonly idempotencyRevision: number;
  readonly answered: readonly (readonly [string, SerializedRequest])[];
}
interface SerializedRequest extends Omit<AnsweredRequest, 'outcome'> {
  readonly answer: CommandAnswer | null;
  readonly problem: Pick<DomainError, 'kind' | 'code' | 'detail'> | null;
}

function serializedRequest({ outcome, ...request }: AnsweredRequest): SerializedRequest {
  if (outcome.status === 'done') return { ...request, answer: outcome.answer, problem: null };
  const { kind, code, detail } = outcome.problem;
  return { ...request, answer: null, problem: { kind, code, detail } };
}

function deserializedRequest({ answer, problem, ...request }: SerializedRequest): AnsweredRequest {
  if (answer !== null) return { ...request, outcome: { status: 'done', answer } };
  if (problem === null) throw new Error('an answered request needs an answer or a problem');
  const refusal = new DomainError(problem.kind, problem.code, problem.detail);
  return { ...request, outcome: { status: 'refused', problem: refusal } };
}

function extendAnswer(request: AnsweredRequest, revision: number, removedNow: readonly string[]): void {
  const before = request.outcome.status === 'done' ? (request.outcome.answer.removed ?? []) : [];
  const removed = [...before, ...removedNow];
  request.outcome = { status: 'done', answer: { revision, changed: true, ...(removed.length > 0 ? { removed } : {}) } };
}

function outcomeOf({ revision, problem }: DataOf<'IdempotentResponseRecorded'>): CommandOutcome {
  if (problem === undefined) return { status: 'done', answer: { revision, changed: false } };
  return {
    status: 'refused',
    problem: new DomainError(problem.kind, problem.code, problem.detail),
  };
}
