import canonicalize from 'canonicalize';
import fc from 'fast-check';

import { canonicalJson } from './canonical-json';

describe('canonical JSON', () => {
  it('spells every value as RFC 8785 asks for', () => {
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
        expect(canonicalJson(value)).toBe(canonicalize(value));
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
