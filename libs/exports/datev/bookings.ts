import { type BillingMonth, type IssuedInvoice, taxByMonth, type TaxCategory } from '@seatledger/domain';

/** What is booked in one row: a document's amount of one buyer's VAT id, category, rate and month of supply. */
export interface Booking {
  readonly month: BillingMonth;
  readonly category: TaxCategory;
  readonly rate: string;
  /** The buyer's, under reverse charge: for the recapitulative statement (Zusammenfassende Meldung). */
  readonly vatId?: string;
  readonly netMinor: number;
  readonly taxMinor: number;
}

/**
 * The rows of a document, which add up to it. Nothing is booked for what comes to nothing: DATEV
 * refuses such a row.
 */
export function bookingsOf(invoice: IssuedInvoice): Booking[] {
  const { lines, taxes, buyer } = invoice;
  return taxByMonth(lines, taxes)
    .map((tax) => (tax.category === 'AE' ? { ...tax, vatId: buyer.vatId ?? '' } : tax))
    .filter(({ netMinor, taxMinor }) => netMinor + taxMinor !== 0);
}
