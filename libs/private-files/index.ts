import { link, open, rename, rm } from 'node:fs/promises';

/**
 * Makes a file that only its owner may read, complete on disk before it has its name.
 * @returns false when there is one already: of two processes the first one's file stays
 */
export async function makePrivateFile(file: string, content: string): Promise<boolean> {
  const temporary = await write(file, content);
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Makes such a file, or replaces it as a whole. */
export async function replacePrivateFile(file: string, content: string): Promise<void> {
  await rename(await write(file, content), file);
}

/** Writes a file beside it, durably. */
async function write(file: string, content: string): Promise<string> {
  const temporary = `${file}.${process.pid}`;
  await writeDurably(temporary, content);
  return temporary;
}

/**
 * Writes a file that only its owner may read; it is on disk when this resolves, its name once the folder is, too.
 * @param flag `wx`: fails when there is one already
 */
export async function writeDurably(file: string, content: string | Uint8Array, flag: 'w' | 'wx' = 'w'): Promise<void> {
  const handle = await open(file, flag, 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes durable what a file holds that others wrote. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes durable what a folder's files are called. Windows cannot and need not do this. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await syncFile(folder);
}
