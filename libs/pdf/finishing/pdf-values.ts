/**
 * PDF objects as far as finishing must understand them: what refers to what. Names, strings,
 * numbers and keywords are kept as they are written (`/Type`, `(text)`, `12.5`, `true`), so what
 * is not touched is written again as it was read.
 */
export type PdfValue = string | PdfRef | readonly PdfValue[] | PdfDictionary;

/** An indirect reference: `12 0 R`. */
export class PdfRef {
  constructor(readonly number: number) {}
}

/** Keys without their slash. */
export type PdfDictionary = Map<string, PdfValue>;

export const isDictionary = (value: PdfValue | undefined): value is PdfDictionary => value instanceof Map;

/** The PDF, or a part of it, is not of the form that its maker writes. */
export class MalformedPdf extends Error {
  constructor(problem: string) {
    super(`malformed PDF: ${problem}`);
    this.name = 'MalformedPdf';
  }
}

// Characters by their codes: this is the inner loop of finishing.
const TAB = 9;
const LINE_FEED = 10;
const FORM_FEED = 12;
const RETURN = 13;
const SPACE = 32;
const OPEN_PARENTHESIS = 40;
const CLOSE_PARENTHESIS = 41;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const LESS = 60;
const GREATER = 62;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const LETTER_R = 82;

/** Reads values one after another out of a PDF's text (one character a byte). */
export class PdfReader {
  constructor(
    private readonly text: string,
    public at = 0,
  ) {}

  /** @throws {MalformedPdf} */
  value(): PdfValue {
    this.skipSpace();
    const { text } = this;
    switch (text.charCodeAt(this.at)) {
      case LESS:
        return text.charCodeAt(this.at + 1) === LESS ? this.dictionary() : this.until('>');
      case OPEN_BRACKET:
        return this.array();
      case OPEN_PARENTHESIS:
        return this.literalString();
      default:
        return this.reference() ?? this.word();
    }
  }

  /** Whether the word comes next; then it is read. */
  accept(word: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private dictionary(): PdfDictionary {
    const entries: PdfDictionary = new Map();
    this.at += 2;
    for (;;) {
      if (this.accept('>>')) return entries;
      const key = this.word();
      if (!key.startsWith('/')) throw new MalformedPdf(`no key at ${this.at}`);
      entries.set(key.slice(1), this.value());
    }
  }

  private array(): PdfValue[] {
    const items: PdfValue[] = [];
    this.at += 1;
    while (!this.accept(']')) items.push(this.value());
    return items;
  }

  private literalString(): string {
    const start = this.at;
    for (let depth = 0; this.at < this.text.length; this.at += 1) {
      const char = this.text.charCodeAt(this.at);
      if (char === BACKSLASH) this.at += 1;
      else if (char === OPEN_PARENTHESIS) depth += 1;
      else if (char === CLOSE_PARENTHESIS) {
        depth -= 1;
        if (depth === 0) {
          this.at += 1;
          return this.text.slice(start, this.at);
        }
      }
    }
    throw new MalformedPdf('a string does not end');
  }

  private until(end: string): string {
    const start = this.at;
    const found = this.text.indexOf(end, start);
    if (found === -1) throw new MalformedPdf(`no ${end} after ${start}`);
    this.at = found + end.length;
    return this.text.slice(start, this.at);
  }

  /** A reference; undefined, with nothing read, when something else comes. */
  private reference(): PdfRef | undefined {
    const { text } = this;
    let { at } = this;
    let number = 0;
    while (isDigit(text.charCodeAt(at))) number = number * 10 + text.charCodeAt(at++) - ZERO;
    if (at === this.at || text.charCodeAt(at) !== SPACE || text.charCodeAt(at + 1) !== ZERO) return undefined;
    if (text.charCodeAt(at + 2) !== SPACE || text.charCodeAt(at + 3) !== LETTER_R) return undefined;
    this.at = at + 4;
    return new PdfRef(number);
  }

  private word(): string {
    this.skipSpace();
    const start = this.at;
    if (this.text.charCodeAt(start) === SLASH) this.at += 1;
    while (this.at < this.text.length && !endsWord(this.text.charCodeAt(this.at))) this.at += 1;
    if (this.at === start) throw new MalformedPdf(`nothing at ${start}`);
    return this.text.slice(start, this.at);
  }

  private skipSpace(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at += 1;
  }
}

const isDigit = (char: number): boolean => char >= ZERO && char <= NINE;

const isSpace = (char: number): boolean =>
  char === SPACE || char === LINE_FEED || char === RETURN || char === TAB || char === FORM_FEED || char === 0;

const endsWord = (char: number): boolean =>
  isSpace(char) ||
  char === SLASH ||
  char === OPEN_BRACKET ||
  char === CLOSE_BRACKET ||
  char === OPEN_PARENTHESIS ||
  char === CLOSE_PARENTHESIS ||
  char === LESS ||
  char === GREATER;

/** The value as it is in a file, its references renumbered. */
export function writeValue(value: PdfValue, numberOf: (number: number) => number): string {
  if (typeof value === 'string') return value;
  if (value instanceof PdfRef) return `${numberOf(value.number)} 0 R`;
  if (isDictionary(value)) {
    let text = '<<';
    for (const [key, entry] of value) text += `/${key} ${writeValue(entry, numberOf)}`;
    return `${text}>>`;
  }
  let text = '';
  for (const item of value) text += ` ${writeValue(item, numberOf)}`;
  return `[${text.slice(1)}]`;
}

/** Calls `visit` with every reference in a value, in order. */
export function eachRef(value: PdfValue, visit: (number: number) => void): void {
  if (typeof value === 'string') return;
  if (value instanceof PdfRef) visit(value.number);
  else for (const item of value.values()) eachRef(item, visit);
}
