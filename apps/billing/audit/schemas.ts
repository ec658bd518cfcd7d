import { type Static, Type } from '@sinclair/typebox';

import { Rule } from '../contracts/schemas';
import {
  Amount,
  At,
  closed,
  count,
  Id,
  InvoiceNumber,
  Month,
  object,
  oneOf,
  optional,
  orNull,
  Quantity,
  Revision,
  text,
  Time,
  whole,
} from '../http/schema';
import { MonthAnswer, MonthPath } from '../months/schemas';
import { Variant } from '../workspaces/schemas';

const position = { minimum: 0, maximum: 999_999_999_999_999 };

export const EventsQuery = closed({
  workspaceId: Type.Optional(Id),
  from: whole('^\\d{1,15}$', position, 'The first position'),
  limit: whole('^[1-9]\\d{0,14}$', { ...position, minimum: 1 }, 'How many events; else all'),
});
export type EventsQuery = Static<typeof EventsQuery>;
export const KnownAtQuery = closed({
  revision: whole('^\\d{1,15}$', position, "Of the workspace's history"),
  recordedBefore: Type.Optional(Time),
});
export type KnownAtQuery = Static<typeof KnownAtQuery>;
export const UnitPath = closed({ ...MonthPath.properties, unitId: Id });
export type UnitPath = Static<typeof UnitPath>;
export const AuditedInvoicePath = closed({ number: InvoiceNumber });
export type AuditedInvoicePath = Static<typeof AuditedInvoicePath>;

export const VerificationBody = closed({
  workspaceId: Type.Optional(Id),
  month: Type.Optional(Month),
  invoiceNumber: Type.Optional(InvoiceNumber),
});

export type VerificationBody = Static<typeof VerificationBody>;

export const RecordedEvent = object(
  {
    position: count,
    stream: text,
    revision: count,
    id: text,
    type: Type.String({ description: 'With its version, such as TeamArchived.v1' }),
    data: Type.Unknown({ description: "As the type's schema says; names and addresses of members encrypted" }),
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
