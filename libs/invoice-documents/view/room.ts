/**
 * How much room texts need at most, so that what is too long can be set smaller, or elsewhere. Widths are
 * upper bounds of the fonts' own; a text that is set smaller without need does no harm.
 */

const POINT_MM = 0.3528;

/** The window of an envelope (DIN 5008), at the address' usual size. */
const WINDOW = { widthMm: 80, lines: 5, pt: 9.75 };

/** Whether an address fits into its window without being set smaller. */
export const fitsInWindow = (lines: readonly string[]): boolean =>
  rowsOf(lines, WINDOW.widthMm, WINDOW.pt) <= WINDOW.lines;

/** Columns of the foot of a page, 16 mm high. */
export const FOOT_SIZES = [
  { small: false, pt: 6.5, lines: 5, left: 58, right: 42 },
  { small: true, pt: 5.5, lines: 7, left: 58, right: 42 },
] as const;

/** Whether lines fit into a column of the foot. */
export const fitsInFoot = (
  lines: readonly string[],
  widthMm: number,
  { pt, lines: most }: { readonly pt: number; readonly lines: number },
): boolean => rowsOf(lines, widthMm, pt) <= most;

interface Amounts {
  readonly quantity: string;
  readonly unitPrice: string;
  readonly net: string;
}

/** What the columns of the lines have room for, in characters. */
const COLUMNS = { quantity: 7, unitPrice: 11, net: 14, total: 12 };

/** Whether amounts are wider than their columns. */
export const areWide = (lines: readonly Amounts[], total: { readonly amount: string }): boolean =>
  total.amount.length > COLUMNS.total ||
  lines.some(
    ({ quantity, unitPrice, net }) =>
      quantity.length > COLUMNS.quantity || unitPrice.length > COLUMNS.unitPrice || net.length > COLUMNS.net,
  );

/** A text of at most so many characters, cut off with an ellipsis. */
export function shortened(text: string, most: number): string {
  const chars = [...text];
  return chars.length <= most
    ? text
    : `${chars
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

/** In how many rows texts are set, each beginning one of its own. */
function rowsOf(texts: readonly string[], widthMm: number, pt: number): number {
  const width = widthMm / POINT_MM / pt;
  return texts.reduce((sum, text) => sum + rowsOfText(text, width), 0);
}

/** Words go on the next row where they do not fit; those longer than a row are broken. */
function rowsOfText(text: string, width: number): number {
  let rows = 1;
  let used = 0;
  for (const word of text.split(/(?<=[\s-])/u)) {
    const needed = widthOf(word);
    if (used + needed > width && used > 0) {
      rows += 1;
      used = 0;
    }
    const over = Math.max(0, Math.ceil(needed / width) - 1);
    rows += over;
    used += needed - over * width;
  }
  return rows;
}

/** In ems, rounded up: Latin by Inter's own widths, all else by the widest of its kind. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ !',.:Iijl·]/, 0.3],
  [/[()/;[\]`frt|]/, 0.4],
  [/["1^_{}-]/, 0.5],
  [/[*57?FJLacehknosuvxyzäöü]/, 0.6],
  [/[#$&+0234689<=>ABEKPRSTVXYZbdgpq~ÄËß]/, 0.7],
  [/[CDGHNOQUÖÜ]/, 0.8],
  [/[mw]/, 0.9],
  [/[ -\u2e7f]/u, 1.05],
];
const WIDEST = 1.4;

const widthOf = (text: string): number =>
  [...text].reduce((sum, char) => sum + (WIDTHS.find(([kind]) => kind.test(char))?.[1] ?? WIDEST), 0);
