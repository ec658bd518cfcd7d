import { currencyDigits } from '@seatledger/domain';

/** Minor units as an amount, by the digits that the currency has. */
export function money(minor: number, currency: string): string {
  const digits = currencyDigits(currency);
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat('en', { style: 'currency', currency, ...fraction }).format(minor / 10 ** digits);
}
