import {
  type BillDocument,
  type BillingMonth,
  boundsOf,
  describeLines,
  type Instant,
  type Language,
  type MonthBill,
  type MonthLine,
  notFound,
  type OpenedContract,
  sumOf,
  termsFor,
} from '@seatledger/domain';
import { type MonthDocument, ownEntryOf, standingDocuments } from '@seatledger/projections';

/** A month as the API shows it. */
export function monthView(bill: MonthBill, language: Language, status: 'open' | 'closed', revision: number) {
  return {
    workspaceId: bill.workspaceId,
    month: bill.month,
    status,
    variant: bill.terms.variant,
    countingRule: bill.terms.countingRule,
    units: bill.units,
    quantity: bill.quantity,
    ...amountsView(bill.documents, bill, language),
    revision,
    unitsDigest: bill.unitsDigest,
  };
}

/** Lines and totals of documents of a bill. */
export function amountsView(documents: readonly BillDocument[], { terms, currency }: MonthBill, language: Language) {
  return {
    lines: documents.flatMap(({ lines }) => {
      const descriptions = describeLines(lines, terms, language);
      return lines.map((line, index) => {
        const { percent: _percent, ...shown } = lineView(line);
        return { ...shown, description: descriptions[index] ?? '' };
      });
    }),
    ...sumOf(documents, currency),
  };
}

/** What of a closed month's bills stands now, and on which invoices. */
export function billedView(month: MonthDocument | undefined, language: Language) {
  if (month === undefined) return { invoiceNumbers: [] };
  const standing = standingDocuments(month);
  const own = ownEntryOf(month);
  const invoiceNumber = own?.invoiceNumber ?? undefined;
  return {
    ...amountsView(
      standing.map(({ content }) => content),
      month.bill,
      language,
    ),
    ...(own?.cancelled === true && own.returned === null ? { cancelled: true } : {}),
    ...(invoiceNumber === undefined ? {} : { invoiceNumber }),
    invoiceNumbers: standing.flatMap((entry) => entry.invoiceNumber ?? []),
  };
}

/** A line of a month or an invoice as the API shows it. */
export function lineView<Line extends MonthLine>({ tax, variant: _variant, difference: _difference, ...line }: Line) {
  return { ...line, taxCategory: tax.category, taxRate: tax.rate };
}

/** @throws {DomainError} `month-not-begun` */
export function refuseUnbegun(contract: OpenedContract, month: BillingMonth, now: Instant): void {
  const { timeZone } = termsFor(contract, month);
  if (boundsOf(month, timeZone).start > now) throw notFound('month-not-begun', `${month} has not begun.`);
}
