import { type Worker } from 'node:worker_threads';

import { onAnswer, onEnd } from '@seatledger/threads';

import { type DatabaseError, databaseError } from './errors';
import {
  type NotApplied,
  type Outcome,
  toError,
  type WriteRequest,
  type WriterOptions,
  type Written,
} from './protocol';
import { firstMessage, startThread } from './threads';

/**
 * For how long the event loop stays awake for the answer to a lone request, in ms. A thread that
 * sleeps takes as long to wake as a good disk takes to flush; a slower disk is not worth waiting for.
 */
const ATTENTION = 0.5;

/** From so many on they are sent while more of the same turn are still coming: the thread need not wait for all. */
const MESSAGE = 16;

interface Pending {
  readonly resolve: (outcome: Written | NotApplied) => void;
  readonly reject: (error: DatabaseError) => void;
}

/**
 * Writes a database file from a thread of its own, so that an fsync never stops the event loop.
 * Requests that come while one is being committed are committed together.
 */
export class Writer {
  /** Sent or about to be, in order: the thread answers in the same order. */
  private pending: Pending[] = [];
  private unsent: WriteRequest[] = [];
  private awake: NodeJS.Immediate | undefined;
  private closing = false;

  private constructor(
    private readonly file: string,
    private readonly worker: Worker,
    private readonly exited: Promise<void>,
  ) {
    onAnswer<readonly Outcome[]>(worker, (outcomes) => this.settle(outcomes));
    onEnd(worker, (reason) => this.fail(databaseError('closed', file, `its thread ended: ${reason}`)));
  }

  /**
   * Opens the file, creating it and its folder when missing, and brings its schema up to date.
   * @throws {DatabaseError}
   */
  static async open(options: WriterOptions): Promise<Writer> {
    const worker = startThread({ file: options.file, writer: options });
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    await firstMessage(worker, options.file);
    worker.unref();
    return new Writer(options.file, worker, exited);
  }

  /** Resolves when committed, or when the request's guard refused it. @throws {DatabaseError} */
  write(request: WriteRequest): Promise<Written | NotApplied> {
    if (this.closing) return Promise.reject(databaseError('closed', this.file));
    return new Promise((resolve, reject) => {
      // A waiting commit keeps the process alive, an idle writer does not.
      if (this.pending.length === 0) this.worker.ref();
      this.pending.push({ resolve, reject });
      this.unsent.push(request);
      // After all promise callbacks of this turn: what is written in it goes into one message.
      if (this.unsent.length === 1) process.nextTick(() => this.send());
      if (this.unsent.length === MESSAGE) this.send();
    });
  }

  /** Commits what was asked for, then closes the file. */
  async close(): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      this.send();
      this.worker.ref();
      this.worker.postMessage(null);
    }
    await this.exited;
  }

  private send(): void {
    if (this.unsent.length === 0) return;
    const requests = this.unsent;
    this.unsent = [];
    this.worker.postMessage(requests);
    if (this.pending.length === 1) this.stayAwake(performance.now() + ATTENTION);
  }

  /** Turns the event loop, which goes on serving whatever comes, instead of letting it fall asleep. */
  private stayAwake(until: number): void {
    if (performance.now() < until) this.awake = setImmediate(() => this.stayAwake(until));
  }

  private settle(outcomes: readonly Outcome[]): void {
    clearImmediate(this.awake);
    const answered = this.pending.slice(0, outcomes.length);
    this.pending = this.pending.slice(outcomes.length);
    answered.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined || 'fault' in outcome) reject(toError(outcome, this.file));
      else resolve(outcome);
    });
    if (this.pending.length === 0 && !this.closing) this.worker.unref();
  }

  private fail(error: DatabaseError): void {
    this.closing = true;
    clearImmediate(this.awake);
    for (const { reject } of this.pending.splice(0)) reject(error);
  }
}
