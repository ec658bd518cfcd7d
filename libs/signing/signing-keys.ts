import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { makePrivateFile, replacePrivateFile } from '@seatledger/private-files';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

import { BadSigningKey, newSigningKeyPem, parseSigningKey, type SigningKey, thumbprintOf } from './signing-key';

/** The private key that a first start makes, where none is configured. */
export const SIGNING_KEY_FILE = 'signing-key.pem';
/** The public halves of all keys that ever signed here. */
export const PUBLISHED_KEYS_FILE = 'signing-keys.json';

const PublishedKey = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Type.String(),
  kid: Type.String(),
  alg: Type.Literal('EdDSA'),
  use: Type.Literal('sig'),
  validFrom: Type.String(),
  /** From then on it signs nothing. */
  retiredAt: Type.Optional(Type.String()),
});
export type PublishedKey = Readonly<Static<typeof PublishedKey>>;
const KeySet = Type.Object({ keys: Type.Array(PublishedKey) });

export interface SigningKeys {
  readonly current: SigningKey;
  /** Oldest first; the current one is among them. */
  readonly published: readonly PublishedKey[];
}

/**
 * The key that signs here, and all that ever did. A key that was not there before is published from
 * now on, and retires the one before it.
 * @throws {BadSigningKey}
 */
export async function openSigningKeys(
  folder: string,
  configured: SigningKey | undefined,
  now: number,
): Promise<SigningKeys> {
  const current = configured ?? (await keyFromFile(path.join(folder, SIGNING_KEY_FILE)));
  const file = path.join(folder, PUBLISHED_KEYS_FILE);
  const known = await readPublished(file);
  const published = withCurrent(known, current, new Date(now).toISOString());
  if (published !== known) await replacePrivateFile(file, `${JSON.stringify({ keys: published }, null, 2)}\n`);
  return { current, published };
}

async function keyFromFile(file: string): Promise<SigningKey> {
  await makePrivateFile(file, newSigningKeyPem());
  try {
    return parseSigningKey(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof BadSigningKey) throw new BadSigningKey(`${file}: ${error.message}`);
    throw error;
  }
}

async function readPublished(file: string): Promise<readonly PublishedKey[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"keys":[]}';
    throw error;
  });
  const keys = parsePublishedKeys(text);
  if (keys === undefined) throw new BadSigningKey(`${file}: is not a set of published keys`);
  return keys;
}

/** Undefined for what is no set of keys that are named by their own thumbprints. */
export function parsePublishedKeys(text: string): readonly PublishedKey[] | undefined {
  const content = parsed(text);
  if (!Value.Check(KeySet, content)) return undefined;
  return content.keys.every((key) => thumbprintOf(key) === key.kid) ? content.keys : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function withCurrent(
  known: readonly PublishedKey[],
  { kid, publicJwk }: SigningKey,
  now: string,
): readonly PublishedKey[] {
  if (known.some((key) => key.kid === kid && key.retiredAt === undefined)) return known;
  if (known.some((key) => key.kid === kid)) throw new BadSigningKey('was retired; a key that is retired signs no more');
  const retired = known.map((key) => (key.retiredAt === undefined ? { ...key, retiredAt: now } : key));
  return [...retired, { ...publicJwk, kid, alg: 'EdDSA', use: 'sig', validFrom: now }];
}
