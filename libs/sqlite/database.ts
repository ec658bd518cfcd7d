import { statSync } from 'node:fs';

import { type Driver, type DriverStatement, type OpenDriver } from './drivers/driver';
import { openLibsql } from './drivers/libsql';
import { openNode } from './drivers/node';
import { asDatabaseError, databaseError } from './errors';
import { type Row, type SqlValue } from './values';

export { type Row, type SqlValue } from './values';

interface RunResult {
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

/**
 * Opens a connection; creates the file when it is missing and the connection may write.
 * Uses the SQLite inside Node from version 24 on, else the `libsql` package.
 * @throws {DatabaseError}
 */
export const openDatabase = (file: string, options: DatabaseOptions = {}): Database =>
  openDatabaseWith(chosenDriver(), file, options);

/** The same with one of the drivers. @throws {DatabaseError} */
export function openDatabaseWith(openDriver: OpenDriver, file: string, options: DatabaseOptions = {}): Database {
  const { readonly = false, lockTimeout = 10_000, cacheSize = 16_384 } = options;
  checkFile(file, readonly);
  const database = new Connection(
    file,
    guarded(file, () => openDriver(file, readonly)),
  );
  try {
    database.exec(`PRAGMA busy_timeout = ${lockTimeout}; PRAGMA cache_size = -${cacheSize}; ${SAME_EVERYWHERE}`);
    if (readonly) database.exec('PRAGMA query_only = ON');
    // Opening is lazy: the first read is what meets a file that is none of ours.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** What the drivers set differently by themselves. */
const SAME_EVERYWHERE = 'PRAGMA foreign_keys = OFF';

/** Makes the drivers alike: one kind of error, statements prepared once, closed once. */
class Connection implements Database {
  private readonly statements = new Map<string, Statement>();
  private isClosed = false;

  constructor(
    readonly file: string,
    private readonly driver: Driver,
  ) {}

  get inTransaction(): boolean {
    return !this.isClosed && this.driver.inTransaction();
  }

  exec(sql: string): void {
    this.open(() => this.driver.exec(sql));
  }

  prepare(sql: string): Statement {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.open(() => this.statementOf(this.driver.prepare(sql)));
    this.statements.set(sql, statement);
    return statement;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.statements.clear();
    guarded(this.file, () => this.driver.close());
  }

  private statementOf(prepared: DriverStatement): Statement {
    const all = (parameters: readonly SqlValue[] = []): Row[] => this.open(() => prepared.all(parameters));
    return {
      all,
      // Reading to the end also ends the read transaction, which a first row alone would hold.
      get: (parameters) => all(parameters)[0],
      run: (parameters = []) =>
        this.open(() => {
          const { changes, lastInsertRowid } = prepared.run(parameters);
          return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
        }),
    };
  }

  private open<T>(action: () => T): T {
    if (this.isClosed) throw databaseError('closed', this.file);
    return guarded(this.file, action);
  }
}

function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asDatabaseError(error, file);
  }
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

/** From Node 24 on its own SQLite is used; that of Node 22 is an experiment. */
const chosenDriver = (): OpenDriver => (Number(process.versions.node.split('.')[0]) >= 24 ? openNode : openLibsql);
