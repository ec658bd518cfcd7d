import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

import { extract } from 'tar-fs';

import { type BrowserProgram } from './program';

/**
 * The Chromium of the npm package `@sparticuz/chromium`: a headless shell for Linux on x64 that
 * comes with the shared libraries a bare system lacks. Unpacked once into the cache folder. Other
 * processes may do the same at the same time: each unpacks into a folder of its own and renames
 * it; who comes second uses what the first made.
 *
 * The package's own `executablePath()` and `args` are not used: it unpacks to one fixed path in
 * /tmp where parallel starts break each other, and its arguments switch protections off.
 */
export async function bundledChromium(cacheDir: string): Promise<BrowserProgram> {
  const archives = await archiveFolder();
  const version = await versionOf(archives);
  const folder = path.join(cacheDir, `chromium-${version}`);
  const program: BrowserProgram = {
    executable: path.join(folder, 'chromium'),
    libraryPath: path.join(folder, 'lib'),
    source: `@sparticuz/chromium ${version}`,
  };
  if (await exists(program.executable)) return program;

  await unpackInto(folder, async (unpacking) => {
    await extractArchive(path.join(archives, 'al2023.tar.br'), unpacking);
    await pipeline(
      createReadStream(path.join(archives, 'chromium.br')),
      createBrotliDecompress(),
      createWriteStream(path.join(unpacking, 'chromium'), { mode: 0o700, flush: true }),
    );
  });
  return program;
}

/**
 * A plain font that comes with the package, unpacked into the cache folder. With no font on the
 * machine Chromium cannot even load the fonts that a document brings along.
 */
export async function bundledFonts(cacheDir: string): Promise<string> {
  const archives = await archiveFolder();
  const folder = path.join(cacheDir, `fonts-${await versionOf(archives)}`);
  if (await exists(folder)) return folder;
  await unpackInto(folder, async (unpacking) => {
    await extractArchive(path.join(archives, 'fonts.tar.br'), unpacking);
  });
  return folder;
}

/** Whether the bundled Chromium can run here at all. */
export const bundledChromiumRunsHere = (): boolean => process.platform === 'linux' && process.arch === 'x64';

async function extractArchive(archive: string, folder: string): Promise<void> {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  // Files belong to the service's user: root would take their owner from the archive.
  const unpacking = extract(folder, { map: (header) => ({ ...header, uid, gid }) });
  await pipeline(createReadStream(archive), createBrotliDecompress(), unpacking);
}

/** Fills a folder beside its place and renames it: nobody ever sees half of it. */
async function unpackInto(folder: string, unpack: (unpacking: string) => Promise<void>): Promise<void> {
  const unpacking = `${folder}.${process.pid}-${randomUUID()}`;
  try {
    await mkdir(unpacking, { recursive: true, mode: 0o700 });
    await unpack(unpacking);
    await rename(unpacking, folder);
  } catch (error) {
    await rm(unpacking, { recursive: true, force: true });
    // Another process was quicker.
    if (!(await exists(folder))) throw error;
  }
}

async function versionOf(archives: string): Promise<string> {
  const text = await readFile(path.join(archives, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function archiveFolder(): Promise<string> {
  let folder = path.dirname(require.resolve('@sparticuz/chromium'));
  while (!(await exists(path.join(folder, 'bin', 'chromium.br')))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('the package @sparticuz/chromium is not complete; run `npm ci` again');
    folder = parent;
  }
  return path.join(folder, 'bin');
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
