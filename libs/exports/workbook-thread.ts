/** The thread's side: writes one workbook. */
import { parentPort, workerData } from 'node:worker_threads';

import { type LicenseVariant } from '@seatledger/domain';
import { lastWordsOnFailure, ownBytes } from '@seatledger/threads';

import { type Licensee } from './licensees-csv';
import { buildLicenseesXlsx } from './licensees-xlsx';

/** As JSON: one text is handed over in a fraction of the time that many objects take. */
export interface WorkbookRequest {
  readonly variant: LicenseVariant;
  readonly units: readonly Licensee[];
  readonly sheet: string;
}

lastWordsOnFailure(parentPort);
const { variant, units, sheet } = JSON.parse(String(workerData)) as WorkbookRequest;
void buildLicenseesXlsx(variant, units, sheet).then((workbook) => {
  const bytes = ownBytes(workbook);
  parentPort?.postMessage(bytes, [bytes.buffer]);
});
