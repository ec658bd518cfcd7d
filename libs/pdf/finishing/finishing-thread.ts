/** The thread's side: finishes one document after another. */
import { parentPort } from 'node:worker_threads';

import { type DocumentFacts } from './archival';
import { finishPdf, type FinishedPdf } from './finish-pdf';

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

parentPort?.on('message', (request: FinishRequest) => {
  void answerTo(request).then((answer) => {
    parentPort?.postMessage(answer, 'pdf' in answer ? [answer.pdf.buffer as ArrayBuffer] : []);
  });
});
// Everything is loaded: ready for the first document.
parentPort?.postMessage('ready');
