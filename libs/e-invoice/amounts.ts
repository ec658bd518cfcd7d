import { decimalOf } from '@seatledger/domain';

/**
 * An amount as EN 16931 writes it: by the currency's own digits. Where a currency has more than
 * two, the further ones are left off only when they are noughts; others stay, and BR-DEC refuses them.
 */
export const amountText = (amountMinor: number, currency: string): string =>
  decimalOf(amountMinor, currency).replace(/(\.\d\d)0+$/, '$1');
