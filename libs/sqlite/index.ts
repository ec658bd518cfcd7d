/**
 * SQLite for the embedded stores: one interface over both drivers, errors that say what to do,
 * and a writer with group commit and a reader, each in a thread of its own. Knows nothing of events or documents.
 */
export { copyDatabase } from './copy';
export { type Database, type DatabaseOptions, openDatabase, type Row, type SqlValue, type Statement } from './database';
export { DatabaseError, databaseError, type DatabaseFault } from './errors';
export { type WriteRequest, type WriterOptions, type WriteStatement } from './protocol';
export { Reader } from './reader';
export { endThreads, runInThread } from './threads';
export { Writer } from './writer';
