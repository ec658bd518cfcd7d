import { Injectable } from '@nestjs/common';
import { type ClosingRequest, formatInstant } from '@seatledger/domain';
import { WorkRunner } from '@seatledger/month-end';
import { type FailedStep } from '@seatledger/work-queue';

/** Whether a run is about a workspace. */
export const isOf = ({ workspaceIds }: ClosingRequest, workspaceId: string): boolean =>
  workspaceIds === null || workspaceIds.includes(workspaceId);

/** The steps after closings that failed and wait for another try. */
@Injectable()
export class FailingSteps {
  constructor(private readonly work: WorkRunner) {}

  /** Of the workspaces and the month of a run. */
  async ofRun(request: ClosingRequest): Promise<FailedStep[]> {
    const failing = await this.work.failing(request.month);
    return failing.filter(({ workspaceId }) => workspaceId !== null && isOf(request, workspaceId));
  }

  /** Tries the steps of a run again at once. */
  async retry(request: ClosingRequest): Promise<void> {
    await this.work.retry(await this.ofRun(request));
  }

  /** All of them, at most a thousand. */
  async list() {
    const failing = await this.work.failing();
    return failing.map(({ kind, workspaceId, month, number, attempts, reason, notBefore }) => ({
      step: kind,
      workspaceId,
      month,
      number,
      attempts,
      problem: reason,
      nextTry: formatInstant(notBefore),
    }));
  }
}
