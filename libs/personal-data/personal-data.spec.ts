import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { KeyDestroyed, openFileKeyStore, PersonalData, WrongMasterKey } from '.';
import { keyStoreContract } from './key-store.contract';

const MASTER = Buffer.alloc(32, 7);
const ADA = { memberId: 'ada', generation: 0 };
const BOB = { memberId: 'bob', generation: 0 };

let folder: string;
let file: string;
let opened: PersonalData[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  file = path.join(folder, 'personal-data-keys.db');
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()));
  rmSync(folder, { recursive: true });
});

async function open(options: { masterKey?: Buffer; file?: string } = {}): Promise<PersonalData> {
  const store = await openFileKeyStore({ file: options.file ?? file, durability: 'none-for-tests' });
  const personalData = await PersonalData.open({ store, masterKey: options.masterKey ?? MASTER });
  opened.push(personalData);
  return personalData;
}

/** Everything that the files in the folder hold. */
const content = (): Buffer => Buffer.concat(readdirSync(folder).map((name) => readFileSync(path.join(folder, name))));

const decrypted = async (personalData: PersonalData, workspaceId: string, memberId: string, text: string) =>
  (await personalData.memberDecrypter(workspaceId, [{ memberId, texts: [text] }]))(memberId, text);

function wrappedKey(memberId: string): string {
  const database = openDatabase(file, { readonly: true });
  const row = database.prepare('SELECT wrapped FROM keys WHERE id = ?').get([`member/acme/${memberId}/0`]);
  database.close();
  return String(row?.[0]);
}

it('opens what it encrypted, also after it was opened again, and recognizes equal texts', async () => {
  const first = await open();
  await first.prepare('acme', [ADA, BOB]);
  const encrypted = first.encrypt('acme', ADA, 'Ada Lovelace');
  expect(encrypted).toMatch(/^0\.[\w-]+$/);
  expect(encrypted).toBe(first.encrypt('acme', ADA, 'Ada Lovelace'));
  expect(encrypted).not.toBe(first.encrypt('acme', BOB, 'Ada Lovelace'));
  const second = await open();
  expect(await decrypted(second, 'acme', 'ada', encrypted)).toBe('Ada Lovelace');
  // Encrypted for another: no key of theirs opens it.
  await second.prepare('acme', [BOB]);
  await expect(decrypted(second, 'acme', 'bob', encrypted)).rejects.toThrow();
  expect(await decrypted(second, 'other', 'ada', encrypted)).toBeNull();
});

it('refuses another master key', async () => {
  await open();
  await expect(open({ masterKey: Buffer.alloc(32, 8) })).rejects.toThrow(WrongMasterKey);
});

it('makes one key, whichever is first', async () => {
  const [a, b] = [await open(), await open()];
  await Promise.all([a.prepare('acme', [ADA]), b.prepare('acme', [ADA])]);
  expect(await decrypted(b, 'acme', 'ada', a.encrypt('acme', ADA, 'Ada'))).toBe('Ada');
});

describe('destroying a key', () => {
  it('makes what was encrypted with it unreadable for good, and nothing else', async () => {
    const personalData = await open();
    await personalData.prepare('acme', [ADA, BOB]);
    const [ada, bob] = [personalData.encrypt('acme', ADA, 'Ada'), personalData.encrypt('acme', BOB, 'Bob')];
    await personalData.destroy('acme', ADA);
    await personalData.destroy('acme', ADA);
    expect(await decrypted(personalData, 'acme', 'ada', ada)).toBeNull();
    expect(await decrypted(personalData, 'acme', 'bob', bob)).toBe('Bob');
    expect(() => personalData.encrypt('acme', ADA, 'Ada')).toThrow(KeyDestroyed);
    // Not made again under the same generation, but a new one for a member who comes back.
    await personalData.prepare('acme', [ADA, { ...ADA, generation: 1 }]);
    expect(() => personalData.encrypt('acme', ADA, 'Ada')).toThrow(KeyDestroyed);
    expect(personalData.encrypt('acme', { ...ADA, generation: 1 }, 'Ada')).toMatch(/^1\./);
  });

  it('leaves no trace of it in any file, while others go on', async () => {
    const personalData = await open();
    const members = Array.from({ length: 300 }, (_, index) => ({ memberId: `m-${index}`, generation: 0 }));
    await personalData.prepare('acme', members);
    // All over the pages: what stays behind where a row was depends on its place.
    const erased = members.filter((_, index) => index % 7 === 0);
    const wrapped = erased.map(({ memberId }) => wrappedKey(memberId));
    const found = () => {
      const now = content();
      return wrapped.filter((key) => now.includes(key));
    };
    expect(found()).toEqual(wrapped);
    await Promise.all([
      ...erased.map((id) => personalData.destroy('acme', id)),
      ...erased.map(({ memberId }) => personalData.prepare('late', [{ memberId, generation: 0 }])),
    ]);
    expect(found()).toEqual([]);
    await personalData.close();
    expect(found()).toEqual([]);
  });

  it('clears what a process left in the log that died before it had', async () => {
    const personalData = await open();
    await personalData.prepare('acme', [ADA]);
    const wrapped = wrappedKey('ada');
    // As that process wrote it: overwritten in the table, the page before still in the log.
    const other = openDatabase(file);
    other.exec("UPDATE keys SET wrapped = NULL WHERE id = 'member/acme/ada/0'");
    const left = path.join(folder, 'left');
    copyFileSync(`${file}-wal`, `${left}-wal`);
    copyFileSync(file, left);
    other.close();
    await personalData.close();
    expect(content().includes(wrapped)).toBe(true);
    await open({ file: left });
    expect(content().includes(wrapped)).toBe(false);
  });

  it('is noticed by another process when it is told', async () => {
    const [a, b] = [await open(), await open()];
    await a.prepare('acme', [ADA]);
    const encrypted = a.encrypt('acme', ADA, 'Ada');
    expect(await decrypted(b, 'acme', 'ada', encrypted)).toBe('Ada');
    await a.destroy('acme', ADA);
    await b.destroy('acme', ADA);
    expect(await decrypted(b, 'acme', 'ada', encrypted)).toBeNull();
  });
});

it('remembers how far erasures were followed', async () => {
  const personalData = await open();
  expect(await personalData.followedTo()).toBeUndefined();
  await personalData.noteFollowed({ position: 7, nextEventId: 'a' });
  await personalData.noteFollowed({ position: 9, nextEventId: 'b' });
  expect(await (await open()).followedTo()).toEqual({ position: 9, nextEventId: 'b' });
});

describe('keys in a file', () => {
  const shared = mkdtempSync(path.join(tmpdir(), 'key-store-'));
  afterAll(() => rmSync(shared, { recursive: true }));
  keyStoreContract('a file', () =>
    openFileKeyStore({ file: path.join(shared, 'keys.db'), durability: 'none-for-tests' }),
  );
});

it('hashes requests by a key of its own', async () => {
  const personalData = await open();
  expect(personalData.requestHash('{"name":"Ada"}')).toBe(personalData.requestHash('{"name":"Ada"}'));
  expect(personalData.requestHash('{"name":"Ada"}')).not.toBe(personalData.requestHash('{"name":"Bob"}'));
});
