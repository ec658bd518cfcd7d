import { type CollectionSpec, type Filter, type FindOptions, type ListOptions } from './port';

const COLLECTION = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;
const FIELD = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** @throws {TypeError} a name that cannot be one in every store */
export function checkDeclaration({ name, indexes, list = [], sums }: CollectionSpec): void {
  if (!COLLECTION.test(name)) throw new TypeError(`"${name}" cannot be the name of a collection`);
  for (const field of [...list, ...(sums?.by ?? []), ...(sums?.of ?? [])]) {
    if (!FIELD.test(field)) throw new TypeError(`collection ${name}: "${field}" cannot be a field of a list`);
  }
  for (const field of [...(sums?.by ?? []), ...(sums?.of ?? [])]) {
    if (!list.includes(field)) throw new TypeError(`collection ${name}: "${field}" of its sums is not in its list`);
  }
  for (const index of indexes) {
    for (const field of index) {
      if (!FIELD.test(field)) throw new TypeError(`collection ${name}: "${field}" cannot be an indexed field`);
    }
    if (index.length === 0) throw new TypeError(`collection ${name}: an index without fields`);
    if (new Set(index).size < index.length) {
      throw new TypeError(`collection ${name}: the index (${index.join(', ')}) names a field twice`);
    }
  }
}

/**
 * @throws {TypeError} fields that no declared index begins with, or a place of another order: a
 * mistake in the program
 */
export function checkSearch(
  { name, indexes }: CollectionSpec,
  { where, orderBy = [], after }: Pick<FindOptions, 'where' | 'orderBy' | 'after'>,
): void {
  const fields = Object.keys(where);
  const serves = (index: readonly string[]) =>
    fields.every((field) => index.slice(0, fields.length).includes(field)) &&
    orderBy.every((field, at) => index[fields.length + at] === field);
  if (fields.length + orderBy.length > 0 && !indexes.some(serves)) {
    const wanted = `where (${fields.join(', ')})${orderBy.length > 0 ? ` order by (${orderBy.join(', ')})` : ''}`;
    throw new TypeError(`collection ${name}: no declared index begins with ${wanted}`);
  }
  if (after !== undefined && after.values.length !== orderBy.length) {
    throw new TypeError(`collection ${name}: "after" needs one value for each field of "orderBy"`);
  }
}

/** Lists and sums of documents that are there already would leave these out. */
export const tooLate = (name: string): TypeError =>
  new TypeError(`collection ${name}: lists and sums are declared before the first document: give it another version`);

/** @throws {TypeError} a field that is not in the collection's list */
export function checkList({ name, list = [] }: CollectionSpec, fields: readonly string[]): void {
  const unknown = fields.find((field) => !list.includes(field));
  if (unknown !== undefined) throw new TypeError(`collection ${name}: "${unknown}" is not in its declared list`);
}

/** @throws {TypeError} fields that are not declared */
export function checkTotals(spec: CollectionSpec, where: Filter, by: string): NonNullable<CollectionSpec['sums']> {
  checkList(spec, Object.keys(where));
  if (spec.sums?.by.includes(by) !== true) {
    throw new TypeError(`collection ${spec.name}: no sums are declared by "${by}"`);
  }
  return spec.sums;
}

export const fieldsOf = ({ where, orderBy }: Pick<ListOptions, 'where' | 'orderBy'>): string[] => [
  ...Object.keys(where),
  orderBy,
];

/** Collections that were declared, by name. */
export class Declared<Collection> {
  private readonly byName = new Map<string, Collection>();

  set(name: string, collection: Collection): void {
    this.byName.set(name, collection);
  }

  delete(name: string): void {
    this.byName.delete(name);
  }

  /** @throws {TypeError} */
  get(name: string): Collection {
    const collection = this.byName.get(name);
    if (collection === undefined)
      throw new TypeError(`collection ${name} is not declared: ensureCollection comes first`);
    return collection;
  }
}
