import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { syncFile, syncFolder } from '@seatledger/private-files';

import { asDatabaseError, databaseError } from './errors';
import { runInThread } from './threads';

/**
 * Writes a consistent copy of a database that may be in use, at its state of one moment. The
 * copy appears under its name only when it is complete and on disk.
 * @throws {DatabaseError} also when the target exists already
 */
export async function copyDatabase(file: string, target: string): Promise<void> {
  if (existsSync(target)) throw databaseError('cannot-open', target, 'exists already');
  const unfinished = `${target}.${process.pid}.part`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await runInThread(file, [`VACUUM INTO '${unfinished.replaceAll("'", "''")}'`]);
    await syncFile(unfinished);
    await rename(unfinished, target);
    await syncFolder(path.dirname(target));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw asDatabaseError(error, target);
  }
}
