import { CLOCK, type Clock } from '../infrastructure/clock';
import { type ContractHistory } from '@seatledger/month-end';
import { CONTRACT_HISTORY } from '../infrastructure/month-end.module';
import { ReadModels } from '../infrastructure/projections.module';
import { WorkspaceQueue, ContractQueue } from '@seatledger/command-handling';
import { DEFAULT_TIME_ZONE, defaultVariant, isOpen, monthOf, notFound, termsFor } from '@seatledger/domain';
import { ReadModelLagging, type WorkspaceDocument, WorkspaceQueries } from '@seatledger/projections';

import { Inject, Injectable } from '@nestjs/common';

import { MembersQuery, TeamsQuery, WorkspaceQuery } from './queries';
import { InvalidRequest, validated } from './validation';

const WAIT_LIMIT = 5000;
/** What was acknowledged is in the documents within milliseconds, or something is amiss. */
const REFRESH_LIMIT = 250;

/** Reads of a workspace's current state. */
@Injectable()
export class Reads {
  constructor(
    private readonly workspaceQueries: WorkspaceQueries,
    private readonly workspaceQueue: WorkspaceQueue,
    private readonly contractQueue: ContractQueue,
    private readonly runners: ReadModels,
    @Inject(CONTRACT_HISTORY) private readonly contracts: ContractHistory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async workspace(workspaceId: string, given: Record<string, string>) {
    const { atLeast } = validated(WorkspaceQuery, given, '/query');
    const { name, startedAt, revision, ...numbers } = await this.known(workspaceId, atLeast);
    return {
      workspaceId,
      name,
      startedAt,
      variant: await this.variantOf(workspaceId, startedAt),
      revision,
      members: {
        total: numbers.members,
        active: numbers.activeMembers,
        inactive: numbers.members - numbers.activeMembers,
      },
      teams: {
        total: numbers.teams,
        active: numbers.activeTeams,
        archived: numbers.teams - numbers.activeTeams,
      },
    };
  }

  async teams(workspaceId: string, given: Record<string, string>) {
    const { atLeast, status, limit, cursor } = validated(TeamsQuery, given, '/query');
    await this.known(workspaceId, atLeast);
    const { workspaceQueries } = this;
    const page = await workspaceQueries.teams(workspaceId, status, limitOf(limit), openCursor('teams', cursor));
    return { items: page.items, nextCursor: sealCursor('teams', page.next) };
  }

  async members(workspaceId: string, given: Record<string, string>) {
    const { atLeast, status, limit, cursor } = validated(MembersQuery, given, '/query');
    await this.known(workspaceId, atLeast);
    const { workspaceQueries } = this;
    const page = await workspaceQueries.members(workspaceId, status, limitOf(limit), openCursor('members', cursor));
    return { items: page.items, nextCursor: sealCursor('members', page.next) };
  }

  async access(workspaceId: string, memberId: string, given: Record<string, string>) {
    const { atLeast } = validated(WorkspaceQuery, given, '/query');
    if (atLeast !== undefined) await this.reached(workspaceId, atLeast);
    // From the history, not from a read model that may lag: who was removed has no access at once.
    const access = await this.workspaceQueue.inspect(workspaceId, ({ members }) =>
      isOpen(members.get(memberId)?.present ?? []),
    );
    return { access };
  }

  /** The workspace's document, reflecting at least a revision. @throws {DomainError} */
  async known(workspaceId: string, atLeast?: string): Promise<WorkspaceDocument> {
    const { workspaceQueries, workspaceQueue, runners } = this;
    await runners.workspaces.refresh(REFRESH_LIMIT);
    const workspace = await workspaceQueries.workspace(workspaceId);
    const revision = Number(atLeast ?? 0);
    if (workspace !== undefined && workspace.revision >= revision) return workspace;
    // Perhaps it was only just started: the history knows.
    const latest = await workspaceQueue.inspect(workspaceId, (_state, known) => known);
    if (latest === -1) throw unknownWorkspace();
    await workspaceQueries.reflects(workspaceId, revision, WAIT_LIMIT);
    return this.known(workspaceId);
  }

  /**
   * For what is read from the history itself: it reflects every accepted command, so that only a
   * revision that does not exist yet is waited for. One of the contract counts as well.
   * @throws {DomainError} `unknown-workspace` @throws {ReadModelLagging}
   */
  async reached(workspaceId: string, atLeast?: string): Promise<void> {
    const { workspaceQueue, contractQueue } = this;
    const { workspaces } = this.runners;
    const deadline = performance.now() + WAIT_LIMIT;
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

  /** The variant of the current month's terms; without a contract the one it would get. */
  private async variantOf(workspaceId: string, startedAt: string) {
    const found = await this.contracts.find(workspaceId);
    if (found === undefined) return defaultVariant(Date.parse(startedAt), DEFAULT_TIME_ZONE, false);
    const { contract } = found;
    const month = monthOf(this.clock(), contract.openingTerms.timeZone);
    return termsFor(contract, month < contract.firstMonth ? contract.firstMonth : month).variant;
  }
}

export const limitOf = (limit: string | undefined): number => Number(limit ?? '100');

/** What a list's cursor stands on; opaque to the caller, and good for that list alone. */
export type CursorOf = 'teams' | 'members' | 'months' | 'units' | 'invoices' | 'drafts';

export const sealCursor = (list: CursorOf, next: string | null): string | null =>
  next === null ? null : Buffer.from(`${list}:${next}`).toString('base64url');

/** @throws {InvalidRequest} for what no such list has handed out */
export function openCursor(list: CursorOf, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const [of, next] = Buffer.from(cursor, 'base64url').toString().split(':', 2);
  if (of === list && next !== undefined && sealCursor(list, next) === cursor) return next;
  throw new InvalidRequest([{ path: '/query/cursor', message: 'is none that this list has given' }]);
}

/** The page that a cursor and limit ask for, of a whole list in the order of its keys. */
export function pageOf<Item>(
  list: CursorOf,
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, cursor }: { readonly limit?: string; readonly cursor?: string },
): { items: Item[]; nextCursor: string | null } {
  const after = openCursor(list, cursor);
  const from = after === undefined ? 0 : all.findIndex((item) => keyOf(item) > after);
  const items = from === -1 ? [] : all.slice(from, from + limitOf(limit));
  const last = items.at(-1);
  return { items, nextCursor: sealCursor(list, last === undefined || last === all.at(-1) ? null : keyOf(last)) };
}

const unknownWorkspace = (): Error => notFound('unknown-workspace', 'There is no workspace with this id.');
