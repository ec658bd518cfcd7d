import fc from 'fast-check';

import { canonicalJson } from './canonical-json';

/** The rule itself, as plainly as it can be said. */
function reference(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${reference((value as Record<string, unknown>)[key])}`).join(',')}}`;
}

describe('canonical JSON', () => {
  it('spells every value in the one way that the order of its keys allows', () => {
    // Keys that are numbers are enumerated in an order of their own, and short ones often meet it by chance.
    const key = fc.oneof(
      fc.string({ maxLength: 2 }),
      fc.nat(120).map(String),
      fc.constantFrom('a', 'b', '$c', ':', '٣'),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(canonicalJson(value)).toBe(reference(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves out what an object does not have, and takes nothing that is not JSON', () => {
    expect(canonicalJson({ b: undefined, a: { d: undefined, c: 1 } })).toBe('{"a":{"c":1}}');
    for (const value of [undefined, NaN, [undefined], { a: [Infinity] }, 1n]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });
});
