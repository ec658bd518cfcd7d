import { type TSchema, Type } from '@sinclair/typebox';

import { INVOICE_STATUSES } from './queries';
import {
  BillTo,
  BuyerKind,
  COMMAND_SCHEMAS,
  Delivery,
  Discount,
  EInvoiceFormat,
  Id,
  InvoiceNumber,
  Language,
  Month,
  oneOf,
  References,
  Tiers,
  Variant,
  Rule,
} from './schemas';

/**
 * What the API answers, for its description. The answers themselves are made where they are
 * answered; that both are the same is checked against the running service.
 */
const object = <P extends Record<string, TSchema>>(
  properties: P,
  options: { title?: string; description?: string } = {},
) => Type.Object(properties, options);
const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()]);
const count = Type.Integer({ minimum: 0 });
const text = Type.String();
const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);

const Revision = Type.Integer({ minimum: -1, description: "Of the subject's history; -1: there is none yet" });
const At = Type.String({ format: 'instant' });
const Day = Type.String({ format: 'day', description: 'Such as 2026-03-31' });
const Amount = Type.Integer({ description: 'Minor units: 9800 = 98.00; negative on credits' });
const Quantity = Type.String({ pattern: '^-?\\d+(\\.\\d{1,4})?$', description: 'Decimal, such as 12.7097' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });

export const Problem = object(
  {
    type: Type.String({ pattern: '^urn:problem:[a-z-]+$' }),
    title: text,
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: text,
    code: Type.String({ pattern: '^[a-z-]+$', description: 'Stable; what programs go by' }),
    errors: optional(
      Type.Array(object({ path: Type.String({ description: 'JSON pointer' }), message: text }), {
        description: 'What is wrong with the request, value by value',
      }),
    ),
  },
  { title: 'Problem', description: 'RFC 9457' },
);

export const Accepted = object(
  { workspaceId: Id, revision: Revision, changed: Type.Boolean({ description: 'False: it was so already' }) },
  { title: 'Accepted' },
);
export const RemovedInactive = object(
  { workspaceId: Id, revision: Revision, changed: Type.Boolean(), removed: Type.Array(Id) },
  { title: 'RemovedInactive' },
);

const BatchResult = object(
  {
    status: oneOf('accepted', 'rejected'),
    revision: optional(Revision),
    changed: optional(Type.Boolean()),
    removed: optional(Type.Array(Id)),
    problem: optional(Problem),
  },
  { title: 'BatchResult' },
);
export const BatchResults = object({ results: Type.Array(BatchResult) }, { title: 'BatchResults' });
export { BatchResult };
/** A command of a batch, by its type. */
export const BatchCommand = Type.Union(Object.values(COMMAND_SCHEMAS), { title: 'Command' });
export const Batch = object(
  { commands: Type.Array(BatchCommand, { minItems: 1, maxItems: 1000 }) },
  { title: 'Batch' },
);

export const pageOf = (item: TSchema & { title?: string }) =>
  object(
    { items: Type.Array(item), nextCursor: orNull(text) },
    { ...(item.title === undefined ? {} : { title: `${item.title}Page` }) },
  );

export const Workspace = object(
  {
    workspaceId: Id,
    name: text,
    startedAt: At,
    variant: Variant,
    revision: Revision,
    members: object({ total: count, active: count, inactive: count }),
    teams: object({ total: count, active: count, archived: count }),
  },
  { title: 'Workspace' },
);
export const Team = object({ teamId: Id, name: text, status: oneOf('active', 'archived') }, { title: 'Team' });
export const Member = object(
  {
    memberId: Id,
    name: orNull(text),
    email: orNull(text),
    status: oneOf('active', 'inactive'),
    erased: Type.Boolean({ description: 'Then name and address are null' }),
    teamIds: Type.Array(Id),
  },
  { title: 'Member' },
);
export const MemberAccess = object({ access: Type.Boolean() }, { title: 'MemberAccess' });

const terms = {
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
export const Contract = object(
  {
    workspaceId: Id,
    revision: Revision,
    enterprise: Type.Boolean(),
    firstMonth: Month,
    lastMonth: orNull(Month),
    ...terms,
    billTo: BillTo,
    invoiceMailbox: orNull(text),
    terms: Type.Array(object({ effectiveFrom: Month, ...terms }, { title: 'ContractTerms' })),
  },
  { title: 'Contract', description: 'With the terms of the current month, and all terms by their first month' },
);

const TaxCategory = oneOf('S', 'AE', 'O');
const Line = object(
  {
    kind: oneOf('license', 'minimum', 'discount', 'adjustment'),
    month: Month,
    quantity: Quantity,
    unitPriceMinor: optional(Amount),
    percent: optional(text),
    netMinor: Amount,
    description: text,
    taxCategory: TaxCategory,
    taxRate: text,
  },
  { title: 'Line' },
);
const totals = {
  taxes: Type.Array(
    object({ category: TaxCategory, rate: text, netMinor: Amount, taxMinor: Amount }, { title: 'Tax' }),
  ),
  netMinor: Amount,
  taxMinor: Amount,
  grossMinor: Amount,
  currency: Currency,
};
export const MonthAnswer = object(
  {
    workspaceId: Id,
    month: Month,
    status: oneOf('open', 'closed'),
    variant: Variant,
    countingRule: Rule,
    units: count,
    quantity: Quantity,
    lines: Type.Array(Line),
    ...totals,
    revision: Revision,
    unitsDigest: Sha256,
    cancelled: optional(
      Type.Literal(true, { description: 'The invoice of its own units was cancelled: nothing of it is billed' }),
    ),
    invoiceNumber: optional(InvoiceNumber),
    invoiceNumbers: optional(Type.Array(InvoiceNumber)),
  },
  { title: 'Month', description: 'A closed month as billed; an open one as closing it now would bill it' },
);
export const Unit = object(
  {
    unitId: Id,
    name: orNull(text),
    quantity: Quantity,
    email: optional(orNull(text)),
    teams: optional(Type.Array(Id)),
  },
  { title: 'Unit', description: 'For user licenses with address and teams; null once erased' },
);

const Seller = object(
  {
    name: text,
    street: text,
    postalCode: text,
    city: text,
    country: text,
    vatId: text,
    taxNumber: optional(text),
    register: optional(text),
    managers: optional(text),
    contact: object({ name: text, phone: text, email: text }),
    bank: object({ holder: text, iban: text, bic: optional(text) }),
  },
  { title: 'Seller' },
);
const InvoiceDelivery = object(
  {
    kind: Delivery,
    outcome: oneOf('done', 'started', 'refused', 'temporary', 'uncertain'),
    at: At,
    attempt: optional(count),
    recipient: optional(orNull(text)),
    otherRecipients: optional(object({ to: Type.Array(text), cc: Type.Array(text) }, { title: 'OtherRecipients' })),
    refusedRecipients: optional(Type.Array(text)),
    messageId: optional(text),
    reason: optional(text),
  },
  { title: 'InvoiceDelivery' },
);
export const Invoice = object(
  {
    number: InvoiceNumber,
    kind: oneOf('invoice', 'cancellation', 'credit-note'),
    workspaceId: Id,
    workspaceName: text,
    month: Month,
    servicePeriod: object({ from: Day, to: Day }),
    issueDate: Day,
    dueDate: Day,
    paymentTermDays: count,
    language: Language,
    seller: Seller,
    buyer: object({ ...BillTo.properties, buyerKind: BuyerKind }, { title: 'Buyer' }),
    references: optional(References),
    variant: Variant,
    countingRule: Rule,
    units: count,
    quantity: Quantity,
    unitsDigest: Sha256,
    lines: Type.Array(Line),
    ...totals,
    delivery: Type.Array(Delivery),
    eInvoiceFormat: EInvoiceFormat,
    annexOfUnits: Type.Boolean(),
    billRevision: Revision,
    billDocument: count,
    status: oneOf(...INVOICE_STATUSES),
    document: orNull(object({ sha256: Sha256, bytes: count })),
    deliveries: Type.Array(InvoiceDelivery),
    cancels: optional(InvoiceNumber),
    corrects: optional(Type.Array(object({ number: InvoiceNumber, issueDate: Day, month: Month }))),
    reason: optional(text),
    replaces: optional(InvoiceNumber),
    invoiceMailbox: optional(text),
    eInvoice: optional(object({ writer: count, passed: Type.Array(text) })),
    cancelledBy: optional(InvoiceNumber),
  },
  { title: 'Invoice' },
);
export const InvoiceAccepted = object(
  { number: InvoiceNumber, revision: Revision, changed: Type.Boolean() },
  { title: 'InvoiceAccepted' },
);

export const ClosingStarted = object({ closingId: text }, { title: 'ClosingStarted' });
export const Closing = object(
  {
    closingId: text,
    state: oneOf('running', 'done'),
    month: Month,
    total: count,
    closed: count,
    nothingToBill: count,
    alreadyClosed: count,
    failed: Type.Array(object({ workspaceId: Id, problem: text }), { description: 'The first hundred' }),
    workspaces: optional(Type.Array(MonthAnswer, { description: 'Of a dry run: what each would be billed' })),
  },
  { title: 'Closing' },
);

export const FailingStep = object(
  {
    step: text,
    workspaceId: orNull(Id),
    month: orNull(Month),
    number: orNull(text),
    attempts: count,
    problem: text,
    nextTry: At,
  },
  { title: 'FailingStep', description: 'A step after a closing that failed and waits for its next try' },
);
export const FailingSteps = object({ items: Type.Array(FailingStep) });
export const Draft = object(
  { draftId: text, ...MonthAnswer.properties },
  { title: 'Draft', description: 'A closed month that becomes an invoice once accounting approves it' },
);
export const Approved = object(
  { draftId: text, month: Month, workspaceId: Id, revision: Revision, changed: Type.Boolean() },
  { title: 'Approved' },
);

export const RecordedEvent = object(
  {
    position: count,
    stream: text,
    revision: count,
    id: text,
    type: Type.String({ description: 'With its version, such as TeamArchived.v1' }),
    data: Type.Unknown({ description: "As the type's schema says; names and addresses of members sealed" }),
    metadata: Type.Unknown({ description: 'Who, when, and the link in the hash chain of its stream' }),
  },
  { title: 'RecordedEvent' },
);

const Evidence = object(
  {
    stream: text,
    revision: count,
    position: count,
    id: text,
    type: text,
    data: Type.Unknown(),
    occurredAt: At,
    recordedAt: At,
    actor: text,
    correlationId: text,
  },
  { title: 'Evidence', description: 'An event as proof: where it stands, what it says, who sent it when' },
);
export const AuditedMonth = object(
  {
    ...MonthAnswer.properties,
    differsFromClosing: Type.Boolean(),
    closing: optional(object({ workspaceRevision: Revision, recordedAt: At })),
    difference: optional(
      object({
        units: Type.Array(object({ unitId: Id, closed: Quantity, recounted: Quantity })),
        ownNetMinor: Amount,
        adjustmentsNetMinor: Amount,
        netMinor: Amount,
        taxMinor: Amount,
        grossMinor: Amount,
      }),
    ),
    settlement: optional(object({ billedNetMinor: Amount, owedNetMinor: Amount, outstandingNetMinor: Amount })),
  },
  { title: 'AuditedMonth', description: 'A month recounted from the history as it was known' },
);
export const ExplainedUnit = object(
  {
    workspaceId: Id,
    month: Month,
    status: oneOf('open', 'closed'),
    unitId: Id,
    variant: Variant,
    countingRule: Rule,
    timeZone: text,
    from: At,
    to: At,
    countedAt: optional(At),
    days: optional(object({ active: count, of: count })),
    counts: Type.Boolean(),
    quantity: Quantity,
    reason: text,
    intervals: Type.Array(
      object({ from: At, to: orNull(At), opened: Type.Array(Evidence), closed: Type.Array(Evidence) }),
    ),
    revision: Revision,
  },
  { title: 'ExplainedUnit', description: 'Why a unit counts for a month or does not, with the events behind it' },
);
export const ExplainedInvoice = object(
  {
    invoice: Type.Unknown({ description: 'As its event says it' }),
    number: optional(Evidence),
    events: Type.Array(Evidence),
    bill: Evidence,
    contract: Type.Array(Evidence),
    factsThrough: optional(Evidence),
    units: Type.Array(object({ unitId: Id, quantity: Quantity })),
    lines: Type.Array(
      object({
        line: Type.Unknown(),
        reason: text,
        kind: oneOf('own', 'adjustment'),
        counted: optional(Quantity),
        freeUnits: optional(count),
        minimumUnits: optional(count),
        owed: optional(object({ quantity: Quantity, netMinor: Amount })),
        billed: optional(Type.Array(object({ month: Month, bill: Evidence, quantity: Quantity, netMinor: Amount }))),
        lateFacts: optional(Type.Array(Evidence)),
      }),
    ),
  },
  { title: 'ExplainedInvoice', description: 'An invoice line by line, with the events that each rests on' },
);
export const Verification = object(
  {
    failures: Type.Array(
      object({
        check: text,
        concerns: text,
        detail: text,
        workspaceId: optional(Id),
        month: optional(Month),
        invoiceNumber: optional(text),
      }),
    ),
    failed: count,
    checked: count,
    checkedByKind: Type.Record(Type.String(), count),
  },
  { title: 'Verification' },
);

export const Live = object({ status: Type.Literal('ok') });
export const Projection = object(
  {
    projection: text,
    state: oneOf('running', 'standing-by', 'stopped', 'failed'),
    version: count,
    checkpoint: count,
    head: count,
    rebuild: optional(
      object({
        state: oneOf('building', 'differs', 'failed', 'done'),
        events: count,
        checkpoint: count,
        milliseconds: count,
        differences: Type.Array(text, { description: 'Where counts and totals are others than before' }),
        reason: optional(text),
      }),
    ),
  },
  { title: 'Projection', description: 'A read model: up to where it reflects the history, and how its rebuild fares' },
);
export const Projections = object({ items: Type.Array(Projection) });
export const Ready = object({
  status: oneOf('ok', 'not-ready'),
  checks: Type.Record(Type.String(), Type.String(), { description: 'Each part by name: ok, or what it is instead' }),
});

export const SigningKeySet = object(
  {
    keys: Type.Array(
      object({
        kty: oneOf('OKP'),
        crv: oneOf('Ed25519'),
        x: text,
        kid: text,
        alg: oneOf('EdDSA'),
        use: oneOf('sig'),
        validFrom: At,
        retiredAt: optional(At),
      }),
    ),
  },
  { title: 'SigningKeySet' },
);
