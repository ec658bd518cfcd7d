import { createPublicKey, verify } from 'node:crypto';

import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

import { type SigningKey } from './signing-key';
import { type PublishedKey } from './signing-keys';

/** A signature proves nothing; the message says why. */
export class SignatureRefused extends Error {}

export interface SignedBy {
  readonly kid: string;
  readonly signedAt: number;
}

/** No further members: what is not understood must not be passed over (`crit`, `b64`), nor a key be taken from here. */
const Header = Type.Object(
  { alg: Type.Literal('EdDSA'), kid: Type.String(), iat: Type.Integer() },
  { additionalProperties: false },
);

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** A JWS whose payload lies beside it (RFC 7515, appendix F). */
export function signDetached(key: SigningKey, payload: Uint8Array, signedAt: number): string {
  const header = encoded(JSON.stringify({ alg: 'EdDSA', kid: key.kid, iat: Math.floor(signedAt / 1000) }));
  return `${header}..${key.sign(signingInput(header, payload)).toString('base64url')}`;
}

/** Who signed, and when. @throws {SignatureRefused} */
export function verifyDetached(jws: string, payload: Uint8Array, trusted: readonly PublishedKey[]): SignedBy {
  const [, header, signature] = /^([\w-]+)\.\.([\w-]+)\s*$/.exec(jws) ?? [];
  if (header === undefined || signature === undefined) throw new SignatureRefused('the signature is no detached JWS');
  const { kid, iat } = headerOf(header);
  const key = trusted.find((known) => known.kid === kid);
  if (key === undefined) throw new SignatureRefused(`it is signed by ${kid}, which is not a key that is trusted here`);
  const { kty, crv, x } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  if (!verify(null, signingInput(header, payload), publicKey, Buffer.from(signature, 'base64url'))) {
    throw new SignatureRefused('the signature is not of this content');
  }
  const signedAt = iat * 1000;
  if (key.retiredAt !== undefined && signedAt > Date.parse(key.retiredAt)) {
    throw new SignatureRefused(`it is signed after ${key.retiredAt}, when its key was retired`);
  }
  return { kid, signedAt };
}

function headerOf(encodedHeader: string): { kid: string; iat: number } {
  try {
    const header: unknown = JSON.parse(Buffer.from(encodedHeader, 'base64url').toString());
    if (Value.Check(Header, header)) return header;
  } catch {
    // Said below.
  }
  throw new SignatureRefused("the signature's header is not one of Seatledger's");
}

const signingInput = (header: string, payload: Uint8Array): Buffer =>
  Buffer.from(`${header}.${Buffer.from(payload).toString('base64url')}`);
