import { type Row, type SqlValue } from '../values';
import { type Driver } from './driver';

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

/** The SQLite of the package `libsql`. */
export function openLibsql(file: string): Driver {
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
