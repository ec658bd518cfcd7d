import { type BillingMonth, lastDayOf } from '../billing/billing-month';
import { vatTerritoryOf } from './territories';
import { type TaxedBuyer, taxTreatmentOf } from './vat';

/**
 * Who a month's supply was made to, as far as tax tells buyers apart. Two supplies may stand on one
 * document only where it is the same: VAT territory, VAT id and kind of buyer, and whether the supply
 * is outside the scope of VAT, which may not stand beside others (EN 16931 BR-O-11 to BR-O-14).
 */
export function taxIdentityOf(month: BillingMonth, buyer: TaxedBuyer): string {
  const outside = taxTreatmentOf(month, buyer).category === 'O';
  const { code } = vatTerritoryOf(buyer, lastDayOf(month));
  return [code, buyer.vatId ?? '', buyer.buyerKind, outside ? 'O' : ''].join('|');
}
