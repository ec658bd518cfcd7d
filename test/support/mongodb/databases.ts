/** Databases for tests: on the server inside the test process, and on a real one where there is one. */
import { randomUUID } from 'node:crypto';

import { MongoClient } from 'mongodb';

import { MongoTestServer } from './server';

export interface TestDatabase {
  readonly url: string;
  /** The same database past the product's code. */
  readonly client: MongoClient;
  readonly dispose: () => Promise<void>;
}

/** A real server to run the suites against, as docker-compose.yml starts one. */
export const REAL_SERVER = process.env['TEST_MONGODB_URL'];

export async function databaseInProcess(): Promise<TestDatabase & { readonly server: MongoTestServer }> {
  const server = await MongoTestServer.start();
  const client = new MongoClient(server.url('seatledger'));
  return {
    server,
    url: server.url('seatledger'),
    client,
    dispose: async () => {
      await client.close();
      await server.stop();
    },
  };
}

/** A database of this run's own, gone afterwards. */
export function databaseOn(server: string): Promise<TestDatabase> {
  const url = withDatabase(server, `seatledger_test_${randomUUID().slice(0, 8)}`);
  const client = new MongoClient(url);
  return Promise.resolve({
    url,
    client,
    dispose: async () => {
      await client.db().dropDatabase();
      await client.close();
    },
  });
}

/** Another database by the same user, who may be known by the one that the URL named. */
function withDatabase(url: string, database: string): string {
  const [, server, named, options] = /^([^/]+\/\/[^/?]+)\/?([^?]*)\??(.*)$/.exec(url) ?? [];
  const parameters = new URLSearchParams(options);
  const hasUser = server?.includes('@') === true;
  if (hasUser && !parameters.has('authSource')) parameters.set('authSource', named === '' ? 'admin' : (named ?? ''));
  return `${server}/${database}?${parameters.toString()}`;
}
