import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { type Database, openDatabase, Writer } from '@seatledger/sqlite';
import { LRUCache } from 'lru-cache';

/** Marks the key file as ours: "SLky". */
const APPLICATION_ID = 0x534c6b79;
const SCHEMA = [
  `CREATE TABLE member_keys (
     workspace_id TEXT NOT NULL,
     member_id TEXT NOT NULL,
     generation INTEGER NOT NULL,
     wrapped TEXT,
     PRIMARY KEY (workspace_id, member_id, generation)
   ) WITHOUT ROWID;
   CREATE TABLE master_check (id INTEGER PRIMARY KEY CHECK (id = 1), value TEXT NOT NULL);`,
  // Stands beside the keys, so that older keys, from a backup, bring their older place with them.
  `CREATE TABLE erasures_followed (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     position INTEGER NOT NULL,
     next_event_id TEXT NOT NULL
   );`,
];

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Which key of a member: one more after each erasure. */
export interface MemberKeyId {
  readonly memberId: string;
  readonly generation: number;
}

/** Up to where in the history every erasure has reached the keys. */
export interface FollowedTo {
  readonly position: number;
  /** Id of the event behind it: tells another history, of which the position would mean nothing. */
  readonly nextEventId: string;
}

/** The master key is not the one that the members' keys are wrapped with. */
export class WrongMasterKey extends Error {
  constructor() {
    super('the master key is not the one that the personal data was encrypted with');
    this.name = 'WrongMasterKey';
  }
}

/** A member's key was destroyed: their personal data is gone, also from the past. */
export class KeyDestroyed extends Error {
  constructor() {
    super('the key was destroyed');
    this.name = 'KeyDestroyed';
  }
}

/**
 * Encrypts names and addresses with a key of each member's own (AES-256-GCM), kept wrapped by a
 * master key. Destroying the key erases the member's data wherever it stands, backups of the
 * history included; the key itself is overwritten in its file, and in the file's log.
 *
 * The same text sealed twice with the same key gives the same result (the nonce is derived from
 * key and text), so that equality can be judged without opening.
 */
export class PersonalData {
  private readonly keys = new LRUCache<string, Buffer>({ max: 100_000, dispose: (key) => key.fill(0) });
  private readonly hashKey: Buffer;

  private constructor(
    private readonly writer: Writer,
    private readonly reader: Database,
    private readonly masterKey: Buffer,
  ) {
    this.hashKey = derive(masterKey, 'request-hash');
  }

  /** @throws {WrongMasterKey} @throws {DatabaseError} */
  static async open(options: {
    readonly file: string;
    /** 32 bytes. */
    readonly masterKey: Buffer;
    readonly durability?: 'fsync' | 'none-for-tests';
  }): Promise<PersonalData> {
    const { file, masterKey } = options;
    const writer = await Writer.open({
      file,
      applicationId: APPLICATION_ID,
      schema: SCHEMA,
      durability: options.durability === 'none-for-tests' ? 'none' : 'fsync',
      lockTimeout: 10_000,
      checkpointPages: 1000,
      secureDelete: true,
    });
    const reader = openDatabase(file, { readonly: true });
    const personalData = new PersonalData(writer, reader, masterKey);
    await personalData.checkMasterKey();
    return personalData;
  }

  /** Makes the keys that are missing, durably. Destroyed ones are not made again. */
  async prepare(workspaceId: string, ids: readonly MemberKeyId[]): Promise<void> {
    const missing = ids.filter((id) => this.find(workspaceId, id) === undefined);
    if (missing.length === 0) return;
    const values = missing.flatMap(({ memberId, generation }) => [
      workspaceId,
      memberId,
      generation,
      this.wrap(randomBytes(32)).toString('base64'),
    ]);
    // Another process may have made one meanwhile: the first one made is the key.
    const sql = 'INSERT OR IGNORE INTO member_keys VALUES (?, ?, ?, ?)';
    await this.writer.write({ statements: [{ sql, width: 4, values }] });
  }

  /** Encrypts a text with a key that was prepared. @throws {KeyDestroyed} */
  seal(workspaceId: string, id: MemberKeyId, text: string): string {
    const key = this.find(workspaceId, id);
    if (key === undefined) throw new Error('the key was not prepared');
    if (key === DESTROYED) throw new KeyDestroyed();
    const iv = createHmac('sha256', key).update(text).digest().subarray(0, IV_BYTES);
    return `${id.generation}.${encrypt(key, iv, Buffer.from(text)).toString('base64url')}`;
  }

  /** Decrypts a sealed text; null when its key was destroyed. */
  open(workspaceId: string, memberId: string, sealed: string): string | null {
    const dot = sealed.indexOf('.');
    if (dot === -1) return null;
    const generation = Number(sealed.slice(0, dot));
    const key = this.find(workspaceId, { memberId, generation });
    if (key === undefined || key === DESTROYED) return null;
    return decrypt(key, Buffer.from(sealed.slice(dot + 1), 'base64url')).toString();
  }

  /**
   * Destroys a key for good; nothing sealed with it can be opened again. Repeatable: also forgets
   * what this process remembers of a key that another one destroyed.
   */
  async destroy(workspaceId: string, id: MemberKeyId): Promise<void> {
    this.keys.delete(cacheKey(workspaceId, id));
    if (this.find(workspaceId, id) === DESTROYED) return;
    const sql = `INSERT INTO member_keys VALUES (?, ?, ?, NULL)
                 ON CONFLICT DO UPDATE SET wrapped = NULL`;
    const values = [workspaceId, id.memberId, id.generation];
    await this.writer.write({ statements: [{ sql, width: 3, values }], erases: true });
    this.keys.delete(cacheKey(workspaceId, id));
  }

  /** Undefined when no erasure was followed yet. */
  followedTo(): FollowedTo | undefined {
    const row = this.reader.prepare('SELECT position, next_event_id FROM erasures_followed WHERE id = 1').get();
    return row && { position: Number(row[0]), nextEventId: String(row[1]) };
  }

  async noteFollowed({ position, nextEventId }: FollowedTo): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO erasures_followed VALUES (1, ?, ?)';
    await this.writer.write({ statements: [{ sql, width: 2, values: [position, nextEventId] }] });
  }

  /** A keyed hash of a request that may hold personal data: equal requests, equal hashes. */
  requestHash(canonicalRequest: string): string {
    return createHmac('sha256', this.hashKey).update(canonicalRequest).digest('base64url');
  }

  async close(): Promise<void> {
    this.reader.close();
    await this.writer.close();
  }

  private find(workspaceId: string, id: MemberKeyId): Buffer | typeof DESTROYED | undefined {
    const cached = this.keys.get(cacheKey(workspaceId, id));
    if (cached !== undefined) return cached;
    const row = this.reader
      .prepare('SELECT wrapped FROM member_keys WHERE workspace_id = ? AND member_id = ? AND generation = ?')
      .get([workspaceId, id.memberId, id.generation]);
    if (row === undefined) return undefined;
    const [wrapped] = row;
    if (typeof wrapped !== 'string') return DESTROYED;
    const key = decrypt(this.masterKey, Buffer.from(wrapped, 'base64'));
    this.keys.set(cacheKey(workspaceId, id), key);
    return key;
  }

  private wrap(key: Buffer): Buffer {
    return encrypt(this.masterKey, randomBytes(IV_BYTES), key);
  }

  /** A wrong master key is noticed at the start, not when the first name cannot be read. */
  private async checkMasterKey(): Promise<void> {
    const expected = createHmac('sha256', this.masterKey).update('master-check').digest('base64');
    await this.writer.write({
      statements: [{ sql: 'INSERT OR IGNORE INTO master_check VALUES (1, ?)', width: 1, values: [expected] }],
      // A process that died in an erasure may have left the key in the log.
      erases: true,
    });
    const stored = this.reader.prepare('SELECT value FROM master_check WHERE id = 1').get()?.[0];
    const found = Buffer.from(String(stored), 'base64');
    if (!timingSafeEqual(found, Buffer.from(expected, 'base64'))) {
      await this.close();
      throw new WrongMasterKey();
    }
  }
}

const DESTROYED = Symbol('destroyed');

const cacheKey = (workspaceId: string, { memberId, generation }: MemberKeyId): string =>
  `${workspaceId}/${memberId}/${generation}`;

const derive = (masterKey: Buffer, purpose: string): Buffer => createHmac('sha256', masterKey).update(purpose).digest();

function encrypt(key: Buffer, iv: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, iv);
  const sealed = [cipher.update(plain), cipher.final()];
  return Buffer.concat([iv, ...sealed, cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES));
  return Buffer.concat([plain, decipher.final()]);
}
