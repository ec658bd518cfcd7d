import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc, { type Arbitrary } from 'fast-check';

interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  additionalProperties?: boolean;
  unevaluatedProperties?: boolean;
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
}
interface Response {
  content?: Record<string, { schema: Schema }>;
}
export interface DescribedOperation {
  operationId: string;
  path: string;
  method: string;
  'x-roles'?: string[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, Response>;
}

/** A request as the description allows it, or nearly. */
export interface DescribedRequest {
  operation: DescribedOperation;
  role: string | null;
  url: string;
  body: string | undefined;
  contentType: string;
  key: string | undefined;
}

/** /openapi.json as a test uses it: to make requests by, and to judge answers by. */
export class ApiDocument {
  readonly operations: DescribedOperation[];
  private readonly ajv = addFormats(new Ajv2020({ strict: false, validateFormats: true }));
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: Record<string, unknown>) {
    const paths = document['paths'] as Record<string, Record<string, DescribedOperation>>;
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        path,
        method,
        parameters: operation.parameters.map((parameter) => this.resolved<Parameter>(parameter)),
      })),
    );
    this.ajv.addSchema(closed(document), 'document');
  }

  /** What is wrong with an answer by the description; undefined when nothing is. */
  faultOf(operation: DescribedOperation, status: number, contentType: string, text: string): string | undefined {
    const { responses, path, method, operationId } = operation;
    const described = responses[status];
    if (described === undefined) return `${operationId}: ${status} is not described`;
    const type = contentType.split(';')[0] ?? '';
    const { content = {} } = this.resolved<Response>(described);
    if (content[type] === undefined) return `${operationId} ${status}: ${type} is not described`;
    if (!type.includes('json')) return undefined;
    const reference = (described as Schema).$ref ?? `#/paths/${pointer(path)}/${method}/responses/${status}`;
    const validate = this.validator(`${reference}/content/${pointer(type)}/schema`);
    const bodies = type.includes('ndjson') ? text.split('\n').filter((line) => line !== '') : [text];
    for (const body of bodies) {
      if (!validate(JSON.parse(body))) return `${operationId} ${status}: ${this.ajv.errorsText(validate.errors)}`;
    }
    return undefined;
  }

  /** Requests to every operation: mostly as described, on subjects that exist. */
  requests(pools: Readonly<Record<string, readonly string[]>>): Arbitrary<DescribedRequest> {
    return fc.constantFrom(...this.operations).chain((operation) => this.requestsOf(operation, pools));
  }

  private requestsOf(
    operation: DescribedOperation,
    pools: Readonly<Record<string, readonly string[]>>,
  ): Arbitrary<DescribedRequest> {
    const { parameters, requestBody, 'x-roles': roles } = operation;
    const role =
      roles === undefined
        ? fc.constant(null)
        : rarely(fc.constantFrom('scheduler', 'product', null), fc.constantFrom(...roles));
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    const names = fc.record(
      Object.fromEntries(
        inPath.map(({ name, schema }) => [
          name,
          rarely(
            fc.oneof(this.values(schema), fc.string({ minLength: 1, maxLength: 80 })),
            fc.constantFrom(...(pools[name] ?? ['none'])),
          ),
        ]),
      ),
    );
    const inQuery = parameters.filter((parameter) => parameter.in === 'query');
    const query = fc.record(
      Object.fromEntries(
        inQuery.map(({ name, schema }) => [name, rarely(fc.string(), this.queryValues(name, schema, pools))]),
      ),
      { requiredKeys: [] },
    );
    const extra = rarely(fc.constant('&unknown=1'), fc.constant(''));
    const types = Object.keys(requestBody?.content ?? {});
    const body: Arbitrary<[string, string] | undefined> =
      types.length === 0
        ? fc.constant(undefined)
        : fc
            .constantFrom(...types)
            .chain((type) =>
              this.bodies(type, requestBody?.content[type]?.schema ?? {}, requestBody?.required ?? false),
            );
    return fc
      .record({
        role,
        names,
        query,
        extra,
        body,
        key: rarely(fc.constantFrom('k1', 'k2', 'k'.repeat(200)), fc.constant(undefined)),
      })
      .map((made) => {
        const path = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
          encodeURIComponent(String(made.names[name]).toWellFormed()),
        );
        const given = new URLSearchParams(
          Object.entries(made.query).flatMap(([name, value]) =>
            [value].flat().map((one): [string, string] => [name, String(one).toWellFormed()]),
          ),
        ).toString();
        return {
          operation,
          role: made.role,
          url: `${path}?${given}${made.extra}`,
          body: made.body?.[1],
          contentType: made.body?.[0] ?? '',
          key: made.key,
        };
      });
  }

  /** A revision that never comes is waited for, for seconds: not here. */
  private queryValues(
    name: string,
    schema: Schema,
    pools: Readonly<Record<string, readonly string[]>>,
  ): Arbitrary<unknown> {
    if (name === 'atLeast') return fc.constant(0);
    const pool = pools[name];
    return pool === undefined ? this.values(schema) : fc.constantFrom(...pool);
  }

  private bodies(type: string, schema: Schema, required: boolean): Arbitrary<[string, string] | undefined> {
    const value = rarely(fc.jsonValue(), this.values(schema));
    const text =
      type === 'application/x-ndjson'
        ? fc
            .array(
              value.map((line) => JSON.stringify(line)),
              { maxLength: 5 },
            )
            .map((lines) => lines.join('\n'))
        : value.map((whole) => JSON.stringify(whole));
    const sent: Arbitrary<[string, string] | undefined> = rarely(fc.constant('{'), text).map((made) => [type, made]);
    return required ? rarely(fc.constant(undefined), sent) : fc.oneof(fc.constant(undefined), sent);
  }

  /** Values that a schema lets through; most of ours are of this shape. */
  private values(given: Schema): Arbitrary<unknown> {
    const schema = this.resolved<Schema>(given);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const options = schema.anyOf;
    if (options !== undefined) return fc.constantFrom(...options).chain((option) => this.values(option));
    switch (schema.type) {
      case 'object':
        return this.objects(schema);
      case 'array':
        return fc.uniqueArray(this.values(schema.items ?? {}), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? 4, 4),
          selector: (value) => JSON.stringify(value),
        });
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1) });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return texts(schema);
    }
  }

  private objects({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
    const model = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, this.subject(name, property)]),
    );
    const requiredKeys = rarely(fc.constant([] as string[]), fc.constant(required));
    const extra = rarely(fc.constant({ unknown: true }), fc.constant({}));
    return fc
      .tuple(requiredKeys, extra)
      .chain(([keys, more]) => fc.record(model, { requiredKeys: keys }).map((made) => ({ ...made, ...more })));
  }

  /** Subjects are mostly those that are there. */
  private subject(name: string, schema: Schema): Arbitrary<unknown> {
    const known: Record<string, string[]> = { workspaceId: ['w', 'x'], teamId: ['t', 'u'], memberId: ['m', 'n'] };
    const pool = known[name];
    return pool === undefined ? this.values(schema) : rarely(this.values(schema), fc.constantFrom(...pool));
  }

  private validator(reference: string): ValidateFunction {
    let validate = this.validators.get(reference);
    if (validate === undefined) {
      validate = this.ajv.compile({ $ref: `document${reference}` });
      this.validators.set(reference, validate);
    }
    return validate;
  }

  private resolved<T>(given: unknown): T {
    const { $ref } = (given ?? {}) as { $ref?: string };
    if ($ref === undefined) return given as T;
    const found = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], this.document);
    return this.resolved<T>(found);
  }
}

const rarely = <A, B>(rare: Arbitrary<A>, usual: Arbitrary<B>): Arbitrary<A | B> =>
  fc.oneof({ arbitrary: rare, weight: 1 }, { arbitrary: usual, weight: 9 });

const DAYS = { min: new Date('2025-01-01'), max: new Date('2026-01-01'), noInvalidDate: true };

function texts({ format, pattern, minLength = 0, maxLength = 40 }: Schema): Arbitrary<string> {
  if (format === 'date-time') return fc.date(DAYS).map((date) => date.toISOString());
  if (format === 'email') return fc.stringMatching(/^[a-z]{1,8}@[a-z]{1,8}\.example$/);
  if (pattern === '^[A-Z]{3}$') return fc.constantFrom('EUR', 'CHF', 'XYZ');
  if (pattern === '^[A-Z]{2}$') return fc.constantFrom('DE', 'AT', 'US', 'ZZ');
  if (pattern?.includes('\\d{3}-(0') === true) return fc.constantFrom('2025-01', '2025-02', '2025-06', '2024-12');
  if (pattern !== undefined && !pattern.includes('\\p')) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength: Math.max(minLength, 1), maxLength: Math.min(maxLength, 40) });
}

const pointer = (part: string): string => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'));

/** The description with every object closed: an answer with something else in it is not as described. */
function closed(value: unknown): object {
  const close = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(close);
    if (inner === null || typeof inner !== 'object') return inner;
    const copy = Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, close(part)])) as Schema;
    if (copy.type === 'object' && copy.properties !== undefined) copy.additionalProperties ??= false;
    return copy;
  };
  return close(value) as object;
}
