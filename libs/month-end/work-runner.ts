import { setTimeout as delay } from 'node:timers/promises';

import { type BillingMonth, DomainError } from '@seatledger/domain';
import { RevisionConflict } from '@seatledger/event-store';
import { type WorkDocument } from '@seatledger/projections';
import { type ReadStore, type StoredDocument } from '@seatledger/read-store';
import { type FailedStep, type LeasedStep, type Leases } from '@seatledger/work-queue';

import { type BillingSteps, type BillToInvoice, RetryLater } from './billing-steps';
import { type Clock, type Log } from './ports';

/** A step that is due, as the read model `work` lists it. */
export type DueWork = WorkDocument;

export interface WorkRunnerParts {
  readonly store: ReadStore;
  readonly leases: Leases;
  readonly steps: BillingSteps;
  /** Runs over workspaces; resolves with the position of the last event. */
  readonly closings: { run(closingId: string): Promise<number> };
  readonly clock: Clock;
  readonly log: Log;
}

export interface StepEnded {
  readonly kind: string;
  /** The step, which also the events that the step wrote bear. */
  readonly correlationId: string;
  readonly milliseconds: number;
  readonly failed: boolean;
}

export interface WorkRunnerOptions {
  /**
   * Invoices of earlier months are issued, but rendered and delivered only when asked for: for a
   * history that is imported and was billed elsewhere.
   */
  readonly deliverFromMonth?: BillingMonth;
  /** Resolves when the read model changed, or when aborted; polls slowly while nothing is to be reflected. */
  readonly changed: (signal: AbortSignal, isPatient: boolean) => Promise<void>;
  /** Up to where the read model reflects the history. */
  readonly reflected: () => number;
  /** Position of the latest event. */
  readonly head: () => Promise<number>;
  /** First wait after a failed step, in ms; doubled with each further one. */
  readonly retryDelay?: number;
  /** A step, or for `issue` several at once, came to its end. */
  readonly onStep?: (step: StepEnded) => void;
}

type DueBill = Extract<DueWork, { kind: 'issue' }>;
type Kind = Exclude<DueWork['kind'], 'approve'>;

const COLLECTION = 'work';
/** How many steps of a kind are done side by side; issuing takes many bills in one step. */
const CONCURRENCY: Record<Kind, number> = { close: 2, issue: 1, render: 4, deliver: 4, cancel: 2, rebill: 2 };
/** What brings money first goes first; rendering takes longest and goes last. */
const KINDS: readonly Kind[] = ['close', 'cancel', 'rebill', 'issue', 'deliver', 'render'];
const ISSUE_BATCH = 500;
/** Numbers are given by one process at a time: others would only meet it at the series. */
const ISSUING: LeasedStep = { id: 'issuing', kind: 'issue', month: '', workspaceId: null, number: null };
const TRIED_AGAIN = 'a step of the closing failed and is tried again';
const MAX_RETRY_DELAY = 60 * 60_000;
/** The table of rates is read again when it changes: what waits for a rate goes on soon after. */
const MAX_WAIT_FOR_RATE_MS = 15_000;
/** How often a document is tried, over about nine minutes, before accounting has to look. */
const MAX_RENDER_ATTEMPTS = 10;

/**
 * Does what the read model says is due, again and again until its event is there, sharing it with
 * the other processes. The list may lag: each step looks at the streams itself. A step that fails
 * waits, with its reason, longer each time; the others go on.
 */
export class WorkRunner {
  private readonly aborter = new AbortController();
  private readonly underWay = new Set<string>();
  /** Leases whose step was done, until the read model reflects it. They stay taken until then. */
  private readonly done = new Map<string, number>();
  /** Leases that cannot be taken now, and when to ask again. */
  private readonly waiting = new Map<string, number>();
  private readonly steps = new Set<Promise<void>>();
  private loop: Promise<void> | undefined;
  private notify: () => void = () => undefined;
  /** Something happened since due work was last looked for. */
  private isAwake = false;

  constructor(
    private readonly parts: WorkRunnerParts,
    private readonly options: WorkRunnerOptions,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    this.wake();
    await this.loop;
    await Promise.all(this.steps);
  }

  /** Steps that are being done right now. */
  get busy(): number {
    return this.underWay.size;
  }

  /** Steps that failed and wait for another try, of one month or of all; by any process. */
  async failing(month?: BillingMonth): Promise<FailedStep[]> {
    const { leases, store } = this.parts;
    const failing = await leases.failing(month);
    const due = await store.getMany(
      COLLECTION,
      failing.map(({ stepId }) => stepId),
    );
    const stillDue = new Set(due.map(({ id }) => id));
    return failing.filter(({ stepId }) => stillDue.has(stepId));
  }

  /** How many steps of each kind failed and wait for another try, by any process. */
  async failingCounts(): Promise<[kind: string, count: number][]> {
    return Promise.all(KINDS.map(async (kind) => [kind, await this.parts.leases.failingCount(kind)]));
  }

  /** Tries what failed again now. */
  async retry(failing: readonly FailedStep[]): Promise<void> {
    await this.parts.leases.retry(failing);
    for (const { stepId } of failing) this.waiting.delete(stepId);
    this.wake();
  }

  private async run(): Promise<void> {
    const { signal } = this.aborter;
    while (!signal.aborted) {
      try {
        const reflected = this.options.reflected();
        this.isAwake = false;
        await this.releaseReflected(reflected);
        let found = 0;
        for (const kind of KINDS) found += await this.startKind(kind);
        if (found === 0 && reflected === this.options.reflected()) await this.somethingChanges();
      } catch (error) {
        this.parts.log.error({ err: error }, 'looking for due work failed');
        await delay(1000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Lets go of what is done once nobody can find it in the list any more. */
  private async releaseReflected(reflected: number): Promise<void> {
    const gone = [...this.done].filter(([, position]) => position <= reflected).map(([stepId]) => stepId);
    await this.parts.leases.release(gone);
    for (const stepId of gone) this.done.delete(stepId);
    const now = this.parts.clock();
    for (const [stepId, until] of this.waiting) if (until <= now) this.waiting.delete(stepId);
  }

  /** Takes and starts what is due and has room. Resolves with how much was found. */
  private async startKind(kind: Kind): Promise<number> {
    const running = [...this.underWay].filter((stepId) => stepId.startsWith(`${kind}:`)).length;
    if (kind === 'issue') return running > 0 ? 0 : this.startIssuing();
    const free = CONCURRENCY[kind] - running;
    if (free <= 0) return 0;
    const due = await this.due(kind, free);
    if (due.length === 0) return 0;
    const { taken, asked, denied } = await this.parts.leases.take(due.map(leasedOf));
    for (const [stepId, until] of denied) this.waiting.set(stepId, until);
    for (const { id, document } of due) {
      if (taken.has(id)) this.begin([id], kind, () => this.doStep(id, document, asked.has(id)));
    }
    return due.length;
  }

  /** Bills become invoices in the order of their months, many numbers at once. */
  private async startIssuing(): Promise<number> {
    const due = await this.due('issue', ISSUE_BATCH);
    if (due.length === 0 || this.waiting.has(ISSUING.id)) return 0;
    const { leases } = this.parts;
    const { denied } = await leases.take([ISSUING]);
    for (const [stepId, until] of denied) this.waiting.set(stepId, until);
    if (denied.size > 0) return 1;
    const waiting = await leases.waiting(due.map(({ id }) => id));
    for (const [stepId, until] of waiting) this.waiting.set(stepId, until);
    const ready = due.filter(isBill).filter(({ id }) => !waiting.has(id));
    const ids = ready.map(({ id }) => id);
    if (ids.length === 0) await leases.release([ISSUING.id]);
    else this.begin(ids, 'issue', () => this.issue(ready));
    return due.length;
  }

  /** Work of a kind that is not being done and need not wait; by month, then step. */
  private async due(kind: Kind, limit: number): Promise<StoredDocument<DueWork>[]> {
    const due: StoredDocument<DueWork>[] = [];
    const { deliverFromMonth } = this.options;
    const isLater = kind === 'render' || kind === 'deliver';
    let after: { values: string[]; id: string } | undefined =
      isLater && deliverFromMonth !== undefined ? { values: [deliverFromMonth], id: '' } : undefined;
    // Only as many as can be passed over, and then as many as are wanted.
    const passed = this.underWay.size + this.done.size + this.waiting.size;
    while (due.length < limit) {
      const page: StoredDocument<DueWork>[] = await this.parts.store.find<DueWork>(COLLECTION, {
        where: { kind },
        orderBy: ['month'],
        limit: Math.min(1000, limit + passed),
        ...(after === undefined ? {} : { after }),
      });
      for (const stored of page) {
        if (due.length < limit && this.isFree(stored.id)) due.push(stored);
      }
      const last = page.at(-1);
      if (page.length < Math.min(1000, limit + passed) || last === undefined) break;
      after = { values: [last.document.month], id: last.id };
    }
    return due;
  }

  private isFree(stepId: string): boolean {
    return !this.underWay.has(stepId) && !this.done.has(stepId) && !this.waiting.has(stepId);
  }

  /** Follows a step in the background. It never rejects. */
  private begin(ids: readonly string[], kind: Kind, act: () => Promise<boolean>): void {
    const began = performance.now();
    for (const id of ids) this.underWay.add(id);
    const step = act()
      .catch((error: unknown) => {
        // Not even the failure could be recorded: when the lease has ended a process tries again.
        this.parts.log.error(
          { correlationId: ids[0], leases: ids.slice(0, 3), err: error },
          'a step of the closing was aborted',
        );
        const until = this.parts.clock() + 1000;
        for (const id of ids) this.waiting.set(id, until);
        return false;
      })
      .then((isDone) => {
        for (const id of ids) this.underWay.delete(id);
        this.options.onStep?.({
          kind,
          correlationId: ids[0] ?? '',
          milliseconds: performance.now() - began,
          failed: !isDone,
        });
      })
      .finally(() => {
        this.steps.delete(step);
        this.wake();
      });
    this.steps.add(step);
  }

  /** Resolves with whether the step is done. */
  private async doStep(id: string, work: DueWork, isAsked: boolean): Promise<boolean> {
    try {
      await this.settle([id], await this.step(work, id, isAsked));
      return true;
    } catch (error) {
      await this.failed(leasedOf({ id, document: work }), error);
      return false;
    }
  }

  private async issue(due: readonly StoredDocument<DueBill>[]): Promise<boolean> {
    const byBill = new Map<BillToInvoice, StoredDocument<DueBill>>(due.map((stored) => [stored.document, stored]));
    try {
      const { position, failed } = await this.parts.steps.issue([...byBill.keys()], due[0]?.id ?? '');
      for (const [bill, error] of failed) {
        const stored = byBill.get(bill);
        if (stored !== undefined) await this.failed(leasedOf(stored), error);
      }
      const isFailed = new Set([...failed.keys()].map((bill) => byBill.get(bill)?.id));
      await this.settle(
        due.map(({ id }) => id).filter((id) => !isFailed.has(id)),
        position,
      );
      return failed.size === 0;
    } finally {
      await this.parts.leases.release([ISSUING.id]);
    }
  }

  private step(work: DueWork, stepId: string, isAsked: boolean): Promise<number> {
    const { steps, closings } = this.parts;
    switch (work.kind) {
      case 'close':
        return closings.run(work.closingId);
      case 'render':
        return steps.render(work.number, stepId);
      case 'deliver':
        return steps.deliver(work.number, stepId, isAsked);
      case 'cancel':
        return steps.cancel(work.number, stepId);
      case 'rebill':
        return steps.rebill(work.workspaceId, work, stepId);
      case 'issue':
      case 'approve':
        throw new Error(`${work.kind} is no step of its own`);
    }
  }

  /** Steps are done; of what others had done already the events lie somewhere before the head. */
  private async settle(ids: readonly string[], position: number): Promise<void> {
    const until = position > 0 ? position : await this.options.head();
    for (const id of ids) this.done.set(id, until);
  }

  private async failed(step: LeasedStep, error: unknown): Promise<void> {
    const { leases, log, steps } = this.parts;
    if (error instanceof RetryLater) {
      const { notBefore, failure } = error;
      this.waiting.set(step.id, notBefore);
      await leases.postpone(step.id, notBefore, failure);
      // Not the reason: a mail server may have put an address into it.
      if (failure !== undefined) {
        log.warn({ correlationId: step.id, stepId: step.id, attempts: failure.attempts }, TRIED_AGAIN);
      }
      return;
    }
    if (isDoneElsewhere(error)) {
      // Another process was quicker: the next read of the streams says what is left to do.
      await leases.release([step.id]);
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    const longest = isAwaitingRate(error) ? MAX_WAIT_FOR_RATE_MS : MAX_RETRY_DELAY;
    const { attempts, until } = await leases.fail(step, reason, (count) => this.waitAfter(count, longest));
    this.waiting.set(step.id, until);
    log.warn({ correlationId: step.id, stepId: step.id, attempts, err: error }, TRIED_AGAIN);
    if (step.kind !== 'render' || attempts < MAX_RENDER_ATTEMPTS || isOurs(error)) return;
    await this.settle([step.id], await steps.giveUpRendering(step.number ?? '', attempts, reason, step.id));
    await leases.drop([{ ...step, stepId: step.id, attempts, reason, notBefore: 0 }]);
  }

  /** Twice as long after each failure, with jitter, in ms. */
  private waitAfter(attempts: number, longest: number): number {
    const wait = (this.options.retryDelay ?? 1000) * 2 ** (attempts - 1);
    return Math.min(wait, longest) * (0.75 + Math.random() / 2);
  }

  private wake(): void {
    this.isAwake = true;
    this.notify();
  }

  /** Until the read model changes, a step ends, or one that waits may be tried again. */
  private async somethingChanges(): Promise<void> {
    if (this.isAwake) return;
    const now = this.parts.clock();
    const longest = Math.max(10, Math.min(60_000, ...[...this.waiting.values()].map((until) => until - now)));
    const waiting = new AbortController();
    this.notify = () => waiting.abort();
    await Promise.race([
      this.options.changed(waiting.signal, this.done.size === 0),
      delay(longest, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    this.notify = () => undefined;
  }
}

const isBill = (stored: StoredDocument<DueWork>): stored is StoredDocument<DueBill> => stored.document.kind === 'issue';

const leasedOf = ({ id, document }: Pick<StoredDocument<DueWork>, 'id' | 'document'>): LeasedStep => {
  const { kind, month, workspaceId } = document;
  return { id, kind, month, workspaceId, number: 'number' in document ? document.number : null };
};

/** Another process does it, or did it. */
const isDoneElsewhere = (error: unknown): boolean =>
  error instanceof RevisionConflict || (error instanceof DomainError && error.code === 'delivery-started');

/** No document can be printed for now: that says nothing about this one. */
const isOurs = (error: unknown): boolean => error instanceof Error && error.name === 'BrowserUnavailable';

const isAwaitingRate = (error: unknown): boolean => error instanceof DomainError && error.code === 'rate-missing';
