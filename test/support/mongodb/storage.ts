/**
 * The documents of the test server: collections with unique indexes, and transactions that keep
 * their writes to themselves until they commit and lose against a document that another one holds
 * or has changed since. Reads inside a transaction see its own writes over what is committed now,
 * not over a snapshot.
 */
import { EJSON } from 'bson';

import { matcher } from './matching';
import { type Doc } from './wire';

/** An error as a MongoDB server answers it. */
export class ServerError extends Error {
  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
    readonly labels: readonly string[] = [],
  ) {
    super(message);
  }
}

export interface Index {
  readonly name: string;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
}

interface Stored {
  readonly document: Doc;
  /** Of the commit that wrote it. */
  readonly version: number;
}

interface Collection {
  readonly documents: Map<string, Stored>;
  readonly indexes: Index[];
}

export class Transaction {
  /** By collection and key of the document; null for a removal. */
  readonly writes = new Map<string, Map<string, Doc | null>>();
  constructor(
    /** The last commit before it began. */
    readonly begunAt: number,
  ) {}
}

export class Storage {
  private readonly collections = new Map<string, Collection>();
  private readonly holders = new Map<string, Transaction>();
  private version = 0;

  begin(): Transaction {
    return new Transaction(this.version);
  }

  commit(transaction: Transaction): void {
    this.version += 1;
    for (const [namespace, writes] of transaction.writes) {
      for (const [key, document] of writes) this.apply(namespace, key, document);
    }
    this.abort(transaction);
  }

  abort(transaction: Transaction): void {
    for (const [name, holder] of this.holders) if (holder === transaction) this.holders.delete(name);
    transaction.writes.clear();
  }

  /** Those that match, in the order of their insertion. */
  match(namespace: string, filter: Doc, transaction?: Transaction): Doc[] {
    const candidates = [...this.candidates(namespace, filter, transaction)];
    const isById = Object.keys(filter).length === 1 && idsIn(filter) !== undefined;
    return isById ? candidates : candidates.filter(matcher(filter));
  }

  /** Writes a document under its _id; null removes the one with that _id. */
  write(namespace: string, id: unknown, document: Doc | null, transaction?: Transaction): void {
    const key = keyOf(id);
    if (document !== null) this.checkUnique(namespace, key, document, transaction);
    const name = `${namespace}\n${key}`;
    const holder = this.holders.get(name);
    const stored = this.collection(namespace).documents.get(key);
    const isChangedSince = transaction !== undefined && (stored?.version ?? 0) > transaction.begunAt;
    if ((holder !== undefined && holder !== transaction) || isChangedSince) {
      const labels = transaction === undefined ? [] : ['TransientTransactionError'];
      throw new ServerError(112, 'WriteConflict', `write conflict at ${namespace} ${key}`, labels);
    }
    if (transaction === undefined) {
      this.version += 1;
      this.apply(namespace, key, document);
      return;
    }
    this.holders.set(name, transaction);
    const writes = transaction.writes.get(namespace) ?? new Map<string, Doc | null>();
    transaction.writes.set(namespace, writes.set(key, document));
  }

  create(namespace: string): void {
    if (this.collections.has(namespace)) throw new ServerError(48, 'NamespaceExists', `${namespace} exists`);
    this.collection(namespace);
  }

  createIndex(namespace: string, index: Index): void {
    const { indexes, documents } = this.collection(namespace);
    const known = indexes.find(({ name }) => name === index.name);
    if (known !== undefined) {
      if (EJSON.stringify(known.key) === EJSON.stringify(index.key)) return;
      throw new ServerError(86, 'IndexKeySpecsConflict', `the index ${index.name} has other fields`);
    }
    indexes.push(index);
    for (const [key, { document }] of documents) this.checkUnique(namespace, key, document);
  }

  /** Undefined when there is no such collection. */
  indexes(namespace: string): readonly Index[] | undefined {
    return this.collections.get(namespace)?.indexes;
  }

  drop(namespace: string): void {
    this.collections.delete(namespace);
  }

  names(database: string): string[] {
    const prefix = `${database}.`;
    return [...this.collections.keys()].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  }

  private collection(namespace: string): Collection {
    let collection = this.collections.get(namespace);
    if (collection === undefined) {
      collection = { documents: new Map(), indexes: [{ name: '_id_', key: { _id: 1 }, unique: true }] };
      this.collections.set(namespace, collection);
    }
    return collection;
  }

  private apply(namespace: string, key: string, document: Doc | null): void {
    const { documents } = this.collection(namespace);
    if (document === null) documents.delete(key);
    else documents.set(key, { document, version: this.version });
  }

  /** Documents that may match: those with the ids that the filter names, else all. */
  private *candidates(namespace: string, filter: Doc, transaction?: Transaction): Generator<Doc> {
    const documents = this.collections.get(namespace)?.documents;
    const own = transaction?.writes.get(namespace);
    const ids = idsIn(filter);
    const keys = ids?.map(keyOf) ?? new Set([...(documents?.keys() ?? []), ...(own?.keys() ?? [])]);
    for (const key of keys) {
      const document = own?.has(key) === true ? own.get(key) : documents?.get(key)?.document;
      if (document !== undefined && document !== null) yield document;
    }
  }

  private checkUnique(namespace: string, key: string, document: Doc, transaction?: Transaction): void {
    for (const index of this.collection(namespace).indexes) {
      if (index.unique !== true || index.name === '_id_') continue;
      const filter = Object.fromEntries(Object.keys(index.key).map((field) => [field, document[field] ?? null]));
      const others = this.match(namespace, filter, transaction).filter(({ _id }) => keyOf(_id) !== key);
      if (others.length > 0) throw duplicateKey(namespace, index.name);
    }
  }
}

export const duplicateKey = (namespace: string, index: string): ServerError =>
  new ServerError(11000, 'DuplicateKey', `E11000 duplicate key error collection: ${namespace} index: ${index}`);

const keyOf = (id: unknown): string => EJSON.stringify(id, { relaxed: false });

function idsIn({ _id: id }: Doc): unknown[] | undefined {
  if (typeof id === 'string') return [id];
  const { $in: ids } = (typeof id === 'object' && id !== null ? id : {}) as { $in?: unknown[] };
  return ids === undefined ? undefined : [...new Set(ids)];
}
