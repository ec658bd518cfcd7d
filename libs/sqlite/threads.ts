/** This side of the thread boundary: how threads are started and waited for. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { onAnswer, onEnd } from '@seatledger/threads';

import { type Row } from './database';
import { databaseError } from './errors';
import { type Failure, type ThreadTask, toError } from './protocol';

/** Those that have not ended, and when they will have. */
const running = new Map<Worker, Promise<void>>();

export function startThread(task: ThreadTask): Worker {
  const worker = new Worker(path.join(__dirname, 'thread.cjs'), { workerData: task });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  running.set(
    worker,
    ended.then(() => void running.delete(worker)),
  );
  return worker;
}

/**
 * Ends every thread of this library once it has done what it was asked for. To be awaited before
 * `process.exit` where not all was closed: native code that is cut short there may crash the process.
 */
export async function endThreads(): Promise<void> {
  // Threads that were just opened no longer keep the process awake themselves.
  const awake = setInterval(() => undefined, 60_000);
  while (running.size > 0) {
    for (const worker of running.keys()) worker.postMessage(null);
    await Promise.all(running.values());
  }
  clearInterval(awake);
}

/** @throws {DatabaseError} what the thread says instead */
export async function firstMessage(worker: Worker, file: string): Promise<unknown> {
  const message = await new Promise<unknown>((resolve, reject) => {
    onAnswer(worker, resolve);
    onEnd(worker, (reason) => reject(databaseError('closed', file, `its thread ended: ${reason}`)));
  });
  if (typeof message === 'object' && message !== null && 'fault' in message) throw toError(message as Failure, file);
  return message;
}

/**
 * Runs statements one after the other on a connection and a thread of their own, for what takes
 * long (backup, integrity check). Resolves with the rows of each. @throws {DatabaseError}
 */
export async function runInThread(file: string, statements: readonly string[]): Promise<Row[][]> {
  return (await firstMessage(startThread({ file, once: statements }), file)) as Row[][];
}
