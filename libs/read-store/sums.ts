import { type Condition, type FieldValue, type Filter, type SumsSpec, type Total } from './port';

/** One combination of values, as a store keeps it: how many documents, and their sums in the order of `of`. */
export interface Group {
  readonly values: readonly FieldValue[];
  readonly count: number;
  readonly sums: readonly number[];
}

/** Whether kept sums can tell what a filter comes to. */
export const canTell = ({ by }: SumsSpec, where: Filter): boolean =>
  Object.keys(where).every((field) => by.includes(field));

/** What those groups come to that meet a filter, for each value of a field. @throws {RangeError} */
export function totalsOf({ by, of }: SumsSpec, groups: Iterable<Group>, where: Filter, field: string): Total[] {
  const conditions = Object.entries(where).map(([name, condition]) => [by.indexOf(name), condition] as const);
  const place = by.indexOf(field);
  const totals = new Map<FieldValue, { count: number; sums: number[] }>();
  for (const { values, count, sums } of groups) {
    if (count === 0 || !conditions.every(([at, condition]) => meets(values[at] ?? null, condition))) continue;
    const value = values[place] ?? null;
    const total = totals.get(value) ?? { count: 0, sums: of.map(() => 0) };
    totals.set(value, { count: total.count + count, sums: total.sums.map((sum, index) => sum + (sums[index] ?? 0)) });
  }
  return [...totals].map(([value, { count, sums }]) => total(of, value, count, sums)).sort(byValue);
}

/** @throws {RangeError} a sum that is no safe integer */
export function total(of: readonly string[], value: FieldValue, count: number, sums: readonly number[]): Total {
  const unsafe = of.find((_, index) => !Number.isSafeInteger(sums[index]));
  if (unsafe !== undefined) throw new RangeError(`the sum of ${unsafe} is larger than can be told exactly`);
  return { value, count, sums: Object.fromEntries(of.map((name, index) => [name, sums[index] ?? 0])) };
}

export const byValue = (a: Total, b: Total): number => (String(a.value) < String(b.value) ? -1 : 1);

function meets(value: FieldValue, condition: Condition): boolean {
  if ('anyOf' in condition) return condition.anyOf.includes(value);
  if (typeof value !== 'string') return false;
  if ('contains' in condition) return value.includes(condition.contains);
  return (condition.from ?? '') <= value && (condition.to === undefined || value <= condition.to);
}
