import 'reflect-metadata';

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfiguration } from '@seatledger/configuration';

import { temporaryFolder } from '../../test/support/service';
import { PROBLEM_CODES, type ProblemType } from './http/problem-codes';
import { createLog } from './infrastructure/log';
import { createServer } from './server';

const ROOT = path.join(__dirname, '../..');

describe('the server', () => {
  const folder = temporaryFolder();
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const config = readConfiguration({ DATA_DIR: folder.path });
    app = await createServer({ config, log: createLog('silent') });
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  const routes = (): string[] => {
    const fastify = app.getHttpAdapter().getInstance();
    return routesOf(fastify.printRoutes({ commonPrefix: false }));
  };

  it('has exactly the routes that its description describes', async () => {
    expect(routes().length).toBeGreaterThan(40);
    const document = JSON.parse((await app.inject({ url: '/openapi.json' })).body) as { paths: Record<string, object> };
    const described = Object.entries(document.paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(described.sort()).toEqual(routes());
  });

  it('lets nobody in under /v1 without a key', async () => {
    const inside = routes().filter((route) => route.includes(' /v1/'));
    expect(inside.length).toBeGreaterThan(35);
    for (const route of inside) {
      const [method = '', url = ''] = route.split(' ');
      const answer = await app.inject({ method: method as 'GET', url: url.replace(/:\w+/g, 'a') });
      expect([route, answer.statusCode]).toEqual([route, 401]);
    }
  });

  it('describes the code of every refusal', () => {
    const thrown = sources(path.join(ROOT, 'libs'))
      .concat(sources(path.join(ROOT, 'apps/billing')))
      // A question of the command line, not of the API.
      .filter((file) => !file.includes('what-if'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(REFUSAL)])
      .map(([, kind = '', code = '']) => [code, STATUS[kind]]);
    expect(thrown.length).toBeGreaterThan(30);
    // A code that is missing here needs its line in http/problem-codes.ts.
    for (const [code = '', status] of thrown)
      expect([code, new Map<string, ProblemType>(Object.entries(PROBLEM_CODES)).get(String(code))?.status]).toEqual([
        code,
        status,
      ]);
  });
});

const REFUSAL = /\b(notFound|conflict|ruleViolated)\(\s*'([a-z-]+)'/g;
const STATUS: Record<string, number> = { notFound: 404, conflict: 409, ruleViolated: 422 };

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(spec|contract)\.ts$/.test(file))
    .map((file) => path.join(folder, file));

/** Reads the router's own picture of its routes: a tree of path segments, methods in parentheses. */
function routesOf(tree: string): string[] {
  const routes: string[] = [];
  const parents: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', segment = '', methods] =
      /^((?:│ {3}| {4})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (segment === '') continue;
    const depth = indent.length / 4;
    const whole = `${depth === 0 ? '' : (parents[depth - 1] ?? '')}${segment}`;
    parents[depth] = whole;
    for (const method of methods?.split(', ') ?? []) if (method !== 'HEAD') routes.push(`${method} ${whole}`);
  }
  return [...new Set(routes)].sort();
}
