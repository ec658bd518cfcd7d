/** The thread's side: finishes one document after another. */
import { parentPort } from 'node:worker_threads';

import { lastWordsOnFailure, ownBytes } from '@seatledger/threads';

import { type DocumentFacts } from './archival';
import { type FinishedPdf, finishPdf } from './finish-pdf';

export interface FinishRequest {
  readonly printed: Uint8Array;
  readonly facts: DocumentFacts;
}

export type FinishAnswer = FinishedPdf | { readonly problem: string };

async function answerTo({ printed, facts }: FinishRequest): Promise<FinishAnswer> {
  try {
    return await finishPdf(printed, facts);
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

lastWordsOnFailure(parentPort);
parentPort?.on('message', (request: FinishRequest) => {
  void answerTo(request).then((answer) => {
    if (!('pdf' in answer)) return parentPort?.postMessage(answer);
    const pdf = ownBytes(answer.pdf);
    return parentPort?.postMessage({ ...answer, pdf }, [pdf.buffer]);
  });
});
// Everything is loaded: ready for the first document.
parentPort?.postMessage('ready');
