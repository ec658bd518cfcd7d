import { randomUUID } from 'node:crypto';

import { type CommandContext } from '@seatledger/command-handling';
import {
  type BillingMonth,
  boundsOf,
  type ClosingReport,
  type ClosingRequest,
  type ClosingState,
  conflict,
  DomainError,
  hasNothingToClose,
  type MonthBill,
} from '@seatledger/domain';
import { closingStream, commandIdOf, type EventStore } from '@seatledger/event-store';

import { RetryLater } from './billing-steps';
import { answerOf, type CloseResult, contextOf, type MonthClosing } from './month-closing';
import { type Clock, type Commands, type Log } from './ports';

/** What a dry run would bill a workspace. */
export interface DryRunBill {
  readonly workspaceId: string;
  readonly bill: MonthBill;
}

export interface ClosingProgress extends ClosingReport {
  readonly closingId: string;
  readonly state: 'running' | 'done';
  readonly request: ClosingRequest;
  readonly bills?: readonly DryRunBill[];
}

export interface ClosingsParts {
  readonly commands: Pick<Commands, 'closings'>;
  readonly eventStore: Pick<EventStore, 'read'>;
  readonly months: MonthClosing;
  readonly clock: Clock;
  readonly log: Log;
  /** Ids of all workspaces with a contract, as of now. */
  readonly workspacesWithContract: () => Promise<string[]>;
  /** Resolves when the bills of everything closed up to the position are issued, or fail to be. */
  readonly invoicesIssued: (position: number, signal: AbortSignal) => Promise<void>;
  /** A workspace was closed, or `failed` to be. */
  readonly onWorkspace?: (outcome: string) => void;
}

/** What log lines of a run bear: who asked for it, and the run. */
interface RunIds {
  readonly correlationId: string;
  readonly closingId: string;
}

interface Run {
  readonly request: ClosingRequest;
  state: 'running' | 'done';
  total: number;
  closed: number;
  nothingToBill: number;
  alreadyClosed: number;
  failedCount: number;
  failed: { workspaceId: string; problem: string }[];
  bills?: DryRunBill[];
}

/** Where a month is over first. */
const FIRST_TIME_ZONE = 'Pacific/Kiritimati';
const CONCURRENCY = 32;
const FAILURES_LISTED = 100;

/**
 * Runs of the closing over many workspaces. A run is recorded, and done as due work by one of the
 * processes; one that was aborted is resumed.
 */
export class Closings {
  private readonly runs = new Map<string, Run>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly aborter = new AbortController();

  constructor(private readonly parts: ClosingsParts) {}

  /**
   * Records the run, which makes it due work; under the same key it is the same run.
   * @throws {DomainError} when the key was used for another request
   */
  async start(request: ClosingRequest, origin: CommandContext): Promise<string> {
    await this.refuseOpenMonth(request);
    const key = origin.request?.key;
    const closingId = key === undefined ? randomUUID() : commandIdOf('closing', key);
    answerOf(
      await this.parts.commands.closings.submit(closingId, closingId, { type: 'RequestClosing', request }, origin),
    );
    return closingId;
  }

  /**
   * Does a recorded run, or what is left of it. Resolves with the position of its last event, 0
   * when it is done already.
   * @throws {RetryLater} it was aborted by a stop
   */
  async run(closingId: string): Promise<number> {
    const state = await this.stateOf(closingId);
    if (state === undefined) throw new Error(`there is no closing ${closingId}`);
    if (state.report !== undefined) return 0;
    const correlationId = await this.correlationIdOf(closingId);
    const run = this.track(closingId, newRun(state.request));
    const closing = this.closeAll(closingId, run, correlationId);
    this.follow(closing);
    try {
      return await closing;
    } finally {
      // Aborted, it belongs to another process; done, it is in the read model.
      this.runs.delete(closingId);
    }
  }

  /** Counts and prices without writing anything; kept in memory for a while, and as long the same under a key. */
  async startDryRun(request: ClosingRequest, { correlationId, request: keyed }: CommandContext): Promise<string> {
    await this.refuseOpenMonth(request);
    const closingId = keyed === undefined ? randomUUID() : commandIdOf('dry-run', keyed.key);
    if (this.runs.has(closingId)) return closingId;
    const run = newRun(request);
    run.bills = [];
    this.follow(this.dryRun(this.track(closingId, run), { correlationId, closingId }));
    return closingId;
  }

  /**
   * How far a run is. One that another process does is told of from its beginning and its end;
   * a dry run is known only to the process that does it.
   */
  async progress(closingId: string): Promise<ClosingProgress | undefined> {
    const run = this.runs.get(closingId);
    if (run !== undefined) {
      const { request, bills, ...counts } = run;
      return { closingId, request, ...counts, ...(bills === undefined ? {} : { bills }) };
    }
    const state = await this.stateOf(closingId);
    if (state === undefined) return undefined;
    const { request, report } = state;
    if (report !== undefined) return { closingId, request, state: 'done', ...report };
    const { state: running, total, closed, nothingToBill, alreadyClosed, failedCount, failed } = newRun(request);
    return { closingId, request, state: running, total, closed, nothingToBill, alreadyClosed, failedCount, failed };
  }

  /** The runs that this process does right now, over all their workspaces. */
  underWayCounts(): { runs: number; workspaces: number; done: number; failed: number } {
    const counts = { runs: 0, workspaces: 0, done: 0, failed: 0 };
    for (const { state, bills, total, closed, nothingToBill, alreadyClosed, failedCount } of this.runs.values()) {
      if (state === 'done' || bills !== undefined) continue;
      counts.runs += 1;
      counts.workspaces += total;
      counts.done += closed + nothingToBill + alreadyClosed;
      counts.failed += failedCount;
    }
    return counts;
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    await Promise.all(this.underWay);
  }

  /**
   * A month that is over nowhere cannot be closed. Where only some workspaces still have it, it is
   * those that fail, each with its own reason.
   */
  private async refuseOpenMonth({ month, workspaceIds }: ClosingRequest): Promise<void> {
    if (boundsOf(month, FIRST_TIME_ZONE).end > this.parts.clock()) {
      throw conflict('month-not-over', `${month} is not over anywhere.`);
    }
    if (workspaceIds === null || workspaceIds.length !== 1) return;
    const [workspaceId] = workspaceIds;
    if (workspaceId !== undefined) await this.parts.months.requireOver(workspaceId, month);
  }

  /** @param correlationId of the request for the run; what it writes has the run's own id */
  private async closeAll(closingId: string, run: Run, correlationId: string): Promise<number> {
    const { log } = this.parts;
    const { signal } = this.aborter;
    let position = 0;
    await this.forEachWorkspace(run, { correlationId, closingId }, async (workspaceId) => {
      const result = await this.closeOne(workspaceId, run.request.month, closingId);
      if (result.outcome === 'not-billed') {
        run.total -= 1;
      } else if (result.outcome === 'already-closed') {
        run.alreadyClosed += 1;
      } else {
        if (result.outcome === 'closed') run.closed += 1;
        else run.nothingToBill += 1;
        position = Math.max(position, result.position);
      }
    });
    if (!signal.aborted) await this.parts.invoicesIssued(position, signal);
    if (signal.aborted) throw new RetryLater(this.parts.clock());
    const finished = await this.recordFinished(closingId, run);
    const { total, closed, nothingToBill, alreadyClosed, failedCount } = run;
    log.info(
      {
        correlationId,
        closingId,
        month: run.request.month,
        total,
        closed,
        nothingToBill,
        alreadyClosed,
        failedCount,
      },
      'closing done',
    );
    return finished;
  }

  private async closeOne(workspaceId: string, month: BillingMonth, closingId: string): Promise<CloseResult> {
    try {
      const result = await this.parts.months.close(workspaceId, month, closingId);
      this.parts.onWorkspace?.(result.outcome);
      return result;
    } catch (error) {
      this.parts.onWorkspace?.('failed');
      throw error;
    }
  }

  private async dryRun(run: Run, ids: RunIds): Promise<void> {
    const { months } = this.parts;
    await this.forEachWorkspace(run, ids, async (workspaceId) => {
      const { month } = run.request;
      if ((await months.closedMonth(workspaceId, month)) !== undefined) {
        run.alreadyClosed += 1;
        return;
      }
      const { bill } = await months.preview(workspaceId, month);
      if (hasNothingToClose(bill)) {
        run.total -= 1;
        return;
      }
      await months.requireOver(workspaceId, month);
      if (bill.documents.length === 0) run.nothingToBill += 1;
      run.bills?.push({ workspaceId, bill });
    });
    run.bills?.sort((a, b) => (a.workspaceId < b.workspaceId ? -1 : 1));
    run.state = 'done';
  }

  /** Tries every workspace of the run; one that fails is noted and leaves the others alone. */
  private async forEachWorkspace(run: Run, ids: RunIds, close: (workspaceId: string) => Promise<void>): Promise<void> {
    const { workspaceIds } = run.request;
    const all = [...(workspaceIds ?? (await this.parts.workspacesWithContract()))];
    run.total = all.length;
    const next = all.values();
    const worker = async (): Promise<void> => {
      for (const workspaceId of next) {
        if (this.aborter.signal.aborted) return;
        try {
          await close(workspaceId);
        } catch (error) {
          run.failedCount += 1;
          if (!(error instanceof DomainError)) {
            this.parts.log.error({ ...ids, workspaceId, err: error }, 'closing a workspace failed');
          }
          if (run.failed.length < FAILURES_LISTED) {
            run.failed.push({ workspaceId, problem: reasonOf(error) });
          }
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  private async recordFinished(closingId: string, run: Run): Promise<number> {
    const { total, closed, nothingToBill, alreadyClosed, failedCount, failed } = run;
    const report = { total, closed, nothingToBill, alreadyClosed, failedCount, failed };
    const { closings } = this.parts.commands;
    const command = { type: 'FinishClosing', report } as const;
    return answerOf(await closings.submit(closingId, `${closingId}:done`, command, contextOf(closingId))).position ?? 0;
  }

  private async correlationIdOf(closingId: string): Promise<string> {
    const [requested] = await this.parts.eventStore.read(closingStream(closingId));
    return requested?.metadata.$correlationId ?? closingId;
  }

  private stateOf(closingId: string): Promise<ClosingState> {
    return this.parts.commands.closings.inspect(closingId, (state) => state);
  }

  private track(closingId: string, run: Run): Run {
    this.runs.set(closingId, run);
    // Dry runs are forgotten in time.
    if (this.runs.size > 200) {
      const [oldest] = [...this.runs].find(([, { state }]) => state === 'done') ?? [];
      if (oldest !== undefined) this.runs.delete(oldest);
    }
    return run;
  }

  /** A stop waits for what is under way. */
  private follow(run: Promise<unknown>): void {
    const followed = run
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!(error instanceof RetryLater)) this.parts.log.error({ err: error }, 'a closing run was aborted');
      })
      .finally(() => this.underWay.delete(followed));
    this.underWay.add(followed);
  }
}

function newRun(request: ClosingRequest): Run {
  return {
    request,
    state: 'running',
    total: 0,
    closed: 0,
    nothingToBill: 0,
    alreadyClosed: 0,
    failedCount: 0,
    failed: [],
  };
}

const reasonOf = (error: unknown): string =>
  error instanceof DomainError ? `${error.code}: ${error.detail}` : 'An unexpected error; the log tells more.';
