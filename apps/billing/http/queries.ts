import { type InvoiceStatus } from '@seatledger/domain';
import { type TSchema, Type } from '@sinclair/typebox';

import { closed, Id, Month, oneOf, Time } from './schemas';

/** Parameters come as texts, whatever they mean: `as` is what the API's description calls them. */
const whole = (pattern: string, as: { minimum: number; maximum?: number; default?: number }, description: string) =>
  Type.Optional(Type.String({ pattern, description, as: { type: 'integer', ...as } }));

/** Every read of a workspace takes it. */
export const AtLeast = {
  atLeast: whole(
    '^\\d{1,15}$',
    { minimum: 0, maximum: 999_999_999_999_999 },
    'A revision that the answer must reflect; 503 when it does not within 5 seconds',
  ),
};
/** Every list takes them. */
export const Paging = {
  limit: whole('^([1-9]\\d{0,2}|1000)$', { minimum: 1, maximum: 1000, default: 100 }, 'How many items'),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: "The page before's nextCursor" })),
};

export const query = <P extends Record<string, TSchema>>(properties: P) => closed(properties);

export const INVOICE_STATUSES = [
  'issued',
  'rendered',
  'delivered',
  'delivery-failed',
  'cancelled',
] as const satisfies InvoiceStatus[];
const InvoiceStatusQuery = Type.Optional(oneOf(...INVOICE_STATUSES));

export const ListQuery = query(Paging);
export const WorkspaceQuery = query(AtLeast);
export const TeamsQuery = query({ ...AtLeast, ...Paging, status: Type.Optional(oneOf('active', 'archived')) });
export const MembersQuery = query({ ...AtLeast, ...Paging, status: Type.Optional(oneOf('active', 'inactive')) });
export const WorkspaceListQuery = query({ ...AtLeast, ...Paging });
export const WorkspaceInvoicesQuery = query({ ...AtLeast, ...Paging, status: InvoiceStatusQuery });
export const InvoicesQuery = query({ ...Paging, month: Type.Optional(Month), status: InvoiceStatusQuery });
export const EventsQuery = query({
  workspaceId: Type.Optional(Id),
  from: whole('^\\d{1,15}$', { minimum: 0, maximum: 999_999_999_999_999 }, 'The first position'),
  limit: whole('^[1-9]\\d{0,14}$', { minimum: 1, maximum: 999_999_999_999_999 }, 'How many events; else all'),
});
export const KnownAtQuery = query({
  revision: whole('^\\d{1,15}$', { minimum: 0, maximum: 999_999_999_999_999 }, "Of the workspace's history"),
  recordedBefore: Type.Optional(Time),
});
export const DatevQuery = query({
  month: Month,
  with: Type.Optional(
    Type.String({
      pattern: '^(debtors|documents|debtors,documents|documents,debtors)$',
      description: 'What is to come with the batch, in a ZIP: `debtors`, `documents`, or both with a comma between',
    }),
  ),
});
