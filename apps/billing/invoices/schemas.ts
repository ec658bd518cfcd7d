import { type InvoiceStatus, type IssuedInvoice } from '@seatledger/domain';
import { INVOICE_SORTS } from '@seatledger/projections';
import { type Static, Type } from '@sinclair/typebox';

import { BillTo, BuyerKind, Delivery, EInvoiceFormat, Language, References, Rule } from '../contracts/schemas';
import { Problem } from '../http/openapi/problem';
import { pageOf, Paging } from '../http/paging';
import {
  Amount,
  At,
  closed,
  count,
  Currency,
  Day,
  Id,
  InvoiceNumber,
  Month,
  object,
  oneOf,
  optional,
  orNull,
  Quantity,
  repeated,
  Revision,
  searched,
  Sha256,
  Text,
  text,
} from '../http/schema';
import { Line, MonthAnswer, totals } from '../months/schemas';
import { Variant } from '../workspaces/schemas';

const INVOICE_STATUSES = [
  'issued',
  'rendered',
  'delivered',
  'delivery-failed',
  'cancelled',
] as const satisfies InvoiceStatus[];
const INVOICE_KINDS = ['invoice', 'cancellation', 'credit-note'] as const satisfies IssuedInvoice['kind'][];
const IssuedDay = (description: string) => Type.String({ format: 'day', description });
const InvoiceStatusQuery = Type.Optional(oneOf(...INVOICE_STATUSES));

export const WorkspaceInvoicesQuery = closed({ ...Paging, status: InvoiceStatusQuery });
export type WorkspaceInvoicesQuery = Static<typeof WorkspaceInvoicesQuery>;
export const InvoicesQuery = closed({
  ...Paging,
  query: searched("A part of the number, of the customer's name, or of the gross amount such as 1190,00"),
  workspaceId: repeated(Id, 'Workspaces'),
  month: repeated(Month, 'Billing months, not months of issue'),
  issuedFrom: Type.Optional(IssuedDay('The first day of issue')),
  issuedTo: Type.Optional(IssuedDay('The last day of issue')),
  kind: repeated(oneOf(...INVOICE_KINDS), 'Kinds'),
  status: repeated(oneOf(...INVOICE_STATUSES), 'Statuses'),
  delivery: repeated(Delivery, 'Delivered in one of these ways'),
  currency: repeated(Currency, 'Currencies'),
  sort: Type.Optional(oneOf(...INVOICE_SORTS)),
});
export type InvoicesQuery = Static<typeof InvoicesQuery>;
export const DatevQuery = closed({
  month: Month,
  with: Type.Optional(
    Type.String({
      pattern: '^(debtors|documents|debtors,documents|documents,debtors)$',
      description: 'What is to come with the batch, in a ZIP: `debtors`, `documents`, or both with a comma between',
    }),
  ),
});
export type DatevQuery = Static<typeof DatevQuery>;

/** Numbers that are none name an invoice that there is not. */
export const InvoicePath = closed({ number: text });
export type InvoicePath = Static<typeof InvoicePath>;
export const DraftPath = closed({ draftId: text });
export type DraftPath = Static<typeof DraftPath>;

export const CancelBody = closed({ reason: Text, reissue: Type.Optional(Type.Boolean()) });
export type CancelBody = Static<typeof CancelBody>;

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
const Buyer = object({ ...BillTo.properties, buyerKind: BuyerKind }, { title: 'Buyer' });
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
    kind: oneOf(...INVOICE_KINDS),
    workspaceId: Id,
    workspaceName: text,
    month: Month,
    servicePeriod: object({ from: Day, to: Day }),
    issueDate: Day,
    dueDate: Day,
    paymentTermDays: count,
    language: Language,
    seller: Seller,
    buyer: Buyer,
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
export const FoundInvoices = object(
  {
    ...pageOf(Invoice).properties,
    totals: Type.Array(
      object({ currency: Currency, count, netMinor: Amount, grossMinor: Amount }, { title: 'InvoiceTotal' }),
      { description: 'Of all that are found, on every page' },
    ),
  },
  { title: 'FoundInvoices' },
);
export const InvoiceAccepted = object(
  { number: InvoiceNumber, revision: Revision, changed: Type.Boolean() },
  { title: 'InvoiceAccepted' },
);

export const DraftsQuery = closed({ ...Paging, month: Type.Optional(Month) });
export type DraftsQuery = Static<typeof DraftsQuery>;
export const ApproveDraftsBody = closed({
  ids: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 1000 }),
});
export type ApproveDraftsBody = Static<typeof ApproveDraftsBody>;
export const ReturnDraftBody = closed({ reason: Text });
export type ReturnDraftBody = Static<typeof ReturnDraftBody>;

export const Draft = object(
  {
    draftId: text,
    ...MonthAnswer.properties,
    buyer: Buyer,
    state: oneOf('waiting', 'returned'),
    reason: optional(Type.String({ description: 'Why accounting returned it' })),
  },
  { title: 'Draft', description: 'A closed month that becomes an invoice once accounting approves it' },
);
const DraftChange = object(
  { month: Month, units: Type.Integer(), quantity: Quantity, netMinor: Amount, grossMinor: Amount },
  { title: 'DraftChange', description: 'What is more, or less where negative, than in the month before' },
);
export const DraftWithChange = object(
  { ...Draft.properties, change: optional(DraftChange) },
  { title: 'DraftWithChange', description: 'Without `change` where the month before was not billed' },
);
export const Approved = object(
  { draftId: text, month: Month, workspaceId: Id, revision: Revision, changed: Type.Boolean() },
  { title: 'Approved' },
);
export const Returned = object({ ...Approved.properties }, { title: 'Returned' });
export const Recounted = object(
  {
    ...Approved.properties,
    draftIds: Type.Array(text, { description: 'The drafts in its place; none where nothing is left to bill' }),
  },
  { title: 'Recounted' },
);
export const ApprovalResults = object(
  {
    results: Type.Array(
      object(
        {
          draftId: text,
          status: oneOf('accepted', 'rejected'),
          changed: optional(Type.Boolean({ description: 'False: it was approved already' })),
          problem: optional(Problem),
        },
        { title: 'ApprovalResult' },
      ),
      { description: 'In the order of the ids' },
    ),
  },
  { title: 'ApprovalResults' },
);
