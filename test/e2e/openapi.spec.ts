import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { monthOf } from '@seatledger/domain';
import fc from 'fast-check';

import { ApiDocument, type DescribedOperation } from '../support/api-document';
import { BILL_TO, KEYS, type Role, Service, temporaryFolder } from '../support/service';

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const RUNS = 600;

describe(`the API's description (SEED=${SEED})`, () => {
  const folder = temporaryFolder();
  let service: Service;
  let document: ApiDocument;

  beforeAll(async () => {
    service = await Service.start(folder.path, { RATE_LIMIT_PER_MINUTE: '100000000' });
    const answer = await service.call(undefined, 'GET', '/openapi.json');
    document = new ApiDocument(answer.body);
    writeFileSync(path.join(folder.path, 'openapi.json'), answer.text);
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  it('is valid OpenAPI 3.1', async () => {
    // The validator is an ES module, which Jest does not load: it runs in a process of its own.
    const script = `
      const { Validator } = await import('@seriousme/openapi-schema-validator');
      const validator = new Validator();
      const { valid, errors } = await validator.validate(process.argv[1]);
      console.log(JSON.stringify({ version: validator.version, valid, errors }));`;
    const parameters = ['--input-type=module', '-e', script, path.join(folder.path, 'openapi.json')];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: path.join(__dirname, '../..') });
    expect(JSON.parse(stdout)).toEqual({ version: '3.1', valid: true });
  });

  it('names every operation by an id of its own', () => {
    const ids = document.operations.map(({ operationId }) => operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('is public, and so is its page, which runs no script', async () => {
    const page = await service.call<Buffer>(undefined, 'GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/<script|javascript:|https?:\/\//i);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/);
    for (const { method, path: route } of document.operations) {
      expect(page.text).toContain(`${method.toUpperCase()} ${route}`);
    }
  });

  describe('with a closed month', () => {
    const numbers: string[] = [];

    beforeAll(async () => {
      const product = (method: string, route: string, body?: object) =>
        service.call('product', method, `/v1/workspaces${route}`, body === undefined ? {} : { body });
      const occurredAt = '2025-01-05T00:00:00Z';
      for (const workspaceId of ['w', 'x']) {
        await product('POST', '', { workspaceId, name: 'W', startedAt: '2025-01-01T00:00:00Z' });
        await product('POST', `/${workspaceId}/teams`, { teamId: 't', name: 'T', occurredAt });
        const member = { memberId: 'm', name: 'M', email: 'm@w.example', teamIds: ['t'], occurredAt };
        await product('POST', `/${workspaceId}/members`, member);
      }
      for (const [workspaceId, variant] of [
        ['w', 'team'],
        ['x', 'user'],
      ]) {
        await service.call('accounting', 'PUT', `/v1/workspaces/${workspaceId}/contract`, {
          body: {
            variant,
            unitPriceMinor: 4900,
            currency: 'EUR',
            firstMonth: '2025-01',
            billTo: BILL_TO,
            delivery: ['download'],
            discount: { percent: '10.00', firstMonth: '2025-01' },
          },
        });
      }
      await service.close('2025-02', ['w', 'x']);
      const { body } = await service.call<{ items: { number: string }[] }>('auditor', 'GET', '/v1/invoices');
      numbers.push(...body.items.map(({ number }) => number));
    });

    it('has the same fields for the adjustment of a month that was billed by the other variant', async () => {
      const occurredAt = '2025-01-05T00:00:00Z';
      const workspace = { workspaceId: 'y', name: 'Y', startedAt: '2025-01-01T00:00:00Z' };
      await service.call('product', 'POST', '/v1/workspaces', { body: workspace });
      const terms = { variant: 'team', unitPriceMinor: 4900, currency: 'EUR', delivery: ['download'] };
      const contract = { ...terms, firstMonth: '2025-01', billTo: BILL_TO };
      await service.call('accounting', 'PUT', '/v1/workspaces/y/contract', { body: contract });
      const change = { effectiveFrom: '2025-02', variant: 'user' };
      await service.call('accounting', 'POST', '/v1/workspaces/y/contract/changes', { body: change });
      await service.close('2025-01', ['y']);
      const team = { teamId: 't', name: 'T', occurredAt };
      await service.call('product', 'POST', '/v1/workspaces/y/teams', { body: team });
      await service.close('2025-02', ['y']);
      const { body } = await service.call<{ items: { number: string }[] }>(
        'auditor',
        'GET',
        '/v1/workspaces/y/invoices',
      );
      for (const [operationId, route] of [
        ['month', '/v1/workspaces/y/months/2025-02'],
        ['invoice', `/v1/invoices/${body.items[0]?.number}`],
      ] as const) {
        const operation = document.operations.find((each) => each.operationId === operationId);
        const answer = await service.call('auditor', 'GET', route);
        expect(answer.body).toMatchObject({ variant: 'user', lines: [{ kind: 'adjustment', quantity: '1' }] });
        expect(document.faultOf(operation!, answer.status, 'application/json', answer.text)).toBeUndefined();
      }
    });

    it('reports the truth about every answer, also about refusals', async () => {
      const seen = new Map<string, number>();
      const pools = {
        workspaceId: ['w', 'x', 'w', 'none'],
        teamId: ['t', 't', 'none'],
        memberId: ['m', 'm', 'none'],
        month: ['2025-01', '2025-02', '2025-03', '2020-01', '2099-01', monthOf(Date.now(), 'Europe/Berlin')],
        number: [...numbers, 'RE-2025-999999'],
        unitId: ['t', 'm', 'none'],
        U: ['t', 'm', 'none'],
      };
      const requests = document.requests(pools);
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const { operation, role, url, body, contentType, key } = request;
          const response = await fetch(`${service.url}${url}`, {
            method: operation.method.toUpperCase(),
            headers: {
              ...(role === null ? {} : { authorization: `Bearer ${KEYS[role as Role]}` }),
              ...(body === undefined ? {} : { 'content-type': contentType }),
              ...(key === undefined ? {} : { 'idempotency-key': key }),
            },
            ...(body === undefined ? {} : { body }),
          });
          const text = await response.text();
          const fault = document.faultOf(operation, response.status, response.headers.get('content-type') ?? '', text);
          if (fault !== undefined) throw new Error(`${response.status} ${text.slice(0, 500)}\n${fault}`);
          const outcome = `${operation.operationId} ${response.status}`;
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        }),
        { seed: SEED, numRuns: RUNS, endOnFailure: true },
      );
      // The run met every route, and of most of them a success.
      const reached = (wanted: (status: number) => boolean) => (operation: DescribedOperation) =>
        [...seen.keys()].some((outcome) => {
          const [id, status] = outcome.split(' ');
          return id === operation.operationId && wanted(Number(status));
        });
      const { operations } = document;
      expect(operations.filter((operation) => !reached(() => true)(operation))).toEqual([]);
      const succeeded = operations.filter(reached((status) => status < 300));
      expect(succeeded.length).toBeGreaterThan(operations.length * 0.5);
    });

    it('finds an answer that is not as described', () => {
      const operation = document.operations.find(({ operationId }) => operationId === 'workspace');
      const json = 'application/json; charset=utf-8';
      const workspace = {
        workspaceId: 'w',
        name: 'W',
        startedAt: '2025-01-01T00:00:00.000Z',
        variant: 'team',
        revision: 1,
        members: { total: 1, active: 1, inactive: 0 },
        teams: { total: 1, active: 1, archived: 0 },
      };
      const faultOf = (status: number, body: object, type = json) =>
        document.faultOf(operation!, status, type, JSON.stringify(body));
      expect(faultOf(200, workspace)).toBeUndefined();
      expect(faultOf(200, { ...workspace, more: 1 })).toBeDefined();
      expect(faultOf(200, { ...workspace, revision: '1' })).toBeDefined();
      expect(faultOf(200, workspace, 'text/plain')).toBeDefined();
      expect(faultOf(418, workspace)).toBeDefined();
      const problem = { type: 'urn:problem:unknown-team', title: 'x', status: 404, detail: 'x', code: 'unknown-team' };
      expect(faultOf(404, problem, 'application/problem+json')).toBeDefined();
    });
  });
});
