import { type Static, type TSchema, Type } from '@sinclair/typebox';

/**
 * The bodies and parameters of the API: one description each, for the check, the types and
 * /openapi.json. A property that is not named is refused. `rule` says in words what a pattern demands.
 */
export const closed = <P extends Record<string, TSchema>>(properties: P, options: Record<string, unknown> = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const oneOf = <const V extends string>(...values: readonly V[]) =>
  Type.Unsafe<V>(Type.Union(values.map((value) => Type.Literal(value))));

export const Id = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  title: 'Id',
  rule: 'must be an id: 1 to 64 of A-Z a-z 0-9 _ -',
  description: "The caller's own id: 1-64 of A-Z a-z 0-9 _ -",
});
/** No control characters, no broken surrogate pairs; at most 200 UTF-16 units. */
export const Name = Type.String({ format: 'name', minLength: 1, maxLength: 200 });
export const Text = Type.String({ format: 'name', minLength: 1, maxLength: 500 });
export const Email = Type.String({ format: 'mailbox', maxLength: 254 });
export const Time = Type.String({
  format: 'instant',
  description: 'RFC 3339; kept in UTC with milliseconds',
});
export const Month = Type.String({ title: 'BillingMonth', format: 'billing-month', description: 'Such as 2026-03' });
export const Minor = Type.Integer({
  minimum: 0,
  maximum: 1_000_000_000_000,
  description: 'Amount in minor units: 9800 = 98.00',
});
const Units = Type.Integer({ minimum: 0, maximum: 10_000_000 });
const Percent = Type.String({
  pattern: '^\\d{1,3}(\\.\\d{1,4})?$',
  rule: 'must be a percentage such as 10.00',
  description: 'Such as 10.00',
});

const occurredAt = Type.Optional(Time);

/** The workspace commands: what each takes besides its subjects and its time. */
export const COMMAND_FIELDS = {
  StartWorkspace: { name: Name, startedAt: Type.Optional(Time) },
  CreateTeam: { teamId: Id, name: Name },
  RenameTeam: { teamId: Id, name: Name },
  ArchiveTeam: { teamId: Id },
  RestoreTeam: { teamId: Id },
  AddMember: {
    memberId: Id,
    name: Name,
    email: Email,
    teamIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
  },
  UpdateMember: { memberId: Id, name: Type.Optional(Name), email: Type.Optional(Email) },
  RemoveMember: { memberId: Id },
  EraseMember: { memberId: Id },
  PlaceMember: { teamId: Id, memberId: Id },
  WithdrawMember: { teamId: Id, memberId: Id },
  RemoveInactiveMembers: {},
} as const satisfies Record<string, Record<string, TSchema>>;

export type CommandType = keyof typeof COMMAND_FIELDS;

export const COMMAND_TYPES = Object.keys(COMMAND_FIELDS) as CommandType[];

/** A command in a batch. */
export const COMMAND_SCHEMAS = Object.fromEntries(
  COMMAND_TYPES.map((type) => [
    type,
    closed({
      type: Type.Literal(type),
      key: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      workspaceId: Id,
      ...COMMAND_FIELDS[type],
      occurredAt,
    }),
  ]),
) as unknown as Record<CommandType, TSchema>;

/** The body of a command's own route: without what stands in the path. */
export function bodyOf(type: CommandType, inPath: readonly string[]): TSchema {
  const fields = Object.entries<TSchema>(COMMAND_FIELDS[type]).filter(([name]) => !inPath.includes(name));
  const workspaceId = inPath.includes('workspaceId') ? {} : { workspaceId: Id };
  return closed({ ...workspaceId, ...Object.fromEntries(fields), occurredAt });
}

export const Variant = oneOf('team', 'user');
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
export const InvoiceMailboxes = closed(
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
      Type.String({ pattern: '^[A-Z]{2}[0-9A-Z+*.-]{2,18}$', rule: 'must be a VAT id such as DE123456789' }),
    ),
    contact: Type.Optional(Text),
    buyerId: Type.Optional(Text),
    reference: Type.Optional(
      Type.String({ ...Text, description: 'BT-10; for a public body in Germany its Leitweg-ID' }),
    ),
  },
  { title: 'BillTo' },
);
export const Tiers = closed(
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
export const Discount = closed(
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

const optional = <P extends Record<string, TSchema>>(properties: P) => Type.Partial(Type.Object(properties)).properties;

const { unitPriceMinor, currency, variant, ...defaulted } = terms;
const defaultedTerms = optional(defaulted);

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

const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** Terms that a contract cannot be without cannot be taken away. */
export const ChangeTermsBody = closed(
  {
    effectiveFrom: Month,
    ...optional({
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

export const ClosingBody = closed({
  month: Month,
  workspaceIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 10_000 })),
  dryRun: Type.Optional(Type.Boolean()),
});
export type ClosingBody = Static<typeof ClosingBody>;

export const RebuildBody = closed({ acceptDifferences: Type.Optional(Type.Boolean()) });
export type RebuildBody = Static<typeof RebuildBody>;

export const CancelBody = closed({ reason: Text, reissue: Type.Optional(Type.Boolean()) });
export type CancelBody = Static<typeof CancelBody>;

export const InvoiceNumber = Type.String({
  title: 'InvoiceNumber',
  rule: 'must be an invoice number such as RE-2026-000001',
  pattern: '^[A-Z0-9]{1,10}-\\d{4}-\\d{6,}$',
  description: 'Such as RE-2026-000001',
});
export const VerificationBody = closed({
  workspaceId: Type.Optional(Id),
  month: Type.Optional(Month),
  invoiceNumber: Type.Optional(InvoiceNumber),
});

export const NoBody = closed({});

export const BatchBody = closed({
  commands: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000 }),
});
export type BatchBody = Static<typeof BatchBody>;
