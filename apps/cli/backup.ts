import { constants, existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';

import { readConfiguration } from '@seatledger/configuration';
import { syncFile, syncFolder, writeDurably } from '@seatledger/private-files';
import { openSigningKeys, type SigningKey } from '@seatledger/signing';
import { copyDatabase, DatabaseError } from '@seatledger/sqlite';
import { type Command } from 'commander';

import { checkManifest, type Proof, sumOf, writeManifest } from './backup-manifest';
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
      const { signingKey } = readConfiguration(process.env);
      const { files, bytes, signedBy } = await backUp(from, path.resolve(target), keys, signingKey);
      const megabytes = (bytes / 1e6).toFixed(1);
      process.stdout.write(`${files} files, ${megabytes} MB, of ${from} in ${path.resolve(target)}\n`);
      process.stdout.write(`Keys in ${keys}: they open the members' names. Keep only the newest.\n`);
      process.stdout.write(`Signed by ${signedBy}: note it elsewhere, a restore compares it (--key).\n`);
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
    .option('--key <thumbprint>', 'what the backup must be signed by; default: SIGNING_KEY, if it is set')
    .action(async (backup: string, options: { keys?: string; key?: string }) => {
      const to = dataFolder();
      const trusted = options.key ?? readConfiguration(process.env).signingKey?.kid;
      const keys = path.resolve(options.keys ?? path.join(backup, 'keys'));
      const { files, proof } = await restore(path.resolve(backup), keys, to, trusted);
      process.stdout.write(`${files} files checked and restored to ${to}\n`);
      process.stdout.write(
        `Signed by ${proof.kid} at ${proof.signedAt}${trusted === undefined ? '; say --key to have that compared' : ''}\n`,
      );
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
async function backUp(
  from: string,
  target: string,
  keys: string,
  configured: SigningKey | undefined,
): Promise<Copied & { readonly signedBy: string }> {
  if (!holdsData(from)) throw new CliError(`${from} holds no data: set DATA_DIR to the service's data folder.`);
  await refuseUsed(target);
  await refuseOther(keys);
  const isInside = path.dirname(keys) === target;
  const unfinished = `${target}.${process.pid}.part`;
  const unfinishedKeys = isInside ? path.join(unfinished, path.basename(keys)) : `${keys}.${process.pid}.part`;
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    await mkdir(unfinishedKeys, { recursive: true, mode: 0o700 });
    const { current: signingKey } = await openSigningKeys(from, configured, Date.now());
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
    for (const folder of [unfinishedKeys, unfinished]) await writeManifest(folder, signingKey, Date.now());
    if (existsSync(target)) await rmdir(target);
    if (!isInside) await replaceFolder(keys, unfinishedKeys);
    await rename(unfinished, target);
    await syncFolder(path.dirname(target));
    const all = [...sums, ...keySums];
    const bytes = all.reduce((total, file) => total + file.bytes, 0);
    return { files: all.length, bytes, signedBy: signingKey.kid };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    await rm(unfinishedKeys, { recursive: true, force: true });
    throw asCliError(error);
  }
}

/**
 * Checks every file of a backup by its recorded sum while copying it, and those sums by the signature.
 * @param trusted thumbprint of the key that must have signed; without it, any
 * @throws {CliError}
 */
async function restore(
  backup: string,
  keys: string,
  to: string,
  trusted: string | undefined,
): Promise<Copied & { readonly proof: Proof }> {
  for (const folder of [backup, keys]) {
    if (!existsSync(path.join(folder, SUMS))) throw new CliError(`${folder} is not a backup: it has no ${SUMS}.`);
  }
  await refuseUsed(to);
  const unfinished = `${to}.${process.pid}.part`;
  try {
    let files = 0;
    let bytes = 0;
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    const proof = await checkManifest(backup, backup, trusted);
    await checkManifest(keys, backup, trusted);
    for (const [folder, isExpected] of [
      [backup, (file: string) => !KEY_FILES.includes(file)],
      [keys, (file: string) => KEY_FILES.includes(file)],
    ] as const) {
      const recorded = await readSums(folder, isExpected);
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
    await syncFolder(path.dirname(to));
    return { files, bytes, proof };
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
  for (const folder of new Set(files.map((file) => path.dirname(path.join(to, file))))) await syncFolder(folder);
  return sums;
}

/** At no moment is neither of the two there, under whatever name. */
async function replaceFolder(folder: string, by: string): Promise<void> {
  const before = `${folder}.${process.pid}.old`;
  if (existsSync(folder)) await rename(folder, before);
  await rename(by, folder);
  await syncFolder(path.dirname(folder));
  await rm(before, { recursive: true, force: true });
}

/** Of a folder in use: a database is copied as it is at one moment, other files are only ever replaced. */
const copyLive = (source: string, target: string): Promise<void> =>
  source.endsWith('.db') ? copyDatabase(source, target) : copyWhole(source, target);

/** Shares the blocks where the file system can; on disk when it resolves. */
async function copyWhole(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await syncFile(target);
}

/** As `sha256sum -c` reads them. */
async function writeSums(folder: string, sums: readonly Sum[]): Promise<void> {
  const lines = sums.map(({ file, sha256 }) => `${sha256}  ${file}\n`);
  await writeDurably(path.join(folder, SUMS), lines.join(''));
}

/** @throws {CliError} naming a file that does not belong there, or is not inside of the folder */
async function readSums(folder: string, isExpected: (file: string) => boolean): Promise<Map<string, string>> {
  const sums = path.join(folder, SUMS);
  const recorded = new Map<string, string>();
  for (const line of (await readFile(sums, 'utf8')).split('\n').filter((each) => each !== '')) {
    const [, sum, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sum === undefined || file === undefined) throw new CliError(`${sums} has a line that is no SHA-256 of a file.`);
    if (!isInside(file) || !isExpected(file) || recorded.has(file)) {
      throw new CliError(`${sums} names ${JSON.stringify(file)}, which is no file of such a backup.`);
    }
    if (!(await isOwnFile(folder, file))) throw new CliError(`${path.join(folder, file)} is not a file of the backup.`);
    recorded.set(file, sum);
  }
  return recorded;
}

/** Whether a path written in a backup stays inside of a folder that it is joined to, on whatever system. */
const isInside = (file: string): boolean =>
  !/[\\:\0]/.test(file) && file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** Whether it is a file that lies there, no link to another place. */
async function isOwnFile(folder: string, file: string): Promise<boolean> {
  const [real, expected] = [realpath(path.join(folder, file)), realpath(folder)];
  try {
    return (await real) === path.join(await expected, file) && (await lstat(await real)).isFile();
  } catch {
    return false;
  }
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

function asCliError(error: unknown): unknown {
  if (error instanceof DatabaseError) return new CliError(`${error.message}.`);
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && error instanceof Error ? new CliError(`The copy failed: ${message}.`) : error;
}
