import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox';

/**
 * What the schemas of all features are made of: each is the check, the type and the description in
 * /openapi.json. A property that is not named is refused. `rule` says in words what a pattern demands.
 */
export const closed = <P extends TProperties>(properties: P, options: Record<string, unknown> = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** An object of an answer. */
export const object = <P extends TProperties>(properties: P, options: { title?: string; description?: string } = {}) =>
  Type.Object(properties, options);

export const oneOf = <const V extends string>(...values: readonly V[]) =>
  Type.Unsafe<V>(Type.Union(values.map((value) => Type.Literal(value))));

export const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);

export const Id = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  title: 'Id',
  rule: 'must be an id: 1 to 64 of A-Z a-z 0-9 _ -',
  description: "The caller's own id: 1-64 of A-Z a-z 0-9 _ -",
});
/** No control characters, no broken surrogate pairs; at most 200 UTF-16 units. */
export const Name = Type.String({ format: 'name', minLength: 1, maxLength: 200 });
export const Text = Type.String({ format: 'name', minLength: 1, maxLength: 500 });
export const Email = Type.String({ format: 'mailbox', maxLength: 254 });
export const Time = Type.String({ format: 'instant', description: 'RFC 3339; kept in UTC with milliseconds' });
export const Month = Type.String({ title: 'BillingMonth', format: 'billing-month', description: 'Such as 2026-03' });
export const Minor = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000_000,
  description: 'Amount in minor units: 9800 = 98.00',
});
export const InvoiceNumber = Type.String({
  title: 'InvoiceNumber',
  rule: 'must be an invoice number such as RE-2026-000001',
  pattern: '^[A-Z0-9]{1,10}-\\d{4}-\\d{6,}$',
  description: 'Such as RE-2026-000001',
});

/** Parts of answers. */
export const text = Type.String();
export const count = Type.Integer({ minimum: 0 });
export const file = Type.Unsafe<unknown>({ type: 'string', contentEncoding: 'binary' });
export const Revision = Type.Integer({ minimum: -1, description: "Of the subject's history; -1: there is none yet" });
export const At = Type.String({ format: 'instant' });
export const Day = Type.String({ format: 'day', description: 'Such as 2026-03-31' });
export const Amount = Type.Integer({ description: 'Minor units: 9800 = 98.00; negative on credits' });
export const Quantity = Type.String({
  pattern: '^-?\\d+(\\.\\d{1,4})?$',
  description: 'Decimal, such as 12.7097',
});
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', rule: 'must be a currency such as EUR' });

const MAX_REPEATS = 100;
/** A parameter that may be given several times: any of its values is right. */
export const repeated = <S extends TSchema>(schema: S, description: string) =>
  Type.Optional(Type.Array(schema, { maxItems: MAX_REPEATS, description }));
/** What is searched for. */
export const searched = (description: string) =>
  Type.Optional(Type.String({ format: 'name', minLength: 1, maxLength: 200, description }));

/** Parameters come as texts, whatever they mean: `as` is what the API's description calls them. */
export const whole = (
  pattern: string,
  as: { minimum: number; maximum?: number; default?: number },
  description: string,
) => Type.Optional(Type.String({ pattern, description, as: { type: 'integer', ...as } }));

/** A body that says nothing. */
export const NoBody = closed({});
export type NoBody = Static<typeof NoBody>;
/** The parameters of a route that takes none. */
export const NoQuery = closed({});

export const WorkspacePath = closed({ workspaceId: Id });
export type WorkspacePath = Static<typeof WorkspacePath>;

/** The answer to a command. */
export const Accepted = object(
  { workspaceId: Id, revision: Revision, changed: Type.Boolean({ description: 'False: it was so already' }) },
  { title: 'Accepted' },
);
