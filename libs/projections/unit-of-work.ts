import {
  type Document,
  type FindOptions,
  type ReadStore,
  type StoredDocument,
  type Write,
} from '@seatledger/read-store';
import { LRUCache } from 'lru-cache';

export interface DocumentKey {
  readonly collection: string;
  readonly id: string;
}

interface Held {
  document: Document | null;
  position: number;
}

const ABSENT: Held = { document: null, position: 0 };

/**
 * The documents that a projection works on: as stored, overlaid with what the current batch has
 * written. Documents used lately stay in memory from batch to batch.
 */
export class UnitOfWork {
  private readonly held: LRUCache<string, Held>;
  /** Looked for by the current batch, and not in the store. */
  private readonly absent = new Set<string>();
  private pending = new Map<string, DocumentKey & Held>();
  /** What is being committed: not in the store yet, and no longer open. */
  private committing = new Map<string, DocumentKey & Held>();

  constructor(
    private readonly store: ReadStore,
    maxDocuments = 200_000,
  ) {
    this.held = new LRUCache({ max: maxDocuments });
  }

  /** Fetches documents ahead, so that folding a batch need not wait for each. */
  async prefetch(keys: Iterable<DocumentKey>): Promise<void> {
    const missing = new Map<string, Set<string>>();
    for (const { collection, id } of keys) {
      const key = keyOf(collection, id);
      if (this.pending.has(key) || this.committing.has(key) || this.held.has(key)) continue;
      const ids = missing.get(collection);
      if (ids === undefined) missing.set(collection, new Set([id]));
      else ids.add(id);
    }
    for (const [collection, ids] of missing) {
      const found = await this.store.getMany(collection, [...ids]);
      for (const { id, document, position } of found) {
        this.held.set(keyOf(collection, id), { document, position });
        ids.delete(id);
      }
      for (const id of ids) this.absent.add(keyOf(collection, id));
    }
  }

  /** A document that was prefetched, or written in this batch; null when there is none. */
  get<D extends Document>(collection: string, id: string): D | null {
    return this.entry(collection, id).document as D | null;
  }

  /** Writes a document, unless what is stored reflects this event already: a repeat changes nothing. */
  put(collection: string, id: string, document: Document | null, position: number): void {
    const key = keyOf(collection, id);
    if ((this.held.get(key)?.position ?? 0) >= position) return;
    this.pending.set(key, { collection, id, document, position });
  }

  /** Documents by a declared index, with this batch's writes. */
  async find<D extends Document>(
    collection: string,
    where: FindOptions['where'],
  ): Promise<{ id: string; document: D }[]> {
    // Taken now: it may be committed while the store is searched, before or after the store looks.
    const committing = [...this.committing.values()];
    const found = new Map<string, D>();
    const pageSize = 1000;
    let after: FindOptions['after'];
    for (;;) {
      const page: StoredDocument<D>[] = await this.store.find<D>(collection, {
        where,
        limit: pageSize,
        ...(after === undefined ? {} : { after }),
      });
      for (const { id, document } of page) found.set(id, document);
      const last = page.at(-1);
      if (page.length < pageSize || last === undefined) break;
      after = { values: [], id: last.id };
    }
    for (const written of [...committing, ...this.pending.values()]) {
      if (written.collection !== collection) continue;
      const { document } = written;
      const matches =
        document !== null && Object.entries(where).every(([field, value]) => (document[field] ?? null) === value);
      if (matches) found.set(written.id, document as D);
      else found.delete(written.id);
    }
    return [...found].map(([id, document]) => ({ id, document }));
  }

  /** The batch's writes, to be committed; the next batch begins on top of them. */
  seal(): Write[] {
    this.committing = this.pending;
    this.pending = new Map();
    this.absent.clear();
    return [...this.committing.values()];
  }

  /** What was sealed last is committed. */
  settle(): void {
    for (const [key, { document, position }] of this.committing) this.held.set(key, { document, position });
    this.committing.clear();
  }

  /** The batch was given up, or another runner wrote: everything is read again. */
  forget(): void {
    this.pending.clear();
    this.committing.clear();
    this.held.clear();
    this.absent.clear();
  }

  private entry(collection: string, id: string): Held {
    const key = keyOf(collection, id);
    const entry = this.pending.get(key) ?? this.committing.get(key) ?? this.held.get(key);
    if (entry !== undefined) return entry;
    if (!this.absent.has(key)) throw new Error(`${collection}/${id} was not prefetched`);
    return ABSENT;
  }
}

const keyOf = (collection: string, id: string): string => `${collection}\n${id}`;
