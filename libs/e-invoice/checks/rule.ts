import { type Allowance, type EInvoice, type ELine, type VatSubtotal } from '../model';

/** A business rule of EN 16931 or of a specification that builds on it, under its published id. */
export interface Rule {
  readonly id: string;
  /** What it asks for, in few words. */
  readonly text: string;
  /** Where it is broken: `line 3`, or an empty text for the invoice as a whole. */
  readonly broken: (invoice: EInvoice) => readonly string[];
}

/** A rule that an invoice breaks. */
export interface Finding {
  readonly rule: string;
  readonly text: string;
  readonly at: string;
}

/** A rule on the invoice as a whole. */
export const invoiceRule = (id: string, text: string, holds: (invoice: EInvoice) => boolean): Rule => ({
  id,
  text,
  broken: (invoice) => (holds(invoice) ? [] : ['']),
});

export const lineRule = (id: string, text: string, holds: (line: ELine, invoice: EInvoice) => boolean): Rule => ({
  id,
  text,
  broken: (invoice) => invoice.lines.filter((line) => !holds(line, invoice)).map((line) => `line ${line.id}`),
});

export const allowanceRule = (
  id: string,
  text: string,
  holds: (allowance: Allowance, invoice: EInvoice) => boolean,
): Rule => ({
  id,
  text,
  broken: (invoice) =>
    invoice.allowances.flatMap((allowance, index) => (holds(allowance, invoice) ? [] : [`allowance ${index + 1}`])),
});

export const vatRule = (id: string, text: string, holds: (vat: VatSubtotal, invoice: EInvoice) => boolean): Rule => ({
  id,
  text,
  broken: (invoice) =>
    invoice.vatBreakdown
      .filter((vat) => !holds(vat, invoice))
      .map(({ category, rate }) => `VAT category ${category}, ${rate} %`),
});

export const isFilled = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';

export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
