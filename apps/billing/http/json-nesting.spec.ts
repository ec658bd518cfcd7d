import { nestingFault } from './json-nesting';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('the nesting of JSON', () => {
  it.each([
    nested(64),
    '{"a":[1,"[[[{{{"]}',
    JSON.stringify({ text: '\\"['.repeat(100) }),
    `[${Array.from({ length: 100 }, () => '{}').join(',')}]`,
  ])('may be that of %s', (text) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(nestingFault(text)).toBeUndefined();
  });

  it.each([65, 1_000_000])('may not be %i deep', (depth) => {
    for (const text of [nested(depth), '{"a":'.repeat(depth), `{"text":"\\"","a":${nested(depth)}}`]) {
      expect(nestingFault(text)).toBe('must not be nested more than 64 deep');
    }
  });
});
