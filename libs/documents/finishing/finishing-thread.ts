/** The thread's side: finishes one document after another. */
import { parentPort } from 'node:worker_threads';

import { type IssuedInvoice } from '@seatledger/domain';

import { facturXXml } from '../einvoice';
import { finishPdf, type FinishedPdf } from './finish-pdf';

export interface FinishRequest {
  readonly printed: Uint8Array;
  readonly invoice: IssuedInvoice;
}

export type FinishAnswer = FinishedPdf | { readonly problem: string };

async function answerTo({ printed, invoice }: FinishRequest): Promise<FinishAnswer> {
  try {
    return await finishPdf(printed, {
      author: invoice.seller.name,
      language: invoice.language,
      day: invoice.issueDate,
      invoiceXml: facturXXml(invoice),
    });
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (request: FinishRequest) => {
  void answerTo(request).then((answer) => {
    parentPort?.postMessage(answer, 'pdf' in answer ? [answer.pdf.buffer as ArrayBuffer] : []);
  });
});
// Everything is loaded: ready for the first document.
parentPort?.postMessage('ready');
