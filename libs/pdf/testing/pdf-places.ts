import { decodePDFRawStream, PDFDocument, PDFRawStream } from '@cantoo/pdf-lib';

/** Where a piece of text begins, in points from the sheet's lower left corner. */
export interface TextPlace {
  readonly page: number;
  readonly x: number;
  readonly y: number;
}

type Matrix = readonly [number, number, number, number, number, number];

const NUMBER = '-?[\\d.]+';
const NUMBERS = (count: number): string => Array.from({ length: count }, () => `(${NUMBER})`).join(' ');
const OPERATORS = new RegExp(
  `(?<=^|\\s)(?:(q|Q)|${NUMBERS(6)} (cm|Tm)|${NUMBERS(2)} Td|<[0-9A-F]+> (Tj))(?=\\s|$)`,
  'g',
);
const SAME: Matrix = [1, 0, 0, 1, 0, 0];

/** The places of all glyphs that begin a piece of text, page by page. For tests. */
export async function placesOfText(pdf: Uint8Array): Promise<TextPlace[]> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  return document.getPages().flatMap(({ node }, page) => {
    const contents = node.Contents();
    if (!(contents instanceof PDFRawStream)) throw new Error('the page has no single stream');
    const text = Buffer.from(decodePDFRawStream(contents).decode()).toString('latin1');
    return [...placesIn(text)].map(([x, y]) => ({ page, x, y }));
  });
}

function* placesIn(content: string): Generator<readonly [number, number]> {
  let current = SAME;
  let line = SAME;
  const saved: Matrix[] = [];
  for (const [, state, a, b, c, d, e, f, operator, x, y, shows] of content.matchAll(OPERATORS)) {
    if (state === 'q') saved.push(current);
    else if (state === 'Q') current = saved.pop() ?? SAME;
    else if (operator !== undefined) {
      const matrix = [a, b, c, d, e, f].map(Number) as unknown as Matrix;
      if (operator === 'cm') current = product(matrix, current);
      else line = matrix;
    } else if (x !== undefined) line = product([1, 0, 0, 1, Number(x), Number(y)], line);
    else if (shows !== undefined) {
      const [, , , , placeX, placeY] = product(line, current);
      yield [placeX, placeY];
    }
  }
}

const product = (one: Matrix, other: Matrix): Matrix => [
  one[0] * other[0] + one[1] * other[2],
  one[0] * other[1] + one[1] * other[3],
  one[2] * other[0] + one[3] * other[2],
  one[2] * other[1] + one[3] * other[3],
  one[4] * other[0] + one[5] * other[2] + other[4],
  one[4] * other[1] + one[5] * other[3] + other[5],
];
