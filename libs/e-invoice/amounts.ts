import { currencyDigits, decimalOf, exact, type ExactNumber } from '@seatledger/domain';

/**
 * An amount as EN 16931 writes it: by the currency's own digits. Where a currency has more than
 * two, the further ones are left off only when they are noughts; others stay, and BR-DEC refuses them.
 */
export const amountText = (amountMinor: number, currency: string): string =>
  decimalOf(amountMinor, currency).replace(/(\.\d\d)0+$/, '$1');

/** How far an amount may lie from what it was reckoned from, by the official rules: two hundredths of the currency. */
const SLACK = exact('0.02');

/** Whether an amount of minor units is close enough to what it was rounded from (R040, R120). */
export function isWithinSlack(amountMinor: number, exactMinor: ExactNumber, currency: string): boolean {
  const unit = exact(10).pow(currencyDigits(currency));
  return exactMinor.minus(amountMinor).abs().dividedBy(unit).lessThanOrEqualTo(SLACK);
}

/** A percentage of an amount before it is rounded. */
export const exactPercentOf = (amountMinor: number, percent: string): ExactNumber =>
  exact(amountMinor).times(percent).dividedBy(100);
