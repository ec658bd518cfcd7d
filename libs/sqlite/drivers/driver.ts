import { type Row, type SqlValue } from '../values';

/** What both drivers offer, as far as it is used here. */
export interface Driver {
  exec(sql: string): void;
  prepare(sql: string): DriverStatement;
  inTransaction(): boolean;
  close(): void;
}

export interface DriverStatement {
  all(parameters: readonly SqlValue[]): Row[];
  run(parameters: readonly SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/** Opens a file; one that only reads need not refuse writes by itself. */
export type OpenDriver = (file: string, readonly: boolean) => Driver;
