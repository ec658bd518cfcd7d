import { setTimeout as delay } from 'node:timers/promises';

import { CheckpointMoved, type CollectionSpec, type ReadStore, type Write } from '@seatledger/read-store';

const LEASES: CollectionSpec = {
  name: 'leases',
  indexes: [
    ['failing', 'month'],
    ['failing', 'kind'],
  ],
};
/** Counts every change of the steps: what it is at when a step is taken is the fencing token. */
const COUNTER = 'leases';
const MAX_ATTEMPTS = 100;

/** What a step is about, for those who look at the ones that fail. */
export interface StepSubject {
  readonly kind: string;
  readonly month: string;
  readonly workspaceId: string | null;
  readonly number: string | null;
}

/** Who does a step, until when, and how it went so far. There is no record when nobody does and it never failed. */
type LeaseDocument = Readonly<
  StepSubject & {
    owner: string | null;
    /** Fencing token: larger with every taking; only its holder may end what it took. */
    token: number;
    /** The lease ends, or the next try may begin: before it nobody else may take the step. */
    until: number;
    attempts: number;
    reason: string | null;
    failing: 0 | 1;
    /** An operator asked for another try, ahead of its time. */
    asked?: boolean;
  }
>;

/** A step that failed, and when it is tried again. */
export interface FailedStep extends StepSubject {
  readonly stepId: string;
  readonly attempts: number;
  readonly reason: string;
  readonly notBefore: number;
}

export interface LeasedStep extends StepSubject {
  readonly id: string;
}

export interface Taken {
  /** Steps that are now held here, with how often each failed before. */
  readonly taken: ReadonlyMap<string, number>;
  /** Those of them that an operator asked to have tried again, ahead of their time. */
  readonly asked: ReadonlySet<string>;
  /** Steps that are not, and when to ask again. */
  readonly denied: ReadonlyMap<string, number>;
}

/**
 * Which process does which step. Every step is leased: its holder renews the lease while it works,
 * and when it is gone another process takes over. A lease saves doing a step twice; that a step
 * done twice has one effect is the events' expected revisions' business, also when a holder
 * stalls and comes back after its lease has ended.
 *
 * Changes of all processes are in one order: each compares and sets one counter.
 */
export class Leases {
  private readonly held = new Map<string, number>();
  private turn: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ReadStore,
    /** Names this process among all. */
    private readonly owner: string,
    private readonly clock: () => number,
    /** How long a lease lasts, in ms, unless it is renewed. */
    private readonly lease = 15_000,
  ) {}

  async open(): Promise<void> {
    await this.store.ensureCollection(LEASES);
    await this.dropEnded();
    // What cannot be renewed now is tried again before the lease ends.
    this.timer = setInterval(() => void this.renew().catch(() => undefined), this.lease / 3);
    this.timer.unref();
  }

  /** Gives back what is still held. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.release([...this.held.keys()]);
  }

  /** Takes those steps that nobody holds and that need not wait. */
  async take(steps: readonly LeasedStep[]): Promise<Taken> {
    const now = this.clock();
    const result = await this.change(steps, (known, token) => {
      const taken = new Map<string, number>();
      const asked = new Set<string>();
      const denied = new Map<string, number>();
      const writes: [string, LeaseDocument][] = [];
      for (const { id, ...subject } of steps) {
        const before = known.get(id);
        const isOthers = before?.owner !== this.owner || !this.held.has(id);
        if (before !== undefined && before.until > now && isOthers) {
          denied.set(id, before.until);
          continue;
        }
        const { attempts = 0, reason = null, failing = 0 } = before ?? {};
        const until = now + this.lease;
        writes.push([id, { ...subjectOf(subject), owner: this.owner, token, until, attempts, reason, failing }]);
        taken.set(id, attempts);
        if (before?.asked === true) asked.add(id);
      }
      return { writes, result: { taken, asked, denied, token } };
    });
    for (const id of result.taken.keys()) this.held.set(id, result.token);
    return result;
  }

  /** When steps that failed may be tried again; those that may be now are not in it. */
  async waiting(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const now = this.clock();
    const found = await this.store.getMany<LeaseDocument>(LEASES.name, ids);
    return new Map(
      found.filter(({ document }) => document.until > now).map(({ id, document }) => [id, document.until]),
    );
  }

  /** The steps are done, or there is no need for them. */
  async release(ids: readonly string[]): Promise<void> {
    await this.end(ids, () => null);
  }

  /** A step is to wait for its time: which is no failure, unless one is told. */
  async postpone(id: string, notBefore: number, failure?: { attempts: number; reason: string }): Promise<void> {
    const failed = failure === undefined ? {} : { ...failure, failing: 1 as const };
    await this.end([id], (before) => ({ ...before, ...failed, owner: null, until: notBefore }));
  }

  /** A step failed; resolves with how often it did, and when it may be tried again. */
  async fail(
    stepId: LeasedStep,
    reason: string,
    waitAfter: (attempts: number) => number,
  ): Promise<{ attempts: number; until: number }> {
    const { id } = stepId;
    const token = this.held.get(id);
    this.held.delete(id);
    return this.change([stepId], (known, next) => {
      const before = known.get(id);
      // Another process took over from a holder that stalled: it reports. Of steps that are done many
      // at once under one stepId the others are held by nobody.
      if (token !== undefined && before?.token !== token) {
        return { writes: [], result: { attempts: before?.attempts ?? 0, until: before?.until ?? 0 } };
      }
      const attempts = (before?.attempts ?? 0) + 1;
      const until = this.clock() + waitAfter(attempts);
      const document = { ...subjectOf(stepId), owner: null, token: next, until, attempts, reason, failing: 1 as const };
      return { writes: [[id, document]], result: { attempts, until } };
    });
  }

  /** The steps that failed and are not done yet, of one month or of all. */
  async failing(month?: string): Promise<FailedStep[]> {
    const found = await this.store.find<LeaseDocument>(LEASES.name, {
      where: { failing: 1, ...(month === undefined ? {} : { month }) },
      limit: 1000,
    });
    return found.map(({ id, document }) => ({
      stepId: id,
      ...subjectOf(document),
      attempts: document.attempts,
      reason: document.reason ?? '',
      notBefore: document.until,
    }));
  }

  /** How many steps of a kind failed and are not done yet. */
  failingCount(kind: string): Promise<number> {
    return this.store.count(LEASES.name, { failing: 1, kind });
  }

  /** Lets failed steps be tried again at once, as accounting or the scheduler asks. */
  async retry(steps: readonly FailedStep[]): Promise<void> {
    const now = this.clock();
    await this.change(
      steps.map(({ stepId, ...subject }) => ({ id: stepId, ...subject })),
      (known) => ({
        writes: [...known].flatMap(([id, before]): [string, LeaseDocument][] =>
          before.owner === null && before.until > now ? [[id, { ...before, until: now, asked: true }]] : [],
        ),
        result: undefined,
      }),
    );
  }

  /** Forgets failures of steps that are no longer due. */
  async drop(steps: readonly FailedStep[]): Promise<void> {
    await this.change(
      steps.map(({ stepId, ...subject }) => ({ id: stepId, ...subject })),
      (known) => ({
        writes: [...known].flatMap(([id, before]): [string, null][] => (before.owner === null ? [[id, null]] : [])),
        result: undefined,
      }),
    );
  }

  /** Clears away what processes that were killed have left; a step without a record is free. */
  private async dropEnded(): Promise<void> {
    const isLeft = ({ failing, until }: LeaseDocument): boolean => failing === 0 && until < this.clock();
    for (;;) {
      const found = await this.store.find<LeaseDocument>(LEASES.name, { where: { failing: 0 }, limit: 1000 });
      const left = found.filter(({ document }) => isLeft(document));
      await this.change(left, (known) => ({
        writes: [...known].flatMap(([id, before]): [string, null][] => (isLeft(before) ? [[id, null]] : [])),
        result: undefined,
      }));
      if (found.length < 1000 || left.length === 0) return;
    }
  }

  private async renew(): Promise<void> {
    const until = this.clock() + this.lease;
    await this.endOrKeep([...this.held.keys()], (before) => ({ ...before, until }));
  }

  private async end(ids: readonly string[], after: (before: LeaseDocument) => LeaseDocument | null): Promise<void> {
    const ours = ids.filter((id) => this.held.has(id));
    await this.endOrKeep(ours, after);
    for (const id of ours) this.held.delete(id);
  }

  /** Changes held steps; one that was lost meanwhile belongs to another process and is left alone. */
  private async endOrKeep(
    ids: readonly string[],
    after: (before: LeaseDocument) => LeaseDocument | null,
  ): Promise<void> {
    if (ids.length === 0) return;
    await this.change(
      ids.map((id) => ({ id })),
      (known) => ({
        writes: ids.flatMap((id): [string, LeaseDocument | null][] => {
          const before = known.get(id);
          return before === undefined || before.token !== this.held.get(id) ? [] : [[id, after(before)]];
        }),
        result: undefined,
      }),
    );
  }

  /** Reads the steps and writes what is made of them, unless others came in between: then once more. */
  private change<Result>(
    steps: readonly { readonly id: string }[],
    decide: (
      known: ReadonlyMap<string, LeaseDocument>,
      token: number,
    ) => { writes: readonly (readonly [string, LeaseDocument | null])[]; result: Result },
  ): Promise<Result> {
    const changed = this.turn.then(() => this.changeNow(steps, decide));
    this.turn = changed.catch(() => undefined);
    return changed;
  }

  private async changeNow<Result>(
    steps: readonly { readonly id: string }[],
    decide: Parameters<typeof this.change<Result>>[1],
  ): Promise<Result> {
    const ids = steps.map(({ id }) => id);
    for (let tries = 1; ; tries += 1) {
      const expectedCheckpoint = await this.store.checkpoint(COUNTER);
      const found = await this.store.getMany<LeaseDocument>(LEASES.name, ids);
      const checkpoint = expectedCheckpoint + 1;
      const { writes, result } = decide(new Map(found.map(({ id, document }) => [id, document])), checkpoint);
      if (writes.length === 0) return result;
      try {
        await this.store.commit({
          projection: COUNTER,
          expectedCheckpoint,
          checkpoint,
          writes: writes.map(([id, document]): Write => ({
            collection: LEASES.name,
            id,
            document,
            position: checkpoint,
          })),
        });
        return result;
      } catch (error) {
        if (!(error instanceof CheckpointMoved) || tries === MAX_ATTEMPTS) throw error;
        await delay(Math.random() * Math.min(tries, 10));
      }
    }
  }
}

const subjectOf = ({ kind, month, workspaceId, number }: StepSubject): StepSubject => ({
  kind,
  month,
  workspaceId,
  number,
});
