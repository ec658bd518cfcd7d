import { type Worker } from 'node:worker_threads';

import { type Row } from './database';
import { databaseError, type DatabaseError } from './errors';
import { READY, type ReadOutcome, type ReadRequest, toError } from './protocol';
import { startThread } from './threads';

interface Pending {
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: DatabaseError) => void;
}

/**
 * Reads a database file in a thread of its own: a long read does not stop the event loop, and what
 * came in can be worked on while the next is being read. Sees every commit that was acknowledged
 * before it was asked. The thread starts when it is first needed.
 */
export class Reader {
  private worker: Worker | undefined;
  /** In the order asked: the thread answers in the same. */
  private readonly pending: Pending[] = [];
  private exited: Promise<void> = Promise.resolve();
  private isStarted = false;
  private isClosed = false;

  constructor(private readonly file: string) {}

  /**
   * Whether an answer would not have to wait for the thread to start, which takes as long as it
   * takes to read thousands of rows; starts it.
   */
  isReady(): boolean {
    if (!this.isClosed) this.worker ??= this.start();
    return this.isStarted && !this.isClosed;
  }

  /** @throws {DatabaseError} */
  all(sql: string, parameters: Row): Promise<Row[]> {
    if (this.isClosed) return Promise.reject(databaseError('closed', this.file));
    const worker = (this.worker ??= this.start());
    return new Promise((resolve, reject) => {
      // A question keeps the process alive, an idle reader does not.
      if (this.pending.length === 0) worker.ref();
      this.pending.push({ resolve, reject });
      worker.postMessage({ sql, parameters } satisfies ReadRequest);
    });
  }

  /** Answers what was asked, then closes the file. */
  async close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.worker?.ref();
      this.worker?.postMessage(null);
    }
    await this.exited;
  }

  private start(): Worker {
    const worker = startThread({ file: this.file, reader: true });
    // Until somebody asks: an idle thread keeps no process alive.
    worker.unref();
    worker.on('message', (outcome: ReadOutcome | typeof READY) => {
      if (outcome === READY) {
        this.isStarted = true;
        return;
      }
      const asked = this.pending.shift();
      if ('fault' in outcome) asked?.reject(toError(outcome, this.file));
      else asked?.resolve(outcome.rows);
      if (this.pending.length === 0 && !this.isClosed) worker.unref();
    });
    worker.on('error', (error) => this.fail(databaseError('closed', this.file, error.message, error)));
    this.exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.fail(databaseError('closed', this.file));
        resolve();
      });
    });
    return worker;
  }

  private fail(error: DatabaseError): void {
    this.isClosed = true;
    for (const { reject } of this.pending.splice(0)) reject(error);
  }
}
