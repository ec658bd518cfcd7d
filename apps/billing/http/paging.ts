import { type InvoiceSort } from '@seatledger/projections';
import { type Static, type TSchema, Type } from '@sinclair/typebox';

import { closed, object, orNull, text, whole } from './schema';
import { InvalidRequest } from './validation';

/** How a position in the whole history is written. */
export const POSITION = '^\\d{1,20}$';

/** Every read takes it. */
const AtLeast = {
  atLeast: Type.Optional(
    Type.String({
      pattern: POSITION,
      rule: 'must be a position: 1 to 20 digits',
      description:
        'A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; ' +
        '503 `read-model-lagging` when it does not within 5 seconds',
    }),
  ),
};
/** Every list takes them. */
export const Paging = {
  ...AtLeast,
  limit: whole('^([1-9]\\d{0,2}|1000)$', { minimum: 1, maximum: 1000, default: 100 }, 'How many items'),
  cursor: Type.Optional(Type.String({ maxLength: 4000, description: "The page before's nextCursor" })),
};
export const ListQuery = closed(Paging);
export type ListQuery = Static<typeof ListQuery>;
export const ReadQuery = closed(AtLeast);
export type ReadQuery = Static<typeof ReadQuery>;

/** A page of a list as it is answered. */
export const pageOf = <S extends TSchema>(item: S) =>
  object(
    { items: Type.Array(item), nextCursor: orNull(text) },
    item.title === undefined ? {} : { title: `${item.title}Page` },
  );

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export const limitOf = (limit: string | undefined): number => Number(limit ?? '100');

/** What a list's cursor points at; opaque to the caller, and good for that list alone. */
export type CursorOf = 'teams' | 'members' | 'months' | 'units' | 'invoices' | `invoices by ${InvoiceSort}` | 'drafts';

export const encodeCursor = (list: CursorOf, next: string | null): string | null =>
  next === null ? null : Buffer.from(`${list}:${next}`).toString('base64url');

/** @throws {InvalidRequest} for what no such list has handed out */
export function decodeCursor(list: CursorOf, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const decoded = Buffer.from(cursor, 'base64url').toString();
  const next = decoded.slice(list.length + 1);
  if (decoded.startsWith(`${list}:`) && encodeCursor(list, next) === cursor) return next;
  throw foreignCursor();
}

export const foreignCursor = (): InvalidRequest =>
  new InvalidRequest([{ path: '/query/cursor', message: 'is not a cursor of this list' }]);

/** The page that a cursor and limit ask for, of a whole list in the order of its keys. */
export function pageFrom<Item>(
  list: CursorOf,
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, cursor }: { readonly limit?: string; readonly cursor?: string },
): Page<Item> {
  const after = decodeCursor(list, cursor);
  const from = after === undefined ? 0 : all.findIndex((item) => keyOf(item) > after);
  const items = from === -1 ? [] : all.slice(from, from + limitOf(limit));
  const last = items.at(-1);
  return { items, nextCursor: encodeCursor(list, last === undefined || last === all.at(-1) ? null : keyOf(last)) };
}
