import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { temporaryFolder } from '../../../test/support/service';
import { ApiKeys, createKey, isWithin, KeyFileError, loadApiKeys, readKeys, revokeKey } from './api-keys';

describe('API keys', () => {
  const folder = temporaryFolder();
  let number = 0;
  const newFile = (): string => path.join(folder.path, `keys-${(number += 1)}.json`);
  const contentOf = (file: string | undefined) => JSON.parse(readFileSync(file!, 'utf8')) as Record<string, string>;
  afterAll(() => folder.remove());

  it('are kept as hashes, in a file for its owner alone', async () => {
    const file = newFile();
    const { keys, firstKeysFile } = await loadApiKeys(undefined, file);
    const first = contentOf(firstKeysFile);
    const { record, key } = await createKey(file, 'auditor', { name: 'Wirtschaftsprüfung' });
    const content = readFileSync(file, 'utf8');
    for (const secret of [...Object.values(first), key]) expect(content).not.toContain(secret);
    for (const made of [file, firstKeysFile!]) expect(statSync(made).mode & 0o777).toBe(0o600);
    expect(keys.find(key)).toMatchObject({ id: record.id, role: 'auditor', name: 'Wirtschaftsprüfung' });
    expect(Object.keys(first)).toEqual(['product', 'accounting', 'scheduler', 'auditor']);
    for (const [role, secret] of Object.entries(first)) expect(keys.find(secret)?.role).toBe(role);
    expect(keys.find(`${key}x`)).toBeUndefined();
    expect((await loadApiKeys(undefined, file)).firstKeysFile).toBeUndefined();
  });

  it('hold and end from the next turn on, and are still known', async () => {
    const file = newFile();
    const keys = new ApiKeys([], file);
    expect(keys.find('anything')).toBeUndefined();
    const made = await Promise.all([createKey(file, 'product'), createKey(file, 'product')]);
    const [one, other] = made;
    for (const { record, key } of made) expect(keys.find(key)?.id).toBe(record.id);
    expect(await revokeKey(file, one.record.id)).toBe(true);
    expect([keys.find(one.key), keys.isLetIn(one.record)]).toEqual([undefined, false]);
    expect([keys.find(other.key)?.id, keys.isLetIn(other.record)]).toEqual([other.record.id, true]);
    expect(await revokeKey(file, one.record.id)).toBe(false);
    expect(await readKeys(file)).toContainEqual({ ...one.record, revokedAt: expect.any(String) as string });
  });

  it('end with their last day, in UTC', async () => {
    const file = newFile();
    let now = Date.UTC(2026, 11, 31, 23, 59, 59);
    const keys = new ApiKeys([], file, undefined, () => now);
    const { record, key } = await createKey(file, 'auditor', { expires: '2026-12-31' });
    expect([keys.find(key)?.id, keys.isLetIn(record)]).toEqual([record.id, true]);
    now += 1000;
    expect([keys.find(key), keys.isLetIn(record)]).toEqual([undefined, false]);
  });

  it('may be limited to workspaces', async () => {
    const { record } = await createKey(newFile(), 'product', { workspaces: ['a', 'b'] });
    expect(['a', 'b', 'c'].map((workspaceId) => isWithin(record, workspaceId))).toEqual([true, true, false]);
    const { record: unlimited } = await createKey(newFile(), 'product');
    expect(isWithin(unlimited, 'c')).toBe(true);
  });

  it('of the environment hold besides those of the file, under ids that tell nothing and stay', async () => {
    const file = newFile();
    const mine = [{ role: 'product' as const, key: 'mine' }];
    const { keys, firstKeysFile } = await loadApiKeys(mine, file);
    expect(firstKeysFile).toBeUndefined();
    const { key } = await createKey(file, 'scheduler');
    expect([keys.find('mine')?.role, keys.find(key)?.role]).toEqual(['product', 'scheduler']);
    const id = keys.find('mine')?.id;
    expect(id).toMatch(/^product-[0-9a-f]{16}$/);
    expect((await loadApiKeys(mine, file)).keys.find('mine')?.id).toBe(id);
    expect((await loadApiKeys(mine, newFile())).keys.find('mine')?.id).not.toBe(id);
    // Given no longer, let in no longer; but still known.
    const without = await loadApiKeys([{ role: 'auditor', key: 'other' }], file);
    expect(without.keys.find('mine')).toBeUndefined();
    expect((await readKeys(file)).map((record) => record.id)).toContain(id);
    rmSync(file);
    // What comes in within one turn is measured by one look at the file.
    await nextTurn();
    expect([keys.find('mine')?.role, keys.find(key)]).toEqual(['product', undefined]);
  });

  it('are made where only those of an earlier environment are known', async () => {
    const file = newFile();
    await loadApiKeys([{ role: 'product', key: 'mine' }], file);
    const { keys, firstKeysFile } = await loadApiKeys(undefined, file);
    expect(keys.find(contentOf(firstKeysFile)['product']!)?.role).toBe('product');
    expect(keys.find('mine')).toBeUndefined();
  });

  it('let nobody in by a file that is damaged, and tell', async () => {
    const file = newFile();
    const damages: unknown[] = [];
    const { keys, firstKeysFile } = await loadApiKeys(undefined, file, (error) => damages.push(error));
    const { product } = contentOf(firstKeysFile);
    writeFileSync(file, '{"keys":[{}]}');
    expect(keys.find(product!)).toBeUndefined();
    expect(keys.find(product!)).toBeUndefined();
    expect(damages).toEqual([expect.any(KeyFileError)]);
    await expect(readKeys(file)).rejects.toThrow(KeyFileError);
    await expect(loadApiKeys(undefined, file)).rejects.toThrow(/is no key file/);
  });
});
