import { type BillingMonth, lastDayOf } from '../billing/billing-month';
import { type BuyerKind } from '../contract/terms';
import { percentOf } from '../pricing/money';
import { type Place, vatTerritoryOf } from './territories';

/**
 * How a line is taxed: the categories of EN 16931 (UNTDID 5305) that a German seller of services
 * needs here. S: standard rate. AE: reverse charge (§ 13b UStG, Art. 196 VAT directive).
 * O: not taxable in Germany (§ 3a (2) UStG).
 */
export type TaxCategory = 'S' | 'AE' | 'O';

export interface TaxTreatment {
  readonly category: TaxCategory;
  /** Per cent as a decimal string, `"19"`. */
  readonly rate: string;
}

export interface TaxedBuyer extends Place {
  readonly vatId?: string;
  readonly buyerKind: BuyerKind;
}

/** German standard rates (§ 12 (1) UStG; § 28 (1) UStG for the second half of 2020). */
const STANDARD_RATES = [
  { from: '2007-01-01', rate: '19' },
  { from: '2020-07-01', rate: '16' },
  { from: '2021-01-01', rate: '19' },
] as const;

/** The German standard rate on a day. @throws before 2007, for which there are no rates here */
export function standardRateOn(day: string): string {
  const rate = STANDARD_RATES.findLast(({ from }) => from <= day)?.rate;
  if (rate === undefined) throw new RangeError(`no VAT rate is known for ${day}`);
  return rate;
}

/** How a month's supply to a buyer is taxed; the month's last day decides the rate. */
export function taxTreatmentOf(month: BillingMonth, buyer: TaxedBuyer): TaxTreatment {
  const day = lastDayOf(month);
  const territory = vatTerritoryOf(buyer, day);
  if (!territory.isInEu) return { category: 'O', rate: '0' };
  const isTaxablePerson = buyer.vatId !== undefined && buyer.buyerKind !== 'consumer';
  if (territory.code !== 'DE' && isTaxablePerson) return { category: 'AE', rate: '0' };
  return { category: 'S', rate: standardRateOn(day) };
}

/** The VAT breakdown's row for one category and rate (EN 16931 BG-23). */
export interface TaxSubtotal extends TaxTreatment {
  readonly netMinor: number;
  readonly taxMinor: number;
}

/** VAT per category and rate on the sum of its lines, rounded once (EN 16931 BR-CO-17). */
export function taxSubtotals(
  lines: readonly { readonly netMinor: number; readonly tax: TaxTreatment }[],
): TaxSubtotal[] {
  const sums = new Map<string, { tax: TaxTreatment; netMinor: number }>();
  for (const { tax, netMinor } of lines) {
    const key = `${tax.category} ${tax.rate}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { tax, netMinor });
    else sum.netMinor += netMinor;
  }
  return [...sums.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { tax, netMinor }]) => ({
      category: tax.category,
      rate: tax.rate,
      netMinor,
      taxMinor: percentOf(netMinor, tax.rate),
    }));
}
