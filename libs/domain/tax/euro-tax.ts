import { type MonthLine, type Totals } from '../billing/events';
import { type ExchangeRate, type ExchangeRates, toEuroMinor } from './exchange-rates';
import { type MonthlyTax, taxByMonth } from './tax-by-month';

/** The VAT of a document in another currency, in euro (Art. 230 VAT directive, § 16 (6) UStG). */
export interface EuroTax {
  /** In euro cents. */
  readonly taxMinor: number;
  /** The rates that it was converted by, in the order of their months. */
  readonly rates: readonly ExchangeRate[];
}

type Taxed = Pick<Totals, 'currency' | 'taxes'> & { readonly lines: readonly MonthLine[] };

/**
 * The VAT in euro that a document has to state: undefined where it is in euro already, or charges
 * no German VAT. Each month of supply is converted by its own rate.
 * @throws {DomainError} `rate-missing`
 */
export function euroTaxOf({ currency, taxes, lines }: Taxed, exchangeRates: ExchangeRates): EuroTax | undefined {
  if (currency === 'EUR') return undefined;
  const taxed = taxByMonth(lines, taxes).filter(({ taxMinor }) => taxMinor !== 0);
  if (taxed.length === 0) return undefined;
  const months = [...new Set(taxed.map(({ month }) => month))].sort();
  const rates = months.map((month) => exchangeRates.get(month, currency));
  const converted = rates.map(({ month, perEuro }) => toEuroMinor(taxOfMonth(taxed, month), currency, perEuro));
  return { taxMinor: converted.reduce((sum, cents) => sum + cents, 0), rates };
}

const taxOfMonth = (taxed: readonly MonthlyTax[], month: string): number =>
  taxed.filter((tax) => tax.month === month).reduce((sum, { taxMinor }) => sum + taxMinor, 0);
