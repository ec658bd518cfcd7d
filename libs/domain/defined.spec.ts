import { defined } from './defined';

describe('defined', () => {
  it('leaves out what is undefined, and keeps everything else', () => {
    const given: { a: string; b: string | undefined; c: number | undefined; d: null } = {
      a: 'x',
      b: undefined,
      c: 0,
      d: null,
    };
    const made: { a: string; b?: string; c?: number; d: null } = defined(given);
    expect(Object.entries(made)).toEqual([
      ['a', 'x'],
      ['c', 0],
      ['d', null],
    ]);
  });
});
