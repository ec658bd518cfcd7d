import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { makePrivateFile } from '@seatledger/private-files';

const KEY_BYTES = 32;

/** The master key cannot be used as it is given. */
export class BadMasterKey extends Error {}

/** Reads a key of 32 bytes written in hex or base64. @throws {BadMasterKey} */
export function parseMasterKey(text: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new BadMasterKey('must be 32 bytes in hex (64 digits) or base64 (44 characters)');
}

/** The key in a file that only its owner may read; made at the first start. */
export async function masterKeyFromFile(file: string): Promise<Buffer> {
  for (;;) {
    try {
      return parseMasterKey(await readFile(file, 'utf8'));
    } catch (error) {
      if (error instanceof BadMasterKey) throw new BadMasterKey(`${file}: ${error.message}`);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await makePrivateFile(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
  }
}
