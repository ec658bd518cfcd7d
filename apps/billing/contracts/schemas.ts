import { type Static, type TSchema, Type } from '@sinclair/typebox';

import {
  Accepted,
  Amount,
  closed,
  count,
  Currency,
  Email,
  Id,
  Minor,
  Month,
  object,
  oneOf,
  optional,
  orNull,
  Revision,
  Text,
  text,
} from '../http/schema';
import { Variant } from '../workspaces/schemas';

const Units = Type.Integer({ minimum: 0, maximum: 10_000_000 });
const Percent = Type.String({
  pattern: '^\\d{1,3}(\\.\\d{1,4})?$',
  rule: 'must be a percentage such as 10.00',
  description: 'Such as 10.00',
});

export const Rule = oneOf('month-end', 'any-time', 'month-start', 'prorated-daily', 'peak');
export const Language = oneOf('de', 'en');
export const Delivery = oneOf('download', 'email');
export const BuyerKind = oneOf('business', 'public', 'consumer');
export const EInvoiceFormat = oneOf('zugferd', 'xrechnung', 'both');
export const References = closed(
  {
    purchaseOrder: Type.Optional(Text),
    contract: Type.Optional(Text),
    costCentre: Type.Optional(Text),
    supplierNumber: Type.Optional(Text),
  },
  {
    title: 'References',
    minProperties: 1,
    rule: 'must name a reference',
    description: "The buyer's own words for the purchase, on each invoice",
  },
);
const InvoiceMailboxes = closed(
  {
    to: Type.Array(Email, { minItems: 1, maxItems: 10, uniqueItems: true }),
    cc: Type.Optional(Type.Array(Email, { maxItems: 10, uniqueItems: true })),
  },
  { title: 'InvoiceMailboxes', description: 'The first of to is the invoice mailbox' },
);
export const BillTo = closed(
  {
    name: Text,
    street: Text,
    addressLine2: Type.Optional(Text),
    postalCode: Type.String({ format: 'name', minLength: 1, maxLength: 20 }),
    city: Text,
    country: Type.String({ format: 'country', description: 'ISO 3166-1 alpha-2' }),
    vatId: Type.Optional(
      Type.String({ pattern: '^[A-Z]{2}[0-9A-Z+*.-]{2,18}$', rule: 'must be a VAT id such as DE123456788' }),
    ),
    contact: Type.Optional(Text),
    buyerId: Type.Optional(Text),
    reference: Type.Optional(
      Type.String({ ...Text, description: 'BT-10; for a public body in Germany its Leitweg-ID' }),
    ),
  },
  { title: 'BillTo' },
);
const Tiers = closed(
  {
    mode: oneOf('graduated', 'volume'),
    steps: Type.Array(
      closed({
        upTo: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
        unitPriceMinor: Minor,
      }),
      { minItems: 1, maxItems: 50 },
    ),
  },
  { title: 'Tiers', description: "The steps' upTo grow; the last step has none" },
);
const Discount = closed(
  { percent: Percent, firstMonth: Month, lastMonth: Type.Optional(Month) },
  { title: 'Discount' },
);

const terms = {
  variant: Variant,
  countingRule: Rule,
  unitPriceMinor: Minor,
  tiers: Tiers,
  freeUnits: Units,
  minimumUnits: Units,
  discount: Discount,
  currency: Type.String({
    pattern: '^[A-Z]{3}$',
    rule: 'must be an ISO 4217 code such as EUR',
    description: 'ISO 4217',
  }),
  timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA name' }),
  language: Language,
  delivery: Type.Array(Delivery, { minItems: 1, maxItems: 2, uniqueItems: true }),
  paymentTermDays: Type.Integer({ minimum: 0, maximum: 365 }),
  holdForApproval: Type.Boolean(),
  annexOfUnits: Type.Boolean(),
  buyerKind: BuyerKind,
  eInvoice: EInvoiceFormat,
  references: References,
  invoiceMailboxes: InvoiceMailboxes,
};

const allOptional = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Partial(Type.Object(properties)).properties;

const { unitPriceMinor, currency, variant, ...defaulted } = terms;
const defaultedTerms = allOptional(defaulted);

export const OpenContractBody = closed({
  variant: Type.Optional(variant),
  enterprise: Type.Optional(Type.Boolean()),
  unitPriceMinor,
  currency,
  ...defaultedTerms,
  firstMonth: Month,
  billTo: BillTo,
  invoiceMailbox: Type.Optional(Email),
});
export type OpenContractBody = Static<typeof OpenContractBody>;

/** Terms that a contract cannot be without cannot be taken away. */
export const ChangeTermsBody = closed(
  {
    effectiveFrom: Month,
    ...allOptional({
      variant: terms.variant,
      unitPriceMinor: terms.unitPriceMinor,
      currency: terms.currency,
      timeZone: terms.timeZone,
      language: terms.language,
      paymentTermDays: terms.paymentTermDays,
      holdForApproval: terms.holdForApproval,
      annexOfUnits: terms.annexOfUnits,
      buyerKind: terms.buyerKind,
      countingRule: orNull(terms.countingRule),
      tiers: orNull(terms.tiers),
      freeUnits: orNull(terms.freeUnits),
      minimumUnits: orNull(terms.minimumUnits),
      discount: orNull(terms.discount),
      delivery: orNull(terms.delivery),
      eInvoice: orNull(terms.eInvoice),
      references: orNull(terms.references),
      invoiceMailboxes: orNull(terms.invoiceMailboxes),
    }),
  },
  {
    minProperties: 2,
    rule: 'must name a term to change besides effectiveFrom',
    description: 'A term that is null is taken away',
  },
);
export type ChangeTermsBody = Static<typeof ChangeTermsBody>;

export const InvoiceMailboxBody = closed({ email: Email });
export type InvoiceMailboxBody = Static<typeof InvoiceMailboxBody>;
export const BillingAddressBody = closed({ billTo: BillTo });
export type BillingAddressBody = Static<typeof BillingAddressBody>;
export const TerminateBody = closed({ lastMonth: Month });
export type TerminateBody = Static<typeof TerminateBody>;

const shownTerms = {
  variant: Variant,
  countingRule: Rule,
  unitPriceMinor: Amount,
  tiers: optional(Tiers),
  freeUnits: optional(count),
  minimumUnits: optional(count),
  discount: optional(Discount),
  currency: Currency,
  timeZone: text,
  language: Language,
  delivery: Type.Array(Delivery),
  paymentTermDays: count,
  holdForApproval: Type.Boolean(),
  annexOfUnits: Type.Boolean(),
  buyerKind: BuyerKind,
  eInvoice: EInvoiceFormat,
  references: optional(References),
  invoiceMailboxes: object({ to: Type.Array(text), cc: Type.Array(text) }, { title: 'Mailboxes' }),
};
const warnings = Type.Array(object({ code: text, message: text }, { title: 'ContractWarning' }), {
  description: 'What is remarkable about the contract, such as vat-id-missing',
});
/** The answer to a command on a contract. */
export const ContractAccepted = object({ ...Accepted.properties, warnings }, { title: 'ContractAccepted' });
export const Contract = object(
  {
    workspaceId: Id,
    revision: Revision,
    enterprise: Type.Boolean(),
    firstMonth: Month,
    lastMonth: orNull(Month),
    ...shownTerms,
    billTo: BillTo,
    invoiceMailbox: orNull(text),
    warnings,
    terms: Type.Array(object({ effectiveFrom: Month, ...shownTerms }, { title: 'ContractTerms' })),
  },
  { title: 'Contract', description: 'With the terms of the current month, and all terms by their first month' },
);
