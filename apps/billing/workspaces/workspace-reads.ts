import { Injectable } from '@nestjs/common';
import { WorkspaceQueue } from '@seatledger/command-handling';
import { notFound } from '@seatledger/domain';
import { type WorkspaceDocument, WorkspaceQueries } from '@seatledger/projections';

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
    private readonly readModels: ReadModels,
  ) {}

  /** The workspace's document. @throws {DomainError} `unknown-workspace` @throws {ReadModelLagging} */
  async known(workspaceId: string): Promise<WorkspaceDocument> {
    await this.readModels.workspaces.refresh(REFRESH_LIMIT_MS);
    const workspace = await this.workspaceQueries.workspace(workspaceId);
    if (workspace !== undefined) return workspace;
    // Perhaps it was only just started: the history knows.
    await this.checkKnown(workspaceId);
    return this.workspaceQueries.waitForWorkspace(workspaceId, WAIT_LIMIT_MS);
  }

  /** For what is read from the history itself, which reflects every accepted command. @throws {DomainError} `unknown-workspace` */
  async checkKnown(workspaceId: string): Promise<void> {
    const latest = await this.workspaceQueue.inspect(workspaceId, (_state, known) => known);
    if (latest === -1) throw notFound('unknown-workspace', 'There is no workspace with this id.');
  }
}
