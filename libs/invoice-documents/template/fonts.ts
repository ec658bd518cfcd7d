import { type FontFace, FontPackage } from './font-packages';

const WEIGHTS = ['400', '600'] as const;

/** The fonts that a text needs. */
export interface TextFonts {
  /** `@font-face` rules, all of the family Inter, so that a template need not know the others. */
  readonly rules: string;
  /** `inter 5.3.0, noto-sans-jp 5.3.1`: what the printed bytes depend on. */
  readonly version: string;
}

/** Chinese, Japanese and Korean share characters that each writes in a form of its own. */
const BY_COUNTRY = new Map([
  ['JP', 'jp'],
  ['KR', 'kr'],
  ['TW', 'tc'],
  ['HK', 'tc'],
  ['MO', 'tc'],
]);
const SCRIPTS = ['sc', 'jp', 'kr', 'tc'];

const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0f/u;
/** Joins emoji, or chooses between forms of a character; says nothing by itself. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}|\s/u;

/** The fonts that invoices are set in, brought along inside the HTML. */
export class InvoiceFonts {
  private readonly inter = new FontPackage('@fontsource/inter');
  private readonly interFaces = WEIGHTS.map((weight) => ({ weight, faces: this.inter.faces(`${weight}.css`) }));
  private readonly others = new Map<string, OtherFont>();

  /** Those files that a text needs; Latin always. The buyer's country decides between Chinese, Japanese and Korean forms. */
  for(text: string, country: string): TextFonts {
    const codePoints = codePointsOf(text);
    const rules = this.interFaces.flatMap(({ weight, faces }) =>
      faces
        .filter(({ includes }) => includes(0x41) || codePoints.some(includes))
        .map((face) => ruleOf(weight, face, face.ranges)),
    );
    const needed = codePoints.filter((codePoint) => !this.hasInter(codePoint));
    if (needed.length === 0) return { rules: rules.join('\n'), version: this.inter.version };
    const others = this.othersFor(needed, country);
    return {
      rules: [...rules, ...others.flatMap(({ face, codePoints: of }) => rulesOf(face, of))].join('\n'),
      version: [this.inter.version, ...new Set(others.map(({ version }) => version))].join(', '),
    };
  }

  /** Characters of a text that no font here has; the machine may have one. */
  missingIn(text: string): string[] {
    const fonts = this.inOrder('');
    return codePointsOf(text)
      .filter((codePoint) => !this.hasInter(codePoint) && !fonts.some((font) => font.faceFor(codePoint) !== undefined))
      .map((codePoint) => String.fromCodePoint(codePoint))
      .filter((char) => !INVISIBLE.test(char));
  }

  private hasInter(codePoint: number): boolean {
    return this.interFaces[0]?.faces.some(({ includes }) => includes(codePoint)) === true;
  }

  /** The faces for characters, each with those that it is for. */
  private othersFor(codePoints: readonly number[], country: string): NeededFace[] {
    const fonts = this.inOrder(country);
    const needed = new Map<FontFace, NeededFace>();
    for (const codePoint of codePoints) {
      for (const font of fonts) {
        const face = font.faceFor(codePoint);
        if (face === undefined) continue;
        const known = needed.get(face) ?? { face, version: font.version, codePoints: [] };
        known.codePoints.push(codePoint);
        needed.set(face, known);
        break;
      }
    }
    return [...needed.values()];
  }

  private inOrder(country: string): OtherFont[] {
    const first = BY_COUNTRY.get(country);
    const scripts = first === undefined ? SCRIPTS : [first, ...SCRIPTS.filter((script) => script !== first)];
    return [
      this.other('emoji', emojiFont),
      ...scripts.map((script) =>
        this.other(script, () => fontOf(new FontPackage(`@fontsource-variable/noto-sans-${script}`), 'index.css')),
      ),
      this.other('symbols', () => fontOf(new FontPackage('@fontsource/noto-sans-symbols-2'), '400.css')),
    ];
  }

  /** Read when a text first needs it. */
  private other(name: string, read: () => OtherFont): OtherFont {
    const font = this.others.get(name) ?? read();
    this.others.set(name, font);
    return font;
  }
}

interface OtherFont {
  readonly version: string;
  readonly faceFor: (codePoint: number) => FontFace | undefined;
}

interface NeededFace {
  readonly face: FontFace;
  readonly version: string;
  readonly codePoints: number[];
}

function fontOf(font: FontPackage, styleSheet: string): OtherFont {
  const faces = font.faces(styleSheet);
  return { version: font.version, faceFor: (codePoint) => faces.find(({ includes }) => includes(codePoint)) };
}

/** One file for all: the parts of a joined emoji must not come from several. */
function emojiFont(): OtherFont {
  const font = new FontPackage('@fontsource/noto-emoji');
  const face = font.whole('400.css', 'files/noto-emoji-emoji-400-normal.woff2');
  const includes = (codePoint: number): boolean => isEmoji(codePoint) && face.includes(codePoint);
  return { version: font.version, faceFor: (codePoint) => (includes(codePoint) ? face : undefined) };
}

const isEmoji = (codePoint: number): boolean => EMOJI.test(String.fromCodePoint(codePoint));

/** Plain Latin needs no looking up. */
const codePointsOf = (text: string): number[] =>
  [...new Set(text.match(/[^\0-\xff]/gu))].map((char) => char.codePointAt(0) ?? 0);

/** A family is searched in the faces of one weight only: each weight needs its own rule. */
const rulesOf = (face: FontFace, codePoints: readonly number[]): string[] => {
  const ranges = codePoints.map((codePoint) => `U+${codePoint.toString(16)}`).join(',');
  return WEIGHTS.map((weight) => ruleOf(weight, face, ranges));
};

const ruleOf = (weight: string, { data }: FontFace, ranges: string): string =>
  `@font-face{font-family:Inter;font-weight:${weight};font-display:block;` +
  `src:url(data:font/woff2;base64,${data()}) format("woff2");unicode-range:${ranges}}`;
