/** The whole service with its read models and documents in MongoDB. */
import { failedStart, temporaryFolder } from '../support/service';
import { MongoTestServer } from '../support/mongodb/server';

describe('a start on MongoDB', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each<[string, (port: number) => string, string]>([
    ['nothing answers', (port) => `mongodb://127.0.0.1:${port}/?serverSelectionTimeoutMS=300`, 'cannot be used'],
    [
      'the URL has an unknown option',
      (port) => `mongodb://127.0.0.1:${port}/?colour=red`,
      'this is no URL of a MongoDB',
    ],
  ])('stops with the name of the variable when %s', async (_, urlOf, expected) => {
    const server = await MongoTestServer.start();
    const { port } = server;
    await server.stop();
    const { code, output } = await failedStart(folder.path, { MONGODB_URL: urlOf(port) });
    expect(code).toBe(1);
    expect(output).toMatch(/^Seatledger cannot start: MONGODB_URL: /);
    expect(output).toContain(expected);
    expect(output.trim()).not.toContain('\n');
  });

  it('stops with the name of the variable when MongoDB has no transactions', async () => {
    const server = await MongoTestServer.start({ isReplicaSet: false });
    const { port } = server;
    const { code, output } = await failedStart(folder.path, { MONGODB_URL: server.url('x') });
    await server.stop();
    expect([code, output.trim()]).toEqual([
      1,
      `Seatledger cannot start: MONGODB_URL: the MongoDB at 127.0.0.1:${port} is outside of a replica set and has no transactions: start it with --replSet (one member is enough)`,
    ]);
  });
});
