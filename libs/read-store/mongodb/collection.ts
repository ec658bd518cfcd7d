import { type AnyBulkWriteOperation, type Filter, type IndexDescription, type Sort } from 'mongodb';

import { checkDeclaration, checkList, checkSearch, checkTotals, fieldsOf } from '../declaration';
import {
  type CollectionSpec,
  type Condition,
  type Document,
  type FieldValue,
  type Filter as ListFilter,
  type FindOptions,
  type ListOptions,
  type StoredDocument,
  type SumsSpec,
  type Write,
} from '../port';
import { type Group } from '../sums';

/**
 * A document as it lies in MongoDB. `document` is as it came; the simple binary comparison of
 * strings orders ids as the embedded store does.
 */
export interface Stored {
  readonly _id: string;
  readonly position: number;
  readonly document: Document;
}

/** The fields of a document that lists are made of, in a collection of their own: a list reads no document. */
export interface Listed {
  readonly _id: string;
  readonly position: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** One combination of values with its sums `s0`, `s1`, ...; its id is the combination. */
export type StoredGroup = { readonly _id: string; readonly count: number } & Readonly<Record<`s${number}`, number>>;

type Value = string | number | null;

/** How a collection of the port is kept and searched; talks to no server. */
export class Collection {
  readonly name: string;
  readonly indexes: CollectionSpec['indexes'];
  readonly list: readonly string[];
  readonly sums?: SumsSpec;

  /** @throws {TypeError} a name that cannot be one */
  constructor(spec: CollectionSpec) {
    checkDeclaration(spec);
    // What MongoDB keeps for itself.
    if (spec.name.startsWith('system.')) throw new TypeError(`"${spec.name}" cannot be the name of a collection`);
    this.name = spec.name;
    this.indexes = spec.indexes;
    this.list = spec.list ?? [];
    if (spec.sums !== undefined) this.sums = spec.sums;
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

  get listName(): string {
    return `_list.${this.name}`;
  }

  get sumsName(): string {
    return `_sums.${this.name}`;
  }

  /** The same for what lists are made of. */
  listOperation({ id, position, document }: Write): AnyBulkWriteOperation<Listed> {
    if (document === null) return { deleteOne: { filter: { _id: id, position: { $lte: position } } } };
    const isNotOlder = { $lte: [{ $ifNull: ['$position', -1] }, position] };
    const next: Listed = { _id: id, position, fields: this.fieldsIn(document) };
    const update = [{ $replaceWith: { $cond: [isNotOlder, { $literal: next }, '$$ROOT'] } }];
    return { updateOne: { filter: { _id: id }, update, upsert: true } };
  }

  /** How sums change by writes to documents that are listed so now. */
  sumsOperations(writes: Iterable<Write>, before: ReadonlyMap<string, Listed>): AnyBulkWriteOperation<StoredGroup>[] {
    const { by = [], of = [] } = this.sums ?? {};
    const changes = new Map<string, { count: number; sums: number[] }>();
    const add = (fields: Listed['fields'], sign: 1 | -1): void => {
      const key = JSON.stringify(by.map((field) => fields[field] ?? null));
      const change = changes.get(key) ?? { count: 0, sums: of.map(() => 0) };
      const sums = of.map((field, at) => (change.sums[at] ?? 0) + sign * Number(fields[field] ?? 0));
      changes.set(key, { count: change.count + sign, sums });
    };
    for (const { id, position, document } of writes) {
      const old = before.get(id);
      if (old !== undefined && old.position > position) continue;
      if (old !== undefined) add(old.fields, -1);
      if (document !== null) add(this.fieldsIn(document), 1);
    }
    return [...changes].map(([key, { count, sums }]) => {
      const plus = (field: string, by: number) => ({ $add: [{ $ifNull: [`$${field}`, 0] }, by] });
      const next = {
        _id: { $literal: key },
        count: plus('count', count),
        ...Object.fromEntries(sums.map((sum, at) => [`s${at}`, plus(`s${at}`, sum)])),
      };
      return { updateOne: { filter: { _id: key }, update: [{ $replaceWith: next }], upsert: true } };
    });
  }

  private fieldsIn(document: Document): Listed['fields'] {
    return Object.fromEntries(this.list.map((field) => [field, fieldValue(document[field])]));
  }

  listed(options: Omit<ListOptions, 'limit'>): { filter: Filter<Listed>; sort: Sort } {
    checkList(this, fieldsOf(options));
    const { where, orderBy, direction, after } = options;
    const key = `fields.${orderBy}`;
    const order = direction === 'descending' ? -1 : 1;
    const filter = matching(where);
    if (after === undefined) return { filter, sort: { [key]: order, _id: order } };
    const next: Filter<Listed> = { [key]: after.value, _id: order === 1 ? { $gt: after.id } : { $lt: after.id } };
    const ranges: Filter<Listed>[] = rangesBeyond(after.value, order === -1).map((range) => ({ [key]: range }));
    return { filter: { $and: [filter, { $or: [...ranges, next] }] }, sort: { [key]: order, _id: order } };
  }

  /** @throws {TypeError} */
  totals(where: ListFilter, by: string): { sums: SumsSpec; pipeline: object[] } {
    const sums = checkTotals(this, where, by);
    const each = sums.of.map((field, at) => [`s${at}`, { $sum: `$fields.${field}` }] as const);
    const group: object = { _id: `$fields.${by}`, count: { $sum: 1 }, ...Object.fromEntries(each) };
    return { sums, pipeline: [{ $match: matching(where) }, { $group: group }] };
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

const fieldValue = (value: unknown): FieldValue =>
  typeof value === 'string' || typeof value === 'number' ? value : null;

export function toGroup({ of }: SumsSpec, stored: StoredGroup): Group {
  const values = JSON.parse(stored._id) as FieldValue[];
  return { values, count: stored.count, sums: of.map((_, at) => stored[`s${at}`] ?? 0) };
}

function matching(where: ListFilter): Filter<Listed> {
  const conditions = Object.entries(where).map(([field, condition]) => ({ [`fields.${field}`]: criterion(condition) }));
  return conditions.length === 0 ? {} : { $and: conditions };
}

function criterion(condition: Condition): object {
  if ('anyOf' in condition) return { $in: condition.anyOf };
  if ('contains' in condition) return { $regex: condition.contains.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') };
  const { from = '', to } = condition;
  return { $gte: from, ...(to === undefined ? {} : { $lte: to }) };
}
