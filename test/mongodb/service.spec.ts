/** The whole service with its read models and documents in MongoDB. */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { cliWith } from '../support/cli';
import { databaseInProcess } from '../support/mongodb/databases';
import { MongoTestServer } from '../support/mongodb/server';
import { BILL_TO, failedStart, Service, temporaryFolder } from '../support/service';
import { smallSample } from '../support/small-sample';

describe('the demo on MongoDB', () => {
  it('names no file in a folder where there is none', async () => {
    const folder = temporaryFolder();
    const database = await databaseInProcess();
    const samples = smallSample(path.join(folder.path, 'samples'));
    const data = path.join(folder.path, 'data');
    const env = { MONGODB_URL: database.url };
    const { code, stdout } = await cliWith(env, 'demo', '--samples', samples, '--data', data);
    expect(code).toBe(0);
    expect(stdout).toMatch(/RE-\d{4}-000001, team +[0-9a-f]{64}\.pdf in MongoDB \(GridFS\)$/m);
    expect(existsSync(path.join(data, 'documents'))).toBe(false);
    await database.dispose();
    folder.remove();
  });
});

describe('the service on MongoDB', () => {
  const folder = temporaryFolder();
  let database: Awaited<ReturnType<typeof databaseInProcess>>;
  let service: Service;

  beforeAll(async () => {
    database = await databaseInProcess();
    service = await Service.start(folder.path, { MONGODB_URL: database.url });
  });
  afterAll(async () => {
    await service.stop();
    await database.dispose();
    folder.remove();
  });

  it('goes from a command to an invoice, and still knows it after a restart', async () => {
    const product = (method: string, route: string, body?: object) =>
      service.call('product', method, `/v1/workspaces${route}`, body === undefined ? {} : { body });
    await product('POST', '', { workspaceId: 'acme', name: 'Acme', startedAt: '2026-01-01T08:00:00Z' });
    const team = { teamId: 'red', name: 'Red', occurredAt: '2026-01-02T08:00:00Z' };
    const { headers } = await product('POST', '/acme/teams', team);
    const { body: workspace } = await product('GET', `/acme?atLeast=${headers.get('seatledger-position')}`);
    expect(workspace).toMatchObject({ revision: 1, teams: { total: 1, active: 1, archived: 0 } });

    await service.call('accounting', 'PUT', '/v1/workspaces/acme/contract', {
      body: { unitPriceMinor: 4900, currency: 'EUR', firstMonth: '2026-01', billTo: BILL_TO },
    });
    expect(await service.close('2026-01')).toMatchObject({ total: 1, closed: 1, failed: [] });
    const { body: month } = await product('GET', '/acme/months/2026-01');
    const number = String(month['invoiceNumber']);
    expect(number).toMatch(/^RE-\d{4}-000001$/);
    const route = `/v1/invoices/${number}`;
    const { body: invoice } = await service.until('product', route, ({ body }) => body['status'] === 'delivered');
    const pdf = await service.call<Buffer>('product', 'GET', `${route}/pdf`);
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-');

    await service.stop();
    service = await Service.start(folder.path, { MONGODB_URL: database.url });
    expect((await service.call('product', 'GET', route)).body).toEqual(invoice);
    expect((await service.call<Buffer>('product', 'GET', `${route}/pdf`)).body).toEqual(pdf.body);
    const { sha256 } = invoice['document'] as { sha256: string };
    expect(await database.client.db().collection('documents.files').countDocuments({ filename: sha256 })).toBe(1);
    expect(existsSync(path.join(folder.path, 'read-models.db'))).toBe(false);
    expect(existsSync(path.join(folder.path, 'documents'))).toBe(false);
  });

  it('is not ready while MongoDB is away, answers what needs no read model, and recovers', async () => {
    await database.server.stop();
    const away = await service.call('product', 'GET', '/health/ready');
    expect([away.status, away.body['checks']]).toEqual([503, expect.objectContaining({ readStore: 'unreachable' })]);
    expect((await service.call(undefined, 'GET', '/health/live')).status).toBe(200);
    const read = await service.call('product', 'GET', '/v1/workspaces/acme');
    expect([read.status, read.body['code']]).toEqual([503, 'not-ready']);
    const written = await service.call('product', 'POST', '/v1/workspaces/acme/teams', {
      body: { teamId: 'blue', name: 'Blue' },
    });
    expect(written.status).toBe(200);
    await database.server.listen();
    const ready = await service.until('product', '/health/ready', ({ body }) => body['status'] === 'ok');
    expect(ready.body['checks']).toMatchObject({ readStore: 'ok' });
  });
});

describe('a start', () => {
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
