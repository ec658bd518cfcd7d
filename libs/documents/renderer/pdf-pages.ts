/**
 * How many pages a PDF has that Chromium printed. Follows the file's own structure (trailer,
 * catalog, page tree), so that a text in the document cannot pass for it.
 * @throws {Error} this is no PDF of Chromium's
 */
export function countPages(pdf: Uint8Array): number {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1');
  if (!text.startsWith('%PDF-')) throw new Error('no PDF');
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64))?.[1]);
  const table = text.slice(start);
  const root = reference(table.slice(table.lastIndexOf('trailer')), 'Root');
  const pages = reference(objectAt(text, table, root), 'Pages');
  const count = /\/Count (\d+)/.exec(objectAt(text, table, pages))?.[1];
  if (count === undefined) throw new Error('the PDF has no page tree');
  return Number(count);
}

function reference(dictionary: string, key: string): number {
  const number = new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary)?.[1];
  if (number === undefined) throw new Error(`the PDF has no /${key}`);
  return Number(number);
}

/** Entries of the cross-reference table have 20 bytes each, after `xref` and its one range. */
function objectAt(text: string, table: string, number: number): string {
  const range = /^xref\s+0 \d+\s*?\n/.exec(table)?.[0];
  if (range === undefined) throw new Error('the PDF has no cross-reference table');
  const offset = Number(table.slice(range.length + number * 20, range.length + number * 20 + 10));
  return text.slice(offset, text.indexOf('endobj', offset));
}
