import { inflateSync } from 'node:zlib';

import { markContent } from './marking';
import { dictionaryOf, packed, type PdfFile, type PdfObject } from './pdf-file';
import { isDictionary, MalformedPdf, type PdfDictionary, PdfRef, type PdfValue } from './pdf-values';

/** What marking its content changed about a page. */
export interface MarkedPage {
  readonly ref: PdfRef;
  /** Its place in the tree that leads from pieces of content to elements. */
  readonly key: string;
  readonly artifacts: ReadonlySet<number>;
  readonly margins: readonly number[];
  /** Whether there are characters for which no font was found: boxes are shown in their place. */
  readonly lacksGlyphs: boolean;
}

/**
 * Marks the content of all pages, in order; on the first one the margins are read out.
 * @throws {MalformedPdf} the pages are not tagged
 */
export const markPages = (file: PdfFile): MarkedPage[] =>
  pagesOf(file).map((ref, index) => markPage(file, ref, index === 0));

function pagesOf(file: PdfFile): PdfRef[] {
  const pages: PdfRef[] = [];
  const visit = (ref: PdfValue | undefined): void => {
    const node = dictionaryOf(file, ref);
    const kids = node.get('Kids');
    if (node.get('Type') === '/Pages' && Array.isArray(kids)) for (const kid of kids as PdfValue[]) visit(kid);
    else if (ref instanceof PdfRef) pages.push(ref);
  };
  visit(dictionaryOf(file, file.root).get('Pages'));
  return pages;
}

function markPage(file: PdfFile, ref: PdfRef, readsMargins: boolean): MarkedPage {
  const page = dictionaryOf(file, ref);
  const key = page.get('StructParents');
  const contents = page.get('Contents');
  if (typeof key !== 'string' || !(contents instanceof PdfRef)) throw new MalformedPdf('a page is not tagged');
  const printed = contentOf(file, contents);
  const { content, artifacts, margins } = markContent(printed, { readsMargins, height: heightOf(page) });
  const stream = packed(Buffer.from(content, 'latin1'));
  const value = new Map<string, PdfValue>([
    ['Filter', '/FlateDecode'],
    ['Length', String(stream.length)],
  ]);
  file.objects.set(contents.number, { value, stream });
  return { ref, key, artifacts, margins, lacksGlyphs: showsMissingGlyph(printed, drawnFontsOf(file, page)) };
}

/** In CSS pixels, of which an inch has 96 and not 72. */
function heightOf(page: PdfDictionary): number {
  const box = page.get('MediaBox');
  const points = Array.isArray(box) ? Number((box as PdfValue[])[3]) : Number.NaN;
  if (Number.isNaN(points)) throw new MalformedPdf('a page has no size');
  return points / 0.75;
}

function contentOf(file: PdfFile, contents: PdfRef): string {
  const object = file.objects.get(contents.number);
  if (object?.stream === undefined) throw new MalformedPdf('a page has no content');
  const text = unpacked(object, object.stream).toString('latin1');
  return text.endsWith('\n') ? text : `${text}\n`;
}

const unpacked = ({ value }: PdfObject, stream: Uint8Array): Buffer =>
  isDictionary(value) && value.get('Filter') === '/FlateDecode' ? inflateSync(stream) : Buffer.from(stream);

/** Glyph 0 of a font stands for all that it has not; PDF/A forbids to show it (6.2.11.8). */
const MISSING_GLYPH = /<(?:[0-9A-F]{4})*?0000(?:[0-9A-F]{4})*> Tj/;
const FONT_OR_TEXT = /\/(\w+) [\d.]+ Tf|<([0-9A-F]*)> Tj/g;
const MISSING_BYTE = /^(?:[0-9A-F]{2})*?00/;

function showsMissingGlyph(content: string, drawnFonts: ReadonlySet<string>): boolean {
  if (drawnFonts.size === 0) return content.includes('0000') && MISSING_GLYPH.test(content);
  let isDrawn = false;
  for (const [piece, font, codes = ''] of content.matchAll(FONT_OR_TEXT)) {
    if (font !== undefined) isDrawn = drawnFonts.has(font);
    else if (isDrawn ? MISSING_BYTE.test(codes) : MISSING_GLYPH.test(piece)) return true;
  }
  return false;
}

/** The page's fonts whose glyphs are drawings (Type 3), with codes of one byte in place of two. */
function drawnFontsOf(file: PdfFile, page: PdfDictionary): ReadonlySet<string> {
  const resources = page.get('Resources');
  const fonts = resources === undefined ? undefined : dictionaryOf(file, resources).get('Font');
  if (fonts === undefined) return new Set();
  const isDrawn = ([, font]: [string, PdfValue]): boolean => dictionaryOf(file, font).get('Subtype') === '/Type3';
  return new Set([...dictionaryOf(file, fonts)].filter(isDrawn).map(([name]) => name));
}
