import { Injectable } from '@nestjs/common';
import { ContractQueue, WorkspaceQueue } from '@seatledger/command-handling';
import { notFound } from '@seatledger/domain';
import { ReadModelLagging, type WorkspaceDocument, WorkspaceQueries } from '@seatledger/projections';

import { ReadModels } from '../infrastructure/projections.module';

const WAIT_LIMIT_MS = 5000;
/** What was acknowledged is in the documents within milliseconds, or something is amiss. */
const REFRESH_LIMIT_MS = 250;

/** What reads of a workspace begin with: that there is one, and that they reflect what was asked for. */
@Injectable()
export class WorkspaceReads {
  constructor(
    private readonly workspaceQueries: WorkspaceQueries,
    private readonly workspaceQueue: WorkspaceQueue,
    private readonly contractQueue: ContractQueue,
    private readonly readModels: ReadModels,
  ) {}

  /** The workspace's document, reflecting at least a revision. @throws {DomainError} */
  async known(workspaceId: string, atLeast?: string): Promise<WorkspaceDocument> {
    const { workspaceQueries, workspaceQueue } = this;
    await this.readModels.workspaces.refresh(REFRESH_LIMIT_MS);
    const workspace = await workspaceQueries.workspace(workspaceId);
    const revision = Number(atLeast ?? 0);
    if (workspace !== undefined && workspace.revision >= revision) return workspace;
    // Perhaps it was only just started: the history knows.
    const latest = await workspaceQueue.inspect(workspaceId, (_state, known) => known);
    if (latest === -1) throw unknownWorkspace();
    await workspaceQueries.reflects(workspaceId, revision, WAIT_LIMIT_MS);
    return this.known(workspaceId);
  }

  /**
   * For what is read from the history itself: it reflects every accepted command, so that only a
   * revision that does not exist yet is waited for. One of the contract counts as well.
   * @throws {DomainError} `unknown-workspace` @throws {ReadModelLagging}
   */
  async reached(workspaceId: string, atLeast?: string): Promise<void> {
    const { workspaceQueue, contractQueue } = this;
    const { workspaces } = this.readModels;
    const deadline = performance.now() + WAIT_LIMIT_MS;
    for (;;) {
      const { checkpoint } = workspaces.status();
      const revision = await workspaceQueue.inspect(workspaceId, (_state, latest) => latest);
      if (revision === -1) throw unknownWorkspace();
      if (atLeast === undefined || revision >= Number(atLeast)) return;
      const ofContract = await contractQueue.inspect(workspaceId, (_state, latest) => latest);
      if (ofContract >= Number(atLeast)) return;
      const left = deadline - performance.now();
      if (left <= 0) throw new ReadModelLagging(`revision ${atLeast} of ${workspaceId}`);
      await workspaces.reached(checkpoint + 1, left);
    }
  }
}

const unknownWorkspace = (): Error => notFound('unknown-workspace', 'There is no workspace with this id.');
