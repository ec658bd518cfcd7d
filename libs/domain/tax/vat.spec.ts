import fc from 'fast-check';

import { isInEu, standardRateOn, taxSubtotals, taxTreatmentOf } from './vat';

describe('the tax of a month', () => {
  it.each([
    ['2007-01', '19'],
    ['2020-06', '19'],
    ['2020-07', '16'],
    ['2020-12', '16'],
    ['2021-01', '19'],
    ['2026-03', '19'],
  ])('in Germany in %s is %s per cent', (month, rate) => {
    expect(taxTreatmentOf(month, { country: 'DE' })).toEqual({ category: 'S', rate });
    expect(taxTreatmentOf(month, { country: 'DE', vatId: 'DE123456789' })).toEqual({ category: 'S', rate });
  });
  it.each([
    ['AT', 'ATU12345678', '2026-03', 'AE', '0'],
    ['AT', undefined, '2026-03', 'S', '19'],
    ['AT', undefined, '2020-08', 'S', '16'],
    ['GR', 'EL123456789', '2026-03', 'AE', '0'],
    ['CH', undefined, '2026-03', 'O', '0'],
    ['CH', 'CHE-123.456.789', '2026-03', 'O', '0'],
    ['US', undefined, '2026-03', 'O', '0'],
    ['NO', undefined, '2026-03', 'O', '0'],
    ['GB', 'GB123456789', '2020-12', 'AE', '0'],
    ['GB', undefined, '2020-12', 'S', '16'],
    ['GB', 'GB123456789', '2021-01', 'O', '0'],
    ['GB', undefined, '2021-01', 'O', '0'],
    ['HR', undefined, '2013-06', 'O', '0'],
    ['HR', undefined, '2013-07', 'S', '19'],
  ])('of a buyer in %s with the VAT id %s in %s is %s %s', (country, vatId, month, category, rate) => {
    const buyer = { country, ...(vatId === undefined ? {} : { vatId }) };
    expect(taxTreatmentOf(month, buyer)).toEqual({ category, rate });
  });
  it('is decided by the last day', () => {
    expect(standardRateOn('2020-06-30')).toBe('19');
    expect(standardRateOn('2020-07-01')).toBe('16');
  });
  it('is not known before 2007', () => {
    expect(() => taxTreatmentOf('2006-12', { country: 'DE' })).toThrow(RangeError);
  });
  it('knows 27 member states', () => {
    const countries = new Intl.DisplayNames('en', { type: 'region' });
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const members = letters
      .flatMap((a) => letters.map((b) => a + b))
      .filter((code) => countries.of(code) !== code && isInEu(code, '2026-03-31'));
    expect(members).toHaveLength(27);
  });
});

describe('VAT subtotals', () => {
  const S = { category: 'S', rate: '19' } as const;
  const S16 = { category: 'S', rate: '16' } as const;
  const AE = { category: 'AE', rate: '0' } as const;

  it('are taken on the sum of a category and rate, not per line', () => {
    // 3 x 0.03 EUR: per line 0.01 each, on the sum 0.02.
    expect(taxSubtotals([3, 3, 3].map((netMinor) => ({ netMinor, tax: S })))).toEqual([
      { ...S, netMinor: 9, taxMinor: 2 },
    ]);
  });
  it('stand apart by category and rate', () => {
    expect(
      taxSubtotals([
        { netMinor: 1000, tax: S },
        { netMinor: -100, tax: S16 },
        { netMinor: 50, tax: AE },
      ]),
    ).toEqual([
      { ...AE, netMinor: 50, taxMinor: 0 },
      { ...S16, netMinor: -100, taxMinor: -16 },
      { ...S, netMinor: 1000, taxMinor: 190 },
    ]);
  });
  it('add up, and turn round with the signs', () => {
    const line = fc.record({ netMinor: fc.integer({ min: -1e6, max: 1e6 }), tax: fc.constantFrom(S, S16, AE) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const subtotals = taxSubtotals(lines);
        const sum = (of: readonly { netMinor: number }[]) => of.reduce((total, { netMinor }) => total + netMinor, 0);
        expect(sum(subtotals)).toBe(sum(lines));
        for (const { netMinor, taxMinor, category } of subtotals) {
          expect(Object.is(taxMinor, -0)).toBe(false);
          if (category !== 'S') expect(taxMinor).toBe(0);
          if (netMinor > 0) expect(taxMinor).toBeGreaterThanOrEqual(0);
          if (netMinor < 0) expect(taxMinor).toBeLessThanOrEqual(0);
        }
        const turned = taxSubtotals(lines.map(({ netMinor, tax }) => ({ netMinor: -netMinor, tax })));
        expect(turned.map(({ taxMinor }) => taxMinor + 0)).toEqual(subtotals.map(({ taxMinor }) => 0 - taxMinor));
      }),
    );
  });
});
