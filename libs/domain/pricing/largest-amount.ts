import { type PriceTerms } from '../contract/terms';

/** Net and tax must stay exact integers: a quarter is left for the tax. */
export const MAX_AMOUNT_MINOR = BigInt(Number.MAX_SAFE_INTEGER);

/** More units than any workspace has. */
const MAX_UNITS = 1_000_000n;

type Prices = Pick<PriceTerms, 'unitPriceMinor' | 'tiers' | 'minimumUnits'>;

/** The largest amount, tax included, that a month can come to at these prices. */
export function largestAmountOf(prices: Prices): bigint {
  const minimum = BigInt(prices.minimumUnits ?? 0);
  return (largestNetOf(prices, minimum > MAX_UNITS ? minimum : MAX_UNITS) * 5n) / 4n;
}

function largestNetOf({ unitPriceMinor, tiers }: Prices, units: bigint): bigint {
  if (tiers === undefined) return BigInt(unitPriceMinor) * units;
  let net = 0n;
  let reached = 0n;
  for (const { upTo, unitPriceMinor: price } of tiers.steps) {
    const end = upTo === undefined || BigInt(upTo) > units ? units : BigInt(upTo);
    const step = tiers.mode === 'volume' ? end * BigInt(price) : net + (end - reached) * BigInt(price);
    if (end > reached && step > net) net = step;
    reached = end;
  }
  return net;
}
