import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { onAnswer, onEnd, ownBytes } from '@seatledger/threads';

import { type Log } from '../log';
import { FINISHING_FACTOR, FINISHING_HEADROOM_MB } from '../printing/limits';
import { closedError, RenderError } from '../printing/render-error';
import { type DocumentFacts } from './archival';
import { type FinishedPdf } from './finish-pdf';
import { type FinishAnswer, type FinishRequest } from './finishing-thread';

export interface FinisherOptions {
  /** Per document, in milliseconds. */
  readonly timeLimit: number;
  /** The thread's heap, in MiB. */
  readonly memoryLimit: number;
  /** Program of the thread, for tests. */
  readonly thread?: string;
  readonly log: Log;
}

interface Job {
  readonly request: FinishRequest;
  readonly resolve: (finished: FinishedPdf) => void;
  readonly reject: (error: Error) => void;
  /** Whether a thread died of it. */
  killed: boolean;
}

/**
 * Finishes documents in a thread of its own, so that the service goes on answering meanwhile. One
 * at a time: when the thread dies, it is known on which document, which is tried once more in a
 * fresh one; the others notice nothing.
 */
export class Finisher {
  /** What the bytes depend on here. */
  readonly version = `zlib ${process.versions.zlib}`;
  private thread: Promise<Worker> | undefined;
  private readonly waiting: Job[] = [];
  private current: Job | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: FinisherOptions) {}

  /** @throws {RenderError} it could not be finished */
  finish(printed: Uint8Array, facts: DocumentFacts): Promise<FinishedPdf> {
    // From Node 24 on a thread without memory may end the whole process.
    const maxBytes = (this.options.memoryLimit * 1024 ** 2) / FINISHING_FACTOR;
    if (printed.byteLength > maxBytes) {
      const message = `The printed document has ${printed.byteLength} bytes; ${maxBytes} can be finished.`;
      return Promise.reject(new RenderError('too-large', message));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ request: { printed: ownBytes(printed), facts }, resolve, reject, killed: false });
      void this.next();
    });
  }

  /** Starts the thread, so that the first document does not wait for it. */
  async ready(): Promise<void> {
    await this.running();
  }

  /** Ends the thread; documents not yet finished are refused. */
  async close(): Promise<void> {
    this.closed = true;
    const unfinished = this.waiting.splice(0);
    if (this.current !== undefined) unfinished.unshift(this.current);
    this.done();
    for (const { reject } of unfinished) reject(closedError());
    const thread = await this.thread?.catch(() => undefined);
    await thread?.terminate();
  }

  private async next(): Promise<void> {
    if (this.current !== undefined) return;
    const job = this.waiting.shift();
    if (job === undefined) return;
    this.current = job;
    try {
      const thread = await this.running();
      if (this.current !== job) return;
      // A process that waits for this document, and for nothing else, has to stay.
      thread.ref();
      this.timer = setTimeout(() => this.tooSlow(job, thread), this.options.timeLimit);
      thread.postMessage(job.request);
    } catch (error) {
      if (this.current !== job) return;
      this.done();
      job.reject(error instanceof RenderError ? error : new RenderError('failed', String(error), { cause: error }));
      void this.next();
    }
  }

  /** From here on nothing is under way. */
  private done(): void {
    clearTimeout(this.timer);
    this.current = undefined;
  }

  private running(): Promise<Worker> {
    if (this.closed) return Promise.reject(closedError());
    this.thread ??= this.start();
    return this.thread;
  }

  private start(): Promise<Worker> {
    const { memoryLimit, thread: program = path.join(__dirname, 'thread.cjs') } = this.options;
    const thread = new Worker(program, {
      resourceLimits: { maxOldGenerationSizeMb: memoryLimit, maxYoungGenerationSizeMb: FINISHING_HEADROOM_MB },
      // It needs none of this process' environment, which may hold secrets.
      env: {},
    });
    let isReady = false;
    return new Promise((resolve, reject) => {
      onAnswer<FinishAnswer | 'ready'>(thread, (answer) => {
        if (answer !== 'ready') return this.answered(answer, thread);
        isReady = true;
        // An idle thread keeps no process alive.
        thread.unref();
        resolve(thread);
      });
      onEnd(thread, (reason) => {
        if (isReady) return this.died(reason);
        this.thread = undefined;
        reject(new Error(`The thread that finishes PDFs does not start: ${reason}`));
      });
    });
  }

  private answered(answer: FinishAnswer, thread: Worker): void {
    const job = this.current;
    if (job === undefined) return;
    this.done();
    thread.unref();
    if ('pdf' in answer) job.resolve(answer);
    else job.reject(new RenderError('failed', `The PDF could not be finished: ${answer.problem}`));
    void this.next();
  }

  private died(reason: string): void {
    this.thread = undefined;
    const job = this.current;
    if (job === undefined) return;
    this.done();
    if (job.killed) {
      job.reject(new RenderError('failed', `The thread that finishes PDFs died twice of it: ${reason}`));
    } else {
      this.options.log.warn({ reason }, 'the finishing thread died, trying once more in a fresh one');
      job.killed = true;
      this.waiting.unshift(job);
    }
    void this.next();
  }

  private tooSlow(job: Job, thread: Worker): void {
    this.done();
    this.thread = undefined;
    job.reject(new RenderError('too-slow', `Finishing took longer than ${this.options.timeLimit / 1000} s.`));
    void thread.terminate().then(() => this.next());
  }
}
