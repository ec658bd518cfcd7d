import { hash as hashOf, randomBytes, timingSafeEqual } from 'node:crypto';
import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type Configuration, type Role, ROLES } from '@seatledger/configuration';
import { replacePrivateFile } from '@seatledger/private-files';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { lock } from 'proper-lockfile';

const ApiKey = Type.Object({
  /** Names the key in events and logs; random, so that it says nothing about the key. */
  id: Type.String(),
  role: Type.Unsafe<Role>(Type.Union(ROLES.map((role) => Type.Literal(role)))),
  /** SHA-256 of the key, hex. Keys are long and random: no salt or stretching is needed. */
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What it is for, as its maker says. */
  name: Type.Optional(Type.String()),
  createdAt: Type.Optional(Type.String()),
  /** The only workspaces that it is good for; without it, all. */
  workspaces: Type.Optional(Type.Array(Type.String())),
  /** The last day on which it is let in, in UTC. */
  expires: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
  revokedAt: Type.Optional(Type.String()),
  /** Let in only as long as the environment gives it. */
  fromEnvironment: Type.Optional(Type.Literal(true)),
});
export type ApiKey = Readonly<Static<typeof ApiKey>>;

/** What a key is limited to when it is made. */
export type KeyLimits = Pick<ApiKey, 'name' | 'workspaces' | 'expires'>;

const KeyFile = Type.Object({ keys: Type.Array(ApiKey) });

/** The keys that a first start made, each by its role. */
export const FIRST_KEYS_FILE = 'first-keys.json';

/** The key file cannot be used; the message names it and says why. */
export class KeyFileError extends Error {}

interface Entry {
  readonly key: ApiKey;
  readonly hash: Buffer;
}

/**
 * The keys that are let in: those of the environment, and those of the key file as it is now. A
 * key that is made or revoked there holds from the next request on, without a restart.
 */
export class ApiKeys {
  private readonly configured: readonly Entry[];
  private fromFile: readonly Entry[] = [];
  private byId: ReadonlyMap<string, ApiKey>;
  private seen = '';
  private isFresh = false;

  constructor(
    configured: readonly ApiKey[],
    private readonly file: string,
    private readonly onDamage: (error: unknown) => void = () => undefined,
    private readonly clock: () => number = Date.now,
  ) {
    this.configured = configured.map(entryOf);
    this.byId = byId(this.configured);
  }

  /** The key, found by its hash and compared in constant time. */
  find(presented: string): ApiKey | undefined {
    this.refresh();
    const hash = hashOf('sha256', presented, 'buffer');
    let found: ApiKey | undefined;
    for (const entries of [this.configured, this.fromFile]) {
      for (const entry of entries) if (timingSafeEqual(hash, entry.hash)) found = entry.key;
    }
    return found !== undefined && this.isCurrent(found) ? found : undefined;
  }

  /** Whether a key that was let in still is: asked again while a long request runs. */
  isLetIn({ id }: ApiKey): boolean {
    this.refresh();
    const key = this.byId.get(id);
    return key !== undefined && this.isCurrent(key);
  }

  private isCurrent({ revokedAt, expires }: ApiKey): boolean {
    return revokedAt === undefined && (expires === undefined || dayOf(this.clock()) <= expires);
  }

  /** Looks whether the file is another one than before: once for all requests that came in together. */
  private refresh(): void {
    if (this.isFresh) return;
    this.isFresh = true;
    setImmediate(() => (this.isFresh = false));
    const stats = statSync(this.file, { bigint: true, throwIfNoEntry: false });
    const now = stats === undefined ? 'none' : versionOf(stats);
    if (now === this.seen) return;
    this.seen = now;
    try {
      const keys = stats === undefined ? [] : parse(this.file, readFileSync(this.file, 'utf8'));
      this.fromFile = keys.filter(({ fromEnvironment }) => fromEnvironment === undefined).map(entryOf);
    } catch (error) {
      // Nobody is let in by a file that cannot be read.
      this.fromFile = [];
      this.onDamage(error);
    }
    this.byId = byId([...this.configured, ...this.fromFile]);
  }
}

const byId = (entries: readonly Entry[]): ReadonlyMap<string, ApiKey> =>
  new Map(entries.map(({ key }) => [key.id, key]));

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Whether a key may touch a workspace. */
export const isWithin = (key: ApiKey | undefined, workspaceId: string): boolean =>
  key?.workspaces === undefined || key.workspaces.includes(workspaceId);

interface LoadedKeys {
  readonly keys: ApiKeys;
  /** Where the keys are that this start made, with the keys themselves; undefined: it made none. */
  readonly firstKeysFile: string | undefined;
}

/**
 * The keys of the environment and of the key file. Where there are neither, a first start makes one
 * a role and leaves them in a file that only its owner may read.
 */
export async function loadApiKeys(
  configured: Configuration['apiKeys'],
  file: string,
  onDamage?: (error: unknown) => void,
): Promise<LoadedKeys> {
  const firstKeysFile = configured === undefined ? await makeFirstKeys(file) : undefined;
  const ofEnvironment = await recordConfigured(file, configured ?? []);
  return { keys: new ApiKeys(ofEnvironment, file, onDamage), firstKeysFile };
}

/** The keys of the key file; none when there is no file. @throws {KeyFileError} */
export async function readKeys(file: string): Promise<readonly ApiKey[]> {
  try {
    return parse(file, await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Makes a key and keeps its hash; the key itself is known only from what this resolves with. */
export async function createKey(
  file: string,
  role: Role,
  limits: KeyLimits = {},
): Promise<{ record: ApiKey; key: string }> {
  const key = newKey(role);
  const record = { ...recordOf(role, key), ...limits };
  await changeKeys(file, (keys) => [...keys, record]);
  return { record, key };
}

/** Marks a key as revoked: who it was is still known. False when none with this id is let in. */
export async function revokeKey(file: string, id: string): Promise<boolean> {
  let found = false;
  await changeKeys(file, (keys) =>
    keys.map((key) => {
      if (key.id !== id || key.revokedAt !== undefined || key.fromEnvironment === true) return key;
      found = true;
      return { ...key, revokedAt: new Date().toISOString() };
    }),
  );
  return found;
}

/** For how long a change waits for another one, which takes no longer than a write to the disk. */
const LOCK_RETRIES = { retries: 100, minTimeout: 50, maxTimeout: 50 };

/** One that a process left behind that was killed counts for nothing after 5 s. */
async function lockOf(file: string): Promise<() => Promise<void>> {
  try {
    return await lock(file, { realpath: false, stale: 5000, retries: LOCK_RETRIES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new KeyFileError(`${file} is held by another change`);
  }
}

/** Replaces the file as a whole, one change at a time. */
async function changeKeys(file: string, change: (keys: readonly ApiKey[]) => readonly ApiKey[]): Promise<void> {
  const release = await lockOf(file);
  try {
    const before = await readKeys(file);
    const after = change(before);
    if (after !== before) await replacePrivateFile(file, `${JSON.stringify({ keys: after }, null, 2)}\n`);
  } finally {
    await release();
  }
}

/** One key a role, unless the file has any, were they all revoked. */
async function makeFirstKeys(file: string): Promise<string | undefined> {
  const firstKeysFile = path.join(path.dirname(file), FIRST_KEYS_FILE);
  const made = ROLES.map((role) => ({ role, key: newKey(role) }));
  let isFirst = false;
  await changeKeys(file, (keys) => {
    isFirst = keys.every(({ fromEnvironment }) => fromEnvironment === true);
    return isFirst ? [...keys, ...made.map(({ role, key }) => recordOf(role, key))] : keys;
  });
  if (!isFirst) return undefined;
  const content = Object.fromEntries(made.map(({ role, key }) => [role, key]));
  await replacePrivateFile(firstKeysFile, `${JSON.stringify(content, null, 2)}\n`);
  return firstKeysFile;
}

/** Keys of the environment keep the random id that they were given when they were first seen. */
async function recordConfigured(
  file: string,
  configured: NonNullable<Configuration['apiKeys']>,
): Promise<readonly ApiKey[]> {
  const found = new Map<string, ApiKey>();
  await changeKeys(file, (keys) => {
    const added: ApiKey[] = [];
    for (const { role, key } of configured) {
      const hash = hashOf('sha256', key);
      const known = [...keys, ...added].find(
        (record) => record.fromEnvironment === true && record.hash === hash && record.role === role,
      );
      const record = known ?? { ...recordOf(role, key), fromEnvironment: true as const };
      if (known === undefined) added.push(record);
      found.set(hash, record);
    }
    return added.length === 0 ? keys : [...keys, ...added];
  });
  return [...found.values()];
}

function parse(file: string, text: string): readonly ApiKey[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new KeyFileError(`${file} is not JSON`);
  }
  if (Value.Check(KeyFile, content)) return content.keys;
  throw new KeyFileError(`${file} is no key file: ${Value.Errors(KeyFile, content).First()?.path ?? ''}`);
}

const versionOf = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino} ${size} ${mtimeNs}`;

const newKey = (role: Role): string => `sl_${role}_${randomBytes(24).toString('base64url')}`;

const entryOf = (key: ApiKey): Entry => ({ key, hash: Buffer.from(key.hash, 'hex') });

const recordOf = (role: Role, key: string): ApiKey => ({
  id: `${role}-${randomBytes(8).toString('hex')}`,
  role,
  hash: hashOf('sha256', key),
  createdAt: new Date().toISOString(),
});
