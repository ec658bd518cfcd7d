import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A text as it may be in a file, and by which encoding. */
export interface Spelling {
  readonly encoding: string;
  readonly bytes: Buffer;
}

const known = new Map<string, readonly Spelling[]>();

/** Every usual way to write a text down, each result once. */
export function spellingsOf(text: string): readonly Spelling[] {
  const spellings = known.get(text) ?? distinct(spell(text));
  known.set(text, spellings);
  return spellings;
}

const distinct = (spellings: readonly Spelling[]): Spelling[] => [
  ...new Map(spellings.toReversed().map((spelling) => [spelling.bytes.toString('latin1'), spelling])).values(),
];

function spell(text: string): Spelling[] {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const latin1 = Buffer.from(text, 'latin1');
  const escaped = (hex: (code: string) => string): string =>
    [...text].map((c) => (c.charCodeAt(0) < 0x80 ? c : hex(c.charCodeAt(0).toString(16).padStart(4, '0')))).join('');
  const percent = [...utf8].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const texts: [string, string][] = [
    ['JSON', JSON.stringify(text).slice(1, -1)],
    ['JSON, ASCII only', escaped((code) => `\\u${code}`)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(text)).slice(3, -3)],
    ['URL', encodeURIComponent(text)],
    ['URL, lower case', encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase())],
    ['form', encodeURIComponent(text).replaceAll('%20', '+')],
    ['URL, all of it', percent],
    ['hex', utf8.toString('hex')],
    ['hex, upper case', utf8.toString('hex').toUpperCase()],
    ['hex of UTF-16 BE', Buffer.from(utf16).swap16().toString('hex')],
    ['HTML', text.replace(/[&<>"'’]/g, (c) => `&#${c.charCodeAt(0)};`)],
    ['HTML, hex', [...text].map((c) => (c.charCodeAt(0) < 0x80 ? c : `&#x${c.charCodeAt(0).toString(16)};`)).join('')],
    ['quoted-printable', percent.replaceAll('%', '=').toUpperCase()],
  ];
  return [
    { encoding: 'UTF-8', bytes: utf8 },
    { encoding: 'UTF-16 LE', bytes: utf16 },
    { encoding: 'UTF-16 BE', bytes: Buffer.from(utf16).swap16() },
    { encoding: 'Latin-1', bytes: latin1 },
    ...texts.map(([encoding, spelled]) => ({ encoding, bytes: Buffer.from(spelled) })),
    ...[utf8, utf16, latin1].flatMap((bytes) => [
      ...base64Of(bytes, 'base64').map((spelled) => ({ encoding: 'base64', bytes: spelled })),
      ...base64Of(bytes, 'base64url').map((spelled) => ({ encoding: 'base64url', bytes: spelled })),
    ]),
  ];
}

/** At its three alignments, without the characters that depend on what stands around it. */
function base64Of(bytes: Buffer, encoding: 'base64' | 'base64url'): Buffer[] {
  return [0, 1, 2].map((before) => {
    const spelled = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    return Buffer.from(spelled.slice(first, last));
  });
}

/** Where in a buffer any of the texts stands, also inside gzip. */
export function tracesIn(content: Buffer, texts: readonly string[]): string[] {
  const found = texts.flatMap((text) =>
    spellingsOf(text)
      .filter(({ bytes }) => content.includes(bytes))
      .map(({ encoding }) => `${text} as ${encoding}`),
  );
  return [...found, ...unzipped(content).flatMap((inner) => tracesIn(inner, texts).map((trace) => `${trace} in gzip`))];
}

function unzipped(content: Buffer): Buffer[] {
  const members: Buffer[] = [];
  const magic = Buffer.from([0x1f, 0x8b, 0x08]);
  for (let at = content.indexOf(magic); at !== -1; at = content.indexOf(magic, at + 1)) {
    try {
      members.push(gunzipSync(content.subarray(at)));
    } catch {
      // Three bytes that look like it.
    }
  }
  return members;
}

/** The browser and its fonts, as they come in their package. */
const PROGRAM = /(^|\/)cache\/(chromium|fonts)-/;

/** Every file under a folder that was changed since, in milliseconds; sockets and the like left out. */
export function filesChangedSince(folder: string, since: number): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !PROGRAM.test(file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 >= since);
}

/** Where any of the texts stands, in the names and the content of a folder's files. */
export function tracesUnder(folder: string, since: number, texts: readonly string[]): string[] {
  return filesChangedSince(folder, since).flatMap((file) => {
    const name = path.relative(folder, file);
    return [...tracesIn(Buffer.from(name), texts), ...tracesIn(contentOf(file), texts)].map(
      (trace) => `${name}: ${trace}`,
    );
  });
}

/** Nothing, when the file is gone since it was listed: a browser tidies up its profile. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
