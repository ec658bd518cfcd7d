import { randomUUID } from 'node:crypto';

import {
  type BillingMonth,
  boundsOf,
  type ClosingReport,
  type ClosingRequest,
  type MonthBill,
  Problem,
  ruleViolated,
} from '@seatledger/domain';
import { closingStream, commandIdOf, type Ledger, type Origin, RevisionConflict } from '@seatledger/event-store';

import { type MonthCloser, monthNotOver } from './month-closer';
import { type Clock, type Log } from './ports';

/** What a dry run would bill a workspace. */
export interface DryRunBill {
  readonly workspaceId: string;
  readonly bill: MonthBill;
}

export interface ClosingProgress extends ClosingReport {
  readonly closingId: string;
  readonly state: 'running' | 'done';
  readonly month: BillingMonth;
  readonly bills?: readonly DryRunBill[];
}

export interface ClosingsParts {
  readonly ledger: Ledger;
  readonly closer: MonthCloser;
  readonly clock: Clock;
  readonly log: Log;
  /** Ids of all workspaces with a contract, as of now. */
  readonly workspacesWithContract: () => Promise<string[]>;
  /** Resolves when the invoices of everything closed up to the position are issued and to be read. */
  readonly invoicesIssued: (position: number, signal: AbortSignal) => Promise<void>;
  readonly onWorkspace?: (outcome: string) => void;
}

/** Who asked for a run. */
export type RunOrigin = Omit<Origin, 'commandId'>;

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
const SIDE_BY_SIDE = 32;
const FAILURES_LISTED = 100;

/** Runs of the closing over many workspaces; a run that a stop interrupted is taken up again. */
export class Closings {
  private readonly runs = new Map<string, Run>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly aborter = new AbortController();

  constructor(private readonly parts: ClosingsParts) {}

  /**
   * Records the run and starts it; under the same key it is the same run.
   * @throws {Problem} when the key was used for another request
   */
  async start(request: ClosingRequest, origin: RunOrigin): Promise<string> {
    await this.refuseOpenMonth(request);
    const key = origin.request?.key;
    const closingId = key === undefined ? randomUUID() : commandIdOf('closing', key);
    try {
      await this.parts.ledger.append(closingStream(closingId), 'no-stream', [
        {
          origin: { commandId: closingId, ...origin },
          events: [{ type: 'ClosingRequested', data: request, occurredAt: this.parts.clock() }],
        },
      ]);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      const [first] = await this.parts.ledger.read(closingStream(closingId));
      if (first?.metadata.requestHash === origin.request?.hash) return closingId;
      throw ruleViolated('idempotency-key-reused', 'The Idempotency-Key was used for another request.');
    }
    this.resume(closingId, request);
    return closingId;
  }

  /** Counts and prices without writing anything; kept in memory for a while. */
  async startDryRun(request: ClosingRequest): Promise<string> {
    await this.refuseOpenMonth(request);
    const closingId = randomUUID();
    const run = newRun(request);
    run.bills = [];
    this.follow(this.dryRun(this.track(closingId, run)));
    return closingId;
  }

  /** Goes on with a run that was recorded. */
  resume(closingId: string, request: ClosingRequest): void {
    if (this.runs.has(closingId)) return;
    this.follow(this.closeAll(closingId, this.track(closingId, newRun(request))));
  }

  /** A run of this process. */
  progress(closingId: string): ClosingProgress | undefined {
    const run = this.runs.get(closingId);
    if (run === undefined) return undefined;
    const { request, bills, ...counts } = run;
    return {
      closingId,
      month: request.month,
      ...counts,
      ...(bills === undefined ? {} : { bills }),
    };
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
    if (boundsOf(month, FIRST_TIME_ZONE).end > this.parts.clock()) throw monthNotOver(month);
    if (workspaceIds === null || workspaceIds.length !== 1) return;
    const [workspaceId] = workspaceIds;
    if (workspaceId !== undefined) await this.parts.closer.refuseOpenMonth(workspaceId, month);
  }

  private async closeAll(closingId: string, run: Run): Promise<void> {
    const { closer, log } = this.parts;
    let position = 0;
    await this.forEachWorkspace(run, async (workspaceId) => {
      const result = await closer.close(workspaceId, run.request.month, closingId);
      this.parts.onWorkspace?.(result.outcome);
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
    if (this.aborter.signal.aborted) return;
    await this.parts.invoicesIssued(position, this.aborter.signal);
    if (this.aborter.signal.aborted) return;
    await this.recordFinished(closingId, run);
    run.state = 'done';
    const { total, closed, nothingToBill, alreadyClosed, failedCount } = run;
    log.info(
      { closingId, month: run.request.month, total, closed, nothingToBill, alreadyClosed, failedCount },
      'closing done',
    );
  }

  private async dryRun(run: Run): Promise<void> {
    const { closer } = this.parts;
    await this.forEachWorkspace(run, async (workspaceId) => {
      const { month } = run.request;
      if ((await closer.closedMonth(workspaceId, month)) !== undefined) {
        run.alreadyClosed += 1;
        return;
      }
      const { bill } = await closer.preview(workspaceId, month);
      if (bill.lines.length === 0) run.nothingToBill += 1;
      run.bills?.push({ workspaceId, bill });
    });
    run.bills?.sort((a, b) => (a.workspaceId < b.workspaceId ? -1 : 1));
    run.state = 'done';
  }

  /** Tries every workspace of the run; one that fails is noted and leaves the others alone. */
  private async forEachWorkspace(run: Run, close: (workspaceId: string) => Promise<void>): Promise<void> {
    const { workspaceIds } = run.request;
    const ids = [...(workspaceIds ?? (await this.parts.workspacesWithContract()))];
    run.total = ids.length;
    const next = ids.values();
    const worker = async (): Promise<void> => {
      for (const workspaceId of next) {
        if (this.aborter.signal.aborted) return;
        try {
          await close(workspaceId);
        } catch (error) {
          run.failedCount += 1;
          if (!(error instanceof Problem)) {
            this.parts.log.error({ workspaceId, err: error }, 'closing a workspace failed');
          }
          if (run.failed.length < FAILURES_LISTED) {
            run.failed.push({ workspaceId, problem: reasonOf(error) });
          }
        }
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  }

  private async recordFinished(closingId: string, run: Run): Promise<void> {
    const { total, closed, nothingToBill, alreadyClosed, failedCount, failed } = run;
    const data = { total, closed, nothingToBill, alreadyClosed, failedCount, failed };
    try {
      await this.parts.ledger.append(closingStream(closingId), 0, [
        {
          origin: { commandId: `${closingId}:done`, correlationId: closingId, actor: 'closing' },
          events: [{ type: 'ClosingFinished', data, occurredAt: this.parts.clock() }],
        },
      ]);
    } catch (error) {
      // Another process took the run up as well and was quicker.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  private track(closingId: string, run: Run): Run {
    this.runs.set(closingId, run);
    // Finished runs stand in the read model; dry runs are forgotten in time.
    if (this.runs.size > 200) {
      const [oldest] = [...this.runs].find(([, { state }]) => state === 'done') ?? [];
      if (oldest !== undefined) this.runs.delete(oldest);
    }
    return run;
  }

  private follow(run: Promise<void>): void {
    const followed = run
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'a closing run broke off'))
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
  error instanceof Problem ? `${error.code}: ${error.detail}` : 'An unexpected error; the log tells more.';
