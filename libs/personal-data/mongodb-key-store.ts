import { areDuplicateKeys, isDuplicateKey, type MongoConnection } from '@seatledger/mongodb';
import { type Collection, type Db } from 'mongodb';

import { type FollowedTo, type KeyStore } from './key-store';

interface StoredKey {
  readonly _id: string;
  /** Null once it is destroyed. */
  readonly wrapped: string | null;
}

/** What there is one of. */
interface Note {
  readonly _id: 'master-check' | 'erasures-followed';
  readonly value?: string;
  readonly position?: number;
  readonly nextEventId?: string;
}

/** No collection of a read model can have one of these names. */
const KEYS = '_keys';
const NOTES = '_key_notes';
/** Ids asked for at once: a command must not grow beyond 16 MiB. */
const IDS_AT_ONCE = 10_000;

/** Keys in MongoDB, where all hosts see them; closing it closes the connection. */
export class MongoKeyStore implements KeyStore {
  constructor(private readonly connection: MongoConnection) {}

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    const found = new Map<string, string | null>();
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const some = ids.slice(from, from + IDS_AT_ONCE);
      const keys = await this.connection.run((db) =>
        keysIn(db)
          .find({ _id: { $in: some } })
          .toArray(),
      );
      for (const { _id, wrapped } of keys) found.set(_id, wrapped);
    }
    return found;
  }

  async add(wrapped: ReadonlyMap<string, string>): Promise<void> {
    const keys = [...wrapped].map(([id, key]) => ({ _id: id, wrapped: key }));
    await this.connection.run((db) => keysIn(db).insertMany(keys, { ordered: false }).catch(ignoreDuplicates));
  }

  async destroy(id: string): Promise<void> {
    await this.connection.run((db) => keysIn(db).updateOne({ _id: id }, { $set: { wrapped: null } }, { upsert: true }));
  }

  async masterCheck(value: string): Promise<string> {
    const kept = () => this.note('master-check');
    if ((await kept()) === undefined) {
      const note: Note = { _id: 'master-check', value };
      await this.connection.run((db) => notesIn(db).insertOne(note).catch(ignoreDuplicates));
    }
    return (await kept())?.value ?? '';
  }

  async followedTo(): Promise<FollowedTo | undefined> {
    const { position, nextEventId } = (await this.note('erasures-followed')) ?? {};
    return position === undefined || nextEventId === undefined ? undefined : { position, nextEventId };
  }

  async noteFollowed({ position, nextEventId }: FollowedTo): Promise<void> {
    const update = { $set: { position, nextEventId } };
    await this.connection.run((db) => notesIn(db).updateOne({ _id: 'erasures-followed' }, update, { upsert: true }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async note(id: Note['_id']): Promise<Note | undefined> {
    return (await this.connection.run((db) => notesIn(db).findOne({ _id: id }))) ?? undefined;
  }
}

const keysIn = (db: Db): Collection<StoredKey> => db.collection<StoredKey>(KEYS);
const notesIn = (db: Db): Collection<Note> => db.collection<Note>(NOTES);

/** Another process was there first: its value stays. */
function ignoreDuplicates(error: unknown): void {
  if (!isDuplicateKey(error) && !areDuplicateKeys(error)) throw error;
}
