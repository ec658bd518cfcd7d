import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/**
 * A text as `NAME.CIPHERTEXT`, named by which key decrypts it. The nonce is derived from key and text:
 * the same text under the same key gives the same result, so that equality can be judged without
 * decrypting, and an event that is made again is the same event.
 */
export function encryptText(keyName: string, key: Buffer, text: string): string {
  const nonce = createHmac('sha256', key).update(text).digest().subarray(0, NONCE_BYTES);
  return `${keyName}.${encrypted(key, nonce, Buffer.from(text)).toString('base64url')}`;
}

/** @throws when it was encrypted with another key, or changed since */
export const decryptText = (key: Buffer, text: string): string =>
  decrypted(key, Buffer.from(text.slice(text.indexOf('.') + 1), 'base64url')).toString();

/** The name of the key that a text was encrypted with; undefined for what is no encrypted text. */
export function keyNameOf(text: string): string | undefined {
  const dot = text.indexOf('.');
  return dot === -1 ? undefined : text.slice(0, dot);
}

/** A key, encrypted by another one. */
export const wrapKey = (by: Buffer, key: Buffer): string =>
  encrypted(by, randomBytes(NONCE_BYTES), key).toString('base64');

export const unwrapKey = (by: Buffer, wrapped: string): Buffer => decrypted(by, Buffer.from(wrapped, 'base64'));

/** A key for one purpose, made from another one. */
export const deriveKey = (from: Buffer, purpose: string): Buffer => createHmac('sha256', from).update(purpose).digest();

function encrypted(key: Buffer, nonce: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypted(key: Buffer, bytes: Buffer): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
}
