import { type BillingMonth } from '../month/billing-month';
import { type MonthBill } from '../month/events';
import { type ClosedMonth } from '../month/state';
import { type CorrectedInvoice, type IssuedInvoice } from './events';

/** What an invoice says of earlier ones, because of its adjustments. */
export interface Corrections {
  readonly corrects: readonly CorrectedInvoice[];
  /** The buyer's VAT ids in adjusted months under reverse charge. */
  readonly buyerVatIds: ReadonlyMap<BillingMonth, string>;
}

/**
 * Which invoices a bill's adjustments correct: of each adjusted month all that stand and billed
 * something for it. `invoiceOf` says which invoice a bill became; undefined for none, or none yet.
 */
export function correctionsOf(
  bill: MonthBill,
  closedMonths: readonly ClosedMonth[],
  invoiceOf: (closed: ClosedMonth) => IssuedInvoice | undefined,
): Corrections {
  const adjustments = bill.lines.filter(({ kind }) => kind === 'adjustment');
  const others = closedMonths.filter((closed) => closed.bill.month !== bill.month && closed.cancelled === undefined);
  const corrects: CorrectedInvoice[] = [];
  const buyerVatIds = new Map<BillingMonth, string>();
  for (const month of [...new Set(adjustments.map((line) => line.month))].sort()) {
    const invoices = others
      .filter((closed) => closed.bill.lines.some((line) => line.month === month))
      .map(invoiceOf)
      .filter((invoice) => invoice !== undefined);
    corrects.push(...invoices.map(({ number, issueDate }) => ({ number, issueDate, month })));
    if (!adjustments.some((line) => line.month === month && line.tax.category === 'AE')) continue;
    const own = closedMonths.find((closed) => closed.bill.month === month)?.bill.buyer.vatId;
    // Billed again for another buyer, the month knows only that one: then an earlier correction tells.
    const earlier = invoices.flatMap(({ lines }) => lines).find((line) => line.month === month && isNamed(line));
    const vatId = earlier?.buyerVatId ?? own;
    if (vatId !== undefined) buyerVatIds.set(month, vatId);
  }
  return { corrects, buyerVatIds };
}

const isNamed = ({ buyerVatId }: { readonly buyerVatId?: string }): boolean => buyerVatId !== undefined;

/**
 * The buyer's VAT id that an invoice has to name: where only corrections stand under reverse
 * charge the one of the corrected month, for the buyer may have moved since.
 */
export function buyerVatIdOf({ buyer, lines }: IssuedInvoice): string | undefined {
  const reverseCharged = lines.filter(({ tax }) => tax.category === 'AE');
  const isOwn = reverseCharged.some(({ kind }) => kind !== 'adjustment');
  const earlier = reverseCharged.find(isNamed)?.buyerVatId;
  return (isOwn ? undefined : earlier) ?? buyer.vatId;
}
