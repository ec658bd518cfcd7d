import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { RawConnection } from '../support/raw';
import { Service, temporaryFolder } from '../support/service';

const CLI = path.join(__dirname, '../../dist/apps/cli/main.js');

describe('keys and limits', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(folder.path, { BILLING_API_KEYS: '', RATE_LIMIT_PER_MINUTE: '300' });
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const cli = async (...parameters: string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], DATA_DIR: folder.path };
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, 'keys', ...parameters], { env });
    return stdout.trim();
  };
  const statusWith = async (key?: string): Promise<number> => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return (await fetch(`${service.url}/v1/workspaces/x`, { headers })).status;
  };

  it('takes up a key that the command line makes or revokes', async () => {
    const [id, key] = (await cli('create', '--role', 'product', '--name', 'CRM')).split(' ');
    expect(await statusWith(key)).toBe(404);
    const listed = (await cli('list')).split('\n');
    expect(listed).toHaveLength(5);
    expect(statSync(path.join(folder.path, 'first-keys.json')).mode & 0o777).toBe(0o600);
    expect(listed.at(-1)).toMatch(new RegExp(`^${id}\tproduct\t20[^\t]+\tCRM$`));
    expect(listed.join('\n')).not.toContain(key);
    expect(await cli('revoke', id!)).toBe(`${id} is revoked.`);
    expect(await statusWith(key)).toBe(401);
    expect(await cli('list')).toMatch(new RegExp(`^${id}\tproduct\t20[^\t]+\tCRM\trevoked 20`, 'm'));
    await expect(cli('revoke', id!)).rejects.toThrow(/has no key/);
  });

  it('lets a key in for its workspaces alone, and until its last day', async () => {
    const [, owner = ''] = (await cli('create', '--role', 'product')).split(' ');
    const [, limited = ''] = (await cli('create', '--role', 'product', '--workspaces', 'a,b')).split(' ');
    const [, ended = ''] = (await cli('create', '--role', 'product', '--expires', '2020-12-31')).split(' ');
    expect(await statusWith(ended)).toBe(401);
    await expect(cli('create', '--role', 'product', '--expires', '2026-02-30')).rejects.toThrow(/is not a day/);
    const call = (key: string, method: string, route: string, body?: object) =>
      fetch(`${service.url}${route}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    for (const workspaceId of ['a', 'c']) {
      expect((await call(owner, 'POST', '/v1/workspaces', { workspaceId, name: 'W' })).status).toBe(200);
    }
    expect((await call(limited, 'GET', '/v1/workspaces/a')).status).toBe(200);
    for (const [method, route] of [
      ['GET', '/v1/workspaces/c'],
      ['GET', '/v1/workspaces/none'],
      ['POST', '/v1/workspaces'],
    ] as const) {
      expect(
        (await call(limited, method, route, method === 'POST' ? { workspaceId: 'b', name: 'B' } : undefined)).status,
      ).toBe(403);
    }
    const commands = ['a', 'c'].map((workspaceId) => ({ type: 'CreateTeam', workspaceId, teamId: 't', name: 'T' }));
    const answer = await call(limited, 'POST', '/v1/commands', { commands });
    expect(await answer.json()).toMatchObject({
      results: [{ status: 'accepted' }, { status: 'rejected', problem: { status: 403, code: 'forbidden' } }],
    });
    expect(await (await call(limited, 'GET', '/v1/invoices')).json()).toEqual({
      items: [],
      nextCursor: null,
      totals: [],
    });
  });

  it('takes nothing more from a stream whose key is revoked', async () => {
    const [id = '', key = ''] = (await cli('create', '--role', 'product')).split(' ');
    const connection = await RawConnection.open(service.url);
    const line = (command: object): string => {
      const text = `${JSON.stringify(command)}\n`;
      return `${text.length.toString(16)}\r\n${text}\r\n`;
    };
    connection.write(
      `POST /v1/commands HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    connection.write(line({ type: 'StartWorkspace', workspaceId: 'stream', name: 'S' }));
    await connection.until((received) => received.includes('accepted'));
    await cli('revoke', id);
    connection.write(line({ type: 'CreateTeam', workspaceId: 'stream', teamId: 't', name: 'T' }));
    // Neither this side nor the body ended: the service did.
    const answer = await connection.untilEnd();
    expect(answer.match(/"status":"accepted"/g)).toHaveLength(1);
    const [, reader = ''] = (await cli('create', '--role', 'auditor')).split(' ');
    const teams = await fetch(`${service.url}/v1/workspaces/stream/teams`, {
      headers: { authorization: `Bearer ${reader}` },
    });
    expect(await teams.json()).toEqual({ items: [], nextCursor: null });
  });

  it('limits each key by itself, strangers by address, and never the health checks', async () => {
    const [, busy] = (await cli('create', '--role', 'product')).split(' ');
    const [, calm] = (await cli('create', '--role', 'auditor')).split(' ');
    const statuses = [];
    for (let sent = 0; sent < 301; sent += 1) statuses.push(await statusWith(busy));
    expect(statuses.slice(0, 300)).toEqual(Array(300).fill(404));
    expect(statuses[300]).toBe(429);
    expect(await statusWith(calm)).toBe(404);

    const refusedBefore = service.output().split('a request was refused').length;
    const tries = [];
    while (tries.at(-1) !== 429) tries.push(await statusWith());
    // Some were made before, within the same minute.
    expect(tries.length).toBeGreaterThan(30);
    expect(tries.length).toBeLessThanOrEqual(61);
    expect(tries.slice(0, -1)).toEqual(Array(tries.length - 1).fill(401));
    // A line and a count for each.
    const linesSince = (): number => service.output().split('a request was refused').length - refusedBefore;
    while (linesSince() < tries.length) await new Promise((resolve) => setImmediate(resolve));
    expect(linesSince()).toBe(tries.length);
    const metrics = await (
      await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${calm}` } })
    ).text();
    expect(metrics).toMatch(/seatledger_requests_refused_total\{status="401"\} [1-9]/);
    expect(metrics).toMatch(/seatledger_requests_refused_total\{status="429"\} [1-9]/);
    const refused = await fetch(`${service.url}/v1/workspaces/x`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests', status: 429 });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });
});
