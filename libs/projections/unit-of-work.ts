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

/** The documents of one collection, by id: in several places by how far they got. */
class IdentityMap {
  readonly held: LRUCache<string, Held>;
  /** Asked for by the current batch, as they stood before it: there whatever is held no longer. */
  readonly needed = new Map<string, Held>();
  /** Looked for by the current batch, and not in the store. */
  readonly absent = new Set<string>();
  pending = new Map<string, Held>();
  /** What is being committed: not in the store yet, and no longer open. */
  committing = new Map<string, Held>();

  constructor(maxDocuments: number) {
    this.held = new LRUCache({ max: maxDocuments });
  }

  find(id: string): Held | undefined {
    const found = this.pending.get(id) ?? this.before(id);
    return found ?? (this.absent.has(id) ? ABSENT : undefined);
  }

  /** As the batches before this one left it. */
  before(id: string): Held | undefined {
    return this.needed.get(id) ?? this.committing.get(id) ?? this.held.get(id);
  }

  /** Whether it need not be fetched: what is there stays there for this batch. */
  keep(id: string): boolean {
    if (this.pending.has(id) || this.absent.has(id)) return true;
    const found = this.before(id);
    if (found !== undefined) this.needed.set(id, found);
    return found !== undefined;
  }

  clear(): void {
    this.held.clear();
    this.needed.clear();
    this.absent.clear();
    this.pending.clear();
    this.committing.clear();
  }
}

/**
 * The documents that a projection works on: as stored, overlaid with what the current batch has
 * written. Documents used lately stay in memory from batch to batch.
 */
export class UnitOfWork {
  /** By collection: a key made of both names would be built again for every look at a document. */
  private readonly identityMaps = new Map<string, IdentityMap>();

  constructor(
    private readonly store: ReadStore,
    /** Held of each collection. */
    private readonly maxDocuments = 100_000,
  ) {}

  /** Fetches documents ahead, so that folding a batch need not wait for each. */
  async prefetch(keys: Iterable<DocumentKey>): Promise<void> {
    const missing = new Map<string, Set<string>>();
    for (const { collection, id } of keys) {
      if (this.identityMap(collection).keep(id)) continue;
      const ids = missing.get(collection);
      if (ids === undefined) missing.set(collection, new Set([id]));
      else ids.add(id);
    }
    for (const [collection, ids] of missing) {
      const { held, needed, absent } = this.identityMap(collection);
      for (const { id, document, position } of await this.store.getMany(collection, [...ids])) {
        const found = { document, position };
        held.set(id, found);
        needed.set(id, found);
        ids.delete(id);
      }
      for (const id of ids) absent.add(id);
    }
  }

  /** A document that was prefetched, or written in this batch; null when there is none. */
  get<D extends Document>(collection: string, id: string): D | null {
    const found = this.identityMap(collection).find(id);
    if (found === undefined) throw new Error(`${collection}/${id} was not prefetched`);
    return found.document as D | null;
  }

  /** Writes a document, unless what is stored reflects this event already: a repeat changes nothing. */
  put(collection: string, id: string, document: Document | null, position: number): void {
    const identityMap = this.identityMap(collection);
    if ((identityMap.before(id)?.position ?? 0) >= position) return;
    identityMap.pending.set(id, { document, position });
  }

  /** Documents by a declared index, with this batch's writes. */
  async find<D extends Document>(
    collection: string,
    where: FindOptions['where'],
  ): Promise<{ id: string; document: D }[]> {
    const identityMap = this.identityMap(collection);
    // Taken now: it may be committed while the store is searched, before or after the store looks.
    const committing = [...identityMap.committing];
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
    for (const [id, { document }] of [...committing, ...identityMap.pending]) {
      const matches =
        document !== null && Object.entries(where).every(([field, value]) => (document[field] ?? null) === value);
      if (matches) found.set(id, document as D);
      else found.delete(id);
    }
    return [...found].map(([id, document]) => ({ id, document }));
  }

  /** The batch's writes, to be committed; the next batch begins on top of them. */
  beginCommit(): Write[] {
    const writes: Write[] = [];
    for (const [collection, identityMap] of this.identityMaps) {
      for (const [id, { document, position }] of identityMap.pending)
        writes.push({ collection, id, document, position });
      identityMap.committing = identityMap.pending;
      identityMap.pending = new Map();
      identityMap.needed.clear();
      identityMap.absent.clear();
    }
    return writes;
  }

  /** What beginCommit gave last is committed. */
  settle(): void {
    for (const { held, committing } of this.identityMaps.values()) {
      for (const [id, written] of committing) held.set(id, written);
      committing.clear();
    }
  }

  /** The batch was given up, or another runner wrote: everything is read again. */
  clear(): void {
    for (const identityMap of this.identityMaps.values()) identityMap.clear();
  }

  private identityMap(collection: string): IdentityMap {
    const known = this.identityMaps.get(collection);
    if (known !== undefined) return known;
    const identityMap = new IdentityMap(this.maxDocuments);
    this.identityMaps.set(collection, identityMap);
    return identityMap;
  }
}
