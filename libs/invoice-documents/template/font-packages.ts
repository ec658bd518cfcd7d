import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One file of a font: some characters of one weight, or of all weights. */
export interface FontFace {
  /** As `unicode-range` says it. */
  readonly ranges: string;
  readonly includes: (codePoint: number) => boolean;
  /** The file in base64, read when it is first asked for. */
  readonly data: () => string;
}

/** A font of a package of Fontsource: its files, and which characters each of them has. */
export class FontPackage {
  /** `noto-sans-sc 5.3.1`. */
  readonly version: string;
  private readonly folder: string;

  constructor(readonly name: string) {
    const manifest = require.resolve(`${name}/package.json`);
    this.folder = path.dirname(manifest);
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    this.version = `${path.basename(name)} ${version}`;
  }

  /** The faces that a style sheet of the package lists. */
  faces(styleSheet: string): FontFace[] {
    const css = readFileSync(path.join(this.folder, styleSheet), 'utf8');
    return [...css.matchAll(/@font-face\s*\{([^}]*)\}/g)].map(([, rule = '']) => {
      const file = /url\(([^)]+\.woff2)\)/.exec(rule)?.[1];
      const ranges = /unicode-range:\s*([^;]+);/.exec(rule)?.[1];
      if (file === undefined || ranges === undefined) throw new Error(`${this.name} has another form than expected`);
      return { ranges, includes: inRanges(ranges), data: this.reading(file) };
    });
  }

  /** One file that has the characters of all faces of a style sheet. */
  whole(styleSheet: string, file: string): FontFace {
    const faces = this.faces(styleSheet);
    const includes = (codePoint: number): boolean => faces.some((face) => face.includes(codePoint));
    return { ranges: faces.map(({ ranges }) => ranges).join(','), includes, data: this.reading(file) };
  }

  private reading(file: string): () => string {
    let data: string | undefined;
    return () => (data ??= readFileSync(path.join(this.folder, file)).toString('base64'));
  }
}

function inRanges(ranges: string): (codePoint: number) => boolean {
  const parsed = ranges.split(',').map((range) => {
    const [first = '', last = first] = range.trim().slice('U+'.length).split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)] as const;
  });
  return (codePoint) => parsed.some(([first, last]) => codePoint >= first && codePoint <= last);
}
