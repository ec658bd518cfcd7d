/**
 * The port to a read store: documents by id in named collections, a few declared indexes, and
 * batches that are committed together with the checkpoint of the projection that wrote them.
 */

/** A flat or nested JSON document. Amounts are safe integers or strings. */
export type Document = Readonly<Record<string, unknown>>;

/** A collection and the fields that it can be searched by. */
export interface CollectionSpec {
  readonly name: string;
  /**
   * Each index is a list of top-level fields; a find names a prefix of one of them in `where`,
   * and is ordered by the rest. String, integer and null values; null, which a missing field is too,
   * comes before integers, and those before strings. Strings compare by their UTF-8 bytes.
   */
  readonly indexes: readonly (readonly string[])[];
  /** Top-level fields, of the same kinds of values, that a list filters, sorts and searches by together. */
  readonly list?: readonly string[];
  /** Sums that are kept with the documents. Like `list` they are declared before the first document. */
  readonly sums?: SumsSpec;
}

/** For each combination of values of the fields `by`: how many documents, and the sums of the integers in `of`. */
export interface SumsSpec {
  readonly by: readonly string[];
  readonly of: readonly string[];
}

export type FieldValue = string | number | null;

/** What a field of a list must be: one of some values, within a range of strings (both included), or a text with a part. */
export type Condition =
  | { readonly anyOf: readonly FieldValue[] }
  | { readonly from?: string; readonly to?: string }
  | { readonly contains: string };

/** All of them hold. */
export type Filter = Readonly<Record<string, Condition>>;

export interface ListOptions {
  readonly where: Filter;
  /** By this field of the list, then by document id. */
  readonly orderBy: string;
  readonly direction: 'ascending' | 'descending';
  readonly limit: number;
  /** Goes on after this document. */
  readonly after?: { readonly value: FieldValue; readonly id: string };
}

/** Documents with one value of a field. */
export interface Total {
  readonly value: FieldValue;
  readonly count: number;
  /** By field. */
  readonly sums: Readonly<Record<string, number>>;
}

export interface Write {
  readonly collection: string;
  readonly id: string;
  /** The new document; null removes it. */
  readonly document: Document | null;
  /** Position of the event that it reflects. A store keeps a newer document against an older write. */
  readonly position: number;
}

export interface Commit {
  readonly projection: string;
  /** The checkpoint that the writer believes is stored; 0 when there is none. */
  readonly expectedCheckpoint: number;
  /** Position up to which everything was handled. */
  readonly checkpoint: number;
  readonly writes: readonly Write[];
}

export interface FindOptions {
  /** Equality on fields that begin a declared index. */
  readonly where: Readonly<Record<string, string | number | null>>;
  /** Fields of that index after those of `where`; by document id after them. Default: the id. */
  readonly orderBy?: readonly string[];
  readonly direction?: 'ascending' | 'descending';
  readonly limit: number;
  /** Goes on after this document: its values of `orderBy`, then its id. */
  readonly after?: { readonly values: readonly (string | number | null)[]; readonly id: string };
}

export interface StoredDocument<D extends Document = Document> {
  readonly id: string;
  readonly position: number;
  readonly document: D;
}

/** What queries need: reading only. */
export interface DocumentReader {
  get<D extends Document>(collection: string, id: string): Promise<StoredDocument<D> | undefined>;

  /** Those of the ids that exist, in no particular order. */
  getMany<D extends Document>(collection: string, ids: readonly string[]): Promise<StoredDocument<D>[]>;

  find<D extends Document>(collection: string, options: FindOptions): Promise<StoredDocument<D>[]>;

  count(collection: string, where: FindOptions['where']): Promise<number>;

  /** Documents by the fields of the collection's declared list. */
  list<D extends Document>(collection: string, options: ListOptions): Promise<StoredDocument<D>[]>;

  /**
   * How many documents meet a filter, and what its declared sums come to, for each value of a field of
   * the sums. Quick where the filter names fields of the sums alone; else the list is gone through.
   * @throws {RangeError} a sum that is no safe integer
   */
  totals(collection: string, where: Filter, by: string): Promise<Total[]>;
}

/**
 * A store that cannot be reached or does not answer in time throws an error of its own, such as `MongoUnavailable`, or
 * an error that names the file where it is one file. A commit that failed so may have been applied:
 * the checkpoint says.
 */
export interface ReadStore extends DocumentReader {
  /** Declares a collection, creating it and its indexes where they are missing. */
  ensureCollection(spec: CollectionSpec): Promise<void>;

  /** The projection's checkpoint, 0 when it never committed. */
  checkpoint(projection: string): Promise<number>;

  /**
   * Applies all writes and moves the checkpoint, or does neither.
   * @throws {CheckpointMoved} another runner committed since
   */
  commit(commit: Commit): Promise<void>;

  /** Drops collections and a projection's checkpoint, for a rebuild. */
  drop(projection: string, collections: readonly string[]): Promise<void>;

  /** Resolves when the store can be read and written. */
  checkHealth(): Promise<void>;

  close(): Promise<void>;
}

/** Another runner of the same projection committed in between: this one must be on standby. */
export class CheckpointMoved extends Error {
  constructor(
    readonly projection: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`projection ${projection}: expected checkpoint ${expected}, found ${actual}`);
    this.name = 'CheckpointMoved';
  }
}
