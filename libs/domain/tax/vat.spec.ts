import fc from 'fast-check';

import { taxIdentityOf } from './tax-identity';
import { vatTerritoryOf } from './territories';
import { standardRateOn, taxSubtotals, taxTreatmentOf } from './vat';

const business = (country: string, vatId?: string, postalCode?: string) => ({
  buyerKind: 'business' as const,
  country,
  ...(vatId === undefined ? {} : { vatId }),
  ...(postalCode === undefined ? {} : { postalCode }),
});

describe('the tax of a month', () => {
  it.each([
    ['2007-01', '19'],
    ['2020-06', '19'],
    ['2020-07', '16'],
    ['2020-12', '16'],
    ['2021-01', '19'],
    ['2026-03', '19'],
  ])('in Germany in %s is %s per cent', (month, rate) => {
    expect(taxTreatmentOf(month, business('DE'))).toEqual({ category: 'S', rate });
    expect(taxTreatmentOf(month, business('DE', 'DE123456788'))).toEqual({ category: 'S', rate });
  });
  it.each([
    ['AT', 'ATU12345675', '2026-03', 'AE', '0'],
    ['AT', undefined, '2026-03', 'S', '19'],
    ['AT', undefined, '2020-08', 'S', '16'],
    ['GR', 'EL123456783', '2026-03', 'AE', '0'],
    ['CH', undefined, '2026-03', 'O', '0'],
    ['CH', 'CHE-123.456.789', '2026-03', 'O', '0'],
    ['US', undefined, '2026-03', 'O', '0'],
    ['NO', undefined, '2026-03', 'O', '0'],
    ['GB', 'GB123456782', '2020-12', 'AE', '0'],
    ['GB', undefined, '2020-12', 'S', '16'],
    ['GB', 'GB123456782', '2021-01', 'O', '0'],
    ['GB', undefined, '2021-01', 'O', '0'],
    ['HR', undefined, '2013-06', 'O', '0'],
    ['HR', undefined, '2013-07', 'S', '19'],
  ])('of a buyer in %s with the VAT id %s in %s is %s %s', (country, vatId, month, category, rate) => {
    expect(taxTreatmentOf(month, business(country, vatId))).toEqual({ category, rate });
  });
  it('is decided by the last day', () => {
    expect(standardRateOn('2020-06-30')).toBe('19');
    expect(standardRateOn('2020-07-01')).toBe('16');
  });
  it('is not known before 2007', () => {
    expect(() => taxTreatmentOf('2006-12', business('DE'))).toThrow(RangeError);
  });
  it('knows 27 member states', () => {
    const countries = new Intl.DisplayNames('en', { type: 'region' });
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const members = letters
      .flatMap((a) => letters.map((b) => a + b))
      .filter(
        (code) =>
          countries.of(code) !== code && vatTerritoryOf({ country: code }, '2026-03-31').isInEu && code !== 'MC',
      );
    expect(members).toHaveLength(27);
  });
});

describe('where an address lies for VAT', () => {
  it.each([
    ['MC', '98000', 'FR', true],
    ['FR', '98000', 'FR', true],
    ['DE', '48155', 'DE', true],
    ['DE', '78266', 'Büsingen', false],
    ['DE', 'D-78266', 'Büsingen', false],
    ['DE', ' 78 266 ', 'Büsingen', false],
    ['DE', '8238', 'Büsingen', false],
    ['DE', '78267', 'DE', true],
    ['AT', '8238', 'AT', true],
    ['DE', '27498', 'Helgoland', false],
    ['ES', '35001', 'Canary Islands', false],
    ['ES', '38900', 'Canary Islands', false],
    ['ES', '36001', 'ES', true],
    ['ES', '51001', 'Ceuta', false],
    ['ES', '52006', 'Melilla', false],
    ['IT', '23041', 'Livigno', false],
    ['IT', '22061', 'Campione d’Italia', false],
    ['IT', '00120', 'VA', false],
    ['IT', '47890', 'SM', false],
    ['IT', '00121', 'IT', true],
    ['FI', '22100', 'AX', false],
    ['AX', '22100', 'AX', false],
    ['GR', '630 86', 'Mount Athos', false],
    ['GR', '63085', 'GR', true],
    ['FR', '97110', 'GP', false],
    ['FR', '97400', 'RE', false],
    ['RE', '97400', 'RE', false],
    ['FR', '96000', 'FR', true],
    ['DK', '3900', 'GL', false],
    ['DK', '0900', 'DK', true],
    ['GB', 'BT1 5GS', 'GB', false],
    ['XI', 'BT1 5GS', 'GB', false],
    ['IM', 'IM1 1AA', 'GB', false],
    ['PT', '9000-001', 'PT', true],
    ['CH', '78266', 'CH', false],
  ])('%s %s is %s, in the Union: %s', (country, postalCode, code, isInEu) => {
    expect(vatTerritoryOf({ country, postalCode }, '2026-03-31')).toEqual({ code, isInEu });
  });
  it.each([
    ['GB', 'SW1A 1AA', '2020-12-31', true],
    ['GB', 'SW1A 1AA', '2021-01-01', false],
    ['IM', 'IM1 1AA', '2020-12-31', true],
    ['XI', 'BT1 5GS', '2020-12-31', true],
    ['XI', 'BT1 5GS', '2021-01-01', false],
    ['GB', 'JE2 3AB', '2020-12-31', false],
    ['GB', 'GY1 1AA', '2020-12-31', false],
    ['HR', '10000', '2013-06-30', false],
    ['HR', '10000', '2013-07-01', true],
  ])('%s %s on %s is in the Union: %s', (country, postalCode, day, isInEu) => {
    expect(vatTerritoryOf({ country, postalCode }, day).isInEu).toBe(isInEu);
  });
  it('decides the tax', () => {
    const O = { category: 'O', rate: '0' };
    expect(taxTreatmentOf('2026-03', business('MC'))).toEqual({ category: 'S', rate: '19' });
    expect(taxTreatmentOf('2026-03', business('MC', 'FR44732829320'))).toEqual({ category: 'AE', rate: '0' });
    expect(taxTreatmentOf('2026-03', business('DE', undefined, '78266'))).toEqual(O);
    expect(taxTreatmentOf('2026-03', business('ES', 'ESB58378431', '35001'))).toEqual(O);
  });
  it('makes a consumer no business, whatever id is given', () => {
    const consumer = { ...business('AT', 'ATU12345675'), buyerKind: 'consumer' as const };
    expect(taxTreatmentOf('2026-03', consumer)).toEqual({ category: 'S', rate: '19' });
  });
});

describe('the tax identity of a month', () => {
  const identity = (buyer: Parameters<typeof taxIdentityOf>[1], month = '2026-03') => taxIdentityOf(month, buyer);
  it('is the same for the same place, id and kind', () => {
    expect(identity(business('DE', undefined, '48155'))).toBe(identity(business('DE', undefined, '10115')));
    expect(identity(business('MC', 'FR44732829320'))).toBe(identity(business('FR', 'FR44732829320')));
    expect(identity(business('AT', 'ATU11111116'), '2026-01')).toBe(identity(business('AT', 'ATU11111116'), '2026-02'));
  });
  it.each([
    ['the VAT id', business('AT', 'ATU11111116'), business('AT', 'ATU22222226')],
    ['the place', business('DE', undefined, '48155'), business('DE', undefined, '78266')],
    ['the kind', business('DE'), { ...business('DE'), buyerKind: 'public' as const }],
    ['the country', business('AT'), business('FR')],
  ])('is another with %s', (_what, before, after) => expect(identity(before)).not.toBe(identity(after)));
  it('is another when the place leaves the Union', () => {
    const british = business('GB', 'GB123456782');
    expect(identity(british, '2020-12')).not.toBe(identity(british, '2021-01'));
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
