import { type BillingMonth, lastDayOf } from '../billing/billing-month';
import { type Buyer } from '../contract/terms';
import { taxTreatmentOf } from './vat';

/**
 * Who a month's supply was made to, as far as tax tells buyers apart. Two supplies may stand on one
 * document only where it is the same: VAT territory, VAT id and kind of buyer, and whether the supply
 * is outside the scope of VAT, which may not stand beside others (EN 16931 BR-O-11 to BR-O-14).
 */
export function taxIdentityOf(month: BillingMonth, buyer: Buyer): string {
  const outside = taxTreatmentOf(month, buyer).category === 'O';
  return [lastDayOf(month) && buyer.country, buyer.vatId ?? '', buyer.buyerKind, outside ? 'O' : ''].join('|');
}
