import { createHmac, timingSafeEqual } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { decryptText, deriveKey, encryptText, keyNameOf, newKey, unwrapKey, wrapKey } from './cipher';
import { type FollowedTo, type KeyStore } from './key-store';

/** Which key of a member: one more after each erasure. */
export interface MemberKeyId {
  readonly memberId: string;
  readonly generation: number;
}

/** The master key is not the one that the other keys are wrapped with. */
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

/** Makes the encrypted text of a plain one. */
export type Encrypt = (owner: string, text: string) => string;
/** Makes the plain text of an encrypted one; undefined when its key was destroyed or is not known. */
export type Decrypt = (encrypted: string) => string | undefined;

/**
 * Encrypts names and addresses (AES-256-GCM) with keys that are kept wrapped by a master key: one
 * for each member, one for each contract, one for each workspace and year. Destroying a key erases
 * what was encrypted with it wherever it lies, backups of the history included.
 */
export class PersonalData {
  /** Of the keys used lately; a destroyed one is null. */
  private readonly keys = new LRUCache<string, { readonly key: Buffer | null }>({ max: 100_000 });
  private readonly hashKey: Buffer;

  private constructor(
    private readonly store: KeyStore,
    private readonly masterKey: Buffer,
  ) {
    this.hashKey = deriveKey(masterKey, 'request-hash');
  }

  /**
   * A wrong master key is noticed here, not when the first name cannot be read.
   * @param masterKey 32 bytes
   * @throws {WrongMasterKey} after closing the store
   */
  static async open({ store, masterKey }: { store: KeyStore; masterKey: Buffer }): Promise<PersonalData> {
    const expected = deriveKey(masterKey, 'master-check');
    const found = Buffer.from(await store.masterCheck(expected.toString('base64')), 'base64');
    if (found.length === expected.length && timingSafeEqual(found, expected)) {
      return new PersonalData(store, masterKey);
    }
    await store.close();
    throw new WrongMasterKey();
  }

  /** Makes the members' keys that are missing, durably. Destroyed ones are not made again. */
  async prepare(workspaceId: string, ids: readonly MemberKeyId[]): Promise<void> {
    await this.makeMissing(ids.map((id) => memberKeyId(workspaceId, id)));
  }

  /** Encrypts for a member whose key was just prepared. @throws {KeyDestroyed} */
  encrypt(workspaceId: string, id: MemberKeyId, text: string): string {
    const keyId = memberKeyId(workspaceId, id);
    const found = this.keys.get(keyId);
    if (found === undefined) throw new Error(`the key ${keyId} was not prepared`);
    if (found.key === null) throw new KeyDestroyed();
    return encryptText(String(id.generation), found.key, text);
  }

  /** Decrypts texts of these members; null when the key was destroyed. */
  async memberDecrypter(
    workspaceId: string,
    encrypted: readonly { readonly memberId: string; readonly texts: readonly string[] }[],
  ): Promise<(memberId: string, text: string) => string | null> {
    const idOf = (memberId: string, text: string): string =>
      memberKeyId(workspaceId, { memberId, generation: Number(keyNameOf(text)) });
    const ids = new Set(encrypted.flatMap(({ memberId, texts }) => texts.map((text) => idOf(memberId, text))));
    const keys = await this.find([...ids]);
    return (memberId, text) => {
      const key = keys.get(idOf(memberId, text));
      return key ? decryptText(key, text) : null;
    };
  }

  /**
   * Encrypts for owners such as `contract/acme` or `year/acme/2026`. An owner whose key was destroyed
   * gets another one: what belonged to the first stays unreadable.
   */
  async encrypterFor(owners: readonly string[]): Promise<Encrypt> {
    const current = new Map<string, { keyId: string; key: Buffer }>();
    let open = [...new Set(owners)];
    for (let generation = 0; open.length > 0; generation += 1) {
      const keys = await this.makeMissing(open.map((owner) => `${owner}/${generation}`));
      for (const owner of open) {
        const keyId = `${owner}/${generation}`;
        const key = keys.get(keyId);
        if (key) current.set(owner, { keyId, key });
      }
      open = open.filter((owner) => !current.has(owner));
    }
    return (owner, text) => {
      const found = current.get(owner);
      if (found === undefined) throw new Error(`the key of ${owner} was not asked for`);
      return encryptText(found.keyId, found.key, text);
    };
  }

  /** Decrypts these texts, with whichever keys they were encrypted. */
  async decrypterOf(encrypted: readonly string[]): Promise<Decrypt> {
    const ids = new Set<string>();
    for (const text of encrypted) {
      const id = keyNameOf(text);
      if (id !== undefined) ids.add(id);
    }
    const keys = await this.find([...ids]);
    return (text) => {
      const key = keys.get(keyNameOf(text) ?? '');
      return key ? decryptText(key, text) : undefined;
    };
  }

  /** The keys themselves that these texts were encrypted with, by id: for evidence that leaves the house. */
  async keysOf(encrypted: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const ids = new Set(encrypted.flatMap((text) => keyNameOf(text) ?? []));
    const keys = await this.find([...ids]);
    return new Map([...keys].flatMap(([id, key]) => (key === null ? [] : [[id, key] as const])));
  }

  /**
   * Destroys a member's key for good. Repeatable: also drops what this process holds of a key that
   * another one destroyed.
   */
  async destroy(workspaceId: string, id: MemberKeyId): Promise<void> {
    await this.destroyKey(memberKeyId(workspaceId, id));
  }

  /** Destroys the newest key of an owner, see {@link encrypterFor}; nothing where there is none. */
  async destroyOwner(owner: string): Promise<void> {
    for (let generation = 0; ; generation += 1) {
      const keyId = `${owner}/${generation}`;
      this.keys.delete(keyId);
      const found = (await this.find([keyId])).get(keyId);
      if (found === undefined) return;
      if (found !== null) await this.destroyKey(keyId);
    }
  }

  /** Undefined when no erasure was followed yet. */
  followedTo(): Promise<FollowedTo | undefined> {
    return this.store.followedTo();
  }

  noteFollowed(to: FollowedTo): Promise<void> {
    return this.store.noteFollowed(to);
  }

  /** A keyed hash of a request that may hold personal data: equal requests, equal hashes. */
  requestHash(canonicalRequest: string): string {
    return createHmac('sha256', this.hashKey).update(canonicalRequest).digest('base64url');
  }

  close(): Promise<void> {
    this.keys.clear();
    return this.store.close();
  }

  private async destroyKey(keyId: string): Promise<void> {
    this.keys.delete(keyId);
    if ((await this.find([keyId])).get(keyId) === null) return;
    await this.store.destroy(keyId);
    this.keys.set(keyId, { key: null });
  }

  /** The keys, made durably where there are none. */
  private async makeMissing(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer | null>> {
    const found = await this.find(ids);
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    await this.store.add(new Map(missing.map((id) => [id, wrapKey(this.masterKey, newKey())])));
    // Another process may have made one meanwhile: the first one made is the key.
    return this.find(ids);
  }

  /** Those of the ids that are known; null for a key that was destroyed. */
  private async find(ids: readonly string[]): Promise<Map<string, Buffer | null>> {
    const found = new Map<string, Buffer | null>();
    const missing: string[] = [];
    for (const id of ids) {
      const cached = this.keys.get(id);
      if (cached === undefined) missing.push(id);
      else found.set(id, cached.key);
    }
    if (missing.length === 0) return found;
    for (const [id, wrapped] of await this.store.find(missing)) {
      const key = wrapped === null ? null : unwrapKey(this.masterKey, wrapped);
      this.keys.set(id, { key });
      found.set(id, key);
    }
    return found;
  }
}

/** Ids are made of letters, digits, `_` and `-`: no two members or owners have the same. */
const memberKeyId = (workspaceId: string, { memberId, generation }: MemberKeyId): string =>
  `member/${workspaceId}/${memberId}/${generation}`;
