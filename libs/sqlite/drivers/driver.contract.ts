import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { types } from 'node:util';

import { type DatabaseOptions, openDatabaseWith } from '../database';
import { DatabaseError } from '../errors';
import { type OpenDriver } from './driver';

/** What every driver has to do, once it is behind `Database`. */
export function describeDriver(name: string, driver: OpenDriver | undefined): void {
  (driver === undefined ? describe.skip : describe)(`${name}, on Node ${process.versions.node}`, () => {
    let folder: string;
    let file: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'driver-'));
      file = path.join(folder, 'numbers.db');
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const open = (options?: DatabaseOptions, at = file) => openDatabaseWith(driver!, at, options);

    it('reads rows as arrays, with the values that were written', () => {
      const database = open();
      database.exec('CREATE TABLE t (a INTEGER, b TEXT, c REAL)');
      const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?)');
      expect(insert.run([Number.MAX_SAFE_INTEGER, 'ü 🧾', 0.5])).toEqual({ changes: 1, lastInsertRowid: 1 });
      expect(insert.run([-Number.MAX_SAFE_INTEGER, '', 1])).toEqual({ changes: 1, lastInsertRowid: 2 });
      expect(insert.run([null, null, null])).toEqual({ changes: 1, lastInsertRowid: 3 });
      expect(database.prepare('SELECT a, b, c, typeof(c) FROM t ORDER BY rowid').all()).toEqual([
        [Number.MAX_SAFE_INTEGER, 'ü 🧾', 0.5, 'real'],
        [-Number.MAX_SAFE_INTEGER, '', 1, 'real'],
        [null, null, null, 'null'],
      ]);
      expect(database.prepare('SELECT b FROM t WHERE a > ? LIMIT 1').get([1])).toEqual(['ü 🧾']);
      expect(database.prepare('SELECT b FROM t WHERE b = ?').get(['none'])).toBeUndefined();
      database.close();
    });

    it.each([3, 5_000, 100_000])('hands out blobs of %d bytes in memory of their own', (length) => {
      const database = open();
      const [blob] = database.prepare(`SELECT zeroblob(${length})`).get() as unknown as [Uint8Array];
      expect(blob).toHaveLength(length);
      expect([types.isArrayBuffer(blob.buffer), blob.buffer.byteLength]).toEqual([true, length]);
      database.close();
    });

    it('reports how many rows a statement changed', () => {
      const database = open();
      database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
      expect(database.prepare('INSERT INTO t VALUES (1, 1), (2, 1), (3, 2)').run().changes).toBe(3);
      expect(database.prepare('UPDATE t SET b = 5 WHERE b = ?').run([1]).changes).toBe(2);
      expect(database.prepare('DELETE FROM t WHERE b = ?').run([99]).changes).toBe(0);
      expect(database.prepare('INSERT INTO t VALUES (3, 0) ON CONFLICT DO NOTHING').run().changes).toBe(0);
      database.close();
    });

    it('runs several statements at once, and prepares one once', () => {
      const database = open();
      database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)');
      const count = database.prepare('SELECT count(*) FROM t');
      expect(database.prepare('SELECT count(*) FROM t')).toBe(count);
      database.exec('DELETE FROM t WHERE a = 1');
      expect(count.get()).toEqual([1]);
      database.close();
    });

    it('goes on with a prepared statement after the schema has changed', () => {
      const database = open();
      database.exec('CREATE TABLE t (a)');
      const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
      insert.run([1]);
      database.exec('ALTER TABLE t ADD COLUMN b');
      expect(insert.run([2]).lastInsertRowid).toBe(2);
      database.close();
    });

    it('knows of its transaction, also of one that an error has ended', () => {
      const database = open();
      database.exec('CREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK); INSERT INTO t VALUES (1)');
      expect(database.inTransaction).toBe(false);
      database.exec('BEGIN IMMEDIATE');
      expect(database.inTransaction).toBe(true);
      expect(() => database.prepare('INSERT INTO t VALUES (?)').run([1])).toThrow(DatabaseError);
      expect(database.inTransaction).toBe(false);
      database.exec('BEGIN; INSERT INTO t VALUES (2)');
      database.exec('ROLLBACK');
      expect(database.prepare('SELECT a FROM t').all()).toEqual([[1]]);
      database.close();
    });

    it('has the same settings, whatever the driver sets by itself', () => {
      const database = open({ lockTimeout: 123, cacheSize: 456 });
      const setting = (pragma: string) => database.prepare(`PRAGMA ${pragma}`).get();
      expect(['busy_timeout', 'cache_size', 'foreign_keys', 'query_only'].map(setting)).toEqual([
        [123],
        [-456],
        [0],
        [0],
      ]);
      database.close();
    });

    it('that only reads sees what others commit, and can neither write nor make a file', () => {
      expect(() => open({ readonly: true })).toThrow(/numbers\.db cannot be opened/);
      expect(existsSync(file)).toBe(false);
      const writer = open();
      writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
      const reader = open({ readonly: true });
      for (const count of [0, 1, 2]) {
        expect(reader.prepare('SELECT count(*) FROM t').get()).toEqual([count]);
        writer.prepare('INSERT INTO t VALUES (1)').run();
      }
      const write = () => reader.exec('CREATE TABLE t2 (a)');
      expect(write).toThrow(expect.objectContaining({ fault: 'read-only' }) as Error);
      reader.close();
      writer.close();
    });

    it('says that another holds the lock', () => {
      const [one, other] = [open(), open({ lockTimeout: 0 })];
      one.exec('CREATE TABLE t (a); BEGIN IMMEDIATE');
      expect(() => other.exec('BEGIN IMMEDIATE')).toThrow(expect.objectContaining({ fault: 'locked' }) as Error);
      one.exec('COMMIT');
      other.exec('BEGIN IMMEDIATE; ROLLBACK');
      one.close();
      other.close();
    });

    it('names the file in every error, and a faulty statement as such', () => {
      const database = open();
      database.exec('CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)');
      const faulty = [
        () => database.exec('SELEC 1'),
        () => database.prepare('SELECT * FROM nowhere'),
        () => database.prepare('INSERT INTO t VALUES (?)').run([1]),
      ];
      for (const action of faulty) {
        expect(action).toThrow(DatabaseError);
        expect(action).toThrow(file);
        expect(action).toThrow(expect.objectContaining({ fault: 'statement' }) as Error);
      }
      database.close();
      mkdirSync(path.join(folder, 'folder'));
      expect(() => open({}, path.join(folder, 'folder'))).toThrow(/cannot be opened.*not a regular file/);
      expect(() => open({}, path.join(folder, 'missing', 'x.db'))).toThrow(/cannot be opened/);
    });

    it('reports a full disk', () => {
      const database = open();
      database.exec('CREATE TABLE t (a); PRAGMA max_page_count = 10');
      const fill = () => database.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
      expect(fill).toThrow(expect.objectContaining({ fault: 'disk-full' }) as Error);
      database.close();
    });

    it('is closed once, however often it is asked to, and says so of whatever comes later', () => {
      const database = open();
      const statement = database.prepare('SELECT 1');
      database.close();
      database.close();
      const closed = expect.objectContaining({ fault: 'closed', file }) as Error;
      expect(() => statement.all()).toThrow(closed);
      expect(() => database.prepare('SELECT 1')).toThrow(closed);
      expect(() => database.exec('SELECT 1')).toThrow(closed);
      expect(database.inTransaction).toBe(false);
    });

    it.each(['a b', 'Größe', 'what?', '100 %41', '#1', "it's", 'a:b', 'x'.repeat(150)])(
      'opens a file in the folder %s',
      (name) => {
        const inside = path.join(folder, name);
        mkdirSync(inside);
        const database = open({}, path.join(inside, 'numbers.db'));
        database.exec('CREATE TABLE t (a)');
        database.close();
        expect(existsSync(path.join(inside, 'numbers.db'))).toBe(true);
        open({ readonly: true }, path.join(inside, 'numbers.db')).close();
      },
    );
  });
}
