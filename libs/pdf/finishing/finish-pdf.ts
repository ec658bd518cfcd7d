import { createHash } from 'node:crypto';

import { type DocumentFacts, makeArchival } from './archival';
import { markPages } from './pages';
import { readPdf, writePdf } from './pdf-file';
import { tidyStructure } from './structure';

export interface FinishedPdf {
  readonly pdf: Uint8Array;
  /** Of the PDF's bytes, hexadecimal. */
  readonly sha256: string;
  readonly pages: number;
  /** Whether there are characters for which no font was found: boxes are shown in their place. */
  readonly lacksGlyphs: boolean;
}

/**
 * Makes the browser's PDF into the document: PDF/A-3 with the invoice's data embedded, and the
 * same bytes whenever the same invoice is printed.
 * @throws {MalformedPdf} the browser wrote another form of PDF than it is known for
 */
export async function finishPdf(printed: Uint8Array, facts: DocumentFacts): Promise<FinishedPdf> {
  const file = readPdf(printed);
  const pages = markPages(file);
  tidyStructure(file, pages);
  const pdf = writePdf(await makeArchival(file, facts));
  return {
    pdf,
    sha256: createHash('sha256').update(pdf).digest('hex'),
    pages: pages.length,
    lacksGlyphs: pages.some((page) => page.lacksGlyphs),
  };
}
