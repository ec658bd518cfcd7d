import { type Static, type TSchema, Type } from '@sinclair/typebox';

/** Shapes that several events share. What is written here is what is found in stores for ever. */

/** A closed object: a property that is not named here is refused. */
export const record = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** A record that is described once in docs/events.md, and linked to from where it is used. */
const named = <P extends Record<string, TSchema>>(title: string, properties: P) =>
  Type.Object(properties, { additionalProperties: false, title });

const oneOf = <const V extends string>(...values: readonly V[]) =>
  Type.Unsafe<V>(Type.Union(values.map((value) => Type.Literal(value))));

export const id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'id given by the caller' });
export const text = Type.String();
export const encrypted = Type.String({ description: "personal data, encrypted with the member's key" });
export const month = Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$', description: 'billing month' });
export const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'calendar day' });
export const instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  description: 'RFC 3339, UTC, milliseconds',
});
export const count = Type.Integer({ minimum: 0 });
export const revision = Type.Integer({ minimum: -1 });
const minor = Type.Integer({ description: 'amount in minor units' });
const quantity = Type.String({ pattern: '^-?\\d+(\\.\\d{1,4})?$', description: 'decimal quantity' });
const percent = Type.String({ pattern: '^\\d{1,3}(\\.\\d{1,4})?$', description: 'per cent' });
export const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hex' });

const variant = oneOf('team', 'user');
const countingRule = oneOf('month-end', 'any-time', 'month-start', 'prorated-daily', 'peak');
const language = oneOf('de', 'en');
const delivery = Type.Array(oneOf('download', 'email'));

const tiers = named('Price tiers', {
  mode: oneOf('graduated', 'volume'),
  steps: Type.Array(record({ upTo: Type.Optional(count), unitPriceMinor: count })),
});
const discount = named('Discount', {
  percent,
  firstMonth: month,
  lastMonth: Type.Optional(month),
});
const billToProperties = {
  name: text,
  street: text,
  addressLine2: Type.Optional(text),
  postalCode: text,
  city: text,
  country: text,
  vatId: Type.Optional(text),
  contact: Type.Optional(text),
  buyerId: Type.Optional(text),
  reference: Type.Optional(text),
};
export const billTo = named('Billing address', billToProperties);
const buyerKind = oneOf('business', 'public', 'consumer');
const buyer = named('Buyer', { ...billToProperties, buyerKind });
const eInvoice = oneOf('zugferd', 'xrechnung', 'both');
const references = named('References', {
  purchaseOrder: Type.Optional(text),
  contract: Type.Optional(text),
  costCentre: Type.Optional(text),
  supplierNumber: Type.Optional(text),
});
const invoiceMailboxes = named('Invoice mailboxes', { to: Type.Array(text), cc: Type.Array(text) });
const priceTermsProperties = {
  variant,
  countingRule,
  unitPriceMinor: count,
  tiers: Type.Optional(tiers),
  freeUnits: Type.Optional(count),
  minimumUnits: Type.Optional(count),
  discount: Type.Optional(discount),
  currency: text,
  timeZone: text,
};
const priceTerms = named('Price terms', priceTermsProperties);
const invoicingProperties = {
  language,
  delivery: Type.Optional(delivery),
  paymentTermDays: count,
  holdForApproval: Type.Boolean(),
  annexOfUnits: Type.Boolean(),
  eInvoice: Type.Optional(eInvoice),
  references: Type.Optional(references),
};
export const contractTerms = named('Contract terms', {
  ...priceTermsProperties,
  ...invoicingProperties,
  buyerKind,
  invoiceMailboxes: Type.Optional(invoiceMailboxes),
});

const orNull = <S extends TSchema>(schema: S) =>
  Type.Optional(Type.Unsafe<Static<S> | null>(Type.Union([schema, Type.Null()])));

export const termsChange = named('Change of terms', {
  variant: orNull(variant),
  countingRule: orNull(countingRule),
  unitPriceMinor: orNull(count),
  tiers: orNull(tiers),
  freeUnits: orNull(count),
  minimumUnits: orNull(count),
  discount: orNull(discount),
  currency: orNull(text),
  timeZone: orNull(text),
  language: orNull(language),
  delivery: orNull(delivery),
  paymentTermDays: orNull(count),
  holdForApproval: orNull(Type.Boolean()),
  annexOfUnits: orNull(Type.Boolean()),
  eInvoice: orNull(eInvoice),
  references: orNull(references),
  buyerKind: orNull(buyerKind),
  invoiceMailboxes: orNull(invoiceMailboxes),
});

const tax = named('Tax', { category: oneOf('S', 'AE', 'O'), rate: text });
const taxSubtotal = named('Tax subtotal', {
  category: oneOf('S', 'AE', 'O'),
  rate: text,
  netMinor: minor,
  taxMinor: minor,
});
const lineProperties = {
  kind: oneOf('license', 'minimum', 'discount', 'adjustment'),
  month,
  quantity,
  variant: Type.Optional(variant),
  unitPriceMinor: Type.Optional(minor),
  percent: Type.Optional(percent),
  difference: Type.Optional(
    named('Difference', {
      owedQuantity: quantity,
      owedNetMinor: minor,
      billedQuantity: quantity,
      billedNetMinor: minor,
    }),
  ),
  netMinor: minor,
  tax,
};
const totals = {
  currency: text,
  taxes: Type.Array(taxSubtotal),
  netMinor: minor,
  taxMinor: minor,
  grossMinor: minor,
};
const monthBillProperties = {
  workspaceId: id,
  workspaceName: text,
  month,
  terms: priceTerms,
  invoicing: named('Invoicing terms', invoicingProperties),
  buyer,
  withinContract: Type.Boolean(),
  rulesVersion: count,
  workspaceRevision: revision,
  contractRevision: revision,
  adjustmentWindowMonths: count,
  units: count,
  quantity,
  unitsDigest: sha256,
  documents: Type.Array(named('Bill document', { buyer, lines: Type.Array(named('Line', lineProperties)), ...totals })),
  ...totals,
};
export const monthBill = named('Month bill', monthBillProperties);
export const monthRebilled = named('Month bill', {
  ...monthBillProperties,
  replaces: record({ billRevision: revision, document: count }),
});
export const billDocumentRef = { month, billRevision: revision, document: count };
export const numberedDocument = Type.Union([
  record({ kind: Type.Literal('bill'), workspaceId: id, ...billDocumentRef }),
  record({ kind: Type.Literal('cancellation'), cancels: text }),
]);

const seller = named('Seller', {
  name: text,
  street: text,
  postalCode: text,
  city: text,
  country: text,
  vatId: text,
  taxNumber: Type.Optional(text),
  register: Type.Optional(text),
  managers: Type.Optional(text),
  contact: record({ name: text, phone: text, email: text }),
  bank: record({ holder: text, iban: text, bic: Type.Optional(text) }),
  logoSvg: Type.Optional(text),
});
export const issuedInvoice = named('Invoice', {
  number: text,
  kind: oneOf('invoice', 'cancellation', 'credit-note'),
  workspaceId: id,
  workspaceName: text,
  month,
  servicePeriod: record({ from: day, to: day }),
  issueDate: day,
  dueDate: day,
  paymentTermDays: count,
  language,
  seller,
  buyer,
  references: Type.Optional(references),
  variant,
  countingRule,
  units: count,
  quantity,
  unitsDigest: sha256,
  lines: Type.Array(named('Invoice line', { ...lineProperties, description: text })),
  ...totals,
  delivery,
  eInvoiceFormat: eInvoice,
  annexOfUnits: Type.Boolean(),
  billRevision: revision,
  billDocument: count,
  cancels: Type.Optional(text),
  corrects: Type.Optional(Type.Array(record({ number: text, issueDate: day, month }))),
  invoiceMailbox: Type.Optional(text),
  euroTax: Type.Optional(
    record({ taxMinor: minor, rates: Type.Array(record({ month, currency: text, perEuro: text, source: text })) }),
  ),
  eInvoice: Type.Optional(record({ writer: count, passed: Type.Array(text) })),
  reason: Type.Optional(text),
  replaces: Type.Optional(text),
});
export { oneOf };
