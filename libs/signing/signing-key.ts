import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** The public half of an Ed25519 key (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/** A signing key cannot be used as it is given; the message goes on after its variable's name. */
export class BadSigningKey extends Error {}

/** Signs by Ed25519. */
export class SigningKey {
  /** Thumbprint of the public half (RFC 7638). */
  readonly kid: string;

  constructor(
    private readonly privateKey: KeyObject,
    readonly publicJwk: PublicJwk,
  ) {
    this.kid = thumbprintOf(publicJwk);
  }

  sign(bytes: Uint8Array): Buffer {
    return sign(null, bytes, this.privateKey);
  }
}

/** Reads a private key in PKCS#8 PEM; line ends may be written `\n`, as in one line. @throws {BadSigningKey} */
export function parseSigningKey(text: string): SigningKey {
  const privateKey = privateKeyOf(text.replaceAll('\\n', '\n'));
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (privateKey.asymmetricKeyType !== 'ed25519' || x === undefined) throw notAKey();
  return new SigningKey(privateKey, { kty: 'OKP', crv: 'Ed25519', x });
}

export const newSigningKeyPem = (): string =>
  String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** RFC 7638: the hash of the members that make the key, in the order of their names. */
export const thumbprintOf = ({ crv, kty, x }: PublicJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');

function privateKeyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // What is wrong with it may hold a part of it: it is not repeated.
    throw notAKey();
  }
}

const notAKey = (): BadSigningKey =>
  new BadSigningKey('must be an Ed25519 private key in PKCS#8 PEM (openssl genpkey -algorithm ed25519)');
