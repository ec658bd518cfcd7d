import { type ApiOperationOptions, type ApiResponseOptions } from '@nestjs/swagger';
import { type Role } from '@seatledger/configuration';
import { type TObject, type TSchema } from '@sinclair/typebox';

import { type RouteSchemas } from '../params.decorator';
import { PROBLEM_CODES, type ProblemCode } from '../problem-codes';
import { hasRequired } from '../schema.pipe';
import { type Json, type JsonObject, SchemaPrinter } from './schema-printer';

/** A route as the printer needs it: what was said at its method, and what Nest knows of it. */
export interface PrintableRoute {
  readonly method: string;
  readonly isMonitored: boolean;
  readonly schemas: RouteSchemas;
  /** Who may call it; undefined: everyone, without a key. */
  readonly roles?: readonly Role[];
  readonly summary: string;
  /** What the summary leaves open. */
  readonly more?: string;
  /** One line of a body of lines (NDJSON), besides the body. */
  readonly line?: TSchema;
  /** Status of success. */
  readonly status?: number;
  /** What is answered, by content type; a schema alone is of JSON. */
  readonly response: TSchema | Readonly<Record<string, TSchema>>;
  /** Headers of the answer, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** It looks itself after the workspaces that a key is limited to, and has none in its path. */
  readonly isLimitedByContent?: boolean;
  /** It changes something: takes an Idempotency-Key. */
  readonly isCommand?: boolean;
  /** Codes of refusals besides those that every such route has. */
  readonly problems?: readonly ProblemCode[];
  /** Another status with the same answer, and what it says. */
  readonly otherStatus?: readonly [status: number, description: string];
  /** A body as a caller would send it. */
  readonly example?: unknown;
}

type Printed = Record<string, Json>;

/** Swagger's own explorer replaces `parameters`, and knows none that refers to a component: they are put there at the end. */
const PARAMETERS = 'x-parameters';

/** An operation as Swagger made it, with what it cannot say. */
export function completed({ [PARAMETERS]: parameters = [], ...operation }: JsonObject): JsonObject {
  const responses = Object.entries(operation['responses'] as Readonly<Record<string, JsonObject>>);
  return {
    ...operation,
    parameters,
    // A reference stands alone; Swagger gives it an empty description.
    responses: Object.fromEntries(
      responses.map(([status, response]) => [status, '$ref' in response ? { $ref: response['$ref'] ?? '' } : response]),
    ),
  };
}

/** Of all routes: their schemas with a title become components of the document. */
export const printer = new SchemaPrinter();

/** A route's operation, but for its answers. */
export function operationOf(route: PrintableRoute): ApiOperationOptions {
  const { roles, summary, more, isCommand = false, schemas } = route;
  const access = roles === undefined ? 'Public.' : `Roles: ${roles.join(', ')}.`;
  const operation: JsonObject = {
    summary,
    description: more === undefined ? access : `${more} ${access}`,
    ...(roles === undefined ? { security: [] } : { security: [{ apiKey: [] }], 'x-roles': roles }),
    [PARAMETERS]: [
      ...parametersIn('path', schemas.path),
      ...parametersIn('query', schemas.query),
      ...(isCommand ? ['IdempotencyKey', 'CorrelationId'].map((name) => ref('parameters', name)) : []),
    ],
    ...requestBody(route),
  };
  return operation;
}

function parametersIn(place: 'path' | 'query', schema: TObject | undefined): JsonObject[] {
  return Object.entries<TSchema>(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    ...(place === 'query' && property.description !== undefined ? { description: property.description } : {}),
    schema: printer.print(property),
  }));
}

function requestBody({ schemas: { body }, line, example }: PrintableRoute): JsonObject {
  if (body === undefined) return {};
  const content: Printed = {
    'application/json': { schema: printer.print(body), ...(example === undefined ? {} : { example: example as Json }) },
  };
  if (line !== undefined) content['application/x-ndjson'] = { schema: printer.print(line) };
  return { requestBody: { required: hasRequired(body), content } };
}

/** Of every answer to a command that is done. */
const COMMAND_HEADERS: Readonly<Record<string, string>> = {
  'Seatledger-Position': 'Position of its last event in the whole history: a string of digits, for `atLeast`',
  'Idempotent-Replayed': '`true` when the answer was given before under the same Idempotency-Key',
};

/** What a route answers, by status. */
export function responsesOf(route: PrintableRoute): ReadonlyMap<number, ApiResponseOptions> {
  const { status = 200, summary, otherStatus, isCommand = false } = route;
  const headers = { ...(isCommand ? COMMAND_HEADERS : {}), ...route.headers };
  const content = Object.entries(contentOf(route)).map(([type, schema]) => [type, { schema: printer.print(schema) }]);
  const printedHeaders = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  const success = {
    description: summary,
    content: Object.fromEntries(content) as JsonObject,
    ...(printedHeaders.length === 0 ? {} : { headers: Object.fromEntries(printedHeaders) as JsonObject }),
  };
  const responses = new Map<number, JsonObject>([[status, success]]);
  if (otherStatus !== undefined) responses.set(otherStatus[0], { ...success, description: otherStatus[1] });
  for (const [problemStatus, codes] of problemsOf(route)) responses.set(problemStatus, problemResponse(codes));
  return responses;
}

const contentOf = ({ response }: PrintableRoute): Readonly<Record<string, TSchema>> =>
  isSchema(response) ? { 'application/json': response } : response;

const isSchema = (response: PrintableRoute['response']): response is TSchema =>
  Object.getOwnPropertySymbols(response).length > 0;

function problemResponse(codes: readonly ProblemCode[]): JsonObject {
  const [only] = codes;
  if (codes.length === 1 && only !== undefined && SHARED.has(only)) return ref('responses', responseName(only));
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEM_CODES[code].description}`).join('\n\n'),
    content: {
      'application/problem+json': {
        schema: { allOf: [ref('schemas', 'Problem'), { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

/** The statuses of refusal, with the codes that this route can give. */
function problemsOf(route: PrintableRoute): [number, ProblemCode[]][] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codesOf(route))) {
    const { status } = PROBLEM_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => [status, codes.sort()]);
}

function codesOf({ method, isMonitored, schemas, roles, isCommand, problems = [] }: PrintableRoute): ProblemCode[] {
  const codes = [...problems];
  if (roles !== undefined) codes.push('unauthenticated', 'forbidden', 'not-ready');
  if (roles !== undefined || schemas.path !== undefined || schemas.query !== undefined) codes.push('invalid-request');
  if (schemas.path !== undefined) codes.push('path-too-long');
  if (!isMonitored) codes.push('too-many-requests');
  if (method !== 'GET') codes.push('request-timeout', 'too-large', 'unsupported-content-type');
  if (isCommand === true) codes.push('idempotency-key-reused', 'concurrent-change');
  if (method === 'GET' && roles !== undefined) codes.push('read-model-lagging');
  return codes;
}

/** Codes that mean the same everywhere: said once. */
const SHARED: ReadonlySet<ProblemCode> = new Set([
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'request-timeout',
  'too-large',
  'path-too-long',
  'unsupported-content-type',
  'too-many-requests',
  'not-ready',
] as const);

const responseName = (code: ProblemCode): string =>
  code.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());

/** The answers that routes refer to. */
export function sharedResponses(): JsonObject {
  const responses: Printed = {};
  for (const code of SHARED) {
    const { status, description } = PROBLEM_CODES[code];
    const headers: Printed = {};
    if (status === 429 || status === 503) {
      headers['Retry-After'] = { description: 'Seconds to wait', schema: { type: 'integer' } };
    }
    if (status === 401) headers['WWW-Authenticate'] = { schema: { const: 'Bearer' } };
    responses[responseName(code)] = {
      description: `\`${code}\`: ${description}`,
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      content: {
        'application/problem+json': {
          schema: { allOf: [ref('schemas', 'Problem'), { properties: { code: { const: code } } }] },
        },
      },
    };
  }
  return responses;
}

const ref = (kind: string, name: string): JsonObject => ({ $ref: `#/components/${kind}/${name}` });
