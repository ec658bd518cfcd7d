/** What every storage of documents must do, as one Jest suite. */
import { randomBytes } from 'node:crypto';

import { DamagedDocument, type DocumentStore, hashOf, UnknownDocument } from './port';

export interface DocumentStoreUnderTest {
  readonly store: DocumentStore;
  /** Changes the stored bytes of a document behind the store's back. */
  readonly damage: (sha256: string) => Promise<void>;
  /** How many copies of a document the storage holds. */
  readonly copies: (sha256: string) => Promise<number>;
  /** Closes what is open and removes the data. */
  readonly dispose: () => Promise<void>;
}

export function documentStoreContract(name: string, open: () => Promise<DocumentStoreUnderTest>): void {
  describe(`${name} as a document store`, () => {
    let tested: DocumentStoreUnderTest;
    let store: DocumentStore;

    beforeAll(async () => {
      tested = await open();
      store = tested.store;
    });
    afterAll(() => tested.dispose());

    it.each([
      ['a document', Buffer.from('%PDF-1.4 Größe')],
      ['an empty one', Buffer.alloc(0)],
      ['a large one', randomBytes(700_000)],
    ])('keeps %s by its hash', async (_, bytes) => {
      const sha256 = hashOf(bytes);
      expect(await store.has(sha256)).toBe(false);
      expect(await store.put(bytes)).toBe(sha256);
      expect(await store.has(sha256)).toBe(true);
      expect(Buffer.compare(Buffer.from(await store.get(sha256)), bytes)).toBe(0);
    });

    it('takes the same document again, also many times at once, and keeps it once', async () => {
      const bytes = randomBytes(300_000);
      const hashes = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes)));
      hashes.push(await store.put(bytes));
      expect(new Set(hashes)).toEqual(new Set([hashOf(bytes)]));
      expect(await tested.copies(hashOf(bytes))).toBe(1);
    });

    it.each(['f'.repeat(64), '', '../../etc/passwd', hashOf(Buffer.from('%PDF-1.4 Größe')).toUpperCase()])(
      'knows no document %p',
      async (hash) => {
        await expect(store.get(hash)).rejects.toThrow(UnknownDocument);
        expect(await store.has(hash)).toBe(false);
      },
    );

    it('never hands out a changed document, and mends it when it comes again', async () => {
      const bytes = randomBytes(300_000);
      const sha256 = await store.put(bytes);
      await tested.damage(sha256);
      await expect(store.get(sha256)).rejects.toThrow(DamagedDocument);
      await store.put(bytes);
      expect(Buffer.compare(Buffer.from(await store.get(sha256)), bytes)).toBe(0);
      expect(await tested.copies(sha256)).toBe(1);
    });
  });
}
