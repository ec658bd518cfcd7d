import { DateTime } from 'luxon';

import { firstDayOf, lastDayOf } from '../billing/billing-month';
import { type BillDocument, type Totals } from '../billing/events';
import { type BilledDocument } from '../billing/state';
import { deliveryOf, eInvoiceFormatOf } from '../contract/terms';
import { digestOf } from '../counting/count';
import { euroTaxOf } from '../tax/euro-tax';
import { type ExchangeRates } from '../tax/exchange-rates';
import { taxIdentityOf } from '../tax/tax-identity';
import { describeLines } from './describe';
import { type CorrectedInvoice, type InvoiceKind, type InvoiceLine, type IssuedInvoice, type Seller } from './events';

/** The time zone whose calendar dates the invoices of a seller in Germany. */
export const SELLER_TIME_ZONE = 'Europe/Berlin';

/** The calendar day of an instant at the seller's place. */
export const issueDateOf = (instant: number): string =>
  DateTime.fromMillis(instant, { zone: SELLER_TIME_ZONE }).toISODate() ?? '';

export interface InvoiceInput {
  /** The part of a bill that it invoices. */
  readonly document: BilledDocument;
  readonly number: string;
  readonly issueDate: string;
  readonly seller: Seller;
  /** The earlier invoices that its adjustments correct; none: there is nothing to correct. */
  readonly corrects: readonly CorrectedInvoice[];
  /** By which German VAT in another currency is stated in euro. */
  readonly exchangeRates: ExchangeRates;
  readonly invoiceMailbox?: string;
}

/** More credit than charges makes a credit note (invoice correction, „Rechnungskorrektur"). */
export const kindOf = ({ grossMinor, netMinor }: Pick<Totals, 'grossMinor' | 'netMinor'>): BilledKind =>
  grossMinor < 0 || netMinor < 0 ? 'credit-note' : 'invoice';

type BilledKind = Exclude<InvoiceKind, 'cancellation'>;

/** What a cancellation cancels, told by its negated amounts. */
export const cancelledKindOf = ({ grossMinor, netMinor }: Pick<Totals, 'grossMinor' | 'netMinor'>): BilledKind =>
  kindOf({ grossMinor: -grossMinor, netMinor: -netMinor });

/** The invoice of a document of a month's bill, complete. @throws {DomainError} `rate-missing` */
export function issueInvoice(input: InvoiceInput): IssuedInvoice {
  const { document, issueDate, corrects } = input;
  const { bill, content } = document;
  const { invoicing } = bill;
  const { buyer } = content;
  const euroTax = euroTaxOf(content, input.exchangeRates);
  // A document that only corrects what another buyer was supplied with bills none of the month's units.
  const isOfMonth = taxIdentityOf(bill.month, buyer) === taxIdentityOf(bill.month, bill.buyer);
  const descriptions = describeLines(content.lines, bill.terms, invoicing.language);
  return {
    number: input.number,
    kind: kindOf(content),
    workspaceId: bill.workspaceId,
    workspaceName: bill.workspaceName,
    month: bill.month,
    servicePeriod: servicePeriodOf(bill.month, content),
    issueDate,
    dueDate: addDays(issueDate, invoicing.paymentTermDays),
    paymentTermDays: invoicing.paymentTermDays,
    language: invoicing.language,
    seller: input.seller,
    buyer,
    variant: bill.terms.variant,
    countingRule: bill.terms.countingRule,
    units: isOfMonth ? bill.units : 0,
    quantity: isOfMonth ? bill.quantity : '0',
    unitsDigest: isOfMonth ? bill.unitsDigest : digestOf([]),
    lines: content.lines.map((line, index) => ({ ...line, description: descriptions[index] ?? '' })),
    currency: content.currency,
    taxes: content.taxes,
    netMinor: content.netMinor,
    taxMinor: content.taxMinor,
    grossMinor: content.grossMinor,
    ...(euroTax === undefined ? {} : { euroTax }),
    delivery: deliveryOf({ variant: bill.terms.variant, ...invoicing }),
    eInvoiceFormat: eInvoiceFormatOf(invoicing, buyer),
    ...(invoicing.references === undefined ? {} : { references: invoicing.references }),
    annexOfUnits: isOfMonth && invoicing.annexOfUnits,
    billRevision: document.billRevision,
    billDocument: document.document,
    ...(document.replaces === undefined ? {} : { replaces: document.replaces }),
    ...(corrects.length === 0 ? {} : { corrects }),
    ...(input.invoiceMailbox === undefined ? {} : { invoiceMailbox: input.invoiceMailbox }),
  };
}

/**
 * When what is billed was supplied (§ 14 (4) no. 6 UStG): in the billing month, or, where the bill
 * only settles other months, in those. Beside lines of the billing month adjustments name theirs.
 */
function servicePeriodOf(month: string, { lines }: BillDocument): IssuedInvoice['servicePeriod'] {
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
    ...(invoice.euroTax === undefined
      ? {}
      : { euroTax: { ...invoice.euroTax, taxMinor: minus(invoice.euroTax.taxMinor) } }),
    cancels: invoice.number,
    corrects: [{ number: invoice.number, issueDate: invoice.issueDate, month: invoice.month }],
    reason,
  };
}

const addDays = (day: string, days: number): string =>
  DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate() ?? '';

/** Never -0, which JSON would write as 0 and comparisons would stumble over. */
const minus = (amount: number): number => (amount === 0 ? 0 : -amount);

const negated = (quantity: string): string => {
  if (quantity === '0') return quantity;
  return quantity.startsWith('-') ? quantity.slice(1) : `-${quantity}`;
};
