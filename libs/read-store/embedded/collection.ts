import { type SqlValue } from '@seatledger/sqlite';

import { checkDeclaration, checkSearch } from '../declaration';
import { type CollectionSpec, type FindOptions } from '../port';

/** One statement of a search, and its parameters. */
export interface Query {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/**
 * A collection as a table: `c_<name>(id, position, document)`, with a virtual column `f_<field>`
 * for each indexed field. Only the indexes hold the fields' values; documents are kept once.
 */
export class Collection {
  readonly name: string;
  readonly table: string;
  readonly indexes: readonly (readonly string[])[];

  /** @throws {TypeError} a name that cannot be one */
  constructor(spec: CollectionSpec) {
    checkDeclaration(spec);
    this.name = spec.name;
    this.indexes = spec.indexes;
    this.table = `"${tableOf(spec.name)}"`;
  }

  /** What creates the table and its indexes, as far as `columns` and the indexes are missing. */
  definition(existingColumns: readonly string[]): string[] {
    const missing = [...new Set(this.indexes.flat())].filter((field) => !existingColumns.includes(`f_${field}`));
    return [
      `CREATE TABLE IF NOT EXISTS ${this.table}
         (id TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, document TEXT NOT NULL)`,
      ...missing.map(
        (field) =>
          `ALTER TABLE ${this.table} ADD COLUMN "f_${field}" GENERATED ALWAYS AS (document ->> '$.${field}') VIRTUAL`,
      ),
      ...this.indexes.map(
        (fields) =>
          `CREATE INDEX IF NOT EXISTS "i_${this.name}(${fields.join(',')})"
             ON ${this.table} (${[...fields.map(column), 'id'].join(', ')})`,
      ),
    ];
  }

  /** Takes a JSON array of [id, position, document]: one call for a batch, not one for each document. */
  get upsert(): string {
    return `
      INSERT INTO ${this.table} (id, position, document)
      SELECT value ->> 0, value ->> 1, value -> 2 FROM json_each(?) WHERE true
      ON CONFLICT (id) DO UPDATE SET position = excluded.position, document = excluded.document
      WHERE excluded.position >= position`;
  }

  get remove(): string {
    return `DELETE FROM ${this.table} WHERE id = ? AND position <= ?`;
  }

  get byId(): string {
    return `SELECT id, position, document FROM ${this.table} WHERE id = ?`;
  }

  get byIds(): string {
    return `SELECT id, position, document FROM ${this.table} WHERE id IN (SELECT value FROM json_each(?))`;
  }

  count(where: FindOptions['where']): Query {
    checkSearch(this, { where });
    const fields = Object.keys(where);
    const conditions = fields.map((field) => equals(column(field), where[field] ?? null));
    return this.query('count(*)', conditions, '', []);
  }

  /**
   * The statements that, one after the other until there are enough documents, give what was
   * asked for. After a document they are several: what comes next by the last field of the
   * order, then by the field before it, and so on. Each is one range of an index, which a
   * comparison of whole rows would not be where a value is null.
   * @throws {TypeError} fields that no index begins with: a mistake in the program
   */
  find(options: Omit<FindOptions, 'limit'>): Query[] {
    checkSearch(this, options);
    const { where, orderBy = [], direction = 'ascending', after } = options;
    const fields = Object.keys(where);
    const descending = direction === 'descending';
    const keys = [...orderBy.map(column), 'id'];
    const order = `ORDER BY ${keys.map((key) => `${key} ${descending ? 'DESC' : 'ASC'}`).join(', ')} LIMIT ?`;
    const base = fields.map((field) => equals(column(field), where[field] ?? null));
    const query = (conditions: readonly Condition[]) =>
      this.query('id, position, document', [...base, ...conditions], order, []);
    if (after === undefined) return [query([])];
    const values: readonly SqlValue[] = [...after.values, after.id];
    const queries: Query[] = [];
    for (let at = keys.length - 1; at >= 0; at -= 1) {
      const same = keys.slice(0, at).map((key, index) => equals(key, values[index] ?? null));
      for (const beyond of comesAfter(keys[at] ?? 'id', values[at] ?? null, descending)) {
        queries.push(query([...same, beyond]));
      }
    }
    return queries;
  }

  private query(
    selected: string,
    conditions: readonly Condition[],
    rest: string,
    parameters: readonly SqlValue[],
  ): Query {
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
    return {
      sql: `SELECT ${selected} FROM ${this.table} ${where} ${rest}`,
      parameters: [...conditions.flatMap((condition) => condition.parameters), ...parameters],
    };
  }
}

export const tableOf = (name: string): string => `c_${name}`;

interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

const column = (field: string): string => `"f_${field}"`;

/** With `=` where possible: IS would not tell SQLite that nulls are out of the question. */
function equals(key: string, value: SqlValue): Condition {
  return value === null ? { sql: `${key} IS NULL`, parameters: [] } : { sql: `${key} = ?`, parameters: [value] };
}

/** Null comes before every value, in both stores. */
function comesAfter(key: string, value: SqlValue, descending: boolean): Condition[] {
  if (!descending) {
    return [
      value === null ? { sql: `${key} IS NOT NULL`, parameters: [] } : { sql: `${key} > ?`, parameters: [value] },
    ];
  }
  if (value === null) return [];
  const smaller = { sql: `${key} < ?`, parameters: [value] };
  return key === 'id' ? [smaller] : [smaller, { sql: `${key} IS NULL`, parameters: [] }];
}
