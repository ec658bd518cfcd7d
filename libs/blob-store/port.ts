/**
 * The port to the storage of finished documents (files such as an invoice's PDF): each under the
 * SHA-256 of its bytes, never changed, kept as long as the law asks for it.
 */
import { createHash } from 'node:crypto';

export interface DocumentStore {
  /**
   * Durable when it resolves, with the hash (64 hexadecimal digits). The same bytes again change
   * nothing; a damaged document is mended by them.
   */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * The bytes, checked against the hash.
   * @throws {UnknownDocument} there is none
   * @throws {DamagedDocument} what is stored is not what was stored
   */
  get(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
}

export class UnknownDocument extends Error {
  constructor(sha256: string) {
    super(`there is no document ${sha256}`);
    this.name = 'UnknownDocument';
  }
}

/** A stored document is not what was stored. */
export class DamagedDocument extends Error {
  /** @param where the file, or the place in a database, that an operator has to look at */
  constructor(sha256: string, where: string) {
    super(`the document ${sha256} was changed: ${where} has other bytes`);
    this.name = 'DamagedDocument';
  }
}

export const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
