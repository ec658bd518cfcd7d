// What the units cost and how that is taxed. All amounts are whole minor units (BigInt), all quantities whole
// ten-thousandths, all percentages whole hundredths: there is no floating point anywhere.

import { ONE } from './units.mjs';

/** Half-up, for negative amounts away from zero. */
function roundedQuotient(dividend, divisor) {
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

/** "10.00", "7.5" or 10 in hundredths. */
function hundredths(percent) {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(percent)) ?? [];
  if (whole === undefined) throw new Error(`"${percent}" is no percentage`);
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'));
}

const amountOf = (parts) =>
  roundedQuotient(
    parts.reduce((sum, part) => sum + part.quantity * part.price, 0n),
    ONE,
  );

/** The steps of a price list as `{above, upTo, price}`; a flat price is a list of one step. */
function stepsOf({ tiers, unitPriceMinor }) {
  const given = tiers ? tiers.steps : [{ unitPriceMinor }];
  const steps = [];
  let above = 0n;
  for (const step of given) {
    const upTo = step.upTo === undefined || step.upTo === null ? null : BigInt(step.upTo) * ONE;
    steps.push({ above, upTo, price: BigInt(step.unitPriceMinor) });
    above = upTo;
  }
  return steps;
}

/** Cuts the units after the first `from` up to `to` into the parts that fall into each step. */
function partsByStep(steps, from, to) {
  const parts = [];
  for (const { above, upTo, price } of steps) {
    const low = from > above ? from : above;
    const high = upTo !== null && upTo < to ? upTo : to;
    if (low < high) parts.push({ quantity: high - low, price });
  }
  return parts;
}

/** A month's own lines: licenses, the shortfall to the minimum, the discount on both. */
export function monthLines(terms, month, counted) {
  const free = BigInt(terms.freeUnits ?? 0) * ONE;
  const minimum = BigInt(terms.minimumUnits ?? 0) * ONE;
  const billable = counted > free ? counted - free : 0n;
  const shortfall = minimum > billable ? minimum - billable : 0n;
  const steps = stepsOf(terms);

  let licenses = partsByStep(steps, 0n, billable);
  let further = partsByStep(steps, billable, billable + shortfall);
  if (terms.tiers?.mode === 'volume') {
    const { price } = steps.find(({ upTo }) => upTo === null || billable <= upTo);
    licenses = [{ quantity: billable, price }];
    further = [{ quantity: shortfall, price }];
  }

  const lines = [];
  for (const part of licenses) {
    if (part.quantity > 0n) lines.push({ kind: 'license', month, quantity: part.quantity, net: amountOf([part]) });
  }
  if (shortfall > 0n) lines.push({ kind: 'minimum', month, quantity: shortfall, net: amountOf(further) });

  const { discount } = terms;
  if (discount && discount.firstMonth <= month && (!discount.lastMonth || month <= discount.lastMonth)) {
    const reduction = roundedQuotient(netOf(lines) * hundredths(discount.percent), 10_000n);
    if (reduction !== 0n) lines.push({ kind: 'discount', month, quantity: ONE, net: -reduction });
  }
  return lines;
}

export const netOf = (lines) => lines.reduce((sum, line) => sum + line.net, 0n);

const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

const GERMAN_RATES = [
  { from: '2007-01-01', rate: 19n },
  { from: '2020-07-01', rate: 16n },
  { from: '2021-01-01', rate: 19n },
];

/** VAT category (EN 16931) and rate in percent, for a seller in Germany. */
export function taxOf(billTo, lastDay) {
  const { rate } = GERMAN_RATES.filter(({ from }) => from <= lastDay).at(-1);
  if (!EU.includes(billTo.country)) return { category: 'O', rate: 0n };
  if (billTo.country !== 'DE' && billTo.vatId) return { category: 'AE', rate: 0n };
  return { category: 'S', rate };
}

/** VAT per category and rate, on the sum of its lines; each line carries its own month's `tax`. */
export function taxesOn(lines) {
  const groups = new Map();
  for (const { tax, net } of lines) {
    const name = `${tax.category} ${tax.rate}`;
    const group = groups.get(name) ?? { ...tax, net: 0n };
    group.net += net;
    groups.set(name, group);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({ ...group, tax: roundedQuotient(group.net * group.rate, 100n) }));
}
