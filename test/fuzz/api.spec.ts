import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { ChainVerifier, EventStore, openEmbeddedEventStore } from '@seatledger/event-store';

import { KnownKeys } from '../../libs/personal-data/testing';
import { ApiDocument, type DescribedOperation } from '../support/api-document';
import { KEYS, type Role, Service, temporaryFolder } from '../support/service';
import { Hostile, Random } from './hostile';
import { type RawAnswer, RawClient } from './raw-client';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const REQUESTS = 20_000;
const CONNECTIONS = 8;
/** No request may take longer; the machine may be busy. */
const ANSWER_LIMIT = 600_000;

/** Operations whose answer grows with the history: seldom asked. */
const HEAVY = new Set(['auditEvents', 'verify', 'isReady', 'metrics', 'docs', 'openapi', 'auditMonth', 'auditUnit']);
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/x-ndjson',
  'text/plain',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'nonsense',
  '',
];

describe(`hostile requests (SEED=${SEED})`, () => {
  const folder = temporaryFolder();
  const random = new Random(SEED);
  const hostile = new Hostile(random);
  let service: Service;
  let operations: DescribedOperation[];

  beforeAll(async () => {
    // Invoices are issued, but not printed: this is about requests.
    service = await Service.start(folder.path, { RATE_LIMIT_PER_MINUTE: '1000000000', DELIVER_FROM_MONTH: '9999-12' });
    ({ operations } = new ApiDocument((await service.call(undefined, 'GET', '/openapi.json')).body));
    for (const workspaceId of ['w', 'v']) {
      await service.call('product', 'POST', '/v1/workspaces', {
        body: { workspaceId, name: 'W', startedAt: '2025-01-01T00:00:00Z' },
      });
    }
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const fieldsOf = new Map<string, string[]>();
  const bodyFields = ({ operationId, requestBody }: DescribedOperation): string[] => {
    let fields = fieldsOf.get(operationId);
    if (fields === undefined) {
      const { schema } = requestBody?.content['application/json'] ?? {};
      fields = Object.keys(schema?.properties ?? {});
      fieldsOf.set(operationId, fields);
    }
    return fields;
  };

  /** The bytes of one request; `whole` is false when its end is missing. */
  function request(): { bytes: Buffer; whole: boolean; what: string; last?: boolean } {
    hostile.tame = random.chance(0.4);
    let operation = random.pick(operations);
    if (HEAVY.has(operation.operationId) && !random.chance(0.02))
      operation = operations.find(({ operationId }) => operationId === 'createTeam')!;
    const method = random.chance(0.03)
      ? random.pick(['PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PUT'])
      : operation.method.toUpperCase();
    const role = random.chance(0.05) ? undefined : (operation['x-roles']?.[0] as Role | undefined);
    let url = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) => {
      const value = !hostile.tame && random.chance(0.1) ? hostile.text() : hostile.named(name);
      return !hostile.tame && random.chance(0.02) ? '%zz%' : encodeURIComponent(value.toWellFormed()).slice(0, 4000);
    });
    if (!hostile.tame && random.chance(0.2)) {
      const name = random.pick([
        'limit',
        'cursor',
        'status',
        'month',
        'x',
        '__proto__',
        'constructor',
        'from',
        'workspaceId',
        'limit[]',
      ]);
      url += `?${name}=${random.chance(0.1) ? '%ff%00' : encodeURIComponent(hostile.named(name).toWellFormed()).slice(0, 4000)}`;
    }
    const head = [`${method} ${url} HTTP/1.1`, 'host: x'];
    if (role !== undefined) head.push(`authorization: Bearer ${KEYS[role]}`);
    if (random.chance(0.02))
      head.push(
        `authorization: ${random.pick(['Bearer', 'Bearer \u00e9', 'Basic eDp4', `Bearer ${'x'.repeat(5000)}`])}`,
      );
    if (random.chance(0.1)) head.push(`idempotency-key: ${random.pick(['k', 'k2', '__proto__', 'x'.repeat(500), ''])}`);
    if (random.chance(0.03)) head.push(`x-correlation-id: ${random.pick(['c', '<script>', 'x'.repeat(300)])}`);
    if (random.chance(0.01)) head.push(`content-encoding: gzip`);
    let body: Buffer = Buffer.alloc(0);
    if (!['GET', 'HEAD'].includes(method)) {
      const isBatch = operation.operationId === 'sendCommands' && random.chance(0.5);
      const type = isBatch ? 'application/x-ndjson' : random.chance(0.05) ? random.pick(TYPES) : 'application/json';
      head.push(`content-type: ${type}`);
      body = isBatch
        ? Buffer.concat([
            Buffer.from(`${hostile.command()}\n`),
            hostile.body(['type']),
            Buffer.from(`\n${hostile.command()}`),
          ])
        : hostile.body(bodyFields(operation));
    }
    const what = `${head.join('\n')}\n${body.subarray(0, 300).toString('latin1')}`;
    if (random.chance(0.01) && body.length > 1) {
      const cut = Buffer.concat([
        Buffer.from(`${[...head, `content-length: ${body.length}`].join('\r\n')}\r\n\r\n`),
        body.subarray(0, body.length / 2),
      ]);
      return { bytes: cut, whole: false, what };
    }
    if (random.chance(0.005))
      return {
        bytes: Buffer.from(`${head.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nnot a chunk`),
        whole: true,
        last: true,
        what,
      };
    if (random.chance(0.005))
      return { bytes: Buffer.from('\u0000\u0001\u0002 / HTTP/9.9\r\n\r\n'), whole: true, last: true, what: 'no HTTP' };
    if (body.length > 0 || !['GET', 'HEAD'].includes(method)) head.push(`content-length: ${body.length}`);
    return { bytes: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]), whole: true, what };
  }

  /** What is wrong with an answer, whatever was asked. */
  function faultOf({ status, head, body }: RawAnswer): string | undefined {
    if (status >= 500) return `answered ${status}`;
    if (status < 200 || Number.isNaN(status)) return 'no status';
    if (/\n\s+at .+:\d+|node_modules|\bat \w+\.\w+ \(/.test(body)) return 'a stack trace';
    if (status >= 400 && !/content-type: application\/problem\+json/i.test(head)) return 'no problem answer';
    if (status >= 400 && body !== '' && (JSON.parse(body) as { status?: number }).status !== status)
      return 'another status inside';
    return undefined;
  }

  it(`get an answer, never a failure of the service (${REQUESTS} of them)`, async () => {
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    let left = REQUESTS;
    const worker = async (): Promise<void> => {
      const client = new RawClient(new URL(service.url), ANSWER_LIMIT);
      while (left > 0 && faults.length === 0) {
        left -= 1;
        const { bytes, whole, what, last = false } = request();
        if (!whole) {
          await client.abandon(bytes);
          continue;
        }
        const answer = await client.send(bytes, what.startsWith('HEAD ')).catch((error: unknown) => String(error));
        // What follows a broken request on its connection is not a request.
        if (last) client.close();
        const fault =
          typeof answer === 'string' ? answer : answer === undefined ? 'closed without an answer' : faultOf(answer);
        if (fault !== undefined)
          faults.push(`${fault}\n${what}\n${typeof answer === 'object' ? answer.body.slice(0, 500) : ''}`);
        if (typeof answer === 'object') statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
      client.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    if (process.env['VERBOSE']) console.log([...statuses]);
    expect(faults).toEqual([]);
    expect(service.process.exitCode).toBeNull();
    expect((await service.call(undefined, 'GET', '/health/ready')).status).toBe(200);
    // Both sides of the fence were met: much was refused, and not everything.
    for (const status of [200, 400, 401, 404, 405, 409, 415])
      expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
  });

  it('leave a history that verifies, and that gives the same state when it is replayed', async () => {
    const reads = [
      '/v1/workspaces/w',
      '/v1/workspaces/v',
      '/v1/workspaces/w/teams?limit=1000',
      '/v1/workspaces/w/members?limit=1000',
    ];
    const stateOf = async (): Promise<string[]> => {
      const answers = [];
      for (const read of reads) answers.push((await service.call('auditor', 'GET', read)).text);
      return answers;
    };
    const before = await stateOf();
    const { body: verification } = await service.call('auditor', 'POST', '/v1/audit/verifications');
    expect(verification['failures']).toEqual([]);
    expect(await service.stop()).toBe(0);

    const store = await openEmbeddedEventStore({ file: path.join(folder.path, 'events.db') });
    const eventStore = new EventStore(store, Date.now, new KnownKeys());
    const verifier = new ChainVerifier();
    let after = 0;
    let events = 0;
    for (let atEnd = false; !atEnd;) {
      const page = await store.readAll({ after, limit: 1000 });
      for (const event of page.events) expect(verifier.take(event)).toBeUndefined();
      // Every event is one that its schema knows.
      events += (await eventStore.readAll({ after, limit: 1000 })).events.length;
      ({ position: after, atEnd } = page);
    }
    await store.close();
    expect(events).toBeGreaterThan(100);

    for (const file of readdirSync(folder.path))
      if (file.startsWith('read-models.db')) rmSync(path.join(folder.path, file));
    service = await Service.start(folder.path);
    expect(await stateOf()).toEqual(before);
  });
});
