import { type BillingMonth } from '../billing/billing-month';
import { type PriceTerms, type PriceTiers } from '../contract/terms';
import { exact, type ExactNumber, ofUnits, percentOf, type Quantity, QUANTITY_SCALE, roundMinor } from './money';

/** One line of a month's price, before tax. */
export interface PricedLine {
  readonly kind: 'license' | 'minimum' | 'discount';
  readonly quantity: Quantity;
  /** Absent where one price does not say it: a minimum over several steps, a discount. */
  readonly unitPriceMinor?: number;
  readonly netMinor: number;
}

type Prices = Pick<PriceTerms, 'unitPriceMinor' | 'tiers' | 'freeUnits' | 'minimumUnits' | 'discount'>;

/**
 * A month's lines for a counted quantity: less the free units, priced by tiers; the shortfall to
 * the minimum; the discount on the sum of both. Each line is rounded half-up once.
 */
export function priceMonth(month: BillingMonth, counted: Quantity, prices: Prices): PricedLine[] {
  const billable = Math.max(0, counted - ofUnits(prices.freeUnits ?? 0));
  const lines = licenseLines(billable, prices);
  const minimum = minimumLine(billable, prices);
  if (minimum !== undefined) lines.push(minimum);
  const discount = discountLine(month, lines, prices);
  if (discount !== undefined) lines.push(discount);
  return lines;
}

function licenseLines(billable: Quantity, { unitPriceMinor, tiers }: Prices): PricedLine[] {
  if (billable === 0) return [];
  return partsOf(0, billable, tiers, unitPriceMinor).map(({ quantity, price }) => ({
    kind: 'license',
    quantity,
    unitPriceMinor: price,
    netMinor: roundMinor(amountOf(quantity, price)),
  }));
}

/** The shortfall is priced as the further units that it stands for. */
function minimumLine(billable: Quantity, prices: Prices): PricedLine | undefined {
  const minimum = ofUnits(prices.minimumUnits ?? 0);
  if (billable >= minimum) return undefined;
  const parts =
    prices.tiers?.mode === 'volume'
      ? [{ quantity: minimum - billable, price: stepReached(billable, prices.tiers) }]
      : partsOf(billable, minimum, prices.tiers, prices.unitPriceMinor);
  const amount = parts.reduce((sum, { quantity, price }) => sum.plus(amountOf(quantity, price)), exact(0));
  const [only] = parts.length === 1 ? parts : [];
  return {
    kind: 'minimum',
    quantity: minimum - billable,
    ...(only === undefined ? {} : { unitPriceMinor: only.price }),
    netMinor: roundMinor(amount),
  };
}

function discountLine(month: BillingMonth, lines: readonly PricedLine[], { discount }: Prices): PricedLine | undefined {
  if (discount === undefined || lines.length === 0) return undefined;
  if (month < discount.firstMonth) return undefined;
  if (discount.lastMonth !== undefined && month > discount.lastMonth) return undefined;
  const sum = lines.reduce((total, { netMinor }) => total + netMinor, 0);
  const off = percentOf(sum, discount.percent);
  return off === 0 ? undefined : { kind: 'discount', quantity: ofUnits(1), netMinor: -off };
}

interface Part {
  readonly quantity: Quantity;
  readonly price: number;
}

/** The units after `from` up to `to`, by the price that holds for each. */
function partsOf(from: Quantity, to: Quantity, tiers: PriceTiers | undefined, unitPriceMinor: number): Part[] {
  if (tiers === undefined) return [{ quantity: to - from, price: unitPriceMinor }];
  if (tiers.mode === 'volume') return [{ quantity: to - from, price: stepReached(to, tiers) }];
  const parts: Part[] = [];
  let stepStart = 0;
  for (const { upTo, unitPriceMinor: price } of tiers.steps) {
    const stepEnd = upTo === undefined ? Infinity : ofUnits(upTo);
    const quantity = Math.min(to, stepEnd) - Math.max(from, stepStart);
    if (quantity > 0) parts.push({ quantity, price });
    stepStart = stepEnd;
  }
  return parts;
}

/** The price of the step in which a quantity lies; `upTo` is the last unit of its step. */
function stepReached(quantity: Quantity, { steps }: PriceTiers): number {
  const step = steps.find(({ upTo }) => upTo === undefined || quantity <= ofUnits(upTo));
  if (step === undefined) throw new Error('the last price step must have no upTo');
  return step.unitPriceMinor;
}

const amountOf = (quantity: Quantity, priceMinor: number): ExactNumber =>
  exact(quantity).times(priceMinor).dividedBy(QUANTITY_SCALE);
