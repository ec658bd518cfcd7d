import { setTimeout as delay } from 'node:timers/promises';

import { DomainError, HistoryPruned, type Instant } from '@seatledger/domain';
import {
  AppendTooLarge,
  type BillingEvent,
  commandIdOf,
  type Entry,
  type EventStore,
  idempotencyStream,
  InvalidEvent,
  type Origin,
  RevisionConflict,
} from '@seatledger/event-store';
import { DatabaseError } from '@seatledger/sqlite';
import { LRUCache } from 'lru-cache';

import { type Aggregate, AggregateCache, type AggregateDefinition } from './aggregate';
import { type CommandContext, type CommandOutcome } from './context';
import { type Snapshots } from './snapshots';

/**
 * What a queue needs besides deciding.
 * @typeParam Decided the command as it is decided, where something is added to it when its turn comes
 */
export interface QueueHooks<State, Command, Event, Decided = Command> {
  /** Makes ready what `encrypt` needs, such as keys, durably. */
  prepare(subjectId: string, commands: readonly Command[], state: State): Promise<void>;
  /** The command as it may be decided and recorded: personal data encrypted. */
  encrypt(subjectId: string, command: Command, state: State): Decided;
  /** A batch ends with such a command: those after it must find its consequences done. */
  endsBatch(command: Command): boolean;
  /** Consequences outside the store, before any caller is answered; must be repeatable. */
  afterAppend(subjectId: string, events: readonly Event[]): Promise<void>;
}

export interface QueueMetrics {
  conflict(): void;
  /** A batch was decided and appended. */
  batch(commands: number, events: number, milliseconds: number): void;
}

interface Job<Command> {
  /** Or why it is refused, when that was found before its turn. */
  readonly command: Command | DomainError;
  readonly context: CommandContext;
  readonly commandId: string;
  readonly resolve: (outcome: CommandOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Read<State> {
  /** @throws what the look throws */
  readonly look: (aggregate: Aggregate<State>) => void;
  readonly reject: (error: unknown) => void;
}

interface SubjectQueue<State, Command> {
  readonly jobs: Job<Command>[];
  readonly reads: Read<State>[];
}

interface DecidedBatch<Command, Event extends BillingEvent> {
  readonly entries: readonly Entry<Event>[];
  /** Of keyed commands that left no event. */
  readonly answers: readonly Entry[];
  readonly outcomes: readonly (readonly [Job<Command>, CommandOutcome])[];
}

const MAX_BATCH = 500;
const MAX_ATTEMPTS = 3;
/** For answers beside events that are recorded: they cannot be decided again. */
const MAX_RESPONSE_ATTEMPTS = 10;

/** What came of the answers that left no event, by their keys. */
interface Recorded {
  /** Given by another process meanwhile: those hold. */
  readonly others: ReadonlyMap<string | undefined, CommandOutcome>;
  /** Could not be recorded, and why. */
  readonly missing: ReadonlyMap<string | undefined, unknown>;
}

/** Something unexpected came up before anything was appended, and not because a store was away. */
class Undecided extends Error {
  constructor(cause: unknown) {
    super('the batch could not be decided', { cause });
  }
}

/** The events of a batch are recorded: whatever it was, deciding again would do everything twice. */
class FailedAfterAppend extends Error {
  constructor(cause: unknown) {
    super('the events are recorded, and what follows from them failed', { cause });
  }
}

/**
 * What a batch is decided on: the subject as it is remembered, which the append proves to be as it
 * stands or refuses; as it is when looked at; or with its whole history, folded again.
 */
type Basis = 'remembered' | 'current' | 'whole';

/** How long a subject that others changed is looked at before anything is decided on it, in milliseconds. */
const SHARED_FOR_MS = 60_000;

/**
 * Decides commands one subject at a time and in order: those that wait for the same subject are
 * decided one after the other in memory and appended together, so that they share a write.
 * Different subjects go on side by side.
 *
 * Other processes may change the same subjects. A batch that appends anything is proved by its
 * expected revision, and so need not read first; one that would append nothing proves nothing, and
 * is decided again on the subject as it is.
 */
export class CommandQueue<State, Command, Event extends BillingEvent, Decided = Command> {
  private readonly queues = new Map<string, SubjectQueue<State, Command>>();
  /** Subjects that were idle and got something to do in this turn. */
  private readonly awaken: (() => void)[] = [];
  private readonly aggregates: AggregateCache<State, Event>;
  /** Subjects that others changed lately. */
  private readonly shared = new LRUCache<string, true>({ max: 10_000, ttl: SHARED_FOR_MS });

  constructor(
    private readonly eventStore: EventStore,
    private readonly definition: AggregateDefinition<State, Decided, Event>,
    private readonly hooks: QueueHooks<State, Command, Event, Decided>,
    private readonly clock: () => Instant,
    private readonly metrics?: QueueMetrics,
    snapshots?: Snapshots,
  ) {
    this.aggregates = new AggregateCache(eventStore, definition, clock, snapshots);
  }

  /**
   * Decides a command when its turn comes; when it resolves, its events are durable.
   * @param command or why it is refused already: under an idempotency key that is an answer to remember
   * @throws {RevisionConflict} others changed the subject again and again
   * @throws {AppendTooLarge} the command has more events than the store takes at once
   * @throws {EventStoreUnavailable}
   * @throws {InvalidEvent} or whatever else is wrong with this very command
   */
  submit(
    subjectId: string,
    commandId: string,
    command: Command | DomainError,
    context: CommandContext,
  ): Promise<CommandOutcome> {
    const stream = this.definition.stream(subjectId);
    return new Promise((resolve, reject) => {
      this.enqueue(subjectId).jobs.push({
        command,
        context,
        // A request under a key is the same command however often it is sent.
        commandId: context.request === undefined ? commandId : commandIdOf(stream, context.request.key),
        resolve,
        reject,
      });
    });
  }

  /**
   * Looks at a subject as it is after all commands taken so far. The state is lent: what is
   * made of it must be made before `look` returns.
   */
  inspect<Result>(subjectId: string, look: (state: State, revision: number) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.enqueue(subjectId).reads.push({
        look: ({ state, revision }) => resolve(look(state, revision)),
        reject,
      });
    });
  }

  /** Commands and looks that wait for their turn. */
  get size(): number {
    let size = 0;
    for (const { jobs, reads } of this.queues.values()) {
      size += jobs.length + reads.length;
    }
    return size;
  }

  private enqueue(subjectId: string): SubjectQueue<State, Command> {
    const known = this.queues.get(subjectId);
    if (known !== undefined) return known;
    const queue: SubjectQueue<State, Command> = { jobs: [], reads: [] };
    this.queues.set(subjectId, queue);
    // On the next turn: what arrives together is decided together, and written together.
    if (this.awaken.length === 0) setImmediate(() => this.drainAll());
    this.awaken.push(() => void this.drain(subjectId, queue));
    return queue;
  }

  private drainAll(): void {
    for (const drain of this.awaken.splice(0)) drain();
  }

  private async drain(subjectId: string, queue: SubjectQueue<State, Command>): Promise<void> {
    while (queue.jobs.length > 0 || queue.reads.length > 0) {
      const batch = this.takeBatch(queue.jobs);
      if (batch.length > 0) await this.execute(subjectId, batch);
      await this.answerReads(subjectId, queue.reads.splice(0));
    }
    this.queues.delete(subjectId);
  }

  private async answerReads(subjectId: string, reads: readonly Read<State>[]): Promise<void> {
    let aggregate: Aggregate<State> | undefined;
    for (const { look, reject } of reads) {
      try {
        aggregate ??= await this.aggregates.load(subjectId, false);
        try {
          look(aggregate);
        } catch (error) {
          if (!(error instanceof HistoryPruned)) throw error;
          aggregate = await this.aggregates.loadWhole(subjectId, false);
          look(aggregate);
        }
      } catch (error) {
        reject(error);
      }
    }
  }

  private takeBatch(jobs: Job<Command>[]): Job<Command>[] {
    const end = jobs.findIndex(({ command }) => !(command instanceof DomainError) && this.hooks.endsBatch(command));
    return jobs.splice(0, Math.min(MAX_BATCH, end === -1 ? jobs.length : end + 1));
  }

  /** Decides a batch, again when others changed the subject meanwhile. */
  private async execute(subjectId: string, batch: readonly Job<Command>[]): Promise<void> {
    let basis: Basis = this.shared.has(subjectId) ? 'current' : 'remembered';
    for (let tries = 1; ;) {
      try {
        if (await this.decideAndAppend(subjectId, batch, basis)) return;
        basis = 'current';
      } catch (error) {
        this.aggregates.drop(subjectId);
        if (error instanceof HistoryPruned && basis !== 'whole') {
          basis = 'whole';
          continue;
        }
        // What goes into a batch was chosen here: a store that takes less at once gets it in parts, and
        // what is wrong with one command is not wrong with those beside it.
        if (isOfParts(error) && batch.length > 1) {
          const half = Math.ceil(batch.length / 2);
          await this.execute(subjectId, batch.slice(0, half));
          return this.execute(subjectId, batch.slice(half));
        }
        const isConflict = error instanceof RevisionConflict;
        if (!isConflict || tries === MAX_ATTEMPTS) {
          const isMarked = error instanceof Undecided || error instanceof FailedAfterAppend;
          const reason: unknown = isMarked ? error.cause : error;
          for (const { reject } of batch) reject(reason);
          return;
        }
        this.metrics?.conflict();
        this.shared.set(subjectId, true);
        if (basis === 'remembered') {
          basis = 'current';
          continue;
        }
        await delay(Math.random() * 20 * tries);
        tries += 1;
      }
    }
  }

  /**
   * @returns false when nothing was done: that nothing is to be done, or that something is amiss
   * before anything was appended, only a current state may say
   */
  private async decideAndAppend(subjectId: string, batch: readonly Job<Command>[], basis: Basis): Promise<boolean> {
    const began = performance.now();
    const isKeyed = batch.some(({ context }) => context.request !== undefined);
    const { aggregate, isCurrent } = await this.aggregateOf(subjectId, isKeyed, basis);
    let decided: DecidedBatch<Command, Event>;
    try {
      await this.hooks.prepare(
        subjectId,
        batch.flatMap(({ command }) => (command instanceof DomainError ? [] : [command])),
        aggregate.state,
      );
      // From here on the state runs ahead of the history: whatever is thrown, the aggregate is dropped.
      decided = this.decideBatch(subjectId, aggregate, batch);
    } catch (error) {
      if (error instanceof HistoryPruned && basis !== 'whole') throw error;
      if (isCurrent) throw error instanceof DatabaseError ? error : new Undecided(error);
      this.aggregates.drop(subjectId);
      return false;
    }

    const stream = this.definition.stream(subjectId);
    const events: Event[] = decided.entries.flatMap((entry) => entry.events);
    let position: number | undefined;
    if (events.length > 0) {
      const appended = await this.eventStore.append(
        stream,
        aggregate.revision === -1 ? 'no-stream' : aggregate.revision,
        decided.entries,
      );
      ({ position } = appended);
      try {
        for (const event of appended.events) this.aggregates.book(aggregate, event);
        await this.hooks.afterAppend(subjectId, events);
      } catch (error) {
        throw new FailedAfterAppend(error);
      }
    } else if (!isCurrent) {
      return false;
    }
    // The answers that left no event are recorded last: they are true only with the events above.
    const { others, missing } = await this.recordAnswers(stream, aggregate, decided.answers);
    if (missing.size === 0) this.aggregates.keep(subjectId, aggregate);
    else if (events.length === 0) throw [...missing.values()][0];
    else this.aggregates.drop(subjectId);
    this.metrics?.batch(batch.length, events.length, performance.now() - began);
    for (const [job, outcome] of decided.outcomes) {
      const key = job.context.request?.key;
      if (missing.has(key)) job.reject(missing.get(key));
      else job.resolve(others.get(key) ?? withPosition(outcome, position));
    }
    return true;
  }

  private async recordAnswers(
    stream: string,
    aggregate: Aggregate<State>,
    answers: readonly Entry[],
  ): Promise<Recorded> {
    const others = new Map<string | undefined, CommandOutcome>();
    let left = answers;
    let atOnce = answers.length;
    let conflicts = 0;
    const recordSome = async (): Promise<void> => {
      try {
        const expected = aggregate.idempotencyRevision === -1 ? 'no-stream' : aggregate.idempotencyRevision;
        const { events } = await this.eventStore.append(idempotencyStream(stream), expected, left.slice(0, atOnce));
        for (const event of events) this.aggregates.foldAnswer(aggregate, event);
        left = left.slice(atOnce);
      } catch (error) {
        if (error instanceof AppendTooLarge && atOnce > 1) {
          atOnce = Math.ceil(Math.min(atOnce, left.length) / 2);
          return;
        }
        conflicts += 1;
        if (!(error instanceof RevisionConflict) || conflicts === MAX_RESPONSE_ATTEMPTS) throw error;
        await delay(Math.random() * 5 * conflicts);
        // What was decided stays decided: its events are recorded.
        await this.aggregates.foldAnswers(stream, aggregate);
        left = left.filter(({ origin: { request } }) => {
          const given = request && aggregate.answered.get(request.key);
          if (given === undefined) return true;
          others.set(request?.key, given.hash === request?.hash ? { ...given.outcome, isReplay: true } : keyReused());
          return false;
        });
      }
    };
    try {
      while (left.length > 0) await recordSome();
      return { others, missing: new Map() };
    } catch (error) {
      return { others, missing: new Map(left.map(({ origin: { request } }) => [request?.key, error])) };
    }
  }

  private async aggregateOf(
    subjectId: string,
    isKeyed: boolean,
    basis: Basis,
  ): Promise<{ aggregate: Aggregate<State>; isCurrent: boolean }> {
    if (basis === 'whole') return { aggregate: await this.aggregates.loadWhole(subjectId, isKeyed), isCurrent: true };
    const remembered = basis === 'remembered' ? await this.aggregates.remembered(subjectId, isKeyed) : undefined;
    if (remembered !== undefined) return { aggregate: remembered, isCurrent: false };
    return { aggregate: await this.aggregates.load(subjectId, isKeyed), isCurrent: true };
  }

  /** Each command independently, on the state that those before it leave. */
  private decideBatch(
    subjectId: string,
    aggregate: Aggregate<State>,
    batch: readonly Job<Command>[],
  ): DecidedBatch<Command, Event> {
    const entries: Entry<Event>[] = [];
    const answers: Entry[] = [];
    const outcomes: [Job<Command>, CommandOutcome][] = [];
    const inBatch = new Map<string, { hash: string; outcome: CommandOutcome }>();
    const now = this.clock();
    let revision = aggregate.revision;

    for (const job of batch) {
      const { request, correlationId, actor } = job.context;
      const earlier = request && (inBatch.get(request.key) ?? aggregate.answered.get(request.key));
      if (earlier !== undefined) {
        const same = earlier.hash === request?.hash;
        outcomes.push([job, same ? { ...earlier.outcome, isReplay: true } : keyReused()]);
        continue;
      }
      const origin: Origin = {
        commandId: job.commandId,
        correlationId,
        actor,
        ...(request === undefined ? {} : { request }),
      };
      const { events, outcome } = this.decideOne(subjectId, aggregate, job.command, revision, now);
      revision += events.length;
      if (events.length > 0) entries.push({ origin, events });
      else if (request !== undefined) answers.push({ origin, events: [answerEvent(outcome, now, revision)] });
      if (request !== undefined) inBatch.set(request.key, { hash: request.hash, outcome });
      outcomes.push([job, outcome]);
    }
    return { entries, answers, outcomes };
  }

  private decideOne(
    subjectId: string,
    aggregate: Aggregate<State>,
    command: Command | DomainError,
    revision: number,
    now: Instant,
  ): { events: Event[]; outcome: CommandOutcome } {
    let events: Event[];
    try {
      if (command instanceof DomainError) throw command;
      const encrypted = this.hooks.encrypt(subjectId, command, aggregate.state);
      events = this.definition.decide(encrypted, aggregate.state, now);
    } catch (error) {
      if (error instanceof DomainError) {
        return { events: [], outcome: { status: 'refused', problem: error } };
      }
      throw error;
    }
    events.forEach((event, index) => {
      aggregate.state = this.definition.evolve(aggregate.state, event, revision + 1 + index);
    });
    const removed = events.flatMap((event) => this.definition.removedBy?.(event) ?? []);
    const answer = {
      revision: revision + events.length,
      changed: events.length > 0,
      ...(removed.length === 0 ? {} : { removed }),
    };
    return { events, outcome: { status: 'done', answer } };
  }
}

function withPosition(outcome: CommandOutcome, position: number | undefined): CommandOutcome {
  if (outcome.status === 'refused' || !outcome.answer.changed || position === undefined) return outcome;
  return { ...outcome, answer: { ...outcome.answer, position } };
}

/** Nothing was appended, and parts of the batch may fare better. */
const isOfParts = (error: unknown): boolean =>
  error instanceof Undecided || error instanceof InvalidEvent || error instanceof AppendTooLarge;

function answerEvent(outcome: CommandOutcome, now: Instant, revision: number): BillingEvent {
  if (outcome.status === 'done') {
    return { type: 'IdempotentResponseRecorded', data: { outcome: 'unchanged', revision }, occurredAt: now };
  }
  const { kind, code, detail } = outcome.problem;
  return {
    type: 'IdempotentResponseRecorded',
    data: { outcome: 'refused', revision, problem: { kind, code, detail } },
    occurredAt: now,
  };
}

function keyReused(): CommandOutcome {
  return {
    status: 'refused',
    problem: new DomainError(
      'rule-violated',
      'idempotency-key-reused',
      'The Idempotency-Key was used for another request.',
    ),
  };
}
