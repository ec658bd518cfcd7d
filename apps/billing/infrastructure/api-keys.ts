import { hash as hashOf, randomBytes, timingSafeEqual } from 'node:crypto';
import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { type ConfiguredKey, type Role, ROLES } from '@seatledger/configuration';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const ApiKey = Type.Object({
  /** Names the key in events and logs; tells nothing about it. */
  id: Type.String(),
  role: Type.Unsafe<Role>(Type.Union(ROLES.map((role) => Type.Literal(role)))),
  /** SHA-256 of the key, hex. Keys are long and random: no salt or stretching is needed. */
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What it is for, as whoever made it says. */
  name: Type.Optional(Type.String()),
  createdAt: Type.Optional(Type.String()),
});
export type ApiKey = Readonly<Static<typeof ApiKey>>;

const KeyFile = Type.Object({ keys: Type.Array(ApiKey) });

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
  private seen = '';
  private isFresh = false;

  constructor(
    configured: readonly ApiKey[],
    private readonly file: string,
    private readonly onDamage: (error: unknown) => void = () => undefined,
  ) {
    this.configured = configured.map(entryOf);
  }

  /** The key, found by its hash and compared in constant time. */
  find(presented: string): ApiKey | undefined {
    this.refresh();
    const hash = hashOf('sha256', presented, 'buffer');
    let found: ApiKey | undefined;
    for (const entries of [this.configured, this.fromFile]) {
      for (const entry of entries) if (timingSafeEqual(hash, entry.hash)) found = entry.key;
    }
    return found;
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
      this.fromFile = stats === undefined ? [] : parse(this.file, readFileSync(this.file, 'utf8')).map(entryOf);
    } catch (error) {
      // Nobody is let in by a file that cannot be read.
      this.fromFile = [];
      this.onDamage(error);
    }
  }
}

/** The keys of the environment and of the key file, which a first start without either makes. */
export async function loadApiKeys(
  configured: readonly ConfiguredKey[] | undefined,
  file: string,
  onDamage?: (error: unknown) => void,
): Promise<{ keys: ApiKeys; made: readonly { role: Role; key: string }[] }> {
  const made = configured === undefined ? await makeKeyFile(file) : [];
  await readKeys(file);
  const ofEnvironment = (configured ?? []).map(({ role, key }) => hashed(role, key));
  return { keys: new ApiKeys(ofEnvironment, file, onDamage), made };
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
export async function createKey(file: string, role: Role, name?: string): Promise<{ id: string; key: string }> {
  const key = newKey(role);
  const made = { ...hashed(role, key), ...(name === undefined ? {} : { name }), createdAt: new Date().toISOString() };
  await changeKeys(file, (keys) => [...keys, made]);
  return { id: made.id, key };
}

/** Takes a key out; false when there is none with this id. */
export async function revokeKey(file: string, id: string): Promise<boolean> {
  let found = false;
  await changeKeys(file, (keys) => {
    found = keys.some((key) => key.id === id);
    return keys.filter((key) => key.id !== id);
  });
  return found;
}

/** Replaces the file as a whole, one change at a time. */
async function changeKeys(file: string, change: (keys: readonly ApiKey[]) => readonly ApiKey[]): Promise<void> {
  const release = await lock(`${file}.lock`);
  try {
    const temporary = await writeKeys(file, change(await readKeys(file)));
    await rename(temporary, file);
  } finally {
    await release();
  }
}

const LOCK_TRIES = 100;

async function lock(file: string): Promise<() => Promise<void>> {
  for (let tries = 1; ; tries += 1) {
    try {
      await (await open(file, 'wx', 0o600)).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (tries === LOCK_TRIES) throw new KeyFileError(`${file} is held by another change; remove it if there is none`);
      await delay(50);
    }
  }
}

async function makeKeyFile(file: string): Promise<{ role: Role; key: string }[]> {
  const made = ROLES.map((role) => ({ role, key: newKey(role) }));
  const temporary = await writeKeys(
    file,
    made.map(({ role, key }) => hashed(role, key)),
  );
  try {
    // Fails when another start made one: then its keys are the keys.
    await link(temporary, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return [];
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes the keys to a file beside it, readable by its owner alone, and durable. */
async function writeKeys(file: string, keys: readonly ApiKey[]): Promise<string> {
  const temporary = `${file}.${process.pid}`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ keys }, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
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

function hashed(role: Role, key: string): ApiKey {
  const hash = hashOf('sha256', key);
  return { id: `${role}-${hash.slice(0, 8)}`, role, hash };
}
