import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';

import { type Config, type Role, ROLES } from './config';

export interface ApiKey {
  /** Names the key in events and logs; tells nothing about it. */
  readonly id: string;
  readonly role: Role;
  /** SHA-256 of the key, hex. Keys are long and random: no salt or stretching is needed. */
  readonly hash: string;
}

/** The keys that are let in, found by hash and compared in constant time. */
export class ApiKeys {
  constructor(private readonly keys: readonly ApiKey[]) {}

  find(presented: string): ApiKey | undefined {
    const hash = createHash('sha256').update(presented).digest();
    let found: ApiKey | undefined;
    for (const key of this.keys) {
      if (timingSafeEqual(hash, Buffer.from(key.hash, 'hex'))) found = key;
    }
    return found;
  }
}

/** The keys of the environment, else those of the key file, which the first start makes. */
export async function loadApiKeys(
  configured: Config['apiKeys'],
  file: string,
): Promise<{ keys: ApiKeys; made: readonly { role: Role; key: string }[] }> {
  if (configured !== undefined) {
    return { keys: new ApiKeys(configured.map(({ role, key }) => hashed(role, key))), made: [] };
  }
  const made = await makeKeyFile(file);
  const keys = JSON.parse(await readFile(file, 'utf8')) as { keys: ApiKey[] };
  return { keys: new ApiKeys(keys.keys), made };
}

async function makeKeyFile(file: string): Promise<{ role: Role; key: string }[]> {
  const made = ROLES.map((role) => ({ role, key: `sl_${role}_${randomBytes(24).toString('base64url')}` }));
  const temporary = `${file}.${process.pid}`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    const keys = made.map(({ role, key }) => hashed(role, key));
    await handle.writeFile(`${JSON.stringify({ keys }, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
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

function hashed(role: Role, key: string): ApiKey {
  const hash = createHash('sha256').update(key).digest('hex');
  return { id: `${role}-${hash.slice(0, 8)}`, role, hash };
}
