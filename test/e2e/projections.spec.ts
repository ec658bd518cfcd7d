import { spawn } from 'node:child_process';
import path from 'node:path';

import { openEmbeddedEventStore } from '../../libs/event-store/testing';
import { KEYS, Service, temporaryFolder } from '../support/service';

const CLI = path.join(__dirname, '../../dist/apps/cli/main.js');

/** Runs a command of the command line against a service. */
async function cli(service: Service, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [CLI, ...args, '--url', service.url, '--key', KEYS.scheduler], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

describe('the projections of a running service', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(folder.path);
    for (const workspaceId of ['a', 'b', 'c']) {
      await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId, name: workspaceId } });
      await service.call('product', 'POST', `/v1/workspaces/${workspaceId}/teams`, {
        body: { teamId: 't', name: 'T' },
      });
    }
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const metric = async (name: string): Promise<string | undefined> => {
    const { text } = await service.call(undefined, 'GET', '/metrics');
    return text.split('\n').find((line) => line.startsWith(`seatledger_projection_${name}{projection="workspaces"}`));
  };

  it('are rebuilt from the command line, while they answer', async () => {
    const { code, output } = await cli(service, 'rebuild');
    expect(output).toMatch(/workspaces: rebuilt from 6 events, \d+ events\/s; switched\./);
    expect(output).toMatch(/billing: rebuilt from 0 events/);
    expect(output).toMatch(/events\/s/);
    expect(code).toBe(0);
    const { headers } = await service.call('product', 'POST', '/v1/workspaces/a/teams', {
      body: { teamId: 'u', name: 'U' },
    });
    const read = await service.call('product', 'GET', `/v1/workspaces/a?atLeast=${headers.get('seatledger-position')}`);
    expect(read.body).toMatchObject({ teams: { total: 2 } });
    const again = await service.call<{ items: object[] }>('scheduler', 'GET', '/v1/projections');
    expect(again.body.items[0]).toMatchObject({
      projection: 'workspaces',
      state: 'running',
      rebuild: { state: 'done' },
    });
  });

  it('refuse an unknown name', async () => {
    const { code, output } = await cli(service, 'rebuild', 'nothing');
    expect(code).toBe(1);
    expect(output).toContain('There is no such projection.');
  });

  it('stop at an event that nobody knows, and say so by health and metrics', async () => {
    expect(await metric('stopped')).toMatch(/ 0$/);
    expect(await metric('lag_events')).toMatch(/ 0$/);
    const events = await openEmbeddedEventStore({ file: path.join(folder.path, 'events.db') });
    const [last] = await events.readStream('workspace-b', { direction: 'backward', limit: 1 });
    const unknown = { ...last!, id: '0b0f7c0e-6c0d-5d43-9f0a-0d9a4a4b7c11', type: 'TeamMoved.v1', data: {} };
    await events.append('workspace-b', [unknown], last!.revision);
    await events.close();
    const ready = await service.until('product', '/health/ready', ({ status }) => status === 503);
    expect(ready.body['checks']).toMatchObject({ 'projection:workspaces': 'stopped', 'projection:billing': 'ok' });
    expect((await service.call(undefined, 'GET', '/health/live')).status).toBe(200);
    expect(await metric('stopped')).toMatch(/ 1$/);
    expect(await metric('lag_events')).toMatch(/ 1$/);
    // What was reflected before is still answered.
    expect((await service.call('product', 'GET', '/v1/workspaces/b')).status).toBe(200);
  });
});
