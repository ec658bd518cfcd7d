import { type BillingMonth } from '../billing/billing-month';
import { type MonthLine } from '../billing/events';
import { percentOf } from '../pricing/money';
import { type TaxCategory, type TaxSubtotal } from './vat';

/** What a category and rate of a document come to for one month of supply. */
export interface MonthlyTax {
  readonly month: BillingMonth;
  readonly category: TaxCategory;
  readonly rate: string;
  readonly netMinor: number;
  readonly taxMinor: number;
}

/**
 * A document's VAT by month of supply. The tax of a category is rounded once, on the sum of its
 * lines: each month has what that sum's tax grows by, so that the months add up to it.
 */
export function taxByMonth(
  lines: readonly Pick<MonthLine, 'month' | 'netMinor' | 'tax'>[],
  taxes: readonly TaxSubtotal[],
): MonthlyTax[] {
  return taxes.flatMap(({ category, rate }) => {
    const ofCategory = lines.filter(({ tax }) => tax.category === category && tax.rate === rate);
    const months = [...new Set(ofCategory.map(({ month }) => month))].sort();
    let net = 0;
    let tax = 0;
    return months.map((month): MonthlyTax => {
      const netMinor = netOf(ofCategory.filter((line) => line.month === month));
      net += netMinor;
      const taxMinor = percentOf(net, rate) - tax;
      tax += taxMinor;
      return { month, category, rate, netMinor, taxMinor };
    });
  });
}

const netOf = (lines: readonly { readonly netMinor: number }[]): number =>
  lines.reduce((sum, { netMinor }) => sum + netMinor, 0);
