import { canonicalJson, DISPOSED } from '@seatledger/event-store';

const LONGEST = 160;

/** Where what is recorded differs from what is derived, in words; undefined when they are the same. */
export function differences(recorded: object, derived: object): string | undefined {
  const a = recorded as Readonly<Record<string, unknown>>;
  const b = derived as Readonly<Record<string, unknown>>;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !isSame(a[name], b[name]));
  if (names.length === 0) return undefined;
  return names.map((name) => describe(name, a[name], b[name])).join('; ');
}

/** Of two lists the first place at which they differ, of two objects in them every property. */
function describe(name: string, recorded: unknown, derived: unknown): string {
  if (Array.isArray(recorded) && Array.isArray(derived) && recorded.length === derived.length) {
    const index = recorded.findIndex((value, at) => !isSame(value, derived[at]));
    const [one, other] = [recorded[index] as unknown, derived[index] as unknown];
    return isObject(one) && isObject(other)
      ? inside(`${name}[${index}].`, one, other)
      : describe(`${name}[${index}]`, one, other);
  }
  return `${name} is recorded as ${shown(recorded)}, but comes to ${shown(derived)}`;
}

/** The differences of two objects, each under the name of where they stand. */
function inside(prefix: string, recorded: object, derived: object): string {
  const a = new Map(Object.entries(recorded));
  const b = new Map(Object.entries(derived));
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => !isSame(a.get(name), b.get(name)))
    .map((name) => describe(`${prefix}${name}`, a.get(name), b.get(name)))
    .join('; ');
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const [recorded, derived] = [canonicalJson(a), canonicalJson(b)];
  if (recorded === derived) return true;
  return (recorded.includes(DISPOSED) || derived.includes(DISPOSED)) && mayBeSame(a, b);
}

/** Whether they differ in nothing but texts that were disposed of, and may have been any. */
function mayBeSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b || a === DISPOSED || b === DISPOSED;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [one, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    one.size === other.size && [...one].every(([name, value]) => other.has(name) && mayBeSame(value, other.get(name)))
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = canonicalJson(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
