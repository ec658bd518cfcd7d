/** For test code of other libraries, of test/ and of bench/; nothing in the product imports it. */
import { createHash } from 'node:crypto';

import { decryptText, encryptText, keyNameOf } from './cipher';
import { type Decrypt, type Encrypt } from './personal-data';

export * from './key-store.contract';

/** Keys that need no store: each is made from its own name, and so is the same in every test and fixture. */
export class KnownKeys {
  private readonly destroyed = new Set<string>();

  // eslint-disable-next-line @typescript-eslint/require-await
  async encrypterFor(_owners: readonly string[]): Promise<Encrypt> {
    return (owner, text) => encryptText(`${owner}/0`, keyNamed(`${owner}/0`), text);
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async decrypterOf(_encrypted: readonly string[]): Promise<Decrypt> {
    return (text) => {
      const name = keyNameOf(text) ?? '';
      return this.destroyed.has(name) ? undefined : decryptText(keyNamed(name), text);
    };
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async keysOf(encrypted: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const names = new Set(encrypted.flatMap((text) => keyNameOf(text) ?? []));
    return new Map([...names].map((name) => [name, keyNamed(name)]));
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async memberDecrypter(): Promise<() => null> {
    return () => null;
  }

  destroy(owner: string): void {
    this.destroyed.add(`${owner}/0`);
  }
}

const keyNamed = (name: string): Buffer => createHash('sha256').update(name).digest();
