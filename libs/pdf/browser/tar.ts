import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const BLOCK = 512;
const REGULAR_FILE = new Set(['0', '\0', '']);

/**
 * Unpacks the regular files of a tar archive. Links, devices and everything else are skipped:
 * the archives that come here hold none.
 * @throws {Error} an entry would be written outside the folder, or the archive is cut off
 */
export async function untar(archive: Uint8Array, folder: string): Promise<void> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const name = textOf(bytes, at, 100);
    if (name === '') return;
    const prefix = textOf(bytes, at + 345, 155);
    const mode = octalOf(bytes, at + 100, 8);
    const size = octalOf(bytes, at + 124, 12);
    const type = String.fromCharCode(bytes[at + 156] ?? 0);
    at += BLOCK;
    if (at + size > bytes.length) throw new Error(`archive cut off in ${name}`);
    if (REGULAR_FILE.has(type)) {
      const file = path.resolve(folder, prefix, name);
      if (!file.startsWith(path.resolve(folder) + path.sep)) throw new Error(`entry outside its folder: ${name}`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes.subarray(at, at + size));
      await chmod(file, (mode & 0o777) | 0o600);
    }
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

function textOf(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

const octalOf = (bytes: Buffer, start: number, length: number): number =>
  Number.parseInt(textOf(bytes, start, length).trim() || '0', 8);
