import { DateTime } from 'luxon';

import { deliveryOf, eInvoiceFormatOf } from '../contract/terms';
import { firstDayOf, lastDayOf } from '../month/billing-month';
import { type MonthBill, type MonthLine, type Totals } from '../month/events';
import { type Corrections } from './corrections';
import { describeLines } from './describe';
import { type InvoiceKind, type InvoiceLine, type IssuedInvoice, type Seller } from './events';

/** The time zone whose calendar dates the invoices of a seller in Germany. */
export const SELLER_TIME_ZONE = 'Europe/Berlin';

/** The calendar day of an instant at the seller's place. */
export const issueDateOf = (instant: number): string =>
  DateTime.fromMillis(instant, { zone: SELLER_TIME_ZONE }).toISODate() ?? '';

export interface InvoiceInput {
  readonly bill: MonthBill;
  readonly billRevision: number;
  readonly number: string;
  readonly issueDate: string;
  readonly seller: Seller;
  /** The cancelled invoice in whose place this one is issued. */
  readonly replaces?: string;
  /** Absent: there is nothing to correct. */
  readonly corrections?: Corrections;
  readonly invoiceMailbox?: string;
}

/** Whether a bill calls for an invoice: one without lines has nothing to bill. */
export const isToBeInvoiced = (bill: MonthBill): boolean => bill.lines.length > 0;

/** More credit than charges makes a credit note (invoice correction, „Rechnungskorrektur"). */
export const kindOf = ({ grossMinor, netMinor }: Pick<Totals, 'grossMinor' | 'netMinor'>): BilledKind =>
  grossMinor < 0 || netMinor < 0 ? 'credit-note' : 'invoice';

type BilledKind = Exclude<InvoiceKind, 'cancellation'>;

/** What a cancellation cancels, told by its negated amounts. */
export const cancelledKindOf = ({ grossMinor, netMinor }: Pick<Totals, 'grossMinor' | 'netMinor'>): BilledKind =>
  kindOf({ grossMinor: -grossMinor, netMinor: -netMinor });

/** The invoice of a month's bill, complete. */
export function issueInvoice(input: InvoiceInput): IssuedInvoice {
  const { bill, issueDate, corrections } = input;
  const { invoicing } = bill;
  const descriptions = describeLines(bill.lines, bill.terms, invoicing.language);
  return {
    number: input.number,
    kind: kindOf(bill),
    workspaceId: bill.workspaceId,
    workspaceName: bill.workspaceName,
    month: bill.month,
    servicePeriod: servicePeriodOf(bill),
    issueDate,
    dueDate: addDays(issueDate, invoicing.paymentTermDays),
    paymentTermDays: invoicing.paymentTermDays,
    language: invoicing.language,
    seller: input.seller,
    buyer: bill.buyer,
    variant: bill.terms.variant,
    countingRule: bill.terms.countingRule,
    units: bill.units,
    quantity: bill.quantity,
    unitsDigest: bill.unitsDigest,
    lines: bill.lines.map((line, index) => ({
      ...line,
      description: descriptions[index] ?? '',
      ...buyerVatIdOf(line, corrections),
    })),
    currency: bill.currency,
    taxes: bill.taxes,
    netMinor: bill.netMinor,
    taxMinor: bill.taxMinor,
    grossMinor: bill.grossMinor,
    delivery: deliveryOf({ variant: bill.terms.variant, ...invoicing }),
    eInvoiceFormat: eInvoiceFormatOf(invoicing, bill.buyer),
    ...(invoicing.references === undefined ? {} : { references: invoicing.references }),
    annexOfUnits: invoicing.annexOfUnits,
    billRevision: input.billRevision,
    ...(input.replaces === undefined ? {} : { replaces: input.replaces }),
    ...(corrections === undefined || corrections.corrects.length === 0 ? {} : { corrects: corrections.corrects }),
    ...(input.invoiceMailbox === undefined ? {} : { invoiceMailbox: input.invoiceMailbox }),
  };
}

/**
 * When what is billed was supplied (§ 14 (4) no. 6 UStG): in the billing month, or, where the bill
 * only settles other months, in those. Beside lines of the billing month adjustments name theirs.
 */
function servicePeriodOf({ month, lines }: MonthBill): IssuedInvoice['servicePeriod'] {
  const months = lines.some((line) => line.month === month) ? [month] : lines.map((line) => line.month).sort();
  return { from: firstDayOf(months[0] ?? month), to: lastDayOf(months.at(-1) ?? month) };
}

/** The cancellation invoice (Stornorechnung): the same with all amounts negated. */
export function cancelInvoice(
  invoice: IssuedInvoice,
  { number, issueDate, reason }: { number: string; issueDate: string; reason: string },
): IssuedInvoice {
  const { replaces: _replaced, eInvoice: _checked, ...original } = invoice;
  return {
    ...original,
    number,
    kind: 'cancellation',
    issueDate,
    dueDate: issueDate,
    paymentTermDays: 0,
    annexOfUnits: false,
    lines: invoice.lines.map((line): InvoiceLine => ({
      ...line,
      quantity: negated(line.quantity),
      netMinor: minus(line.netMinor),
    })),
    taxes: invoice.taxes.map((tax) => ({
      ...tax,
      netMinor: minus(tax.netMinor),
      taxMinor: minus(tax.taxMinor),
    })),
    netMinor: minus(invoice.netMinor),
    taxMinor: minus(invoice.taxMinor),
    grossMinor: minus(invoice.grossMinor),
    cancels: invoice.number,
    corrects: [{ number: invoice.number, issueDate: invoice.issueDate, month: invoice.month }],
    reason,
  };
}

function buyerVatIdOf({ kind, month, tax }: MonthLine, corrections?: Corrections): Pick<InvoiceLine, 'buyerVatId'> {
  const vatId = kind === 'adjustment' && tax.category === 'AE' ? corrections?.buyerVatIds.get(month) : undefined;
  return vatId === undefined ? {} : { buyerVatId: vatId };
}

/** `RE-2026-000001`; the year is that of the issue date. */
export function invoiceNumber(prefix: string, issueDate: string, sequence: number): string {
  return `${prefix}-${issueDate.slice(0, 4)}-${String(sequence).padStart(6, '0')}`;
}

const addDays = (day: string, days: number): string =>
  DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() ?? '';

/** Never -0, which JSON would write as 0 and comparisons would stumble over. */
const minus = (amount: number): number => (amount === 0 ? 0 : -amount);

const negated = (quantity: string): string => {
  if (quantity === '0') return quantity;
  return quantity.startsWith('-') ? quantity.slice(1) : `-${quantity}`;
};
