import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  type PDFObject,
  type PDFRef,
  PDFString,
} from '@cantoo/pdf-lib';

/**
 * The structure tree of a PDF, line by line and indented, as a screen reader goes through it:
 * type, id, the headers of a cell, alternative text, and the numbers of the pieces of content.
 * Read with pdf-lib, not with the code under test.
 */
export async function readStructure(pdf: Uint8Array): Promise<string[]> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  const pages = document.getPages().map(({ ref }) => ref);
  const at = (dict: PDFDict, key: string): PDFObject | undefined => dict.lookup(PDFName.of(key));
  const text = (value: PDFObject | undefined): string =>
    value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : String(value);
  const pageOf = (dict: PDFDict): number => pages.indexOf(dict.get(PDFName.of('Pg')) as PDFRef) + 1;
  const kidsOf = (dict: PDFDict): PDFObject[] => {
    const kids = at(dict, 'K');
    if (kids === undefined) return [];
    return kids instanceof PDFArray ? kids.asArray().map((kid) => document.context.lookup(kid) ?? kid) : [kids];
  };
  const lines: string[] = [];
  const visit = (element: PDFDict, depth: number): void => {
    const attributes = at(element, 'A');
    const cell = attributes instanceof PDFDict ? attributes : undefined;
    const headers = cell === undefined ? undefined : at(cell, 'Headers');
    const columns = cell === undefined ? undefined : at(cell, 'ColSpan');
    const words = [String(at(element, 'S')).slice(1)];
    if (at(element, 'ID') !== undefined) words.push(text(at(element, 'ID')));
    if (headers instanceof PDFArray) words.push(`of ${headers.asArray().map(text).join(' ')}`);
    if (columns !== undefined) words.push(`${String(columns)} columns`);
    if (at(element, 'Alt') !== undefined) words.push(`“${text(at(element, 'Alt'))}”`);
    if (pageOf(element) > 1) words.push(`page ${pageOf(element)}`);
    const content: string[] = [];
    const elements: PDFDict[] = [];
    for (const kid of kidsOf(element)) {
      if (kid instanceof PDFNumber) content.push(kid.toString());
      else if (kid instanceof PDFDict && at(kid, 'MCID') !== undefined) {
        content.push(`page ${pageOf(kid)}: ${String(at(kid, 'MCID'))}`);
      } else if (kid instanceof PDFDict) elements.push(kid);
    }
    if (content.length > 0) words.push(`[${content.join(', ')}]`);
    lines.push(`${' '.repeat(depth)}${words.join(' ')}`);
    for (const kid of elements) visit(kid, depth + 1);
  };
  const root = document.catalog.lookup(PDFName.of('StructTreeRoot'), PDFDict);
  for (const kid of kidsOf(root)) if (kid instanceof PDFDict) visit(kid, 0);
  return lines;
}
