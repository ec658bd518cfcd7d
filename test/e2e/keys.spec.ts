import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

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
    expect(await (await call(limited, 'GET', '/v1/invoices')).json()).toEqual({ items: [], nextCursor: null });
  });

  it('limits each key by itself, strangers by address, and never the health checks', async () => {
    const [, busy] = (await cli('create', '--role', 'product')).split(' ');
    const [, calm] = (await cli('create', '--role', 'auditor')).split(' ');
    const statuses = [];
    for (let sent = 0; sent < 301; sent += 1) statuses.push(await statusWith(busy));
    expect(statuses.slice(0, 300)).toEqual(Array(300).fill(404));
    expect(statuses[300]).toBe(429);
    expect(await statusWith(calm)).toBe(404);

    for (let sent = 0; sent < 3; sent += 1) await statusWith();
    const refused = await fetch(`${service.url}/v1/workspaces/x`);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests', status: 429 });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });
});
