import { type Row, type SqlValue } from '../values';
import { type Driver } from './driver';

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

/** The SQLite inside Node. */
export function openNode(file: string, readOnly: boolean): Driver {
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
