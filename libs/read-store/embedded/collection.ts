import { type SqlValue } from '@seatledger/sqlite';

import { checkDeclaration, checkList, checkSearch, checkTotals, fieldsOf } from '../declaration';
import {
  type CollectionSpec,
  type Condition as FieldCondition,
  type Filter,
  type FindOptions,
  type ListOptions,
  type SumsSpec,
} from '../port';

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
  readonly list: readonly string[];
  readonly sums?: SumsSpec;

  /** @throws {TypeError} a name that cannot be one */
  constructor(spec: CollectionSpec) {
    checkDeclaration(spec);
    this.name = spec.name;
    this.indexes = spec.indexes;
    this.list = spec.list ?? [];
    if (spec.sums !== undefined) this.sums = spec.sums;
    this.table = `"${tableOf(spec.name)}"`;
  }

  /** What creates the table and its indexes, as far as `columns` and the indexes are missing. */
  definition(existingColumns: readonly string[]): string[] {
    const missing = [...new Set([...this.indexes.flat(), ...this.list])].filter(
      (field) => !existingColumns.includes(`f_${field}`),
    );
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
      ...this.listDefinition(),
      ...this.sumsDefinition(),
    ];
  }

  /** An index with all fields of the list: it is gone through without reading a document. */
  private listDefinition(): string[] {
    if (this.list.length === 0) return [];
    const columns = [...this.list.map(column), 'id'].join(', ');
    return [`CREATE INDEX IF NOT EXISTS ${this.listIndex} ON ${this.table} (${columns})`];
  }

  /** A row for each combination of values, kept by triggers: in the same transaction as the documents. */
  private sumsDefinition(): string[] {
    if (this.sums === undefined) return [];
    const { of } = this.sums;
    const sums = of.map((field) => `"s_${field}"`);
    const add = (row: 'NEW' | 'OLD', sign: '' | '-'): string =>
      `INSERT INTO ${this.sumsTable} VALUES (${[
        `json_array(${this.sumsKey(row)})`,
        `${sign}1`,
        ...of.map((field) => `${sign}coalesce(${row}.${column(field)}, 0)`),
      ].join(', ')})
         ON CONFLICT (key) DO UPDATE SET ${['count', ...sums].map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ')};`;
    const sweep = `DELETE FROM ${this.sumsTable} WHERE key = json_array(${this.sumsKey('OLD')}) AND count = 0;`;
    const trigger = (on: string, body: string): string =>
      `CREATE TRIGGER IF NOT EXISTS "s_${this.name}.${on}" AFTER ${on} ON ${this.table} BEGIN ${body} END`;
    return [
      `CREATE TABLE IF NOT EXISTS ${this.sumsTable}
         (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ${sums.map((sum) => `${sum} INTEGER NOT NULL`).join(', ')}) WITHOUT ROWID`,
      trigger('INSERT', add('NEW', '')),
      trigger('UPDATE', `${add('OLD', '-')} ${add('NEW', '')} ${sweep}`),
      trigger('DELETE', `${add('OLD', '-')} ${sweep}`),
    ];
  }

  private sumsKey(row: 'NEW' | 'OLD'): string {
    return (this.sums?.by ?? []).map((field) => `${row}.${column(field)}`).join(', ');
  }

  private get listIndex(): string {
    return `"l_${this.name}"`;
  }

  get sumsTable(): string {
    return `"s_${this.name}"`;
  }

  /** Ids in order, with which the documents are then read. */
  listed(options: Omit<ListOptions, 'limit'>): Query {
    checkList(this, fieldsOf(options));
    const { where, orderBy, direction, after } = options;
    const order = direction === 'descending' ? 'DESC' : 'ASC';
    const conditions = conditionsOf(where);
    if (after !== undefined) conditions.push(beyond(column(orderBy), after, direction === 'descending'));
    return this.query(
      'id',
      conditions,
      `ORDER BY ${column(orderBy)} ${order}, id ${order} LIMIT ?`,
      [],
      this.listIndex,
    );
  }

  totals(where: Filter, by: string): Query {
    const { of } = checkTotals(this, where, by);
    const sums = of.map((field) => `coalesce(sum(${column(field)}), 0)`);
    const selected = [column(by), 'count(*)', ...sums].join(', ');
    return this.query(selected, conditionsOf(where), `GROUP BY ${column(by)}`, [], this.listIndex);
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
    index?: string,
  ): Query {
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
    return {
      sql: `SELECT ${selected} FROM ${this.table} ${index === undefined ? '' : `INDEXED BY ${index}`} ${where} ${rest}`,
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

const conditionsOf = (where: Filter): Condition[] =>
  Object.entries(where).map(([field, condition]) => conditionOf(column(field), condition));

function conditionOf(key: string, condition: FieldCondition): Condition {
  if ('contains' in condition) return { sql: `instr(${key}, ?) > 0`, parameters: [condition.contains] };
  if ('anyOf' in condition) {
    const each = condition.anyOf.map((value) => equals(key, value));
    return either(each);
  }
  const { from, to } = condition;
  const bounds = [
    ...(from === undefined ? [] : [{ sql: `${key} >= ?`, parameters: [from] }]),
    ...(to === undefined ? [] : [{ sql: `${key} <= ?`, parameters: [to] }]),
  ];
  // Only texts have an order with texts.
  return {
    sql: [`typeof(${key}) = 'text'`, ...bounds.map(({ sql }) => sql)].join(' AND '),
    parameters: bounds.flatMap(({ parameters }) => parameters),
  };
}

/** What comes after a document in the order of a field and the id. */
function beyond(key: string, { value, id }: NonNullable<ListOptions['after']>, descending: boolean): Condition {
  const same = equals(key, value);
  const next = { sql: `(${same.sql} AND id ${descending ? '<' : '>'} ?)`, parameters: [...same.parameters, id] };
  return either([...comesAfter(key, value, descending), next]);
}

const either = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.length === 0 ? 'false' : `(${conditions.map(({ sql }) => sql).join(' OR ')})`,
  parameters: conditions.flatMap(({ parameters }) => parameters),
});
