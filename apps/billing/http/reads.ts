import { DEFAULT_TIME_ZONE, defaultVariant, monthOf, notFound, termsFor } from '@seatledger/domain';
import { type WorkspaceDocument } from '@seatledger/projections';
import { type TSchema, Type } from '@sinclair/typebox';

import { type Platform } from '../platform/platform';
import { closed, oneOf } from './schemas';
import { validated } from './validation';

const WAIT_LIMIT = 5000;

const Integer = Type.String({ pattern: '^\\d{1,15}$', description: 'A whole number' });

/** Parameters that every read of a workspace takes. */
export const AtLeast = { atLeast: Type.Optional(Integer) };
export const Paging = {
  limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d{0,2}|1000)$', description: '1 to 1000' })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
};

export const query = <P extends Record<string, TSchema>>(properties: P) => closed(properties);

const WorkspaceQuery = query(AtLeast);
const TeamsQuery = query({
  ...AtLeast,
  ...Paging,
  status: Type.Optional(oneOf('active', 'archived')),
});
const MembersQuery = query({
  ...AtLeast,
  ...Paging,
  status: Type.Optional(oneOf('active', 'inactive')),
});

/** Reads of a workspace's current state. */
export class Reads {
  constructor(private readonly platform: Platform) {}

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
    const { workspaceQueries } = this.platform;
    const page = await workspaceQueries.teams(workspaceId, status, limitOf(limit), openCursor(cursor));
    return { items: page.items, nextCursor: sealCursor(page.next) };
  }

  async members(workspaceId: string, given: Record<string, string>) {
    const { atLeast, status, limit, cursor } = validated(MembersQuery, given, '/query');
    await this.known(workspaceId, atLeast);
    const { workspaceQueries } = this.platform;
    const page = await workspaceQueries.members(workspaceId, status, limitOf(limit), openCursor(cursor));
    return { items: page.items, nextCursor: sealCursor(page.next) };
  }

  async access(workspaceId: string, memberId: string, given: Record<string, string>) {
    const { atLeast } = validated(WorkspaceQuery, given, '/query');
    if (atLeast !== undefined) await this.known(workspaceId, atLeast);
    return { access: await this.platform.workspaceQueries.hasAccess(workspaceId, memberId) };
  }

  /** The workspace's document, reflecting at least a revision. @throws {Problem} */
  async known(workspaceId: string, atLeast?: string): Promise<WorkspaceDocument> {
    const { workspaceQueries, queues } = this.platform;
    if (atLeast !== undefined) {
      await workspaceQueries.reflects(workspaceId, Number(atLeast), WAIT_LIMIT);
    }
    const workspace = await workspaceQueries.workspace(workspaceId);
    if (workspace !== undefined) return workspace;
    // Perhaps it was only just started: the history knows.
    const revision = await queues.workspaceQueue.inspect(workspaceId, (_state, latest) => latest);
    if (revision === -1) throw notFound('unknown-workspace', 'There is no workspace with this id.');
    await workspaceQueries.reflects(workspaceId, 0, WAIT_LIMIT);
    return this.known(workspaceId);
  }

  /** The variant of the current month's terms; without a contract the one it would get. */
  private async variantOf(workspaceId: string, startedAt: string) {
    const found = await this.platform.contracts.find(workspaceId);
    if (found === undefined) return defaultVariant(Date.parse(startedAt), DEFAULT_TIME_ZONE, false);
    const { contract } = found;
    const month = monthOf(this.platform.clock(), contract.openingTerms.timeZone);
    return termsFor(contract, month < contract.firstMonth ? contract.firstMonth : month).variant;
  }
}

export const limitOf = (limit: string | undefined): number => Number(limit ?? '100');

/** Cursors are opaque to the caller. */
export const sealCursor = (next: string | null): string | null =>
  next === null ? null : Buffer.from(next).toString('base64url');

export const openCursor = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
