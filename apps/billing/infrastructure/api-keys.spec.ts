import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { temporaryFolder } from '../../../test/support/service';
import { ApiKeys, createKey, KeyFileError, loadApiKeys, readKeys, revokeKey } from './api-keys';

describe('API keys', () => {
  const folder = temporaryFolder();
  let number = 0;
  const newFile = (): string => path.join(folder.path, `keys-${(number += 1)}.json`);
  afterAll(() => folder.remove());

  it('are kept as hashes, in a file for its owner alone', async () => {
    const file = newFile();
    const { keys, made } = await loadApiKeys(undefined, file);
    const { id, key } = await createKey(file, 'auditor', 'Wirtschaftsprüfung');
    const content = readFileSync(file, 'utf8');
    for (const { key: secret } of [...made, { key }]) expect(content).not.toContain(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(keys.find(key)).toMatchObject({ id, role: 'auditor', name: 'Wirtschaftsprüfung' });
    expect(made.map((first) => keys.find(first.key)?.role)).toEqual(['product', 'accounting', 'scheduler', 'auditor']);
    expect(keys.find(`${key}x`)).toBeUndefined();
  });

  it('hold and end from the next turn on', async () => {
    const file = newFile();
    const keys = new ApiKeys([], file);
    expect(keys.find('anything')).toBeUndefined();
    const made = await Promise.all([createKey(file, 'product'), createKey(file, 'product')]);
    for (const { id, key } of made) expect(keys.find(key)?.id).toBe(id);
    expect(await revokeKey(file, made[0].id)).toBe(true);
    expect(keys.find(made[0].key)).toBeUndefined();
    expect(keys.find(made[1].key)?.id).toBe(made[1].id);
    expect(await revokeKey(file, made[0].id)).toBe(false);
  });

  it('of the environment hold besides those of the file', async () => {
    const file = newFile();
    const { keys, made } = await loadApiKeys([{ role: 'product', key: 'mine' }], file);
    expect(made).toEqual([]);
    const { key } = await createKey(file, 'scheduler');
    expect([keys.find('mine')?.role, keys.find(key)?.role]).toEqual(['product', 'scheduler']);
    rmSync(file);
    // What comes in within one turn is measured by one look at the file.
    await nextTurn();
    expect([keys.find('mine')?.role, keys.find(key)]).toEqual(['product', undefined]);
  });

  it('let nobody in by a file that is damaged, and tell', async () => {
    const file = newFile();
    const damages: unknown[] = [];
    const { keys, made } = await loadApiKeys(undefined, file, (error) => damages.push(error));
    writeFileSync(file, '{"keys":[{}]}');
    expect(keys.find(made[0]!.key)).toBeUndefined();
    expect(keys.find(made[0]!.key)).toBeUndefined();
    expect(damages).toEqual([expect.any(KeyFileError)]);
    await expect(readKeys(file)).rejects.toThrow(KeyFileError);
    await expect(loadApiKeys(undefined, file)).rejects.toThrow(/is no key file/);
  });
});
