import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

import {
  eachRef,
  isDictionary,
  MalformedPdf,
  type PdfDictionary,
  PdfReader,
  PdfRef,
  type PdfValue,
  writeValue,
} from './pdf-values';

export interface PdfObject {
  readonly value: PdfValue;
  /** The bytes of a stream, as its filters left them. */
  readonly stream?: Uint8Array;
}

/** A PDF's objects by number, and where they begin. */
export interface PdfFile {
  readonly objects: Map<number, PdfObject>;
  readonly root: PdfRef;
  readonly info: PdfRef;
}

/**
 * Reads a PDF with a plain cross-reference table of one part, as Chromium and pdf-lib write it.
 * @throws {MalformedPdf} it is anything else
 */
export function readPdf(bytes: Uint8Array): PdfFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('latin1');
  if (!text.startsWith('%PDF-')) throw new MalformedPdf('no header');
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64))?.[1]);
  const range = /^xref\s+0 (\d+)\s*?\n/.exec(text.slice(start, start + 32));
  if (range === null) throw new MalformedPdf('no cross-reference table');
  const count = Number(range[1]);
  const table = start + range[0].length;
  const objects = new Map<number, PdfObject>();
  for (let number = 1; number < count; number += 1) {
    // Entries have 20 bytes each: offset, generation, n or f.
    const entry = table + number * ENTRY_LENGTH;
    if (text[entry + 17] !== 'n') continue;
    objects.set(number, objectAt(buffer, text, Number(text.slice(entry, entry + 10)), number));
  }
  const reader = new PdfReader(text, table + count * ENTRY_LENGTH);
  if (!reader.accept('trailer')) throw new MalformedPdf('no trailer');
  const trailer = reader.value();
  const [root, info] = isDictionary(trailer) ? [trailer.get('Root'), trailer.get('Info')] : [];
  if (!(root instanceof PdfRef && info instanceof PdfRef))
    throw new MalformedPdf('the trailer names no catalog or info');
  return { objects, root, info };
}

const ENTRY_LENGTH = 20;

function objectAt(buffer: Buffer, text: string, offset: number, number: number): PdfObject {
  const reader = new PdfReader(text, offset);
  if (!reader.accept(`${number} 0 obj`)) throw new MalformedPdf(`object ${number} is not at ${offset}`);
  const value = reader.value();
  if (!isDictionary(value) || !reader.accept('stream')) return { value };
  const from = reader.at + (text.startsWith('\r\n', reader.at) ? 2 : 1);
  const length = Number(value.get('Length'));
  if (!Number.isInteger(length)) throw new MalformedPdf(`stream ${number} has no direct length`);
  return { value, stream: buffer.subarray(from, from + length) };
}

/** @throws {MalformedPdf} there is no such dictionary */
export function dictionaryOf({ objects }: PdfFile, ref: PdfValue | undefined): PdfDictionary {
  const value = ref instanceof PdfRef ? objects.get(ref.number)?.value : ref;
  if (!isDictionary(value)) throw new MalformedPdf('a dictionary is missing');
  return value;
}

/** How many objects share a stream; a reader unpacks one as a whole. */
const OBJECTS_PER_STREAM = 500;

/**
 * Writes a PDF 1.7 that depends on nothing but the graph of its objects: numbered depth-first from
 * the catalog, whatever their numbers were, and `/ID` made of the bytes. What the catalog does not
 * lead to is left out. Structure elements, most of a tagged file, are packed into object streams.
 */
export function writePdf({ objects, root, info }: PdfFile): Buffer {
  const order = depthFirst(objects, [root.number, info.number]);
  const numbers = new Map(order.map((number, index) => [number, index + 1]));
  const numberOf = (number: number): number => {
    const renumbered = numbers.get(number);
    if (renumbered === undefined) throw new MalformedPdf(`object ${number} is missing`);
    return renumbered;
  };
  const file = new FileWriter();
  const structure: [number, string][] = [];
  for (const number of order) {
    const object = objects.get(number);
    if (object === undefined) continue;
    const text = writeValue(object.value, numberOf);
    if (object.stream !== undefined) file.stream(numberOf(number), text, object.stream);
    else if (isStructure(object.value)) structure.push([numberOf(number), text]);
    else file.object(numberOf(number), text);
  }
  let free = order.length + 1;
  for (let from = 0; from < structure.length; from += OBJECTS_PER_STREAM) {
    file.objectStream(free, structure.slice(from, from + OBJECTS_PER_STREAM));
    free += 1;
  }
  return file.end(free, numberOf(root.number), numberOf(info.number));
}

/** Elements of the structure tree and the lists that lead to them. */
const isStructure = (value: PdfValue): boolean =>
  Array.isArray(value) || (isDictionary(value) && value.get('Type') === '/StructElem');

function depthFirst(objects: ReadonlyMap<number, PdfObject>, from: readonly number[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const ahead = [...from].reverse();
  for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
    const object = objects.get(number);
    if (object === undefined) throw new MalformedPdf(`object ${number} is missing`);
    if (seen.has(number)) continue;
    seen.add(number);
    order.push(number);
    const refs: number[] = [];
    eachRef(object.value, (ref) => {
      if (!seen.has(ref)) refs.push(ref);
    });
    for (const ref of refs.reverse()) ahead.push(ref);
  }
  return order;
}

/** Finishing shares the machine with the browser: the next level takes twice the time for 5 % less. */
const PACKING = { level: 4 };

export const packed = (bytes: Uint8Array): Buffer => deflateSync(bytes, PACKING);

/** The binary comment tells programs that move files that this is no text (ISO 19005-3, 6.1.2). */
const HEADER = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1');

/** Rows of the cross-reference stream: kind, offset or stream, place in the stream. */
const ROW = [1, 4, 2] as const;
const ROW_LENGTH = 7;
const PREDICTED_FROM_ABOVE = 2;

class FileWriter {
  private readonly parts: Uint8Array[] = [HEADER];
  private length = HEADER.length;
  private readonly rows = new Map<number, readonly [kind: number, where: number, index: number]>();

  object(number: number, text: string): void {
    this.rows.set(number, [1, this.length, 0]);
    this.add(Buffer.from(`${number} 0 obj\n${text}\nendobj\n`, 'latin1'));
  }

  stream(number: number, dictionary: string, bytes: Uint8Array): void {
    this.rows.set(number, [1, this.length, 0]);
    this.add(Buffer.from(`${number} 0 obj\n${dictionary}\nstream\n`, 'latin1'));
    this.add(bytes);
    this.add(Buffer.from('\nendstream\nendobj\n', 'latin1'));
  }

  objectStream(number: number, objects: readonly (readonly [number: number, text: string])[]): void {
    let places = '';
    let offset = 0;
    for (const [index, [packed, text]] of objects.entries()) {
      this.rows.set(packed, [2, number, index]);
      places += `${packed} ${offset} `;
      offset += text.length + 1;
    }
    const data = packed(Buffer.from(places + objects.map(([, text]) => text).join('\n'), 'latin1'));
    const entries = `/Type /ObjStm/N ${objects.length}/First ${places.length}/Filter /FlateDecode/Length ${data.length}`;
    this.stream(number, `<<${entries}>>`, data);
  }

  end(number: number, root: number, info: number): Buffer {
    const id = createHash('sha256');
    for (const part of this.parts) id.update(part);
    const digest = `<${id.digest('hex').slice(0, 32)}>`;
    const start = this.length;
    this.rows.set(number, [1, start, 0]);
    const data = packed(this.table(number + 1));
    const entries =
      `/Type /XRef/Size ${number + 1}/W [${ROW.join(' ')}]/Root ${root} 0 R/Info ${info} 0 R/ID [${digest} ${digest}]` +
      `/Filter /FlateDecode/DecodeParms <</Predictor 12/Columns ${ROW_LENGTH}>>/Length ${data.length}`;
    this.stream(number, `<<${entries}>>`, data);
    this.add(Buffer.from(`startxref\n${start}\n%%EOF\n`, 'latin1'));
    return Buffer.concat(this.parts, this.length);
  }

  /** Each row as its difference from the row above (PNG's predictor “up”): mostly zeros. */
  private table(size: number): Buffer {
    const rows = Buffer.alloc(size * ROW_LENGTH);
    for (let number = 0; number < size; number += 1) {
      const [kind, where, index] = this.rows.get(number) ?? [0, 0, 65_535];
      const at = number * ROW_LENGTH;
      rows.writeUInt8(kind, at);
      rows.writeUInt32BE(where, at + ROW[0]);
      rows.writeUInt16BE(index, at + ROW[0] + ROW[1]);
    }
    const table = Buffer.alloc(size * (ROW_LENGTH + 1));
    for (let at = 0, to = 0; at < rows.length; at += 1) {
      if (at % ROW_LENGTH === 0) table[to++] = PREDICTED_FROM_ABOVE;
      table[to++] = (rows[at] ?? 0) - (rows[at - ROW_LENGTH] ?? 0);
    }
    return table;
  }

  private add(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }
}
