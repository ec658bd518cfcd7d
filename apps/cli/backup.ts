import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { copyDatabase, DatabaseError } from '@seatledger/sqlite';
import { type Command } from 'commander';

import { CliError } from './cli-error';
import { DATABASES_FIRST, dataFolder, DISPENSABLE, holdsData, KEY_FILES } from './data-folder';

const SUMS = 'SHA256SUMS';

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('copy everything in DATA_DIR into a new folder, while the service runs')
    .argument('<target-folder>')
    .option('--keys <folder>', 'where the keys go, in place of those there; default: keys/ in the target folder')
    .action(async (target: string, options: { keys?: string }) => {
      const from = dataFolder();
      const keys = path.resolve(options.keys ?? path.join(target, 'keys'));
      const { files, bytes } = await backUp(from, path.resolve(target), keys);
      const megabytes = (bytes / 1e6).toFixed(1);
      process.stdout.write(`${files} files, ${megabytes} MB, of ${from} in ${path.resolve(target)}\n`);
      process.stdout.write(`Keys in ${keys}: they open the members' names. Keep only the newest.\n`);
      if (!existsSync(path.join(from, 'personal-data.key'))) {
        process.stdout.write('The master key is not among them: keep PERSONAL_DATA_KEY somewhere safe.\n');
      }
      if (!existsSync(path.join(from, 'events.db'))) {
        process.stdout.write('The events are not in DATA_DIR: back up the event store by its own means.\n');
      }
      if ((process.env['MONGODB_URL'] ?? '') !== '') {
        process.stdout.write('Documents and read models are in MongoDB: back it up by its own means.\n');
      }
    });

  program
    .command('restore')
    .description('make DATA_DIR, which must be empty, from a backup; the service must not run')
    .argument('<backup-folder>')
    .option('--keys <folder>', 'where the keys are; default: keys/ in the backup folder')
    .action(async (backup: string, options: { keys?: string }) => {
      const to = dataFolder();
      const { files } = await restore(
        path.resolve(backup),
        path.resolve(options.keys ?? path.join(backup, 'keys')),
        to,
      );
      process.stdout.write(`${files} files checked and restored to ${to}\n`);
    });
}

interface Copied {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies a data folder that may be in use. Every file is whole, and each is copied after those
 * that must not know more than it: read models, then events, then the documents and keys that
 * the events speak of. The target appears under its name when all is there.
 * @throws {CliError}
 */
export async function backUp(from: string, target: string, keys: string): Promise<Copied> {
  if (!holdsData(from)) throw new CliError(`${from} holds no data: set DATA_DIR to the service's data folder.`);
  await refuseUsed(target);
  await refuseOther(keys);
  const isInside = path.dirname(keys) === target;
  const unfinished = `${target}.${process.pid}.part`;
  const unfinishedKeys = isInside ? path.join(unfinished, path.basename(keys)) : `${keys}.${process.pid}.part`;
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    await mkdir(unfinishedKeys, { recursive: true, mode: 0o700 });
    const databases = DATABASES_FIRST.filter((file) => existsSync(path.join(from, file)));
    const sums = await copyAll(from, databases, unfinished, copyLive);
    // Listed only now: every document that the events speak of is there.
    const found = await filesUnder(from);
    const isRest = (file: string): boolean =>
      ![...DATABASES_FIRST, ...KEY_FILES].includes(file) && !DISPENSABLE.includes(firstOf(file));
    sums.push(...(await copyAll(from, found.filter(isRest), unfinished, copyLive)));
    const keyFiles = KEY_FILES.filter((file) => found.includes(file));
    const keySums = await copyAll(from, keyFiles, unfinishedKeys, copyLive);
    await writeSums(unfinished, sums);
    await writeSums(unfinishedKeys, keySums);
    if (existsSync(target)) await rmdir(target);
    if (!isInside) await replaceFolder(keys, unfinishedKeys);
    await rename(unfinished, target);
    await flush(path.dirname(target));
    const all = [...sums, ...keySums];
    return { files: all.length, bytes: all.reduce((total, { bytes }) => total + bytes, 0) };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    await rm(unfinishedKeys, { recursive: true, force: true });
    throw asCliError(error);
  }
}

/** Checks every file of a backup by its recorded sum while copying it. @throws {CliError} */
export async function restore(backup: string, keys: string, to: string): Promise<Copied> {
  for (const folder of [backup, keys]) {
    if (!existsSync(path.join(folder, SUMS))) throw new CliError(`${folder} is not a backup: it has no ${SUMS}.`);
  }
  await refuseUsed(to);
  const unfinished = `${to}.${process.pid}.part`;
  try {
    let files = 0;
    let bytes = 0;
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    for (const folder of [backup, keys]) {
      const recorded = await readSums(folder);
      const copied = await copyAll(folder, [...recorded.keys()], unfinished, copyWhole);
      const wrong = copied.find(({ file, sha256 }) => recorded.get(file) !== sha256);
      if (wrong !== undefined) {
        throw new CliError(`${path.join(folder, wrong.file)} is not what was backed up: its SHA-256 is another.`);
      }
      files += copied.length;
      bytes += copied.reduce((total, file) => total + file.bytes, 0);
    }
    if (existsSync(to)) await rmdir(to);
    await rename(unfinished, to);
    await flush(path.dirname(to));
    return { files, bytes };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw asCliError(error);
  }
}

interface Sum {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

async function copyAll(
  from: string,
  files: readonly string[],
  to: string,
  copy: (source: string, target: string) => Promise<void>,
): Promise<Sum[]> {
  const sums: Sum[] = [];
  for (const file of files) {
    const target = path.join(to, file);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await copy(path.join(from, file), target);
    sums.push({ file, ...(await sumOf(target)) });
  }
  for (const folder of new Set(files.map((file) => path.dirname(path.join(to, file))))) await flush(folder);
  return sums;
}

/** At no moment is neither of the two there, under whatever name. */
async function replaceFolder(folder: string, by: string): Promise<void> {
  const before = `${folder}.${process.pid}.old`;
  if (existsSync(folder)) await rename(folder, before);
  await rename(by, folder);
  await flush(path.dirname(folder));
  await rm(before, { recursive: true, force: true });
}

/** Of a folder in use: a database is copied as it is at one moment, other files are only ever replaced. */
const copyLive = (source: string, target: string): Promise<void> =>
  source.endsWith('.db') ? copyDatabase(source, target) : copyWhole(source, target);

/** Shares the blocks where the file system can; on disk when it resolves. */
async function copyWhole(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await flush(target);
}

async function sumOf(file: string): Promise<Pick<Sum, 'sha256' | 'bytes'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
  });
  return { sha256: hash.digest('hex'), bytes };
}

/** As `sha256sum -c` reads them. */
async function writeSums(folder: string, sums: readonly Sum[]): Promise<void> {
  const lines = sums.map(({ file, sha256 }) => `${sha256}  ${file}\n`);
  const handle = await open(path.join(folder, SUMS), 'w', 0o600);
  try {
    await handle.writeFile(lines.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readSums(folder: string): Promise<Map<string, string>> {
  const lines = (await readFile(path.join(folder, SUMS), 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

const firstOf = (file: string): string => file.split(path.sep)[0] ?? '';

/** What is complete: no write-ahead logs, and no files that are still being written under a temporary name. */
async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/-(wal|shm)$/.test(entry.name) && !/^\.|\.(part|lock|\d+)$/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

async function refuseUsed(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CliError(`${folder} cannot be used: ${error.message}.`);
  });
  if (entries.length > 0) throw new CliError(`${folder} is not empty.`);
}

/** Only keys of an earlier backup may be replaced. */
async function refuseOther(folder: string): Promise<void> {
  if (!existsSync(folder) || (existsSync(path.join(folder, SUMS)) && !existsSync(path.join(folder, 'events.db'))))
    return;
  await refuseUsed(folder);
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asCliError(error: unknown): unknown {
  if (error instanceof DatabaseError) return new CliError(`${error.message}.`);
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && error instanceof Error ? new CliError(`The copy failed: ${message}.`) : error;
}
