import { existsSync } from 'node:fs';
import path from 'node:path';

import { TestCluster } from '../support/eventstoredb';
import { BILL_TO, failedStart, Service, temporaryFolder } from '../support/service';

/** Small, so that what the service puts together in one append must be taken apart again. */
const MAX_APPEND_SIZE = 16 * 1024;

interface Invoice {
  number: string;
  month: string;
  status: string;
  netMinor: number;
}

describe('the service on EventStoreDB', () => {
  const folder = temporaryFolder();
  let cluster: TestCluster;
  let service: Service;

  beforeAll(async () => {
    cluster = await TestCluster.start({ members: 3, maxAppendSize: MAX_APPEND_SIZE });
    service = await Service.start(folder.path, { EVENT_STORE_URL: cluster.url });
  });
  afterAll(async () => {
    await service.stop();
    await cluster.stop();
    folder.remove();
  });

  const product = (method: string, route: string, body?: unknown, key?: string) =>
    service.call('product', method, `/v1/workspaces${route}`, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });
  const team = (teamId: string) => ({ teamId, name: `Team ${teamId}`, occurredAt: '2026-01-02T08:00:00Z' });

  async function commands(lines: readonly object[]): Promise<string[]> {
    const { text } = await service.call('product', 'POST', '/v1/commands', {
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    return text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { status: string }).status);
  }

  it('takes facts, closes a month, and numbers its invoice', async () => {
    await product('POST', '', { workspaceId: 'acme', name: 'Acme GmbH', startedAt: '2026-01-01T08:00:00Z' });
    for (const teamId of ['red', 'blue']) await product('POST', '/acme/teams', team(teamId));
    await product('POST', '/acme/teams/blue/archive', { occurredAt: '2026-02-10T12:00:00Z' });
    const contract = await service.call('accounting', 'PUT', '/v1/workspaces/acme/contract', {
      body: { variant: 'team', unitPriceMinor: 4900, currency: 'EUR', firstMonth: '2026-01', billTo: BILL_TO },
    });
    expect(contract.status).toBe(200);

    expect(await service.close('2026-02')).toMatchObject({ state: 'done', closed: 1, failed: [] });
    const { body } = await service.until<{ items: Invoice[] }>(
      'product',
      '/v1/workspaces/acme/invoices',
      (answer) => answer.body.items.length === 2 && answer.body.items.every(({ status }) => status === 'delivered'),
    );
    const invoices = body.items.toSorted((a, b) => a.month.localeCompare(b.month));
    expect(invoices.map(({ month, netMinor }) => [month, netMinor])).toEqual([
      ['2026-01', 9800],
      ['2026-02', 4900],
    ]);
    expect(invoices.map(({ number }) => number.slice(-7))).toEqual(['-000001', '-000002']);
    const pdf = await service.call<Buffer>('product', 'GET', `/v1/invoices/${invoices[0]!.number}/pdf`);
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-');
    expect(existsSync(path.join(folder.path, 'events.db'))).toBe(false);
  });

  it('loses and doubles nothing when connections are cut and the leader changes', async () => {
    const teams = Array.from({ length: 12 }, (_, index) => team(`t${index}`));
    const { body: before } = await product('GET', '/acme');
    cluster.current.faults.cutNextAppend('after-write');
    for (const [index, body] of teams.entries()) {
      if (index % 4 === 3) {
        cluster.elect(((index + 1) / 4) % 3);
        cluster.current.faults.cutNextAppend('before-write');
      }
      const answer = await product('POST', '/acme/teams', body, `key-${index}`);
      expect([answer.status, answer.body['changed']]).toEqual([200, true]);
      expect((await product('POST', '/acme/teams', body, `key-${index}`)).text).toBe(answer.text);
    }
    const { body: after } = await service.until(
      'product',
      '/v1/workspaces/acme',
      ({ body }) => (body['teams'] as { total: number }).total === 14,
    );
    expect(Number(after['revision'])).toBe(Number(before['revision']) + 12);
  });

  it('divides what is too much for one append, and refuses the command that is too much by itself', async () => {
    await product('POST', '', { workspaceId: 'big', name: 'Big' });
    const members = Array.from({ length: 120 }, (_, index) => ({
      type: 'AddMember',
      workspaceId: 'big',
      memberId: `m${index}`,
      name: `Member ${index}`,
      email: `m${index}@big.example`,
    }));
    expect(new Set(await commands(members))).toEqual(new Set(['accepted']));
    const all = await product('POST', '/big/members/remove-inactive', {});
    expect([all.status, all.body['code']]).toEqual([413, 'too-large']);
    const { body } = await service.until(
      'product',
      '/v1/workspaces/big',
      (answer) => (answer.body['members'] as { total: number } | undefined)?.total === 120,
    );
    expect(body['members']).toEqual({ total: 120, active: 0, inactive: 120 });
  });

  it('is alive but not ready while no server answers, and ready again when one does', async () => {
    const releases = cluster.members.map(({ faults }) => faults.holdAnswers());
    const away = await service.call(undefined, 'GET', '/health/ready');
    expect([away.status, away.body['checks']]).toEqual([503, expect.objectContaining({ eventStore: 'unreachable' })]);
    expect((await service.call(undefined, 'GET', '/health/live')).status).toBe(200);
    // Figures that need the store are left out in good time; the others are told.
    const metrics = await service.call(undefined, 'GET', '/metrics');
    expect(metrics.text).toMatch(/^seatledger_projection_stopped\{projection="billing"\} 0$/m);
    expect(metrics.text).not.toMatch(/^seatledger_projection_lag_events\{/m);
    expect(metrics.text).toMatch(/^seatledger_queue_size\{queue="print"\} 0$/m);
    for (const release of releases) release();
    await service.until('auditor', '/health/ready', ({ status }) => status === 200);
  });

  it('goes on from the history after a kill', async () => {
    await service.stop('SIGKILL');
    service = await Service.start(folder.path, { EVENT_STORE_URL: cluster.url });
    const answer = await product('POST', '/acme/teams', team('t0'), 'key-0');
    expect(answer.body).toMatchObject({ changed: true });
    const ready = await service.until('auditor', '/health/ready', ({ status }) => status === 200);
    expect(ready.body['checks']).toMatchObject({ eventStore: 'ok' });
  });
});

describe('a start with EVENT_STORE_URL', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('names the server that does not answer', async () => {
    const cluster = await TestCluster.start();
    const { port } = cluster.current;
    await cluster.stop();
    const url = `esdb://127.0.0.1:${port}?tls=false&defaultDeadline=500`;
    const { code, output } = await failedStart(folder.path, { EVENT_STORE_URL: url });
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`^Seatledger cannot start: EVENT_STORE_URL: EventStoreDB at 127\\.0\\.0\\.1:${port}: .+\\n$`),
    );
  });
});
