import { type BillingMonth, type IssuedInvoice, type TaxCategory, taxByMonth } from '@seatledger/domain';

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
  const { lines, taxes } = invoice;
  return taxByMonth(lines, taxes)
    .flatMap((tax) => (tax.category === 'AE' ? byVatId(tax, invoice) : [tax]))
    .filter(({ netMinor, taxMinor }) => netMinor + taxMinor !== 0);
}

/** Under reverse charge there is no tax to be divided. */
function byVatId(tax: Booking, { lines, buyer }: IssuedInvoice): Booking[] {
  const nets = new Map<string, number>();
  for (const line of lines) {
    if (line.month !== tax.month || line.tax.category !== tax.category || line.tax.rate !== tax.rate) continue;
    const vatId = line.buyerVatId ?? buyer.vatId ?? '';
    nets.set(vatId, (nets.get(vatId) ?? 0) + line.netMinor);
  }
  return [...nets].map(([vatId, netMinor]) => ({ ...tax, vatId, netMinor }));
}
