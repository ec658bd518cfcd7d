/** What is wrong with a database file, as far as the caller can do something about it. */
export type DatabaseFault =
  | 'damaged'
  | 'not-a-database'
  | 'other-content'
  | 'too-new'
  | 'cannot-open'
  | 'read-only'
  | 'disk-full'
  | 'locked'
  | 'input-output'
  | 'closed'
  | 'statement';

/** A database file that cannot be used: the message names the file and what to do. */
export class DatabaseError extends Error {
  constructor(
    readonly fault: DatabaseFault,
    readonly file: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DatabaseError';
  }
}

/** Faults that lie in a statement, not in the file: another statement may well succeed. */
export const isStatementFault = (error: DatabaseError): boolean => error.fault === 'statement';

const REMEDIES: Readonly<Record<Exclude<DatabaseFault, 'statement'>, (file: string) => string>> = {
  damaged: (file) => `${file} is damaged: stop writing to it, keep a copy, and restore the last backup`,
  'not-a-database': (file) =>
    `${file} is not a database: check the configured path, or, if its beginning was damaged, restore the last backup; the file was left as it is`,
  'other-content': (file) => `${file} is a database with other content: check the configured path`,
  'too-new': (file) => `${file} was written by a newer version of this software: update, or restore an older backup`,
  'cannot-open': (file) => `${file} cannot be opened: check that its folder exists and may be read and written`,
  'read-only': (file) => `${file} cannot be written: check the permissions of the file and of its folder`,
  'disk-full': (file) => `no space left on the disk of ${file}: free some space and try again`,
  locked: (file) => `${file} stays locked by another process: find what holds it (a backup tool, a stopped process)`,
  'input-output': (file) => `the disk failed to read or write ${file}: check the disk and the system log`,
  closed: (file) => `${file} is closed`,
};

/** The error for a fault, with its remedy and, in brackets, what the database itself said. */
export function databaseError(
  fault: Exclude<DatabaseFault, 'statement'>,
  file: string,
  detail?: string,
  cause?: unknown,
): DatabaseError {
  const message = REMEDIES[fault](file) + (detail === undefined ? '' : ` (${detail})`);
  return new DatabaseError(fault, file, message, cause === undefined ? undefined : { cause });
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that mean one of the faults. */
const FAULT_BY_CODE: Readonly<Record<number, Exclude<DatabaseFault, 'statement'>>> = {
  3: 'read-only', // PERM
  5: 'locked', // BUSY
  6: 'locked', // LOCKED
  8: 'read-only', // READONLY
  10: 'input-output', // IOERR
  11: 'damaged', // CORRUPT
  13: 'disk-full', // FULL
  14: 'cannot-open', // CANTOPEN
  26: 'not-a-database', // NOTADB
};

/** Turns whatever a driver or the file system threw into a DatabaseError. */
export function asDatabaseError(error: unknown, file: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { message, code } = describe(error);
  const fault = code === undefined ? undefined : FAULT_BY_CODE[code & 0xff];
  if (fault === undefined) return new DatabaseError('statement', file, `${file}: ${message}`, { cause: error });
  return databaseError(fault, file, message, error);
}

const SYSTEM_CODES: ReadonlyMap<unknown, number> = new Map([
  ['EACCES', 14],
  ['EPERM', 14],
  ['ENOENT', 14],
  ['ENOTDIR', 14],
  ['EISDIR', 14],
  ['EEXIST', 14],
  ['EROFS', 8],
  ['ENOSPC', 13],
  ['EDQUOT', 13],
  ['EIO', 10],
]);

function describe(error: unknown): { message: string; code: number | undefined } {
  // By its shape: what native code throws is not always an instance of this realm's Error.
  if (typeof error !== 'object' || error === null) return { message: String(error), code: undefined };
  // libsql calls the number `rawCode`, node:sqlite `errcode`; the file system has names.
  const { message: text, rawCode, errcode, code } = error as Readonly<Record<string, unknown>>;
  const message = typeof text === 'string' ? text : 'unknown fault';
  if (typeof rawCode === 'number') return { message, code: rawCode };
  if (typeof errcode === 'number') return { message, code: errcode };
  const named = SYSTEM_CODES.get(code);
  if (named !== undefined) return { message, code: named };
  // When libsql cannot open a file it only says so in words, with the number at the end.
  const opening = /^ConnectionFailed\(.*: (\d+)"\)/.exec(message);
  return { message, code: opening?.[1] === undefined ? undefined : Number(opening[1]) };
}
