import { createHash } from 'node:crypto';
import { readdirSync, truncateSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '../testing/temporary-folder';
import { DamagedDocument, type DocumentStore, openDocumentStore, UnknownDocument } from './document-store';

const BYTES = Buffer.from('%PDF-1.4 Größe');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const ABSENT = 'f'.repeat(64);

describe('a document store', () => {
  const folder = temporaryFolder();
  let store: DocumentStore;

  beforeAll(async () => {
    store = await openDocumentStore({ folder });
  });

  it('keeps documents by their hash', async () => {
    expect(await store.has(SHA256)).toBe(false);
    expect(await store.put(BYTES)).toBe(SHA256);
    expect(await store.has(SHA256)).toBe(true);
    expect(Buffer.from(await store.get(SHA256))).toEqual(BYTES);
    expect(readdirSync(path.join(folder, SHA256.slice(0, 2)))).toEqual([`${SHA256}.pdf`]);
  });
  it('takes the same document again, also many times at once, and leaves nothing else behind', async () => {
    const more = Buffer.from('another');
    const hashes = await Promise.all(Array.from({ length: 20 }, () => store.put(more)));
    expect(new Set(hashes).size).toBe(1);
    expect(readdirSync(path.join(folder, hashes[0]!.slice(0, 2)))).toEqual([`${hashes[0]}.pdf`]);
  });
  it.each([ABSENT, '', '../../etc/passwd', SHA256.toUpperCase()])('knows no document %p', async (hash) => {
    await expect(store.get(hash)).rejects.toThrow(UnknownDocument);
    expect(await store.has(hash)).toBe(false);
  });
  it('never hands out a changed document, and mends it when it comes again', async () => {
    truncateSync(path.join(folder, SHA256.slice(0, 2), `${SHA256}.pdf`), 5);
    await expect(store.get(SHA256)).rejects.toThrow(DamagedDocument);
    await store.put(BYTES);
    expect(Buffer.from(await store.get(SHA256))).toEqual(BYTES);
  });
});
