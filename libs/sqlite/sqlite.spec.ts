import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Worker } from 'node:worker_threads';

import { copyDatabase, openDatabase, Reader, runInThread, Writer, type WriterOptions } from '.';
import { asDatabaseError } from './errors';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sqlite-'));
  file = path.join(folder, 'numbers.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = (more: Partial<WriterOptions> = {}): WriterOptions => ({
  file,
  applicationId: 7,
  schema: ['CREATE TABLE numbers (n INTEGER PRIMARY KEY, text TEXT NOT NULL)'],
  durability: 'none',
  lockTimeout: 1_000,
  checkpointPages: 1_000,
  ...more,
});
const INSERT = 'INSERT INTO numbers VALUES (?, ?)';
const insert = (...values: (number | string | null)[]) => ({ sql: INSERT, width: 2, values });

function stored(): unknown[] {
  const database = openDatabase(file, { readonly: true });
  const rows = database.prepare('SELECT n, text FROM numbers ORDER BY n').all();
  database.close();
  return rows;
}

describe('an error of a driver or of the system', () => {
  it.each([
    [{ code: 'EROFS' }, 'read-only'],
    [{ code: 'ENOSPC' }, 'disk-full'],
    [{ code: 'EACCES' }, 'cannot-open'],
    [{ rawCode: 10 | (4 << 8) }, 'input-output'],
    [{ errcode: 11 }, 'damaged'],
    [{ errcode: 5 | (2 << 8) }, 'locked'],
    [{ code: 'ELSE' }, 'statement'],
  ])('%j is translated', (properties, fault) => {
    const error = Object.assign(new Error('as the system said'), properties);
    expect(asDatabaseError(error, file)).toMatchObject({ fault, file, cause: error });
    expect(asDatabaseError(error, file).message).toContain('as the system said');
  });
});

describe('the writer', () => {
  it('commits many requests, each with its own answer', async () => {
    const writer = await Writer.open(options());
    const outcomes = await Promise.all([
      writer.write({ statements: [insert(1, 'one')] }),
      writer.write({ statements: [insert(2, 'two', 3, 'three')] }),
      writer.write({ statements: [] }),
      writer.write({
        guarded: true,
        statements: [{ sql: 'DELETE FROM numbers WHERE n = ?', width: 1, values: [99] }, insert(4, 'four')],
      }),
      writer.write({
        guarded: true,
        statements: [{ sql: 'DELETE FROM numbers WHERE n = ?', width: 1, values: [2] }, insert(5, 'five')],
      }),
    ]);
    expect(outcomes.map(({ applied }) => applied)).toEqual([true, true, true, false, true]);
    expect(outcomes[1]).toEqual({ applied: true, lastInsertRowid: 3 });
    expect(stored()).toEqual([
      [1, 'one'],
      [3, 'three'],
      [5, 'five'],
    ]);
    await writer.close();
  });

  it('undoes a request that fails half way, and only that', async () => {
    const writer = await Writer.open(options());
    const results = await Promise.allSettled([
      writer.write({ statements: [insert(1, 'one')] }),
      writer.write({ statements: [insert(2, 'two'), insert(3, null)] }),
      writer.write({ statements: [{ sql: 'no statement', width: 0, values: [] }] }),
      writer.write({ statements: [insert(4, 'four')] }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({
      fault: 'statement',
      message: expect.stringContaining('NOT NULL') as string,
    });
    expect(stored()).toEqual([
      [1, 'one'],
      [4, 'four'],
    ]);
    await writer.close();
  });

  it('runs only the schema scripts that are missing', async () => {
    await (await Writer.open(options())).close();
    const schema = [...options().schema, 'ALTER TABLE numbers ADD COLUMN more TEXT', 'CREATE TABLE second (a)'];
    await (await Writer.open(options({ schema }))).close();
    await (await Writer.open(options({ schema }))).close();
    const database = openDatabase(file);
    expect(database.prepare('PRAGMA user_version').get()).toEqual([3]);
    database.close();
  });

  it('leaves a file as it was when a schema script fails', async () => {
    await (await Writer.open(options())).close();
    const schema = [...options().schema, 'CREATE TABLE second (a); CREATE TABLE numbers (a)'];
    await expect(Writer.open(options({ schema }))).rejects.toThrow(/already exists/);
    const database = openDatabase(file);
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([['numbers']]);
    database.close();
  });

  it('is opened by several at once', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, () => Writer.open(options({ lockTimeout: 10_000 }))));
    await Promise.all(writers.map((writer, index) => writer.write({ statements: [insert(index, 'x')] })));
    await Promise.all(writers.map((writer) => writer.close()));
    expect(stored()).toHaveLength(4);
  });

  it('refuses after it was closed, and can be closed twice', async () => {
    const writer = await Writer.open(options());
    const last = writer.write({ statements: [insert(1, 'one')] });
    await Promise.all([writer.close(), writer.close()]);
    await expect(last).resolves.toMatchObject({ applied: true });
    await expect(writer.write({ statements: [] })).rejects.toMatchObject({ fault: 'closed' });
  });
});

describe('the reader', () => {
  it('sees what was committed before it was asked, and answers in order', async () => {
    const writer = await Writer.open(options());
    const reader = new Reader(file);
    for (let n = 1; n <= 20; n += 1) {
      await writer.write({ statements: [insert(n, 'ü 🧾')] });
      const [rows, text] = await Promise.all([
        reader.all('SELECT max(n), count(*) FROM numbers WHERE n > ?', [0]),
        reader.all('SELECT text, CAST(text AS BLOB) FROM numbers WHERE n = ?', [n]),
      ]);
      expect(rows).toEqual([[n, n]]);
      expect(text.map(([asText, asBytes]) => [asText, Buffer.from(asBytes as never).toString()])).toEqual([
        ['ü 🧾', 'ü 🧾'],
      ]);
    }
    await reader.close();
    await writer.close();
  });

  it('reports what is wrong, and goes on with what is not', async () => {
    const reader = new Reader(file);
    await expect(reader.all('SELECT 1', [])).rejects.toThrow(/numbers\.db cannot be opened/);
    await (await Writer.open(options())).close();
    await expect(reader.all('SELECT nothing', [])).rejects.toMatchObject({ fault: 'statement' });
    await expect(reader.all("INSERT INTO numbers VALUES (1, '')", [])).rejects.toMatchObject({ fault: 'read-only' });
    expect(await reader.all('SELECT count(*) FROM numbers', [])).toEqual([[0]]);
    const asked = reader.all('SELECT 1', []);
    await Promise.all([reader.close(), reader.close()]);
    expect(await asked).toEqual([[1]]);
    await expect(reader.all('SELECT 1', [])).rejects.toMatchObject({ fault: 'closed' });
  });

  it('that was asked nothing has nothing to close, nor one that has not started yet', async () => {
    await new Reader(file).close();
    const reader = new Reader(file);
    expect(reader.isReady()).toBe(false);
    await reader.close();
    expect(reader.isReady()).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  const threadOf = (reader: Reader) => (reader as unknown as { worker?: Worker }).worker;
  /** With a question that is none. */
  const endThread = (reader: Reader): void => threadOf(reader)?.postMessage(undefined);

  it('fails what was asked of a thread that ends, and starts another', async () => {
    await (await Writer.open(options())).close();
    const reader = new Reader(file);
    for (let round = 0; round < 5; round += 1) {
      expect(await reader.all('SELECT ?', [round])).toEqual([[round]]);
      endThread(reader);
      await expect(reader.all('SELECT count(*) FROM numbers', [])).rejects.toMatchObject({
        fault: 'closed',
        message: expect.stringMatching(/numbers\.db is closed \(its thread ended: TypeError: /) as string,
      });
      expect(reader.isReady()).toBe(false);
    }
    await reader.close();
    await expect(reader.all('SELECT 1', [])).rejects.toMatchObject({ fault: 'closed' });
  });

  it('starts no more when its threads end one after the other without an answer', async () => {
    await (await Writer.open(options())).close();
    const reader = new Reader(file);
    for (let round = 0; round < 4; round += 1) {
      expect(reader.isReady()).toBe(false);
      endThread(reader);
      await expect(reader.all('SELECT 1', [])).rejects.toMatchObject({ fault: 'closed' });
    }
    expect([reader.isReady(), threadOf(reader)]).toEqual([false, undefined]);
    await reader.close();
  });

  it('is ready once its thread is', async () => {
    await (await Writer.open(options())).close();
    const reader = new Reader(file);
    expect(reader.isReady()).toBe(false);
    await reader.all('SELECT 1', []);
    expect(reader.isReady()).toBe(true);
    await reader.close();
  });
});

describe('a copy', () => {
  it('holds everything, under its name only when complete', async () => {
    const writer = await Writer.open(options());
    await writer.write({ statements: [insert(1, 'one')] });
    const target = path.join(folder, "it's", 'copy.db');
    await copyDatabase(file, target);
    expect(await runInThread(target, ['SELECT n, text FROM numbers'])).toEqual([[[1, 'one']]]);
    expect(readdirSync(path.dirname(target))).toEqual(['copy.db']);
    await writer.close();
  });

  it('replaces nothing, and leaves nothing behind when it fails', async () => {
    const target = path.join(folder, 'copy.db');
    writeFileSync(file, 'no database '.repeat(100));
    await expect(copyDatabase(file, target)).rejects.toThrow(/numbers\.db is not a database/);
    expect(readdirSync(folder)).toEqual(['numbers.db']);
  });
});
