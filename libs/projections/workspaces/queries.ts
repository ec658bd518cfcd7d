import { type PersonalData } from '@seatledger/personal-data';
import { type FindOptions, type ReadStore, type StoredDocument } from '@seatledger/read-store';

import { type ReadModel } from '../read-model';
import {
  type MemberDocument,
  MEMBERS,
  subjectKey,
  type TeamDocument,
  TEAMS,
  type WorkspaceDocument,
  WORKSPACES,
} from './documents';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Id after which the next page begins; null on the last one. */
  readonly next: string | null;
}

export interface MemberView {
  readonly memberId: string;
  /** Null once erased. */
  readonly name: string | null;
  readonly email: string | null;
  readonly status: 'active' | 'inactive';
  readonly erased: boolean;
  readonly teamIds: readonly string[];
}

/** The documents do not reflect what was asked for, and did not in time. */
export class ReadModelLagging extends Error {}

/** Reads of the current state of workspaces, teams and members. */
export class WorkspaceQueries {
  constructor(
    private readonly store: ReadStore,
    private readonly runner: ReadModel,
    private readonly personalData: PersonalData,
  ) {}

  async workspace(workspaceId: string): Promise<WorkspaceDocument | undefined> {
    return (await this.store.get<WorkspaceDocument>(WORKSPACES.name, workspaceId))?.document;
  }

  /**
   * Waits until there is a document of a workspace that was only just started.
   * @throws {ReadModelLagging}
   */
  async waitForWorkspace(workspaceId: string, milliseconds: number): Promise<WorkspaceDocument> {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const { checkpoint } = this.runner.status();
      const workspace = await this.workspace(workspaceId);
      if (workspace !== undefined) return workspace;
      const left = deadline - performance.now();
      if (left <= 0 || !(await this.runner.reached(checkpoint + 1, left))) {
        throw new ReadModelLagging(`the start of ${workspaceId}`);
      }
    }
  }

  async teams(
    workspaceId: string,
    status: TeamDocument['status'] | undefined,
    limit: number,
    after: string | undefined,
  ): Promise<Page<Omit<TeamDocument, 'workspaceId'>>> {
    const where = status === undefined ? { workspaceId } : { workspaceId, status };
    return this.page<TeamDocument, Omit<TeamDocument, 'workspaceId'>>(
      TEAMS.name,
      workspaceId,
      { where, limit, after },
      ({ document: { teamId, name, status: current } }) => ({ teamId, name, status: current }),
    );
  }

  /** Those who may access the workspace now. */
  async members(
    workspaceId: string,
    status: 'active' | 'inactive' | undefined,
    limit: number,
    after: string | undefined,
  ): Promise<Page<MemberView>> {
    const where = status === undefined ? { workspaceId, present: 1 } : { workspaceId, status };
    const { items, next } = await this.page<MemberDocument, MemberDocument>(
      MEMBERS.name,
      workspaceId,
      { where, limit, after },
      ({ document }) => document,
    );
    return { items: await this.views(workspaceId, items), next };
  }

  private async page<D extends Readonly<Record<string, unknown>>, Item>(
    collection: string,
    workspaceId: string,
    { where, limit, after }: Pick<FindOptions, 'where' | 'limit'> & { after: string | undefined },
    view: (stored: StoredDocument<D>) => Item,
  ): Promise<Page<Item>> {
    const found = await this.store.find<D>(collection, {
      where,
      limit: limit + 1,
      ...(after === undefined ? {} : { after: { values: [], id: subjectKey(workspaceId, after) } }),
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next = found.length > limit && last !== undefined ? last.id.slice(workspaceId.length + 1) : null;
    return { items: items.map(view), next };
  }

  private async views(workspaceId: string, members: readonly MemberDocument[]): Promise<MemberView[]> {
    const encrypted = members.map(({ memberId, name, email }) => ({ memberId, texts: [name, email] }));
    const decrypt = await this.personalData.memberDecrypter(workspaceId, encrypted);
    return members.map(({ memberId, name, email, status, erased, teamIds }) => ({
      memberId,
      name: decrypt(memberId, name),
      email: decrypt(memberId, email),
      status: status === 'active' ? 'active' : 'inactive',
      erased,
      teamIds,
    }));
  }
}
