import { type BillingMonth } from '../billing/billing-month';
import { ruleViolated } from '../domain-error';
import { decimalOf, exact, roundMinor } from '../pricing/money';

/** What one euro was worth in a month: a monthly average rate of the Ministry of Finance (§ 16 (6) UStG). */
export interface ExchangeRate {
  readonly month: BillingMonth;
  /** ISO 4217. */
  readonly currency: string;
  /** Decimal string, `"0.9374"`. */
  readonly perEuro: string;
  /** Where it was published. */
  readonly source: string;
}

/** The one table of monthly rates, which invoices, booking batches and statements convert by. */
export class ExchangeRates {
  private readonly rates: ReadonlyMap<string, ExchangeRate>;

  constructor(rates: readonly ExchangeRate[]) {
    this.rates = new Map(rates.map((rate) => [keyOf(rate.month, rate.currency), rate]));
  }

  find(month: BillingMonth, currency: string): ExchangeRate | undefined {
    return this.rates.get(keyOf(month, currency));
  }

  /** @throws {DomainError} `rate-missing` */
  get(month: BillingMonth, currency: string): ExchangeRate {
    const rate = this.find(month, currency);
    if (rate !== undefined) return rate;
    throw ruleViolated('rate-missing', `EXCHANGE_RATES_FILE has no rate of ${currency} for ${month}.`);
  }
}

/** No rate is known: nothing but euro can be converted. */
export const NO_EXCHANGE_RATES = new ExchangeRates([]);

/** An amount in euro cents, rounded half-up. */
export function toEuroMinor(amountMinor: number, currency: string, perEuro: string): number {
  return roundMinor(exact(decimalOf(amountMinor, currency)).times(100).dividedBy(perEuro));
}

const keyOf = (month: BillingMonth, currency: string): string => `${month} ${currency}`;
