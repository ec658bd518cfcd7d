import { createHash } from 'node:crypto';

import { type IssuedInvoice } from '@seatledger/domain';

import { countPages } from './pdf-pages';

export interface FinishedPdf {
  readonly pdf: Uint8Array;
  readonly sha256: string;
  readonly pages: number;
}

/** What becomes of the browser's PDF before it is the document. May be slow: runs off the pool. */
export type Finish = (pdf: Uint8Array, invoice: IssuedInvoice) => Promise<FinishedPdf>;

/** Takes the PDF as the browser made it. */
export const finish: Finish = (pdf) =>
  Promise.resolve({ pdf, sha256: createHash('sha256').update(pdf).digest('hex'), pages: countPages(pdf) });
