import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The data folder cannot be used; the message says why. */
export class DataDirError extends Error {}

const GROUP_BITS = 0o070;
const OTHERS_BITS = 0o007;

/** What this process makes is for its user alone. */
export const keepFilesPrivate = (): void => void process.umask(0o077);

/**
 * Makes the data folder unless it is there, and refuses one that everybody on the machine may enter.
 * @param onGroup is told of a folder that its group may enter: such are the volumes of a cluster
 * @throws {DataDirError}
 */
export async function makeDataDir(folder: string, onGroup: (warning: string) => void = () => undefined): Promise<void> {
  await makeFolder(folder);
  // Windows knows no such bits.
  if (process.platform === 'win32') return;
  const { mode } = await stat(folder);
  const bits = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & OTHERS_BITS) !== 0) {
    throw new DataDirError(`${folder} is open to everybody on this machine (${bits}): chmod o-rwx ${folder}`);
  }
  if ((mode & GROUP_BITS) !== 0) onGroup(`DATA_DIR is open to its group (${bits}); only the service needs to enter it`);
}

async function makeFolder(folder: string): Promise<void> {
  let first = folder;
  while (!existsSync(path.dirname(first))) first = path.dirname(first);
  try {
    // The first by itself: making all at once never ends where none can be made, as in /proc.
    if (!existsSync(first)) await mkdir(first, { mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Another process may make it at the same time.
    if (code !== 'EEXIST') throw new DataDirError(`${first} cannot be made: ${message}`);
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataDirError(`${folder} cannot be made: ${(error as Error).message}`);
  }
}
