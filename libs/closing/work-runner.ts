import { setTimeout as delay } from 'node:timers/promises';

import { type BillingMonth } from '@seatledger/domain';
import { type ReadStore, type StoredDocument } from '@seatledger/read-store';

import { type BillingSteps } from './billing-steps';
import { deliveryNotBefore } from './delivery/deliver-by-email';
import { type Clock, type Log } from './ports';

/** A step that is due, as the read model `work` lists it. */
export type DueWork = Readonly<{
  kind: 'issue' | 'approve' | 'render' | 'deliver' | 'cancel' | 'rebill';
  month: BillingMonth;
  workspaceId: string;
  number: string | null;
  billRevision: number | null;
}>;

export interface WorkRunnerOptions {
  /**
   * Invoices of earlier months are issued, but rendered and delivered only when asked for: for a
   * history that is imported and was billed elsewhere.
   */
  readonly deliverFromMonth?: BillingMonth;
  /** Resolves when the read model may have changed after a position, or when aborted. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  /** Up to where the read model reflects the history. */
  readonly reflected: () => number;
  /** First wait after a failed step, in ms; doubled with each further one. */
  readonly retryDelay?: number;
  readonly onStep?: (step: { kind: string; milliseconds: number; failed: boolean }) => void;
}

/** A step that failed, and when it is tried again. */
export interface ParkedWork {
  readonly slot: string;
  readonly work: DueWork;
  readonly attempts: number;
  readonly reason: string;
  readonly notBefore: number;
}

const COLLECTION = 'work';
/** How many steps of a kind are done side by side; issuing takes many bills in one step. */
const SIDE_BY_SIDE: Record<string, number> = { render: 6, deliver: 4, cancel: 1, rebill: 1 };
const ISSUE_BATCH = 500;
const MAX_RETRY_DELAY = 10 * 60_000;

/**
 * Does what the read model says is due, again and again until its event is there. The list may
 * lag: each step looks at the streams itself. One step that fails waits; the others go on.
 */
export class WorkRunner {
  private readonly aborter = new AbortController();
  private readonly underWay = new Set<string>();
  /** Slots whose step was done, until the read model reflects it. */
  private readonly done = new Map<string, number>();
  private readonly parked = new Map<string, ParkedWork>();
  private loop: Promise<void> | undefined;
  private nudge: (() => void) | undefined;

  constructor(
    private readonly store: ReadStore,
    private readonly steps: BillingSteps,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly options: WorkRunnerOptions,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    this.nudge?.();
    await this.loop;
    while (this.underWay.size > 0) await delay(5);
  }

  /** Steps that failed and wait for another try. */
  parkedWork(): readonly ParkedWork[] {
    return [...this.parked.values()];
  }

  /** Steps that are being done right now. */
  get busy(): number {
    return this.underWay.size;
  }

  /** Tries what failed again now. */
  retryParked(): void {
    this.parked.clear();
    this.nudge?.();
  }

  private async run(): Promise<void> {
    const { signal } = this.aborter;
    while (!signal.aborted) {
      try {
        const started = await this.startDue();
        if (started === 0) await this.somethingChanges();
      } catch (error) {
        this.log.error({ err: error }, 'looking for due work failed');
        await delay(1000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Starts what is due and has room. */
  private async startDue(): Promise<number> {
    for (const [slot, position] of this.done) {
      if (this.options.reflected() >= position) this.done.delete(slot);
    }
    let started = 0;
    for (const kind of ['cancel', 'rebill', 'issue', 'deliver', 'render'] as const) {
      started += await this.startKind(kind);
    }
    return started;
  }

  private async startKind(kind: DueWork['kind']): Promise<number> {
    if (kind === 'issue') return this.startIssuing();
    const limit = SIDE_BY_SIDE[kind] ?? 1;
    const running = [...this.underWay].filter((slot) => slot.startsWith(`${kind}:`)).length;
    const free = limit - running;
    if (free <= 0) return 0;
    const due = await this.due(kind, free);
    for (const { id, document } of due) {
      void this.doStep([id], document, () => this.step(document, id));
    }
    return due.length;
  }

  /** Bills become invoices in the order of their months, many numbers at once. */
  private async startIssuing(): Promise<number> {
    if ([...this.underWay].some((slot) => slot.startsWith('issue:'))) return 0;
    const due = await this.due('issue', ISSUE_BATCH);
    const [first] = due;
    if (first === undefined) return 0;
    const bills = due.map(({ document: { workspaceId, month, billRevision } }) => ({
      workspaceId,
      month,
      billRevision: billRevision ?? 0,
    }));
    const slots = due.map(({ id }) => id);
    void this.doStep(slots, first.document, () => this.steps.issue(bills, first.id));
    return due.length;
  }

  /** Work of a kind that nobody here does, has done or waits to try again; by month, then slot. */
  private async due(kind: DueWork['kind'], limit: number): Promise<StoredDocument<DueWork>[]> {
    const due: StoredDocument<DueWork>[] = [];
    const { deliverFromMonth } = this.options;
    const isLater = kind === 'render' || kind === 'deliver';
    let after: { values: string[]; id: string } | undefined =
      isLater && deliverFromMonth !== undefined ? { values: [deliverFromMonth], id: '' } : undefined;
    while (due.length < limit) {
      const page: StoredDocument<DueWork>[] = await this.store.find<DueWork>(COLLECTION, {
        where: { kind },
        orderBy: ['month'],
        limit: 1000,
        ...(after === undefined ? {} : { after }),
      });
      for (const stored of page) {
        if (due.length < limit && this.isFree(stored.id)) due.push(stored);
      }
      const last = page.at(-1);
      if (page.length < 1000 || last === undefined) break;
      after = { values: [last.document.month], id: last.id };
    }
    return due;
  }

  private isFree(slot: string): boolean {
    if (this.underWay.has(slot) || this.done.has(slot)) return false;
    const parked = this.parked.get(slot);
    return parked === undefined || parked.notBefore <= this.clock();
  }

  private step(work: DueWork, slot: string): Promise<number> {
    const number = work.number ?? '';
    switch (work.kind) {
      case 'render':
        return this.steps.render(number, slot);
      case 'deliver':
        return this.deliver(number, slot);
      case 'cancel':
        return this.steps.cancel(number, slot);
      case 'rebill':
        return this.steps.rebill(work.workspaceId, work.month, slot);
      case 'issue':
      case 'approve':
        return Promise.resolve(0);
    }
  }

  /** A mail that was refused for now waits as long as its record says, also over restarts. */
  private async deliver(number: string, slot: string): Promise<number> {
    const notBefore = deliveryNotBefore(await this.steps.invoice(number), this.clock());
    if (notBefore === undefined) return this.steps.deliver(number, slot);
    throw new NotYet(notBefore);
  }

  private async doStep(slots: readonly string[], work: DueWork, step: () => Promise<number>): Promise<void> {
    const began = performance.now();
    for (const slot of slots) this.underWay.add(slot);
    let failed = false;
    try {
      const position = await step();
      for (const slot of slots) {
        this.parked.delete(slot);
        if (position > this.options.reflected()) this.done.set(slot, position);
      }
    } catch (error) {
      failed = !(error instanceof NotYet);
      for (const slot of slots) this.park(slot, work, error);
    } finally {
      for (const slot of slots) this.underWay.delete(slot);
      this.options.onStep?.({ kind: work.kind, milliseconds: performance.now() - began, failed });
      this.nudge?.();
    }
  }

  private park(slot: string, work: DueWork, error: unknown): void {
    if (error instanceof NotYet) {
      const { notBefore } = error;
      this.parked.set(slot, { slot, work, attempts: 0, reason: 'waits for its next try', notBefore });
      return;
    }
    const attempts = (this.parked.get(slot)?.attempts ?? 0) + 1;
    const wait = Math.min((this.options.retryDelay ?? 1000) * 2 ** (attempts - 1), MAX_RETRY_DELAY);
    const reason = error instanceof Error ? error.message : String(error);
    this.parked.set(slot, {
      slot,
      work,
      attempts,
      reason,
      notBefore: this.clock() + wait * (0.75 + Math.random() / 2),
    });
    this.log.warn({ slot, attempts, err: error }, 'a step of the closing failed and is tried again');
  }

  /** Until the read model changes, a step ends, or a parked one may be tried again. */
  private async somethingChanges(): Promise<void> {
    const now = this.clock();
    const waits = [...this.parked.values()].map(({ notBefore }) => notBefore - now);
    const longest = Math.max(10, Math.min(60_000, ...waits));
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    this.aborter.signal.addEventListener('abort', stop);
    this.nudge = stop;
    await Promise.race([
      this.options.changed(waiting.signal),
      delay(longest, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    this.nudge = undefined;
    this.aborter.signal.removeEventListener('abort', stop);
  }
}

/** A step whose time has not come. */
class NotYet extends Error {
  constructor(readonly notBefore: number) {
    super('not yet');
  }
}
