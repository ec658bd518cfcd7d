/** Filters as MongoDB understands them: mingo's, but with the order of strings by their UTF-8 bytes. */
import { EJSON } from 'bson';
import { Context } from 'mingo';
import * as operators from 'mingo/operators/query';
import { Query } from 'mingo/query';

import { type Doc } from './wire';

/** A comparison is only met by a value of the same type. */
const ordered =
  (holds: (order: number) => boolean) => (field: string, wanted: unknown, _options: unknown) => (document: unknown) => {
    const value = valueAt(document as Doc, field);
    return rank(value) === rank(wanted) && holds(compare(value, wanted));
  };

const context = Context.init({
  query: {
    ...operators,
    $gt: ordered((order) => order > 0),
    $gte: ordered((order) => order >= 0),
    $lt: ordered((order) => order < 0),
    $lte: ordered((order) => order <= 0),
  },
});

export function matcher(filter: Doc): (document: Doc) => boolean {
  const query = new Query(filter, { context });
  return (document) => query.test(document);
}

export function valueAt(document: Doc, path: string): unknown {
  let value: unknown = document;
  for (const key of path.split('.')) value = (value as Doc | null | undefined)?.[key];
  return value;
}

/** The order of BSON values, as far as documents are sorted by them: null, numbers, strings by their UTF-8. */
export function compare(a: unknown, b: unknown): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'number') return a - (b as number);
  return Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b)));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : EJSON.stringify(value ?? null));

function rank(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === 'number') return 1;
  return typeof value === 'string' ? 2 : 3;
}
