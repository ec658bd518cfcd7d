import { type Worker } from 'node:worker_threads';

import { onAnswer, onEnd } from '@seatledger/threads';

import { type Row } from './database';
import { type DatabaseError, databaseError } from './errors';
import { type ReadOutcome, type ReadRequest, READY, toError } from './protocol';
import { startThread } from './threads';

interface Pending {
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: DatabaseError) => void;
}

/** So many threads that end one after the other without an answer are not the last ones that would. */
const MAX_LOST = 3;

/**
 * Reads a database file in a thread of its own: a long read does not stop the event loop, and what
 * came in can be worked on while the next is being read. Sees every commit that was acknowledged
 * before it was asked. The thread starts when it is first needed, and again should it end: what it was
 * asked fails then, as `closed`.
 */
export class Reader {
  private worker: Worker | undefined;
  /** In the order asked: the thread answers in the same. */
  private readonly pending: Pending[] = [];
  private exited: Promise<void> = Promise.resolve();
  private isStarted = false;
  /** Threads that ended by themselves since one last answered. */
  private lost = 0;
  private isClosed = false;

  constructor(private readonly file: string) {}

  /**
   * Whether an answer would not have to wait for the thread to start, which takes as long as it
   * takes to read thousands of rows; starts it.
   */
  isReady(): boolean {
    if (!this.isOver) this.worker ??= this.start();
    return this.isStarted && !this.isOver;
  }

  /** @throws {DatabaseError} */
  all(sql: string, parameters: Row): Promise<Row[]> {
    if (this.isOver) return Promise.reject(databaseError('closed', this.file));
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

  private get isOver(): boolean {
    return this.isClosed || this.lost === MAX_LOST;
  }

  private start(): Worker {
    const worker = startThread({ file: this.file, reader: true });
    // Until it is asked: an idle thread keeps no process alive.
    worker.unref();
    onAnswer<ReadOutcome | typeof READY>(worker, (outcome) => {
      // Its last words, when what it was asked has failed already.
      if (worker !== this.worker) return;
      if (outcome === READY) {
        this.isStarted = true;
        return;
      }
      this.lost = 0;
      const asked = this.pending.shift();
      if ('fault' in outcome) asked?.reject(toError(outcome, this.file));
      else asked?.resolve(outcome.rows);
      if (this.pending.length === 0 && !this.isClosed) worker.unref();
    });
    this.exited = new Promise((resolve) => {
      onEnd(worker, (reason) => {
        this.lose(worker, databaseError('closed', this.file, `its thread ended: ${reason}`));
        resolve();
      });
    });
    return worker;
  }

  private lose(worker: Worker, error: DatabaseError): void {
    if (worker !== this.worker) return;
    this.worker = undefined;
    this.isStarted = false;
    this.lost += 1;
    for (const { reject } of this.pending.splice(0)) reject(error);
  }
}
