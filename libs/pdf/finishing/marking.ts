/**
 * What PDF/UA asks of the content of pages: each piece belongs to an element of the structure, or
 * is marked as an artifact. Chromium leaves running heads and feet and hidden decoration unmarked,
 * and gives rules and backgrounds to the elements that they surround.
 */
import { MalformedPdf } from './pdf-values';

/** A page's content, all of it marked. */
export interface MarkedContent {
  readonly content: string;
  /** Pieces that were an element's and are artifacts now, by their numbers. */
  readonly artifacts: ReadonlySet<number>;
  /** Pieces of the margins that are to be read out, by their new numbers, in reading order. */
  readonly margins: readonly number[];
}

interface PageFacts {
  /** Whether the margins are read out: the seller's particulars are nowhere else. */
  readonly readsMargins: boolean;
  /** In the units of the content, CSS pixels. */
  readonly height: number;
}

/** @throws {MalformedPdf} marks and text objects overlap */
export const markContent = (content: string, page: PageFacts): MarkedContent => new Marker(content, page).mark();

const MARK = /(BDC|BMC|EMC)\n/g;
const NUMBERED = /^\/(\w+) ?<<\/MCID (\d+) ?>> ?BDC\n$/;
/** Their text where glyphs do not tell it, and those that are written from right to left. */
const OF_CHARACTERS = /^\/(?:Span|ReversedChars)\b(?!.*\/MCID)/;
const PAINTS = /(?:^|\n)(?:f\*?|S|s|B\*?|b\*?)\n| (?:Tj|Do|sh)\n/;
const SHOWS = / (?:Tj|Do)\n/;
/** What is in the page's own area is clipped to it; the margins are drawn before. */
const CLIP = /^[\d. -]+ re\nW\*? n\n/m;
const TEXT = /BT\n[\s\S]*?\nET\n/g;
const PLACE = /([\d.-]+) ([\d.-]+) Tm\n/g;

class Marker {
  private readonly parts: string[] = [];
  private readonly artifacts = new Set<number>();
  private margins: { readonly number: number; readonly x: number; readonly isBelow: boolean }[] = [];
  private lastNumber = -1;

  constructor(
    private readonly content: string,
    private readonly page: PageFacts,
  ) {}

  mark(): MarkedContent {
    const { content } = this;
    let depth = 0;
    let from = 0;
    /** Where the outermost open mark of an element begins. */
    let opened = 0;
    /** Open marks that are no element's: the text of a piece of a margin. */
    let others = 0;
    // The margins come first, but are numbered last.
    let margins = '';
    /** Marks of single characters in unmarked content, which are a part of it. */
    let within = 0;
    for (const { 0: text, 1: operator, index } of content.matchAll(MARK)) {
      const end = index + text.length;
      if (within > 0 || (depth === 0 && OF_CHARACTERS.test(content.slice(content.lastIndexOf('\n', index) + 1, end)))) {
        within += operator === 'EMC' ? -1 : 1;
        continue;
      }
      if (operator === 'EMC') {
        if (depth === 0) {
          others -= 1;
          if (others < 0) throw new MalformedPdf('a mark ends that did not begin');
          continue;
        }
        depth -= 1;
        if (depth === 0) this.marked(content.slice(opened, end));
      } else {
        if (depth === 0) {
          opened = content.lastIndexOf('\n', index) + 1;
          if (others > 0 || !NUMBERED.test(content.slice(opened, end))) {
            others += 1;
            continue;
          }
          const unmarked = content.slice(from, opened);
          if (from === 0) margins = unmarked;
          else this.parts.push(artifact(unmarked));
        }
        depth += 1;
      }
      from = end;
    }
    if (depth + others > 0) throw new MalformedPdf('a mark does not end');
    if (from === 0) margins = content;
    else this.parts.push(artifact(content.slice(from)));
    this.parts.unshift(this.start(margins));
    return { content: this.parts.join(''), artifacts: this.artifacts, margins: this.inReadingOrder() };
  }

  /** A piece of an element; rules and backgrounds, which say nothing, become artifacts. */
  private marked(piece: string): void {
    const begin = piece.indexOf('\n') + 1;
    const [, type, digits] = NUMBERED.exec(piece.slice(0, begin)) ?? [];
    const number = Number(digits);
    if (digits !== undefined) this.lastNumber = Math.max(this.lastNumber, number);
    const isDecoration = digits !== undefined && type !== 'Figure' && !SHOWS.test(piece) && PAINTS.test(piece);
    if (isDecoration) this.artifacts.add(number);
    this.parts.push(isDecoration ? `${LAYOUT}${piece.slice(begin)}` : piece);
  }

  /** What comes before the first mark: the margins, then perhaps decoration of the page's area. */
  private start(unmarked: string): string {
    if (!PAINTS.test(unmarked)) return unmarked;
    const area = CLIP.exec(unmarked)?.index ?? unmarked.length;
    return this.margin(unmarked.slice(0, area)) + artifact(unmarked.slice(area));
  }

  /** Lines of text that follow one another are one box of a margin. */
  private margin(content: string): string {
    let marked = '';
    let from = 0;
    let box: { start: number; end: number } | undefined;
    const close = (): void => {
      if (box === undefined) return;
      marked += artifact(content.slice(from, box.start)) + this.box(content.slice(box.start, box.end));
      from = box.end;
    };
    for (const { 0: text, index } of content.matchAll(TEXT)) {
      const end = index + text.length;
      if (box !== undefined && !PAINTS.test(content.slice(box.end, index))) {
        box.end = end;
      } else {
        close();
        box = { start: index, end };
      }
    }
    close();
    return marked + artifact(content.slice(from));
  }

  private box(text: string): string {
    const places = [...text.matchAll(PLACE)];
    const x = Math.min(...places.map(([, place]) => Number(place)));
    const isBelow = Number(places[0]?.[2]) > this.page.height / 2;
    if (!this.page.readsMargins) {
      return `/Artifact <</Type /Pagination/Subtype /${isBelow ? 'Footer' : 'Header'}>>BDC\n${text}EMC\n`;
    }
    const number = this.lastNumber + 1 + this.margins.length;
    this.margins.push({ number, x, isBelow });
    return `/P <</MCID ${number}>>BDC\n${text}EMC\n`;
  }

  private inReadingOrder(): number[] {
    const inOrder = [...this.margins].sort(
      (one, other) => Number(one.isBelow) - Number(other.isBelow) || one.x - other.x,
    );
    return inOrder.map(({ number }) => number);
  }
}

const LAYOUT = '/Artifact <</Type /Layout>>BDC\n';

function artifact(content: string): string {
  if (!PAINTS.test(content)) return content;
  if (countOf(content, /(?:^|\n)BT\n/g) !== countOf(content, /(?:^|\n)ET\n/g)) {
    throw new MalformedPdf('unmarked content begins or ends inside a text object');
  }
  return `${LAYOUT}${content}EMC\n`;
}

const countOf = (content: string, pattern: RegExp): number => content.match(pattern)?.length ?? 0;
