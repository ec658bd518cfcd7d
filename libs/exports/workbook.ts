import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { type LicenseVariant } from '@seatledger/domain';
import { onAnswer, onEnd } from '@seatledger/threads';
import { Mutex } from 'async-mutex';

import { type Licensee } from './licensees-csv';
import { type WorkbookRequest } from './workbook-thread';

/** One at a time: a workbook takes a whole core, and much memory. */
const writing = new Mutex();

/**
 * The licensees of a month as an Excel workbook, written by a thread of its own: for 100,000 members
 * that takes seconds, in which the service goes on answering.
 */
export function licenseesXlsx(variant: LicenseVariant, units: readonly Licensee[], sheet: string): Promise<Buffer> {
  return writing.runExclusive(() => written({ variant, units, sheet }));
}

function written(request: WorkbookRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(path.join(__dirname, 'thread.cjs'), { workerData: JSON.stringify(request) });
    onAnswer<Uint8Array>(thread, (workbook) => resolve(Buffer.from(workbook.buffer, 0, workbook.byteLength)));
    // After its answer this changes nothing.
    onEnd(thread, (reason) => reject(new Error(`the workbook was not written: ${reason}`)));
  });
}
