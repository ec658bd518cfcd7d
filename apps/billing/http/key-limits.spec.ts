import { KeyLimits } from './key-limits';
import { TooManyRequests } from './problems';

describe('the limits of a key', () => {
  let now: number;
  let limits: KeyLimits;
  beforeEach(() => {
    now = 0;
    limits = new KeyLimits({ rateLimitPerMinute: 100 }, () => now);
  });

  it('count commands, however many come in a request', () => {
    limits.count('a', 60);
    expect(limits.waitFor('a', 41)).toBe(60_000);
    now = 1000;
    expect(() => limits.count('a', 41)).toThrow(new TooManyRequests(59));
    limits.count('a', 40);
    limits.count('b', 100);
    now = 60_000;
    limits.count('a', 100);
  });

  it('let more than a minute takes pass when nothing went before', () => {
    limits.count('a', 1000);
    expect(limits.waitFor('a', 1)).toBe(60_000);
  });

  it('count open streams', () => {
    const ends = Array.from({ length: 16 }, () => limits.openStream('a'));
    expect(() => limits.openStream('a')).toThrow(TooManyRequests);
    limits.openStream('b');
    ends[0]!();
    // Ended twice it makes room but once.
    ends[0]!();
    limits.openStream('a');
    expect(() => limits.openStream('a')).toThrow(TooManyRequests);
  });
});
