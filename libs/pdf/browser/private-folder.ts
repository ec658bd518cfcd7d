import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { BrowserUnavailable } from './program';

const PREFIX = 'seatledger-';
/**
 * The longest path of a folder for temporary files, in bytes. Chromium puts a socket into a folder of its own
 * in there, `/seatledger-XXXXXX/org.chromium.Chromium.XXXXXX/SingletonSocket`, and the path of a socket has
 * at most 107 bytes on Linux and 103 on macOS. Windows uses no such socket.
 */
const MAX_PARENT = process.platform === 'win32' ? Infinity : 38;

/** Where temporary files go, first what the system says. DATA_DIR, which may lie deep, is none of them. */
const temporaryFolders = (): string[] =>
  process.platform === 'win32' ? [tmpdir()] : [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'];

/**
 * Makes a short folder that only this user may enter, for a browser's profile and temporary files.
 * @throws {BrowserUnavailable} none can be made; the message names the variable to set
 */
export async function makePrivateFolder(candidates: readonly string[] = temporaryFolders()): Promise<string> {
  const refusals = new Set<string>();
  for (const parent of new Set(candidates)) {
    if (Buffer.byteLength(parent) > MAX_PARENT) {
      refusals.add(`${parent} has more than ${MAX_PARENT} bytes`);
      continue;
    }
    try {
      return await mkdtemp(path.join(parent, PREFIX));
    } catch (error) {
      refusals.add(error instanceof Error ? error.message : String(error));
    }
  }
  throw new BrowserUnavailable(
    `No folder can be made for the temporary files of a browser (${[...refusals].join('; ')}). ` +
      'Set TMPDIR to a folder with a short path that may be written.',
  );
}

/** Whether a folder is named as one of these, so that a damaged record has no other one removed. */
export const isPrivateFolder = (folder: string): boolean =>
  path.isAbsolute(folder) && /^seatledger-[A-Za-z0-9]{6}$/.test(path.basename(folder));
