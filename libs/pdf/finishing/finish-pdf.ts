import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';

import { type DocumentFacts, makeArchival } from './archival';
import { dictionaryOf, type PdfFile, readPdf, writePdf } from './pdf-file';
import { isDictionary, MalformedPdf, PdfRef } from './pdf-values';
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
  const pages = Number(dictionaryOf(file, dictionaryOf(file, file.root).get('Pages')).get('Count'));
  if (!Number.isInteger(pages)) throw new MalformedPdf('the page tree has no count');
  const lacksGlyphs = showsMissingGlyph(file);
  tidyStructure(file);
  const pdf = writePdf(await makeArchival(file, facts));
  return { pdf, sha256: createHash('sha256').update(pdf).digest('hex'), pages, lacksGlyphs };
}

/** Glyph 0 of a font stands for all that it has not; PDF/A forbids to show it (6.2.11.8). */
const MISSING_GLYPH = /<(?:[0-9A-F]{4})*?0000(?:[0-9A-F]{4})*> Tj/;

function showsMissingGlyph({ objects }: PdfFile): boolean {
  for (const { value } of objects.values()) {
    if (!isDictionary(value) || value.get('Type') !== '/Page') continue;
    const contents = value.get('Contents');
    const object = contents instanceof PdfRef ? objects.get(contents.number) : undefined;
    if (object?.stream === undefined) continue;
    const isPacked = isDictionary(object.value) && object.value.get('Filter') === '/FlateDecode';
    const bytes = isPacked ? inflateSync(object.stream) : Buffer.from(object.stream);
    if (MISSING_GLYPH.test(bytes.toString('latin1'))) return true;
  }
  return false;
}
