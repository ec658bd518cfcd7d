import { type AnyBulkWriteOperation, type Filter, type IndexDescription, type Sort } from 'mongodb';

import { checkDeclaration, checkSearch } from '../declaration';
import { type CollectionSpec, type Document, type FindOptions, type StoredDocument, type Write } from '../port';

/**
 * A document as it lies in MongoDB. `document` is as it came; the simple binary comparison of
 * strings orders ids as the embedded store does.
 */
export interface Stored {
  readonly _id: string;
  readonly position: number;
  readonly document: Document;
}

type Value = string | number | null;

/** How a collection of the port is kept and searched; talks to no server. */
export class Collection {
  readonly name: string;
  readonly indexes: CollectionSpec['indexes'];

  /** @throws {TypeError} a name that cannot be one */
  constructor(spec: CollectionSpec) {
    checkDeclaration(spec);
    // What MongoDB keeps for itself.
    if (spec.name.startsWith('system.')) throw new TypeError(`"${spec.name}" cannot be the name of a collection`);
    this.name = spec.name;
    this.indexes = spec.indexes;
  }

  get definition(): IndexDescription[] {
    return this.indexes.map((fields) => ({
      key: Object.fromEntries([...fields.map(path), '_id'].map((key) => [key, 1])),
      name: fields.join(','),
    }));
  }

  /** Writes a document, or removes it, unless what is stored is newer. */
  operation({ id, position, document }: Write): AnyBulkWriteOperation<Stored> {
    if (document === null) return { deleteOne: { filter: { _id: id, position: { $lte: position } } } };
    const isNotOlder = { $lte: [{ $ifNull: ['$position', -1] }, position] };
    const next: Stored = { _id: id, position, document };
    // Decided by the server, as a filter on the position would insert a second one when it is not met.
    // `$literal`, as the text of a document may begin with a dollar sign.
    const update = [{ $replaceWith: { $cond: [isNotOlder, { $literal: next }, '$$ROOT'] } }];
    return { updateOne: { filter: { _id: id }, update, upsert: true } };
  }

  count(where: FindOptions['where']): Filter<Stored> {
    checkSearch(this, { where });
    return equal(where);
  }

  /**
   * The filters that, one after the other until there are enough documents, give what was asked
   * for, each as one range of an index. After a document they are several: what comes next by the
   * last field of the order, then by the field before it, and so on.
   * @throws {TypeError} fields that no index begins with: a mistake in the program
   */
  find(options: Omit<FindOptions, 'limit'>): { filters: Filter<Stored>[]; sort: Sort } {
    checkSearch(this, options);
    const { where, orderBy = [], direction = 'ascending', after } = options;
    const descending = direction === 'descending';
    const keys = [...orderBy.map(path), '_id'];
    const sort = Object.fromEntries(keys.map((key) => [key, descending ? -1 : 1])) as Sort;
    const base = equal(where);
    if (after === undefined) return { filters: [base], sort };
    const values: readonly Value[] = [...after.values, after.id];
    const filters: Filter<Stored>[] = [];
    for (let at = keys.length - 1; at >= 0; at -= 1) {
      const same = Object.fromEntries(keys.slice(0, at).map((key, index) => [key, values[index] ?? null]));
      for (const range of rangesBeyond(values[at] ?? null, descending)) {
        filters.push({ ...base, ...same, [keys[at] ?? '_id']: range });
      }
    }
    return { filters, sort };
  }
}

const path = (field: string): string => `document.${field}`;

/** Equality; null is also met by a missing field. */
const equal = (where: FindOptions['where']): Filter<Stored> =>
  Object.fromEntries(Object.entries(where).map(([field, value]) => [path(field), value]));

/** What comes after a value, in order. A comparison only meets values of its own type. */
function rangesBeyond(value: Value, descending: boolean): object[] {
  const [isNull, numbers, strings] = [{ $eq: null }, { $gte: -Infinity }, { $gte: '' }];
  if (descending) {
    if (value === null) return [];
    return typeof value === 'number' ? [{ $lt: value }, isNull] : [{ $lt: value }, numbers, isNull];
  }
  if (value === null) return [numbers, strings];
  return typeof value === 'number' ? [{ $gt: value }, strings] : [{ $gt: value }];
}

export function toDocument<D extends Document>({ _id, position, document }: Stored): StoredDocument<D> {
  return { id: _id, position, document: document as D };
}
