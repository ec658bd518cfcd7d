import { inflateSync } from 'node:zlib';

/**
 * Reads the text of PDFs that Chromium printed, page by page, as the fonts' own tables (ToUnicode)
 * say it: what a reader may select and search. For tests.
 */
export function textOfPages(pdf: Uint8Array): string[] {
  const objects = objectsOf(Buffer.from(pdf).toString('latin1'));
  const root = [...objects.values()].find(({ dictionary }) => /\/Type \/Catalog\b/.test(dictionary));
  const pages = /\/Pages (\d+) 0 R/.exec(root?.dictionary ?? '')?.[1];
  return leavesOf(Number(pages), objects).map((page) => textOfPage(page, objects));
}

interface PdfObject {
  readonly dictionary: string;
  readonly stream: () => string;
}
type Objects = ReadonlyMap<number, PdfObject>;

function objectsOf(text: string): Objects {
  const objects = new Map<number, PdfObject>();
  for (const match of text.matchAll(/(?:^|\n)(\d+) 0 obj\n/g)) {
    const start = match.index + match[0].length;
    const end = text.indexOf('endobj', start);
    const body = text.slice(start, end);
    const at = body.indexOf('stream\n');
    const dictionary = at === -1 ? body : body.slice(0, at);
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1] ?? 0);
    objects.set(Number(match[1]), {
      dictionary,
      stream() {
        const from = start + at + 'stream\n'.length;
        const bytes = Buffer.from(text.slice(from, from + length), 'latin1');
        return (dictionary.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
      },
    });
  }
  return objects;
}

function leavesOf(number: number, objects: Objects): PdfObject[] {
  const node = objects.get(number);
  if (node === undefined) throw new Error(`the PDF has no object ${number}`);
  const kids = /\/Kids \[([^\]]*)\]/.exec(node.dictionary)?.[1];
  if (kids === undefined || /\/Type \/Page\b/.test(node.dictionary)) return [node];
  return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, kid]) => leavesOf(Number(kid), objects));
}

function textOfPage(page: PdfObject, objects: Objects): string {
  const fonts = new Map<string, Map<string, string>>();
  const resources = /\/Font <<([^>]*)>>/.exec(page.dictionary)?.[1] ?? '';
  for (const [, name = '', font] of resources.matchAll(/\/(\w+) (\d+) 0 R/g)) {
    const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(font))?.dictionary ?? '')?.[1];
    fonts.set(name, charactersOf(objects.get(Number(table))?.stream() ?? ''));
  }
  const contents = Number(/\/Contents (\d+) 0 R/.exec(page.dictionary)?.[1]);
  let font = new Map<string, string>();
  let line = '';
  let text = '';
  for (const [token, name, y, glyphs] of (objects.get(contents)?.stream() ?? '').matchAll(
    /\/(\w+) [\d.]+ Tf|[\d.-]+ [\d.-]+ [\d.-]+ [\d.-]+ [\d.-]+ ([\d.-]+) Tm|<([0-9A-F]*)> Tj/g,
  )) {
    if (name !== undefined) font = fonts.get(name) ?? font;
    else if (y !== undefined) {
      if (y !== line) text += '\n';
      line = y;
    } else if (token.endsWith('Tj')) {
      text += (glyphs?.match(/.{4}/g) ?? []).map((glyph) => font.get(glyph) ?? '\ufffd').join('');
    }
  }
  return text.replaceAll('\u00a0', ' ').trim();
}

function charactersOf(cmap: string): Map<string, string> {
  const characters = new Map<string, string>();
  const textOf = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, block = ''] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', hex = ''] of block.matchAll(/<([0-9A-F]{4})> <([0-9A-F]+)>/gi)) {
      characters.set(glyph.toUpperCase(), textOf(hex));
    }
  }
  for (const [, block = ''] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from = '', to = '', hex = ''] of block.matchAll(
      /<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>/gi,
    )) {
      const first = Number.parseInt(from, 16);
      for (let code = first; code <= Number.parseInt(to, 16); code += 1) {
        const unicode = Number.parseInt(hex, 16) + code - first;
        characters.set(code.toString(16).toUpperCase().padStart(4, '0'), String.fromCharCode(unicode));
      }
    }
  }
  return characters;
}
