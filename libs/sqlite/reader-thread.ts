/** The reader's side of the thread boundary: a connection that only reads. */
import { type MessagePort } from 'node:worker_threads';

import { type Database, openDatabase } from './database';
import { asDatabaseError } from './errors';
import { type ReadOutcome, type ReadRequest, READY, toFailure } from './protocol';

/** Says that it is ready, then answers every question with its rows; null closes. */
export function serveReads(port: MessagePort, file: string): void {
  let database: Database | undefined;
  const answer = ({ sql, parameters }: ReadRequest): ReadOutcome => {
    try {
      database ??= openDatabase(file, { readonly: true });
      return { rows: database.prepare(sql).all(parameters) };
    } catch (error) {
      return toFailure(asDatabaseError(error, file));
    }
  };
  port.on('message', (request: ReadRequest | null) => {
    if (request !== null) {
      const outcome = answer(request);
      port.postMessage(outcome, 'rows' in outcome ? outcome.rows.flatMap(buffersOf) : []);
      return;
    }
    database?.close();
    port.close();
  });
  port.postMessage(READY);
}

/** The memory of a row's blobs, which is handed over and not copied. */
function buffersOf(row: readonly unknown[]): ArrayBuffer[] {
  return row.flatMap((cell) =>
    cell instanceof Uint8Array && cell.buffer instanceof ArrayBuffer && cell.byteLength === cell.buffer.byteLength
      ? [cell.buffer]
      : [],
  );
}

/** Runs statements on a connection of its own and answers the rows of each. */
export function runOnce(port: MessagePort, file: string, statements: readonly string[]): void {
  const database = openDatabase(file);
  try {
    port.postMessage(statements.map((sql) => database.prepare(sql).all()));
  } finally {
    database.close();
  }
}
