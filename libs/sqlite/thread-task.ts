/** What a thread of this library begins with: the task that it was started for. */
import { parentPort, workerData } from 'node:worker_threads';

import { lastWordsOnFailure } from '@seatledger/threads';

import { asDatabaseError } from './errors';
import { type ThreadTask, toFailure } from './protocol';
import { runOnce, serveReads } from './reader-thread';
import { serveWrites } from './writer-thread';

if (parentPort !== null && isTask(workerData)) {
  const { file } = workerData;
  lastWordsOnFailure(parentPort);
  try {
    if ('writer' in workerData) serveWrites(parentPort, workerData.writer);
    else if ('reader' in workerData) serveReads(parentPort, file);
    else runOnce(parentPort, file, workerData.once);
  } catch (error) {
    parentPort.postMessage(toFailure(asDatabaseError(error, file)));
    parentPort.close();
  }
}

function isTask(data: unknown): data is ThreadTask {
  return typeof data === 'object' && data !== null && 'file' in data;
}
