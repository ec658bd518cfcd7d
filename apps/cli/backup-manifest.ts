import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { writeDurably } from '@seatledger/private-files';
import {
  MANIFEST,
  MANIFEST_SIGNATURE,
  type ManifestFile,
  manifestText,
  parseManifest,
  parsePublishedKeys,
  PUBLISHED_KEYS_FILE,
  SignatureRefused,
  signDetached,
  type SigningKey,
  verifyDetached,
} from '@seatledger/signing';

import { CliError } from './cli-error';

/** Who signed a backup, and when. */
export interface Proof {
  readonly kid: string;
  readonly signedAt: string;
}

/** Lists every file of a folder, and signs the list. */
export async function writeManifest(folder: string, key: SigningKey, now: number): Promise<void> {
  const text = manifestText(now, await filesOf(folder));
  await writeDurably(path.join(folder, MANIFEST), text);
  await writeDurably(path.join(folder, MANIFEST_SIGNATURE), `${signDetached(key, Buffer.from(text), now)}\n`);
}

/**
 * Checks that a folder's list is signed, and that its sums are those of the list.
 * @param backup where the public keys lie; they are believed only under their own thumbprints
 * @throws {CliError}
 */
export async function checkManifest(folder: string, backup: string, trusted: string | undefined): Promise<Proof> {
  const text = await textOf(folder, MANIFEST);
  const signature = await textOf(folder, MANIFEST_SIGNATURE);
  const known = parsePublishedKeys(await textOf(backup, PUBLISHED_KEYS_FILE));
  const keys = (known ?? []).filter(({ kid }) => trusted === undefined || kid === trusted);
  const proof = proved(folder, () => verifyDetached(signature, Buffer.from(text), keys));
  const listed = new Map(parseManifest(text)?.files.map(({ file, sha256 }) => [file, sha256]));
  const sums = 'SHA256SUMS';
  if (listed.get(sums) !== (await sumOf(path.join(folder, sums))).sha256) {
    throw new CliError(`${path.join(folder, sums)} is not what was signed.`);
  }
  return { kid: proof.kid, signedAt: new Date(proof.signedAt).toISOString() };
}

function proved<Result>(folder: string, verify: () => Result): Result {
  try {
    return verify();
  } catch (error) {
    if (error instanceof SignatureRefused) throw new CliError(`${path.join(folder, MANIFEST)}: ${error.message}.`);
    throw error;
  }
}

async function textOf(folder: string, file: string): Promise<string> {
  try {
    return await readFile(path.join(folder, file), 'utf8');
  } catch {
    throw new CliError(`${folder} is not a backup that can be proved: it has no ${file}.`);
  }
}

async function filesOf(folder: string): Promise<ManifestFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const listed: ManifestFile[] = [];
  for (const file of files) {
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (name !== MANIFEST && name !== MANIFEST_SIGNATURE) listed.push({ file: name, ...(await sumOf(file)) });
  }
  return listed;
}

export async function sumOf(file: string): Promise<{ sha256: string; bytes: number }> {
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
