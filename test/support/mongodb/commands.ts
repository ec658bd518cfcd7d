/** The commands of the test server: what the adapters send through the driver, and nothing else. */
import { Long, ObjectId } from 'bson';
import { aggregate, find } from 'mingo';

import { compare, valueAt } from './matching';
import { duplicateKey, type Index, ServerError, type Storage, type Transaction } from './storage';
import { type Doc } from './wire';

/** What one command works on. */
interface Call {
  readonly storage: Storage;
  readonly cursors: Cursors;
  readonly command: Doc;
  readonly database: string;
  /** Database and collection, where the command names a collection. */
  readonly namespace: string;
  readonly transaction: Transaction | undefined;
}

type Handler = (call: Call) => Doc;

export const COMMANDS: Readonly<Record<string, Handler>> = {
  ping: () => ({}),
  endSessions: () => ({}),

  create({ storage, namespace }) {
    storage.create(namespace);
    return {};
  },

  createIndexes({ storage, namespace, command }) {
    for (const index of command['indexes'] as Index[]) storage.createIndex(namespace, index);
    return {};
  },

  listIndexes({ storage, namespace, cursors }) {
    const indexes = storage.indexes(namespace);
    if (indexes === undefined) throw new ServerError(26, 'NamespaceNotFound', `there is no ${namespace}`);
    return cursors.open(
      namespace,
      indexes.map((index) => ({ v: 2, ...index })),
      undefined,
    );
  },

  listCollections({ storage, database, cursors }) {
    const collections = storage.names(database).map((name) => ({ name, type: 'collection' }));
    return cursors.open(`${database}.$cmd.listCollections`, collections, undefined);
  },

  drop({ storage, namespace }) {
    storage.drop(namespace);
    return {};
  },

  dropDatabase({ storage, database }) {
    for (const name of storage.names(database)) storage.drop(`${database}.${name}`);
    return { dropped: database };
  },

  find({ storage, namespace, command, transaction, cursors }) {
    const { filter = {}, sort = {}, skip = 0, limit = 0, projection, batchSize } = command as FindCommand;
    let found = storage.match(namespace, filter, transaction);
    const order = Object.entries(sort);
    if (order.length > 0) {
      found.sort((a, b) => {
        for (const [field, direction] of order) {
          const by = compare(valueAt(a, field), valueAt(b, field)) * direction;
          if (by !== 0) return by;
        }
        return 0;
      });
    }
    found = found.slice(skip, limit === 0 ? undefined : skip + Math.abs(limit));
    if (projection !== undefined) found = find<Doc>(found, {}, projection).all();
    return cursors.open(namespace, found, batchSize);
  },

  getMore: ({ command, cursors }) => cursors.more(command['getMore'] as number | Long, command['batchSize']),

  killCursors: ({ command, cursors }) => ({ cursorsKilled: cursors.kill(command['cursors'] as (number | Long)[]) }),

  aggregate({ storage, namespace, command, transaction, cursors }) {
    const all = storage.match(namespace, {}, transaction);
    return cursors.open(namespace, aggregate(all, command['pipeline'] as Doc[]), undefined);
  },

  insert: (call) =>
    each(call.command['documents'] as Doc[], call, (document) => {
      const { storage, namespace, transaction } = call;
      if (storage.match(namespace, { _id: document['_id'] }, transaction).length > 0) {
        throw duplicateKey(namespace, '_id_');
      }
      storage.write(namespace, document['_id'], document, transaction);
      return { n: 1 };
    }),

  update: (call) => each(call.command['updates'] as Update[], call, (update) => updateDocuments(call, update)),

  delete: (call) =>
    each(call.command['deletes'] as { q: Doc; limit: number }[], call, ({ q, limit }) => {
      const { storage, namespace, transaction } = call;
      const found = storage.match(namespace, q, transaction);
      const gone = limit === 1 ? found.slice(0, 1) : found;
      for (const { _id } of gone) storage.write(namespace, _id, null, transaction);
      return { n: gone.length };
    }),
};

interface FindCommand {
  readonly filter?: Doc;
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly skip?: number;
  readonly limit?: number;
  readonly projection?: Doc;
  readonly batchSize?: number;
}

interface Update {
  readonly q: Doc;
  readonly u: Doc | Doc[];
  readonly multi?: boolean;
  readonly upsert?: boolean;
}

interface Outcome {
  readonly n: number;
  readonly nModified?: number;
  readonly upserted?: unknown;
}

/** Runs the parts of a write one by one: outside of a transaction each has an outcome of its own. */
function each<Part>(parts: readonly Part[], { command, transaction }: Call, run: (part: Part) => Outcome): Doc {
  const reply = { n: 0, nModified: 0, upserted: [] as Doc[], writeErrors: [] as Doc[] };
  for (const [index, part] of parts.entries()) {
    try {
      const { n, nModified = 0, upserted } = run(part);
      reply.n += n;
      reply.nModified += nModified;
      if (upserted !== undefined) reply.upserted.push({ index, _id: upserted });
    } catch (error) {
      const isOwnFate = error instanceof ServerError && transaction === undefined;
      if (!isOwnFate && !(error instanceof ServerError && error.code === 11000)) throw error;
      reply.writeErrors.push({ index, code: error.code, errmsg: error.message });
      if (command['ordered'] !== false) break;
    }
  }
  return {
    ...reply,
    upserted: reply.upserted.length > 0 ? reply.upserted : undefined,
    writeErrors: reply.writeErrors.length > 0 ? reply.writeErrors : undefined,
  };
}

function updateDocuments({ storage, namespace, transaction }: Call, { q, u, multi, upsert }: Update): Outcome {
  const matching = storage.match(namespace, q, transaction);
  const found = multi === true ? matching : matching.slice(0, 1);
  for (const document of found) storage.write(namespace, document['_id'], updated(document, u), transaction);
  if (found.length > 0 || upsert !== true) return { n: found.length, nModified: found.length };
  // What the filter equates is what the new document begins with.
  const base = Object.fromEntries(Object.entries(q).filter(([, value]) => typeof value !== 'object'));
  const document = updated({ _id: new ObjectId(), ...base }, u);
  if (storage.match(namespace, { _id: document['_id'] }, transaction).length > 0) throw duplicateKey(namespace, '_id_');
  storage.write(namespace, document['_id'], document, transaction);
  return { n: 1, upserted: document['_id'] };
}

/** A document after a pipeline, or with top-level fields set. */
function updated(document: Doc, update: Doc | Doc[]): Doc {
  if (Array.isArray(update)) return { ...aggregate([document], update)[0], _id: document['_id'] };
  const { $set: fields, ...others } = update;
  if (fields === undefined || Object.keys(others).length > 0) {
    throw new ServerError(9, 'FailedToParse', `of updates only $set and pipelines are spoken here`);
  }
  return { ...document, ...fields };
}

const FIRST_BATCH = 101;

/** Answers that are fetched in batches. */
export class Cursors {
  private readonly open_ = new Map<string, { namespace: string; rest: Doc[] }>();
  private latest = 0;

  open(namespace: string, documents: Doc[], batchSize: number = FIRST_BATCH): Doc {
    const firstBatch = documents.slice(0, batchSize);
    const rest = documents.slice(batchSize);
    let id = Long.ZERO;
    if (rest.length > 0) {
      id = Long.fromNumber((this.latest += 1));
      this.open_.set(id.toString(), { namespace, rest });
    }
    return { cursor: { id, ns: namespace, firstBatch } };
  }

  more(id: number | Long, batchSize: unknown): Doc {
    const cursor = this.open_.get(id.toString());
    if (cursor === undefined) throw new ServerError(43, 'CursorNotFound', `there is no cursor ${id.toString()}`);
    const nextBatch = cursor.rest.splice(0, typeof batchSize === 'number' ? batchSize : 1000);
    const isEnd = cursor.rest.length === 0;
    if (isEnd) this.open_.delete(id.toString());
    return {
      cursor: { id: isEnd ? Long.ZERO : Long.fromString(id.toString()), ns: cursor.namespace, nextBatch },
    };
  }

  kill(ids: readonly (number | Long)[]): (number | Long)[] {
    for (const id of ids) this.open_.delete(id.toString());
    return [...ids];
  }
}
