/** What passes between the threads: plain data that survives a structured clone. */
import { type Row, type SqlValue } from './database';
import { DatabaseError, databaseError, type DatabaseFault } from './errors';

/** A statement, run once for every `width` values; once when it takes none. */
export interface WriteStatement {
  readonly sql: string;
  readonly width: number;
  readonly values: readonly SqlValue[];
}

/** Statements that are applied all or none. */
export interface WriteRequest {
  readonly statements: readonly WriteStatement[];
  /** The first statement takes one set of values and must change a row, else nothing is applied. */
  readonly guarded?: boolean;
  /**
   * What these statements overwrite or delete is in none of the database's files any more
   * when they are answered (needs `secureDelete`). Repeat such a request when it fails.
   */
  readonly erases?: boolean;
}

export interface Written {
  readonly applied: true;
  readonly lastInsertRowid: number;
}
export interface NotApplied {
  readonly applied: false;
}
export interface Failure {
  readonly fault: DatabaseFault;
  readonly message: string;
}
export type Outcome = Written | NotApplied | Failure;

export interface ReadRequest {
  readonly sql: string;
  readonly parameters: Row;
}
export type ReadOutcome = { readonly rows: Row[] } | Failure;
/** A reader's first word. */
export const READY = 'ready';

export function toFailure({ fault, message }: DatabaseError): Failure {
  return { fault, message };
}

export function toError(failure: Failure | undefined, file: string): DatabaseError {
  if (failure === undefined) return databaseError('closed', file, 'no answer');
  return new DatabaseError(failure.fault, file, failure.message);
}

export interface WriterOptions {
  readonly file: string;
  /** Marks the file as ours (PRAGMA application_id): a 32-bit integer. */
  readonly applicationId: number;
  /** One script for each schema version, oldest first; missing ones are run on opening. */
  readonly schema: readonly string[];
  /**
   * `fsync`: what was acknowledged survives a power failure. `checkpoint`: it survives a crash
   * of the process; a power failure may take the last commits, never half of one. `none`: tests.
   */
  readonly durability: 'fsync' | 'checkpoint' | 'none';
  /** How long to wait for another process's lock, in ms. */
  readonly lockTimeout: number;
  /** Size of the write-ahead log, in pages of 4 KiB, from which on it is moved into the file. */
  readonly checkpointPages: number;
  /** Overwrites with zeros what is deleted; see `WriteRequest.erases`. */
  readonly secureDelete?: boolean;
}

/** What a thread is started with: the file it writes, or reads, or runs some statements on. */
export type ThreadTask = { readonly file: string } & (
  { readonly writer: WriterOptions } | { readonly reader: true } | { readonly once: readonly string[] }
);
