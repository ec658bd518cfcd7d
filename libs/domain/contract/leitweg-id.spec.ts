import { isLeitwegId, looksLikeLeitwegId } from './leitweg-id';

describe('a Leitweg-ID', () => {
  it.each([
    ['04011000-1234512345-06', true, true],
    ['991-33333TEST-33', true, true],
    ['991-33333test-33', true, true],
    ['04011000-12345-03', true, true],
    ['04011000-1234512345-07', true, false],
    ['2026-17', true, false],
    ['Kst. 4711', false, false],
    ['PO-2026-0001', false, false],
    ['', false, false],
  ])('%p: meant as one %s, right %s', (text, isMeant, isRight) => {
    expect([looksLikeLeitwegId(text), isLeitwegId(text)]).toEqual([isMeant, isRight]);
  });
});
