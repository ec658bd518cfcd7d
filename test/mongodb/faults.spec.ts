/** What the stores on MongoDB do when the server, the network or a second process gets in their way. */
import { createHash } from 'node:crypto';

import { type DocumentStore } from '@seatledger/blob-store';
import { MongoUnavailable } from '@seatledger/mongodb';
import { type ReadStore } from '@seatledger/read-store';

import { type Fault, MongoTestServer, type TestServerOptions } from '../support/mongodb/server';
import { openMongoStores } from '../support/mongodb/stores';

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a MongoDB that cannot be used', () => {
  const refusal = async (url: string): Promise<unknown> =>
    openMongoStores({ url }).then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each(['mongodb://', 'mongodb://127.0.0.1:99999/', 'mongodb://127.0.0.1/?colour=red', 'http://127.0.0.1'])(
    'is named by no URL like %s',
    async (url) => {
      const error = await refusal(url);
      expect(error).toBeInstanceOf(MongoUnavailable);
      expect(String(error)).toMatch(/is no URL of a MongoDB/);
    },
  );

  it('does not answer', async () => {
    const server = await MongoTestServer.start();
    const { port } = server;
    await server.stop();
    const error = await refusal(`mongodb://user:secret@127.0.0.1:${port}/x?serverSelectionTimeoutMS=300`);
    expect(error).toBeInstanceOf(MongoUnavailable);
    expect(String(error)).toContain(`the MongoDB at 127.0.0.1:${port} cannot be used`);
    expect(String(error)).not.toContain('secret');
  });

  it.each<[string, TestServerOptions, string]>([
    ['has no transactions', { isReplicaSet: false }, 'outside of a replica set'],
    ['is too old', { wireVersion: 9 }, 'older than version 5.0'],
  ])('%s', async (_, options, expected) => {
    const server = await MongoTestServer.start(options);
    const error = await refusal(server.url('x'));
    await server.stop();
    expect(error).toBeInstanceOf(MongoUnavailable);
    expect(String(error)).toContain(expected);
  });
});

describe('stores on MongoDB', () => {
  let server: MongoTestServer;
  let store: ReadStore;
  let documents: DocumentStore;

  beforeEach(async () => {
    server = await MongoTestServer.start();
    ({ readStore: store, documents } = await openMongoStores({ url: server.url('seatledger') }));
    await store.ensureCollection({ name: 'units', indexes: [['team']] });
  });
  afterEach(async () => {
    await store.close();
    await server.stop();
  });

  const commit = (expectedCheckpoint: number, checkpoint: number): Promise<void> =>
    store.commit({
      projection: 'units',
      expectedCheckpoint,
      checkpoint,
      writes: ['a', 'b'].map((id) => ({
        collection: 'units',
        id,
        document: { team: 'blue', checkpoint },
        position: checkpoint,
      })),
    });
  const stored = async (): Promise<unknown[]> => {
    const found = await store.find('units', { where: { team: 'blue' }, limit: 10 });
    return [await store.checkpoint('units'), ...found.map(({ document }) => document['checkpoint'])];
  };
  const times = <F extends Fault>(count: number, fault: F): F[] => Array.from({ length: count }, () => fault);
  const WRITE_CONFLICT = { error: { code: 112, name: 'WriteConflict', labels: ['TransientTransactionError'] } };

  it('write to a majority, read what a majority has, and from the primary', async () => {
    server.received.length = 0;
    await commit(0, 1);
    await store.checkHealth();
    await stored();
    await store.count('units', {});
    await documents.get(await documents.put(Buffer.from('a document')));
    await store.drop('units', ['units']);
    for (const command of server.received) {
      const [name = ''] = Object.keys(command);
      const isInTransaction = command['autocommit'] === false;
      if (isInTransaction ? name === 'commitTransaction' : /^(insert|update|delete|drop)$/.test(name)) {
        expect([name, command['writeConcern']]).toEqual([name, expect.objectContaining({ w: 'majority' })]);
      }
      if (!isInTransaction && /^(find|aggregate)$/.test(name)) {
        expect([name, command['readConcern']]).toEqual([name, { level: 'majority' }]);
      }
      const preference = command['$readPreference'] as { mode: string } | undefined;
      expect(preference?.mode ?? 'primary').toMatch(/^primary(Preferred)?$/);
    }
    const names = new Set(server.received.map((command) => Object.keys(command)[0]));
    for (const name of ['update', 'commitTransaction', 'delete', 'find', 'aggregate', 'insert', 'drop']) {
      expect(names).toContain(name);
    }
  });

  it('commit once when the connection is cut in the middle of a transaction', async () => {
    server.failNext('update', { cut: 'after' }, { cut: 'before' });
    await commit(0, 1);
    expect(await stored()).toEqual([1, 1, 1]);
    await commit(1, 2);
    expect(await stored()).toEqual([2, 2, 2]);
  });

  it('commit once when the answer to a commit is lost', async () => {
    server.failNext('commitTransaction', ...times<Fault>(3, { cut: 'after' }));
    await commit(0, 1);
    expect(await stored()).toEqual([1, 1, 1]);
  });

  it.each<['after' | 'before', unknown[]]>([
    ['after', [1, 1, 1]],
    ['before', [0]],
  ])('say so when it stays unknown whether a commit was applied (cut %s it)', async (cut, expected) => {
    server.failNext('commitTransaction', ...times<Fault>(6, { cut }));
    await expect(commit(0, 1)).rejects.toThrow(MongoUnavailable);
    expect(await stored()).toEqual(expected);
    server.expireTransactions();
    // The checkpoint says where to go on.
    const checkpoint = await store.checkpoint('units');
    await commit(checkpoint, 5);
    expect(await stored()).toEqual([5, 5, 5]);
  });

  it('try again what met another transaction', async () => {
    server.failNext('update', WRITE_CONFLICT, WRITE_CONFLICT);
    server.failNext('commitTransaction', WRITE_CONFLICT);
    await commit(0, 1);
    expect(await stored()).toEqual([1, 1, 1]);
  });

  it('write nothing when that does not end', async () => {
    server.failNext('commitTransaction', ...times(20, WRITE_CONFLICT));
    await expect(commit(0, 1)).rejects.toThrow(MongoUnavailable);
    expect(server.received.filter((command) => 'commitTransaction' in command)).toHaveLength(6);
    expect(await stored()).toEqual([0]);
  });

  it('write nothing when a document is refused', async () => {
    server.failNext('update', { error: { code: 10334, name: 'BSONObjectTooLarge' } });
    await expect(commit(0, 1)).rejects.toThrow('BSONObjectTooLarge');
    expect(await stored()).toEqual([0]);
  });

  it('keep a document once when the answer to its storing is lost', async () => {
    server.failNext('insert', { cut: 'after' }, 'none', { cut: 'after' });
    const bytes = Buffer.from('a document');
    const sha256 = await documents.put(bytes);
    expect(Buffer.compare(Buffer.from(await documents.get(sha256)), bytes)).toBe(0);
    const inserted = server.received.filter((command) => command['insert'] === 'documents.files');
    expect(inserted).toHaveLength(2);
    expect(new Set(inserted.map(({ documents: files }) => JSON.stringify(files))).size).toBe(1);
  });

  it('have a document whole or not at all', async () => {
    server.failNext('insert', 'none', ...times<Fault>(2, { cut: 'before' }));
    const bytes = Buffer.from('a document');
    await expect(documents.put(bytes)).rejects.toThrow(MongoUnavailable);
    expect(await documents.has(hashOf(bytes))).toBe(false);
    await documents.put(bytes);
    expect(await documents.has(hashOf(bytes))).toBe(true);
  });

  it('are unavailable while the server is away, and serve again when it is back', async () => {
    await store.close();
    ({ readStore: store, documents } = await openMongoStores({
      url: `${server.url('x')}?serverSelectionTimeoutMS=200`,
    }));
    await store.ensureCollection({ name: 'units', indexes: [['team']] });
    await server.stop();
    await expect(store.checkHealth()).rejects.toThrow(MongoUnavailable);
    await expect(store.get('units', 'a')).rejects.toThrow(MongoUnavailable);
    await expect(commit(0, 1)).rejects.toThrow(MongoUnavailable);
    await expect(documents.put(Buffer.from('a document'))).rejects.toThrow(MongoUnavailable);
    await server.listen();
    // The driver notices within half a second.
    while (
      await store.checkHealth().then(
        () => false,
        () => true,
      )
    );
    await commit(0, 1);
    expect(await stored()).toEqual([1, 1, 1]);
  });
});
