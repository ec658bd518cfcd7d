import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { example, SeatledgerClient, SeatledgerProblem } from '@seatledger/client';

import { KEYS, Service, temporaryFolder } from '../support/service';

const CLIENT = path.join(__dirname, '../../libs/client');

describe('the TypeScript client', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(folder.path);
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  it('does what its example shows', async () => {
    const said: string[] = [];
    await example(service.url, KEYS.product, (line) => said.push(line));
    expect(said).toEqual([
      'Acme GmbH: 1 of 2 teams are active',
      '404 unknown-contract: The workspace has no contract.',
    ]);
  });

  it('throws a refusal with everything that it says', async () => {
    const client = new SeatledgerClient({ baseUrl: service.url, apiKey: KEYS.product });
    const refused = client.call('POST /v1/workspaces', { body: { workspaceId: 'a b', name: 'X' } });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ path: '/workspaceId' }],
    });
    await expect(refused).rejects.toBeInstanceOf(SeatledgerProblem);
    const stranger = new SeatledgerClient({ baseUrl: service.url, apiKey: 'none' });
    await expect(stranger.call('GET /v1/invoices', {})).rejects.toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('says so when something else answers', async () => {
    const client = new SeatledgerClient({
      baseUrl: service.url,
      apiKey: KEYS.product,
      fetch: () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })),
    });
    await expect(client.call('GET /v1/invoices', {})).rejects.toMatchObject({ status: 502, code: 'http-error' });
  });

  it('repeats a parameter that has several values', async () => {
    const asked: string[] = [];
    const client = new SeatledgerClient({
      baseUrl: service.url,
      apiKey: KEYS.product,
      fetch: (url) => {
        asked.push((url as URL).search);
        return Promise.resolve(Response.json({}));
      },
    });
    await client.call('GET /v1/invoices', { query: { status: ['issued', 'rendered'], month: ['2026-03'] } });
    expect(asked).toEqual(['?status=issued&status=rendered&month=2026-03']);
  });

  it('downloads files', async () => {
    const client = new SeatledgerClient({ baseUrl: service.url, apiKey: KEYS.accounting });
    const metrics = await client.download('GET /metrics', {});
    expect(Buffer.from(metrics).toString()).toContain('seatledger_');
  });

  it('is up to date with the API', async () => {
    const document = path.join(folder.path, 'openapi.json');
    const generated = path.join(folder.path, 'api.ts');
    writeFileSync(document, await (await fetch(`${service.url}/openapi.json`)).text());
    // An ES module, which Jest does not load.
    await promisify(execFile)(process.execPath, [
      path.join(__dirname, '../../scripts/generate-client.mjs'),
      document,
      generated,
    ]);
    expect(readFileSync(generated, 'utf8')).toBe(readFileSync(path.join(CLIENT, 'api.ts'), 'utf8'));
  });
});
