import { Decimal } from 'decimal.js';

import { currencyDigits } from '../contract/code-lists';

// Enough digits for any product of an amount, a quantity and a rate; never a float.
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

export type ExactNumber = Decimal;

/** Reads a decimal string or an integer without loss. */
export const exact = (value: string | number): ExactNumber => new Exact(value);

/** Half-up, away from zero for negative amounts: 0.5 -> 1, -0.5 -> -1. */
export function roundMinor(amount: ExactNumber): number {
  const rounded = amount.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`amount out of range: ${amount.toFixed()}`);
  return rounded === 0 ? 0 : rounded;
}

/** The part of an amount that a percentage makes, rounded half-up to whole minor units. */
export const percentOf = (amountMinor: number, percent: string): number =>
  roundMinor(exact(amountMinor).times(percent).dividedBy(100));

/**
 * Quantities have at most four decimals and are held as whole ten-thousandths, so that sums are
 * exact and quick.
 */
export type Quantity = number;

export const QUANTITY_SCALE = 10_000;

/** `127097` -> `"12.7097"`, `120000` -> `"12"`. */
export function formatQuantity(quantity: Quantity): string {
  return exact(quantity).dividedBy(QUANTITY_SCALE).toFixed();
}

export function parseQuantity(text: string): Quantity {
  return exact(text).times(QUANTITY_SCALE).toNumber();
}

export const ofUnits = (units: number): Quantity => units * QUANTITY_SCALE;

/** Minor units as a decimal string, exact: `123456` EUR -> `"1234.56"`. */
export function decimalOf(amountMinor: number, currency: string): string {
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError(`no whole amount of minor units: ${amountMinor}`);
  const digits = currencyDigits(currency);
  const sign = amountMinor < 0 ? '-' : '';
  const figures = String(Math.abs(amountMinor)).padStart(digits + 1, '0');
  const whole = figures.slice(0, figures.length - digits);
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${figures.slice(-digits)}`;
}
