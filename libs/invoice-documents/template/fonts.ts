import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One file of the invoice's font: some characters of one weight. */
interface FontFace {
  readonly weight: string;
  readonly ranges: string;
  readonly includes: (codePoint: number) => boolean;
  readonly data: () => string;
}

const WEIGHTS = ['400', '600'];

/** The font that invoices are set in, brought along inside the HTML. */
export class InvoiceFont {
  private readonly faces: readonly FontFace[];
  /** Of the font's package, `inter 5.3.0`. */
  readonly version: string;

  constructor() {
    const folder = path.dirname(require.resolve('@fontsource/inter/package.json'));
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
    this.version = `inter ${version}`;
    this.faces = WEIGHTS.flatMap((weight) => facesOf(folder, weight));
  }

  /** `@font-face` rules with those files that a text needs; Latin always. */
  rulesFor(text: string): string {
    const codePoints = [...new Set(text.match(/[^\0-\xff]/gu))].map((char) => char.codePointAt(0) ?? 0);
    return this.faces
      .filter(({ includes }) => includes(0x41) || codePoints.some(includes))
      .map(
        ({ weight, ranges, data }) =>
          `@font-face{font-family:Inter;font-weight:${weight};font-display:block;` +
          `src:url(data:font/woff2;base64,${data()}) format("woff2");unicode-range:${ranges}}`,
      )
      .join('\n');
  }
}

function facesOf(folder: string, weight: string): FontFace[] {
  const css = readFileSync(path.join(folder, `${weight}.css`), 'utf8');
  return [...css.matchAll(/@font-face\s*\{([^}]*)\}/g)].map(([, rule = '']) => {
    const file = /url\(([^)]+\.woff2)\)/.exec(rule)?.[1];
    const ranges = /unicode-range:\s*([^;]+);/.exec(rule)?.[1];
    if (file === undefined || ranges === undefined) throw new Error('@fontsource/inter has another form than expected');
    let data: string | undefined;
    return {
      weight,
      ranges,
      includes: inRanges(ranges),
      data: () => (data ??= readFileSync(path.join(folder, file)).toString('base64')),
    };
  });
}

function inRanges(ranges: string): (codePoint: number) => boolean {
  const parsed = ranges.split(',').map((range) => {
    const [first = '', last = first] = range.trim().slice('U+'.length).split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)] as const;
  });
  return (codePoint) => parsed.some(([first, last]) => codePoint >= first && codePoint <= last);
}
