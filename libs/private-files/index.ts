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
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}
