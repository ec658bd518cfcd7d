import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** The data folder cannot be used; the message says why. */
export class DataDirError extends Error {}

/** Makes the data folder unless it is there. @throws {DataDirError} */
export async function makeDataDir(folder: string): Promise<void> {
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
