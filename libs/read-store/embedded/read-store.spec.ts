import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openDatabase } from '@seatledger/sqlite';

import { CheckpointMoved, type FindOptions } from '../port';
import { readStoreContract } from '../read-store.contract';
import { openEmbeddedReadStore } from '.';
import { Collection } from './collection';

readStoreContract('embedded', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
  const options = { file: path.join(folder, 'documents.db') };
  let store = await openEmbeddedReadStore(options);
  return {
    store,
    reopen: async () => {
      await store.close();
      return (store = await openEmbeddedReadStore(options));
    },
    dispose: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('the file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
    file = path.join(folder, 'documents.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('may be shared: a second store sees the commits of the first, and loses against it', async () => {
    const [a, b] = [await openEmbeddedReadStore({ file }), await openEmbeddedReadStore({ file })];
    const spec = { name: 'units', indexes: [['team'], ['age', 'team']] };
    await Promise.all([a.ensureCollection(spec), b.ensureCollection(spec)]);
    const writes = [{ collection: 'units', id: 'a', document: { team: 'blue' }, position: 1 }];
    const commit = { projection: 'units', expectedCheckpoint: 0, checkpoint: 1, writes };
    await a.commit(commit);
    expect(await b.count('units', { team: 'blue' })).toBe(1);
    await expect(b.commit(commit)).rejects.toEqual(new CheckpointMoved('units', 0, 1));
    await Promise.all([a.close(), b.close()]);
  });

  it('that is none is refused by name', async () => {
    writeFileSync(file, 'no database at all '.repeat(100));
    await expect(openEmbeddedReadStore({ file })).rejects.toThrow(`${file} is not a database`);
  });

  it.each<[string, Omit<FindOptions, 'limit'>, RegExp]>([
    ['one field', { where: { team: 'blue' } }, /SEARCH c_units USING INDEX i_units\(team\) \(f_team=\?\)$/],
    ['null', { where: { team: null } }, /SEARCH c_units USING INDEX i_units\(team\) \(f_team=\?\)$/],
    ['two fields', { where: { team: 'blue', age: 3 } }, /SEARCH .* \(f_team=\? AND f_age=\?\)$/],
    ['an order', { where: { team: 'blue' }, orderBy: ['age'] }, /SEARCH .* i_units\(team,age\) \(f_team=\?\)$/],
    [
      'a descending order',
      { where: { team: 'blue' }, orderBy: ['age'], direction: 'descending' },
      /SEARCH .* i_units\(team,age\) \(f_team=\?\)$/,
    ],
    ['an order of everything', { where: {}, orderBy: ['age'] }, /SCAN c_units USING INDEX i_units\(age\)$/],
    [
      'a place in an order',
      { where: { team: 'blue' }, orderBy: ['age'], after: { values: [3], id: 'a' } },
      /SEARCH .* \(f_team=\? AND f_age=\? AND id>\?\)\n.*SEARCH .* \(f_team=\? AND f_age>\?\)$/,
    ],
    [
      'the id',
      { where: {}, after: { values: [], id: 'a' } },
      /SEARCH .* USING INDEX sqlite_autoindex_c_units_1 \(id>\?\)$/,
    ],
  ])('is searched by an index, without sorting, for %s', async (_, options, plan) => {
    const spec = { name: 'units', indexes: [['team'], ['team', 'age'], ['age']] };
    const store = await openEmbeddedReadStore({ file });
    await store.ensureCollection(spec);
    await store.close();
    const database = openDatabase(file, { readonly: true });
    const plans = new Collection(spec)
      .find(options)
      .flatMap(({ sql, parameters }) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all([...parameters, 10]));
    database.close();
    expect(plans.map((row) => row[3]).join('\n')).toMatch(plan);
  });
});
