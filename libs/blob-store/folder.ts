import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';

import { syncFolder, writeDurably } from '@seatledger/private-files';

import { DamagedDocument, type DocumentStore, hashOf, isHash, UnknownDocument } from './port';

/** Opens a folder of documents: `ab/abcdef….pdf` or `….xml`, each file named by its hash. */
export async function openDocumentFolder({ folder }: { folder: string }): Promise<DocumentStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new FolderOfDocuments(folder);
}

const EXTENSIONS = ['pdf', 'xml'] as const;
type Extension = (typeof EXTENSIONS)[number];

/** So that the files of a folder open by a double click; what they are called means nothing else. */
const extensionOf = (bytes: Uint8Array): Extension =>
  Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '<?xml' ? 'xml' : 'pdf';

class FolderOfDocuments implements DocumentStore {
  constructor(private readonly folder: string) {}

  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = hashOf(bytes);
    // A damaged file is replaced: the right bytes are at hand.
    const stored = await this.get(sha256).catch(() => undefined);
    const file = this.fileOf(sha256, extensionOf(bytes));
    const parent = path.dirname(file);
    if (stored !== undefined) {
      // Its writer may be another process that has not come to this yet.
      await syncFolder(parent);
      return sha256;
    }
    const created = await mkdir(parent, { recursive: true, mode: 0o700 });
    const next = path.join(parent, `.${sha256}.${randomUUID()}`);
    try {
      await writeDurably(next, bytes, 'wx');
      await rename(next, file);
    } catch (error) {
      await unlink(next).catch(() => undefined);
      throw error;
    }
    await syncFolder(parent);
    if (created !== undefined) await syncFolder(this.folder);
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array> {
    for (const extension of EXTENSIONS) {
      const file = this.fileOf(sha256, extension);
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (bytes === undefined) continue;
      if (hashOf(bytes) !== sha256) throw new DamagedDocument(sha256, file);
      return bytes;
    }
    throw new UnknownDocument(sha256);
  }

  async has(sha256: string): Promise<boolean> {
    if (!isHash(sha256)) return false;
    const found = EXTENSIONS.map((extension) => access(this.fileOf(sha256, extension)));
    return Promise.any(found).then(
      () => true,
      () => false,
    );
  }

  private fileOf(sha256: string, extension: Extension): string {
    if (!isHash(sha256)) throw new UnknownDocument(sha256);
    return path.join(this.folder, sha256.slice(0, 2), `${sha256}.${extension}`);
  }
}
