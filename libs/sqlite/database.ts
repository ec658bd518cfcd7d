import { statSync } from 'node:fs';

import { asDatabaseError, databaseError } from './errors';

export type SqlValue = string | number | null;
export type Row = readonly SqlValue[];

export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number;
}

/** A prepared statement. Rows are arrays in the order of the selected columns. */
export interface Statement {
  all(parameters?: readonly SqlValue[]): Row[];
  /** The first row; ask with LIMIT 1, as the rest is read all the same. */
  get(parameters?: readonly SqlValue[]): Row | undefined;
  run(parameters?: readonly SqlValue[]): RunResult;
}

/** One connection to a database file; synchronous. Everything it throws is a DatabaseError. */
export interface Database {
  readonly file: string;
  readonly inTransaction: boolean;
  exec(sql: string): void;
  /** Prepares a statement, once for each text. */
  prepare(sql: string): Statement;
  close(): void;
}

export interface DatabaseOptions {
  /** Refuses every write through this connection. */
  readonly readonly?: boolean;
  /** How long to wait for a lock of another connection, in ms. */
  readonly lockTimeout?: number;
  /** Page cache of this connection, in KiB. */
  readonly cacheSize?: number;
}

/** What both drivers offer, as far as it is used here. */
interface Driver {
  exec(sql: string): void;
  prepare(sql: string): DriverStatement;
  inTransaction(): boolean;
  close(): void;
}
interface DriverStatement {
  all(parameters: readonly SqlValue[]): Row[];
  run(parameters: readonly SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/**
 * Opens a connection; creates the file when it is missing and the connection may write.
 * Uses the SQLite inside Node from version 24 on, else the `libsql` package.
 * @throws {DatabaseError}
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): Database {
  const { readonly = false, lockTimeout = 10_000, cacheSize = 16_384 } = options;
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw asDatabaseError(error, file);
    }
  };
  checkFile(file, readonly);
  const driver = guarded(() => (hasOwnSqlite() ? openNode(file, readonly) : openLibsql(file)));
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const prepared = driver.prepare(sql);
    const all = (parameters: readonly SqlValue[] = []) => guarded(() => prepared.all(parameters));
    return {
      all,
      // Reading to the end also ends the read transaction, which a first row alone would hold.
      get: (parameters) => all(parameters)[0],
      run: (parameters = []) =>
        guarded(() => {
          const { changes, lastInsertRowid } = prepared.run(parameters);
          return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
        }),
    };
  };
  const database: Database = {
    file,
    get inTransaction() {
      return driver.inTransaction();
    },
    exec: (sql) => guarded(() => driver.exec(sql)),
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = guarded(() => prepare(sql));
      statements.set(sql, statement);
      return statement;
    },
    close: () => {
      statements.clear();
      guarded(() => driver.close());
    },
  };
  try {
    database.exec(`PRAGMA busy_timeout = ${lockTimeout}; PRAGMA cache_size = -${cacheSize}`);
    if (readonly) database.exec('PRAGMA query_only = ON');
    // Opening is lazy: the first read is what meets a file that is none of ours.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** The smallest page of SQLite, in bytes. */
const SMALLEST = 512;

/**
 * What SQLite would not refuse by itself: it would take a file of a few bytes for an empty one.
 * Only asks for the size: to open and close the file here would release the locks that SQLite
 * holds on it in this process, as POSIX locks go.
 */
function checkFile(file: string, mustExist: boolean): void {
  try {
    const stat = statSync(file, { throwIfNoEntry: mustExist });
    if (stat === undefined) return;
    if (!stat.isFile()) throw databaseError('cannot-open', file, 'not a regular file');
    if (stat.size > 0 && stat.size < SMALLEST) throw databaseError('not-a-database', file);
  } catch (error) {
    throw asDatabaseError(error, file);
  }
}

const hasOwnSqlite = (): boolean => Number(process.versions.node.split('.')[0]) >= 24;

interface LibsqlDatabase {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  prepare(sql: string): {
    readonly reader: boolean;
    raw(): unknown;
    all(parameters: readonly SqlValue[]): unknown[];
    run(parameters: readonly SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  };
  close(): unknown;
}

function openLibsql(file: string): Driver {
  // Loaded here, as it is only needed where Node has no SQLite of its own.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const Libsql = require('libsql') as new (file: string) => LibsqlDatabase;
  const database = new Libsql(file);
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      // Rows as arrays: quicker, and without the `_metadata` that libsql adds to objects.
      if (statement.reader) statement.raw();
      return {
        all: (parameters) => statement.all(parameters) as Row[],
        run: (parameters) => statement.run(parameters),
      };
    },
    inTransaction: () => database.inTransaction,
    close: () => void database.close(),
  };
}

interface NodeSqlite {
  readonly DatabaseSync: new (file: string, options: { readOnly: boolean }) => NodeDatabase;
}
interface NodeDatabase {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): {
    setReturnArrays(enabled: boolean): void;
    all(...parameters: readonly SqlValue[]): unknown[];
    run(...parameters: readonly SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  };
  close(): void;
}

function openNode(file: string, readOnly: boolean): Driver {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as NodeSqlite;
  const database = new DatabaseSync(file, { readOnly });
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return {
        all: (parameters) => statement.all(...parameters) as Row[],
        run: (parameters) => statement.run(...parameters),
      };
    },
    inTransaction: () => database.isTransaction,
    close: () => database.close(),
  };
}
