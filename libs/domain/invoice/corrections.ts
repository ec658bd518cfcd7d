import { type BilledDocument, type BillingState, isSame } from '../billing/state';
import { taxIdentityOf } from '../tax/tax-identity';
import { type CorrectedInvoice } from './events';

/**
 * The documents that a document's adjustments correct: those that stand and billed something for the
 * same months to the same buyer, as tax takes them.
 */
export function correctedBy(state: BillingState, correcting: BilledDocument): BilledDocument[] {
  const supplies = suppliesOf(correcting, ({ kind }) => kind === 'adjustment');
  return state.documents.filter(
    (document) =>
      document.cancelled === undefined &&
      !isSame(document, correcting) &&
      [...suppliesOf(document)].some((supply) => supplies.has(supply)),
  );
}

/** Which earlier invoices the adjustments correct (§ 31 (5) UStDV), month by month. */
export function correctionsOf(
  correcting: BilledDocument,
  corrected: readonly { readonly document: BilledDocument; readonly number: string; readonly issueDate: string }[],
): CorrectedInvoice[] {
  const adjusted = correcting.content.lines.filter(({ kind }) => kind === 'adjustment').map(({ month }) => month);
  return [...new Set(adjusted)]
    .sort()
    .flatMap((month) =>
      corrected
        .filter(({ document }) => document.content.lines.some((line) => line.month === month))
        .map(({ number, issueDate }) => ({ number, issueDate, month })),
    );
}

/** Months and buyers that a document bills. */
const suppliesOf = (
  { content: { buyer, lines } }: BilledDocument,
  isWanted: (line: (typeof lines)[number]) => boolean = () => true,
): Set<string> => new Set(lines.filter(isWanted).map(({ month }) => `${month} ${taxIdentityOf(month, buyer)}`));
