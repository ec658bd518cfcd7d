import { type Instant, isBillingMonth } from '@seatledger/domain';
import { FormatRegistry, type Static, type TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler, type ValueError, ValueErrorType } from '@sinclair/typebox/compiler';

/** One thing that is wrong with a request, by its JSON pointer. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** A request that is not as the API describes it. */
export class InvalidRequest extends Error {
  constructor(
    readonly faults: readonly Fault[],
    readonly detail = 'The request is not as the API describes it.',
  ) {
    super(detail);
    this.name = 'InvalidRequest';
  }
}

const FAULTS_SHOWN = 20;

/** Control characters, and the separators that end a line in a text. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const MAILBOX = /^[^\s\p{Cc}@<>"(),:;[\]\\]{1,64}@[^\s\p{Cc}@<>"(),:;[\]\\_]+\.[^\s\p{Cc}@<>"(),:;[\]\\_.]+$/u;
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** Formats of our own: the check, what is said of a value that fails it, and its JSON Schema. */
export const FORMATS: Readonly<
  Record<string, { check: (text: string) => boolean; message: string; described: Readonly<Record<string, string>> }>
> = {
  name: {
    check: (text) => text.isWellFormed() && !CONTROL.test(text) && text.trim() !== '',
    message: 'must be text without control characters',
    described: { pattern: '^(?=.*\\S)[^\\p{Cc}\\u2028\\u2029]+$' },
  },
  mailbox: {
    check: (text) => text.isWellFormed() && MAILBOX.test(text),
    message: 'must be an e-mail address',
    described: { format: 'email' },
  },
  instant: {
    check: (text) => parseInstant(text) !== undefined,
    message: 'must be a time such as 2026-03-31T22:30:00.000Z',
    described: { format: 'date-time' },
  },
  'billing-month': {
    // The calendar ends in 9999, and every month needs one after it.
    check: (text) => isBillingMonth(text) && text < '3000',
    message: 'must be a month such as 2026-03',
    described: { pattern: '^[12]\\d{3}-(0[1-9]|1[0-2])$' },
  },
  day: {
    check: (text) => parseInstant(`${text}T00:00:00Z`) !== undefined,
    message: 'must be a day such as 2026-03-31',
    described: { format: 'date' },
  },
  country: {
    check: (text) => /^[A-Z]{2}$/.test(text) && REGIONS.of(text) !== undefined,
    message: 'must be an ISO 3166-1 alpha-2 code such as DE',
    described: { pattern: '^[A-Z]{2}$' },
  },
};
for (const [name, { check }] of Object.entries(FORMATS)) FormatRegistry.Set(name, check);

/** Reads RFC 3339; finer than milliseconds is cut off. Undefined for what is no such time. */
function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(hour) > 23) return undefined;
  // The calendar day must exist: Date would make 2 March of 30 February.
  if (Number(day) < 1 || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) {
    return undefined;
  }
  const instant = Date.parse(text.toUpperCase());
  return Number.isNaN(instant) ? undefined : instant;
}

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

/** The value, when it is as the schema says. @throws {InvalidRequest} naming each fault */
export function parse<S extends TSchema>(schema: S, value: unknown, under = ''): Static<S> {
  let check = compiled.get(schema);
  if (check === undefined) {
    check = TypeCompiler.Compile<TSchema>(schema);
    compiled.set(schema, check);
  }
  if (check.Check(value)) return value;
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const error of check.Errors(value)) {
    const path = `${under}${error.path}`;
    if (seen.has(path)) continue;
    seen.add(path);
    faults.push({ path, message: messageOf(error) });
    if (faults.length === FAULTS_SHOWN) break;
  }
  throw new InvalidRequest(faults);
}

/** What is wrong, in words for the caller; the value itself is never repeated. */
function messageOf({ type, schema, message, value }: ValueError): string {
  const { format, anyOf } = schema as { format?: string; anyOf?: readonly { const?: string }[] };
  if (value === undefined && /required/i.test(message)) return 'is required';
  if (typeof value === 'string' && schema['type'] === 'string') return textFault(schema, value, format);
  if (type === ValueErrorType.String) return 'must be text';
  if (type === ValueErrorType.ObjectMinProperties) return ruleOf(schema);
  if (type === ValueErrorType.ArrayMaxItems) return `must have at most ${String(schema['maxItems'])} values`;
  const values = anyOf?.map((option) => option.const).filter((value) => value !== undefined);
  if (values !== undefined && values.length > 0) return `must be one of ${values.join(', ')}`;
  if (/unexpected property/i.test(message)) return 'is not a known property';
  return message;
}

function textFault(schema: TSchema, value: string, format: string | undefined): string {
  const { minLength = 0, maxLength = Infinity } = schema as { minLength?: number; maxLength?: number };
  const hasLength = value.length >= minLength && value.length <= maxLength;
  if (format === 'name') {
    if (!hasLength || value.trim() === '') return `must have ${minLength} to ${maxLength} characters, not only blanks`;
    return value.isWellFormed() ? 'must be text without control characters' : 'must be whole Unicode characters';
  }
  const described = format === undefined ? undefined : FORMATS[format]?.message;
  if (described !== undefined) return hasLength ? described : `${described} of at most ${maxLength} characters`;
  if (!hasLength) return minLength > 0 ? `must have ${minLength} to ${maxLength} characters` : atMost(maxLength);
  return ruleOf(schema);
}

const atMost = (maxLength: number): string => `must have at most ${maxLength} characters`;

/** What a schema says of its own rule, such as a pattern, which is no text for people. */
function ruleOf(schema: TSchema): string {
  const { rule, as } = schema as { rule?: string; as?: { minimum: number; maximum: number } };
  if (rule !== undefined) return rule;
  if (as !== undefined) return `must be a whole number from ${as.minimum} to ${as.maximum}`;
  return 'is not written as the API describes it';
}

/** A time that a schema has checked. */
export function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new TypeError('the time was not checked');
  return instant;
}
