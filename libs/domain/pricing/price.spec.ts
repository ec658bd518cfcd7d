import fc from 'fast-check';

import { type PriceTiers } from '../contract/terms';
import { exact, formatQuantity, ofUnits, parseQuantity, percentOf, roundMinor } from './money';
import { priceMonth } from './price';

type Prices = Parameters<typeof priceMonth>[2];
const GRADUATED: PriceTiers = {
  mode: 'graduated',
  steps: [{ upTo: 10, unitPriceMinor: 1000 }, { upTo: 20, unitPriceMinor: 800 }, { unitPriceMinor: 500 }],
};
const VOLUME: PriceTiers = { ...GRADUATED, mode: 'volume' };

/** Lines as `license 10 x 1000 = 10000`. */
const price = (counted: string, prices: Partial<Prices>, month = '2026-03'): string[] =>
  priceMonth(month, parseQuantity(counted), { unitPriceMinor: 1000, ...prices }).map(
    ({ kind, quantity, unitPriceMinor, netMinor }) =>
      `${kind} ${formatQuantity(quantity)}${unitPriceMinor === undefined ? '' : ` x ${unitPriceMinor}`} = ${netMinor}`,
  );
const net = (counted: number, prices: Partial<Prices>): number =>
  priceMonth('2026-03', counted, { unitPriceMinor: 1000, ...prices }).reduce((sum, line) => sum + line.netMinor, 0);

describe('the price of a month', () => {
  it.each<[string, string, Partial<Prices>, string[]]>([
    ['one price', '3', {}, ['license 3 x 1000 = 3000']],
    ['nothing', '0', {}, []],
    ['half a cent is rounded up', '0.5', { unitPriceMinor: 1 }, ['license 0.5 x 1 = 1']],
    ['less is rounded down', '0.4999', { unitPriceMinor: 1 }, ['license 0.4999 x 1 = 0']],
    ['prorated', '12.7097', { unitPriceMinor: 999 }, ['license 12.7097 x 999 = 12697']],
    ['free units', '5', { freeUnits: 2 }, ['license 3 x 1000 = 3000']],
    ['only free units', '2', { freeUnits: 2 }, []],
    ['fewer than the free units', '1', { freeUnits: 2 }, []],
    ['a minimum', '3', { minimumUnits: 5 }, ['license 3 x 1000 = 3000', 'minimum 2 x 1000 = 2000']],
    ['a minimum without units', '0', { minimumUnits: 5 }, ['minimum 5 x 1000 = 5000']],
    ['a minimum reached', '5', { minimumUnits: 5 }, ['license 5 x 1000 = 5000']],
    [
      'a minimum after free units',
      '5',
      { freeUnits: 2, minimumUnits: 4 },
      ['license 3 x 1000 = 3000', 'minimum 1 x 1000 = 1000'],
    ],
    ['graduated, first step', '10', { tiers: GRADUATED }, ['license 10 x 1000 = 10000']],
    ['graduated, second step', '11', { tiers: GRADUATED }, ['license 10 x 1000 = 10000', 'license 1 x 800 = 800']],
    [
      'graduated, third step',
      '25',
      { tiers: GRADUATED },
      ['license 10 x 1000 = 10000', 'license 10 x 800 = 8000', 'license 5 x 500 = 2500'],
    ],
    ['graduated, prorated', '10.5', { tiers: GRADUATED }, ['license 10 x 1000 = 10000', 'license 0.5 x 800 = 400']],
    [
      'graduated, the shortfall over two steps',
      '8',
      { tiers: GRADUATED, minimumUnits: 12 },
      ['license 8 x 1000 = 8000', 'minimum 4 = 3600'],
    ],
    [
      'graduated, the shortfall in one step',
      '12',
      { tiers: GRADUATED, minimumUnits: 15 },
      ['license 10 x 1000 = 10000', 'license 2 x 800 = 1600', 'minimum 3 x 800 = 2400'],
    ],
    ['volume, first step', '10', { tiers: VOLUME }, ['license 10 x 1000 = 10000']],
    ['volume, second step', '11', { tiers: VOLUME }, ['license 11 x 800 = 8800']],
    ['volume, prorated over the first', '10.0001', { tiers: VOLUME }, ['license 10.0001 x 800 = 8000']],
    [
      'volume, the shortfall at the price of the step reached',
      '8',
      { tiers: VOLUME, minimumUnits: 12 },
      ['license 8 x 1000 = 8000', 'minimum 4 x 1000 = 4000'],
    ],
    [
      'a discount on license and shortfall',
      '3',
      { minimumUnits: 5, discount: { percent: '10.00', firstMonth: '2026-03' } },
      ['license 3 x 1000 = 3000', 'minimum 2 x 1000 = 2000', 'discount 1 = -500'],
    ],
    [
      'a discount, half-up',
      '1',
      { unitPriceMinor: 5, discount: { percent: '10', firstMonth: '2026-01' } },
      ['license 1 x 5 = 5', 'discount 1 = -1'],
    ],
    [
      'a discount that comes to nothing',
      '1',
      { unitPriceMinor: 4, discount: { percent: '10', firstMonth: '2026-01' } },
      ['license 1 x 4 = 4'],
    ],
    [
      'all off',
      '2',
      { discount: { percent: '100', firstMonth: '2026-01' } },
      ['license 2 x 1000 = 2000', 'discount 1 = -2000'],
    ],
    ['a discount on nothing', '0', { discount: { percent: '50', firstMonth: '2026-01' } }, []],
    ['a price of nothing', '2', { unitPriceMinor: 0 }, ['license 2 x 0 = 0']],
  ])('%s', (_what, counted, prices, lines) => expect(price(counted, prices)).toEqual(lines));

  it.each([
    ['2026-01', 1],
    ['2026-02', 2],
    ['2026-03', 2],
    ['2026-04', 1],
  ])('has a discount from its first month to its last: in %s %i lines', (month, lines) => {
    const discount = { percent: '10', firstMonth: '2026-02', lastMonth: '2026-03' };
    expect(price('1', { discount }, month)).toHaveLength(lines);
  });

  it('throws on tiers without a last step', () => {
    expect(() => price('2', { tiers: { mode: 'volume', steps: [{ upTo: 1, unitPriceMinor: 1 }] } })).toThrow('upTo');
  });
});

describe('amounts', () => {
  it.each([
    ['0.5', 1],
    ['-0.5', -1],
    ['0.49', 0],
    ['-0.49', 0],
    ['1.5', 2],
    ['-1.5', -2],
    ['2.5', 3],
  ])('round half away from zero: %s is %i', (amount, expected) => expect(roundMinor(exact(amount))).toBe(expected));
  it('out of the range of exact integers are refused', () => {
    expect(() => roundMinor(exact('9007199254740993'))).toThrow(RangeError);
  });
  it('have exact percentages', () => {
    expect(percentOf(150, '19')).toBe(29);
    expect(percentOf(-150, '19')).toBe(-29);
    expect(percentOf(0, '19')).toBe(0);
  });
  it('round as whole numbers do', () => {
    const amount = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 1_000_000 }), (amount, tenThousandths) => {
        const dividend = BigInt(amount) * BigInt(tenThousandths);
        const size = dividend < 0n ? -dividend : dividend;
        const rounded = (2n * size + 1_000_000n) / 2_000_000n;
        const expected = Number(dividend < 0n ? -rounded : rounded);
        expect(percentOf(amount, formatQuantity(tenThousandths))).toBe(expected === 0 ? 0 : expected);
      }),
    );
  });
  it('have quantities of four decimals', () => {
    expect(formatQuantity(127_097)).toBe('12.7097');
    expect(formatQuantity(120_000)).toBe('12');
    expect(formatQuantity(1)).toBe('0.0001');
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (quantity) => {
        expect(parseQuantity(formatQuantity(quantity))).toBe(quantity);
      }),
    );
  });
});

describe('prices of any tiers', () => {
  const quantity = fc.integer({ min: 0, max: 400_000 });
  const anyTiers = (mode: 'graduated' | 'volume') =>
    fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 1, max: 35 }), { maxLength: 4 }),
        fc.array(fc.nat(3000), { minLength: 5, maxLength: 5 }),
      )
      .map(([bounds, prices]): PriceTiers => {
        bounds.sort((a, b) => a - b);
        return {
          mode,
          steps: [
            ...bounds.map((upTo, index) => ({ upTo, unitPriceMinor: prices[index]! })),
            { unitPriceMinor: prices[4]! },
          ],
        };
      });
  const anyPrices = fc.record(
    {
      unitPriceMinor: fc.nat(3000),
      tiers: fc.oneof(anyTiers('graduated'), anyTiers('volume')),
      freeUnits: fc.nat(12),
      minimumUnits: fc.nat(40),
      discount: fc.record({
        percent: fc.integer({ min: 1, max: 10_000 }).map((percent) => (percent / 100).toFixed(2)),
        firstMonth: fc.constant('2026-01'),
      }),
    },
    { requiredKeys: ['unitPriceMinor'] },
  ) as fc.Arbitrary<Prices>;

  it('graduated never get less with more units', () => {
    fc.assert(
      fc.property(anyTiers('graduated'), quantity, quantity, (tiers, a, b) => {
        expect(net(Math.min(a, b), { tiers })).toBeLessThanOrEqual(net(Math.max(a, b), { tiers }));
      }),
    );
  });
  it('volume never get less within a step', () => {
    fc.assert(
      fc.property(anyTiers('volume'), fc.nat(40), fc.nat(40), (tiers, a, b) => {
        const stepOf = (units: number) => tiers.steps.findIndex(({ upTo }) => upTo === undefined || units <= upTo);
        fc.pre(stepOf(a) === stepOf(b));
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((units) => net(ofUnits(units), { tiers }));
        expect(less!).toBeLessThanOrEqual(more!);
      }),
    );
  });
  it('graduated cost at a boundary the sum of the steps', () => {
    fc.assert(
      fc.property(anyTiers('graduated'), (tiers) => {
        let before = 0;
        let sum = 0;
        for (const { upTo, unitPriceMinor } of tiers.steps) {
          if (upTo === undefined) continue;
          sum += (upTo - before) * unitPriceMinor;
          before = upTo;
          expect(net(ofUnits(upTo), { tiers })).toBe(sum);
        }
      }),
    );
  });
  it('are the same in both modes with one step, and without tiers', () => {
    fc.assert(
      fc.property(quantity, fc.nat(3000), (counted, unitPriceMinor) => {
        const steps = [{ unitPriceMinor }];
        const flat = net(counted, { unitPriceMinor });
        expect(net(counted, { tiers: { mode: 'graduated', steps } })).toBe(flat);
        expect(net(counted, { tiers: { mode: 'volume', steps } })).toBe(flat);
      }),
    );
  });
  it('are never negative, have no -0, and bill all units once', () => {
    fc.assert(
      fc.property(anyPrices, quantity, (prices, counted) => {
        const lines = priceMonth('2026-03', counted, prices);
        for (const { kind, netMinor, quantity } of lines) {
          expect(Object.is(netMinor, -0)).toBe(false);
          expect(Number.isSafeInteger(netMinor)).toBe(true);
          expect(quantity).toBeGreaterThan(0);
          expect(netMinor < 0).toBe(kind === 'discount');
        }
        expect(lines.reduce((sum, { netMinor }) => sum + netMinor, 0)).toBeGreaterThanOrEqual(0);
        const units = lines.filter(({ kind }) => kind !== 'discount').reduce((sum, line) => sum + line.quantity, 0);
        const billable = Math.max(0, counted - ofUnits(prices.freeUnits ?? 0));
        expect(units).toBe(Math.max(billable, ofUnits(prices.minimumUnits ?? 0)));
      }),
      { numRuns: 300 },
    );
  });
});
