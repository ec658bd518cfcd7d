import { type TSchema } from '@sinclair/typebox';

import { Problem } from '../answers';
import { API, type Description, OPERATION_IDS } from '../api';
import { type Operation } from '../operation';
import { PROBLEM_CODES } from '../problem-codes';
import { Id, Month } from '../schemas';
import { type Json, type JsonObject, SchemaPrinter } from './schema';

type Printed = Record<string, Json>;

const TAGS: readonly (readonly [prefix: RegExp, tag: string])[] = [
  [/^\/v1\/workspaces\/:workspaceId\/contract/, 'Contract'],
  [/^\/v1\/workspaces\/:workspaceId\/months/, 'Months'],
  [/invoices/, 'Invoices'],
  [/^\/v1\/(closings|exports)/, 'Closing'],
  [/^\/v1\/audit/, 'Audit'],
  [/^\/v1\/(workspaces|commands)/, 'Workspaces'],
  [/^/, 'Operations'],
];

const PARAMETERS: Readonly<Record<string, TSchema>> = { month: Month };
const DESCRIPTION =
  'Billing for team and user licenses. Every call under /v1 needs an API key (`Authorization: Bearer KEY`) of one of ' +
  'its roles. Times are RFC 3339, kept in UTC with milliseconds; amounts are integers in minor units; quantities are ' +
  'decimal strings. Errors are problems (RFC 9457); programs go by their `code`.';

/** The API's description (OpenAPI 3.1), of exactly the routes that the service has. */
export function openApiDocument(operations: readonly Operation[], version: string): JsonObject {
  const printer = new SchemaPrinter();
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of [...operations].sort(byPath)) {
    const described = API[`${operation.method} ${operation.path}`];
    if (described === undefined) continue;
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method.toLowerCase()] = printOperation(operation, described, printer);
  }
  const problem = printer.print(Problem);
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'Seatledger', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: TAGS.map(([, name]) => ({ name })),
    paths,
    components: {
      schemas: sorted(printer.components),
      responses: problemResponses(problem),
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'The same key with the same request gets the same answer and has no second effect, for at least 24 hours; ' +
            'with another request it is refused (422 idempotency-key-reused).',
          schema: { type: 'string', minLength: 1, maxLength: 128 },
        },
        CorrelationId: {
          name: 'X-Correlation-Id',
          in: 'header',
          description: 'Stands in the metadata of every event that the request leads to, and in the log.',
          schema: { type: 'string', pattern: '^[\\w.:-]{1,128}$' },
        },
      },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key' } },
    },
  };
}

function printOperation(operation: Operation, described: Description, printer: SchemaPrinter): JsonObject {
  const { id, method, path, roles } = operation;
  const { summary, more, command = false } = described;
  const access = roles === undefined ? 'Public.' : `Roles: ${roles.join(', ')}.`;
  return {
    operationId: OPERATION_IDS[`${method} ${path}`] ?? id,
    summary,
    description: more === undefined ? access : `${more} ${access}`,
    tags: [TAGS.find(([prefix]) => prefix.test(path))?.[1] ?? ''],
    ...(roles === undefined ? { security: [] } : { security: [{ apiKey: [] }], 'x-roles': roles }),
    parameters: [
      ...[...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
        name,
        in: 'path',
        required: true,
        schema: printer.print(parameterSchema(name)),
      })),
      ...queryParameters(described, printer),
      ...(command ? ['IdempotencyKey', 'CorrelationId'].map((name) => ref('parameters', name)) : []),
    ],
    ...requestBody(described, printer),
    responses: responsesOf(operation, described, printer),
  };
}

const parameterSchema = (name: string): TSchema =>
  PARAMETERS[name] ?? (name.endsWith('Id') && name !== 'closingId' ? Id : ({ type: 'string' } as unknown as TSchema));

function queryParameters({ query }: Description, printer: SchemaPrinter): JsonObject[] {
  const properties = (query?.['properties'] ?? {}) as Record<string, TSchema>;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(schema.description === undefined ? {} : { description: schema.description }),
    schema: printer.print(schema),
  }));
}

function requestBody({ body, bodyRequired = true, line }: Description, printer: SchemaPrinter): JsonObject {
  if (body === undefined) return {};
  const content: Printed = { 'application/json': { schema: printer.print(body) } };
  if (line !== undefined) content['application/x-ndjson'] = { schema: printer.print(line) };
  return { requestBody: { required: bodyRequired, content } };
}

function responsesOf(operation: Operation, described: Description, printer: SchemaPrinter): JsonObject {
  const { status = 200, answer, headers = {} } = described;
  const content = Object.entries(answer).map(([type, schema]) => [type, { schema: printer.print(schema) }] as const);
  const success: Printed = { description: described.summary, content: Object.fromEntries(content) };
  const printedHeaders = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  if (printedHeaders.length > 0) success['headers'] = Object.fromEntries(printedHeaders) as JsonObject;
  const responses: Printed = { [status]: success };
  if (operation.path === '/health/ready') {
    responses['503'] = { ...success, description: 'The service cannot do its work' };
  }
  for (const [problemStatus, codes] of problemsOf(operation, described)) {
    responses[problemStatus] =
      codes.length === 0
        ? ref('responses', responseName(problemStatus))
        : {
            description: codes.map((code) => `\`${code}\`: ${PROBLEM_CODES[code]?.meaning ?? ''}`).join('\n\n'),
            content: {
              'application/problem+json': {
                schema: {
                  allOf: [ref('schemas', 'Problem'), { properties: { code: { enum: codes } } }],
                },
              },
            },
          };
  }
  return responses;
}

/** The statuses of refusal, with the codes that this route can give; none where one code goes without saying. */
export function problemsOf({ method, path, roles }: Operation, described: Description): [number, string[]][] {
  const { command = false, problems = [], query } = described;
  const codes = new Set(problems);
  if (roles !== undefined) for (const code of ['unauthenticated', 'forbidden', 'not-ready']) codes.add(code);
  if (roles !== undefined || path.includes(':') || query !== undefined) codes.add('invalid-request');
  if (path.includes(':')) codes.add('path-too-long');
  if (!path.startsWith('/health/')) codes.add('too-many-requests');
  if (method !== 'GET')
    for (const code of ['request-timeout', 'too-large', 'unsupported-content-type']) codes.add(code);
  if (command) for (const code of ['idempotency-key-reused', 'concurrent-change']) codes.add(code);
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const status = PROBLEM_CODES[code]?.status;
    if (status === undefined) throw new Error(`${code} is not among the problem codes`);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].sort(([a], [b]) => a - b).map(([status, of]) => [status, SHARED.has(status) ? [] : of.sort()]);
}

/** Statuses with one code, which mean the same everywhere. */
const SHARED = new Map([
  [400, 'invalid-request'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [408, 'request-timeout'],
  [413, 'too-large'],
  [414, 'path-too-long'],
  [415, 'unsupported-content-type'],
  [429, 'too-many-requests'],
  [503, 'not-ready'],
]);

const responseName = (status: number): string =>
  (SHARED.get(status) ?? '').replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());

function problemResponses(problem: JsonObject): JsonObject {
  const responses: Printed = {};
  for (const [status, code] of SHARED) {
    const headers: Printed = {};
    const integer = { schema: { type: 'integer' } };
    if (status === 429 || status === 503) headers['Retry-After'] = { description: 'Seconds to wait', ...integer };
    if (status === 401) headers['WWW-Authenticate'] = { schema: { const: 'Bearer' } };
    responses[responseName(status)] = {
      description: `\`${code}\`: ${PROBLEM_CODES[code]?.meaning ?? ''}`,
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      content: {
        'application/problem+json': { schema: { allOf: [problem, { properties: { code: { const: code } } }] } },
      },
    };
  }
  return responses;
}

const ref = (kind: string, name: string): JsonObject => ({ $ref: `#/components/${kind}/${name}` });

const byPath = (a: Operation, b: Operation): number =>
  a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1;

const sorted = (record: Record<string, JsonObject>): JsonObject =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
