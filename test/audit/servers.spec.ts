/** The audit's commands on a history in EventStoreDB and documents in MongoDB, as on the files that they came from. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { copyEvents, openEmbeddedEventStore, openEventStoreDb } from '@seatledger/event-store';

import { TestCluster } from '../support/eventstoredb';
import { databaseInProcess } from '../support/mongodb/databases';
import { openMongoStores } from '../support/mongodb/stores';
import { temporaryFolder } from '../support/service';
import { writeSampleBooks } from './books-on-disk';

const MAIN = path.join(__dirname, '../../dist/apps/cli/main.js');
const INVOICE = 'RE-2026-000005';

describe('the audit on servers', () => {
  const files = temporaryFolder();
  const elsewhere = temporaryFolder();
  let cluster: TestCluster;
  let database: Awaited<ReturnType<typeof databaseInProcess>>;

  beforeAll(async () => {
    await (await writeSampleBooks(files.path)).stop();
    cluster = await TestCluster.start();
    database = await databaseInProcess();
    const from = await openEmbeddedEventStore({ file: path.join(files.path, 'events.db') });
    const to = await openEventStoreDb({ connectionString: cluster.url });
    await copyEvents(from, to);
    await Promise.all([from.close(), to.close()]);
    const { readStore, documents } = await openMongoStores({ url: database.url });
    const folder = path.join(files.path, 'documents');
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await documents.put(readFileSync(path.join(entry.parentPath, entry.name)));
    }
    await readStore.close();
  });
  afterAll(async () => {
    await cluster.stop();
    await database.dispose();
    files.remove();
    elsewhere.remove();
  });

  /** Not `spawnSync`: the servers run in this process. */
  function audit(args: string, env: Record<string, string>): Promise<{ status: number; out: string; err: string }> {
    return new Promise((resolve) => {
      const options = { cwd: elsewhere.path, env: { PATH: process.env['PATH'], ...env } };
      execFile(process.execPath, [MAIN, 'audit', ...args.split(' ')], options, (error, out, err) =>
        resolve({ status: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  }
  const onFiles = (args: string) => audit(args, { DATA_DIR: files.path });
  const onServers = (args: string) =>
    audit(args, { DATA_DIR: elsewhere.path, EVENT_STORE_URL: cluster.url, MONGODB_URL: database.url });

  it.each([
    'verify',
    `verify --invoice ${INVOICE}`,
    `explain --invoice ${INVOICE}`,
    'recount acme 2026-03',
    'what-if --workspace beta --from 2026-01 --to 2026-03 --price 700',
  ])('says the same as on files: %s', async (command) => {
    const expected = await onFiles(command);
    expect(expected).toMatchObject({ status: 0, out: expect.stringContaining(' ') as unknown });
    // On standard error they say how far they are, which depends on time.
    expect(await onServers(command)).toEqual({ ...expected, err: expect.any(String) as unknown });
  });

  it('prints the same history, at the positions of the server', async () => {
    const events = ({ out }: { out: string }) =>
      out
        .trimEnd()
        .split('\n')
        .map((line) => ({ ...(JSON.parse(line) as object), position: undefined }));
    expect(events(await onServers('events'))).toEqual(events(await onFiles('events')));
  });

  it('writes a bundle that proves itself', async () => {
    expect(await onServers(`bundle --invoice ${INVOICE}`)).toMatchObject({ status: 0 });
    const proof = await new Promise<string>((resolve) => {
      const options = { cwd: path.join(elsewhere.path, `evidence-${INVOICE}`), env: {} };
      execFile(process.execPath, ['verify.mjs'], options, (_error, out) => resolve(out));
    });
    expect(proof).toMatch(/PROVED\n$/);
  });

  it('takes a folder that is named for the whole, whatever the environment says', async () => {
    const named = await onServers(`verify --data ${files.path} --json`);
    expect(JSON.parse(named.out)).toEqual(JSON.parse((await onFiles('verify --json')).out));
    expect(await onServers(`verify --data ${elsewhere.path}`)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/there is no such file/) as unknown,
    });
  });

  it('changes nothing on the servers', async () => {
    const contents = async () => {
      const store = await openEventStoreDb({ connectionString: cluster.url });
      const collections = await database.client.db().listCollections().toArray();
      const head = await store.head();
      await store.close();
      return { head, collections: collections.map(({ name }) => name).sort() };
    };
    const before = await contents();
    expect(before.head).toBeGreaterThan(0);
    await onServers('verify');
    expect(await contents()).toEqual(before);
  });

  it('names a document that is gone', async () => {
    const [file] = await database.client.db().collection('documents.files').find().limit(1).toArray();
    await database.client.db().collection('documents.files').deleteOne({ _id: file!._id });
    const { status, out } = await onServers('verify');
    expect(status).toBe(1);
    expect(out).toContain(`there is no document ${String(file!['filename'])}`);
  });

  it.each([
    ['EVENT_STORE_URL', 'nonsense://here'],
    ['MONGODB_URL', 'nonsense://here'],
  ])('names %s when it is none', async (name, value) => {
    const env = { DATA_DIR: files.path, [name]: value };
    expect(await audit('verify', env)).toMatchObject({
      status: 1,
      err: expect.stringContaining(`${name}: `) as unknown,
    });
  });
});
