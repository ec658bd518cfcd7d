import { type Static, type TSchema, Type } from '@sinclair/typebox';

import {
  billDocumentRef,
  billTo,
  contractTerms,
  count,
  day,
  encrypted,
  id,
  instant,
  issuedInvoice,
  month,
  monthBill,
  monthRebilled,
  numberedDocument,
  oneOf,
  record,
  revision,
  sha256,
  termsChange,
  text,
} from './shapes';
import { type BillingEventType, type DataOf } from './types';

const otherRecipients = Type.Optional(record({ to: Type.Array(text), cc: Type.Array(text) }));

/** The newest version of an event type, and how older ones are brought up to it. */
export interface EventSchema<Type extends BillingEventType = BillingEventType> {
  readonly type: Type;
  readonly version: number;
  readonly meaning: string;
  readonly schema: TSchema;
  /** At n - 1: makes data of version n + 1 from data of version n. */
  readonly upcasters: readonly ((data: unknown) => unknown)[];
}

type Exactly<A, B> = [A] extends [B] ? unknown : never;

/** Ties a schema to its domain type: what the schema lets through is what the domain expects. */
function event<const T extends BillingEventType, S extends TSchema>(
  type: T,
  meaning: string,
  schema: S & Exactly<Static<S>, DataOf<T>>,
  upcasters: EventSchema['upcasters'] = [],
): EventSchema<T> {
  return { type, version: upcasters.length + 1, meaning, schema, upcasters };
}

const nothing = record({});

/** Every event type. A changed shape is a new version with an upcaster and a golden fixture. */
export const EVENT_SCHEMAS: readonly EventSchema[] = [
  event('WorkspaceStarted', 'A workspace began.', record({ workspaceId: id, name: text, startedAt: instant })),
  event('TeamCreated', 'A team exists and is active.', record({ teamId: id, name: text })),
  event('TeamRenamed', 'A team has another name.', record({ teamId: id, name: text })),
  event('TeamArchived', 'A team is no longer active.', record({ teamId: id })),
  event('TeamRestored', 'An archived team is active again.', record({ teamId: id })),
  event(
    'MemberAdded',
    'A member may access the workspace, for the first time or again.',
    record({ memberId: id, name: encrypted, email: encrypted }),
  ),
  event(
    'MemberUpdated',
    "A member's name or address changed.",
    record({ memberId: id, name: Type.Optional(encrypted), email: Type.Optional(encrypted) }),
  ),
  event('MemberRemoved', 'A member may no longer access the workspace; all memberships end.', record({ memberId: id })),
  event(
    'MemberErased',
    "A member's personal data is to be unreadable: the key of this generation is destroyed.",
    record({ memberId: id, keyGeneration: count }),
  ),
  event('MemberPlaced', 'A member is placed in a team.', record({ teamId: id, memberId: id })),
  event('MemberWithdrawn', 'A member is taken out of a team.', record({ teamId: id, memberId: id })),
  event(
    'ContractOpened',
    'A workspace is billed from a first month on.',
    record({
      workspaceId: id,
      firstMonth: month,
      enterprise: Type.Boolean(),
      terms: contractTerms,
      billTo,
    }),
  ),
  event(
    'ContractTermsChanged',
    'Terms change from the first day of a month; a term that is null is taken away.',
    record({ effectiveFrom: month, changes: termsChange }),
  ),
  event('InvoiceMailboxChanged', 'Invoices go to another address.', record({ email: text })),
  event('BillingAddressChanged', 'Another buyer is on invoices to come.', record({ billTo })),
  event('ContractTerminated', 'The last month that is billed.', record({ lastMonth: month })),
  event('TermsLocked', 'The closing of a month began: terms up to it can no longer change.', record({ month })),
  event('MonthClosed', "A month's units and amounts are fixed for good.", monthBill),
  event('BillApproved', 'Accounting approved a document that waited for it.', record(billDocumentRef)),
  event(
    'DraftReturned',
    'Accounting sent a document back instead of approving it: it is not billed until it is billed again.',
    record({ ...billDocumentRef, reason: text }),
  ),
  event(
    'BillCancelled',
    "The invoice of a bill's document was cancelled.",
    record({ ...billDocumentRef, invoiceNumber: text, reason: text, reissue: Type.Boolean() }),
  ),
  event(
    'MonthRebilled',
    'A cancelled document, or a returned draft, is billed again from the facts known now.',
    monthRebilled,
  ),
  event(
    'InvoiceNumberAssigned',
    'A number of the series belongs to a document for good.',
    record({ number: text, sequence: count, document: numberedDocument, issueDate: day }),
  ),
  event('InvoiceIssued', 'An invoice, with everything that it says.', issuedInvoice),
  event(
    'InvoiceRendered',
    "The invoice's documents were made and stored: the PDF, and the XRechnung.",
    record({ sha256, bytes: count, pages: count, renderer: text, xml: record({ sha256, bytes: count }) }),
  ),
  event(
    'InvoiceRenderingFailed',
    'The document could not be made, and is not tried again until an operator asks.',
    record({ attempts: count, reason: text }),
  ),
  event('InvoicePublished', "The workspace's administrators can download the document.", nothing),
  event(
    'InvoiceDeliveryStarted',
    'An e-mail is about to be handed over; its outcome follows, or is not known.',
    record({ attempt: count, recipient: text, otherRecipients, messageId: text }),
  ),
  event(
    'InvoiceSent',
    'An e-mail with the document was accepted.',
    record({
      attempt: count,
      recipient: text,
      otherRecipients,
      refusedRecipients: Type.Optional(Type.Array(text)),
      messageId: text,
      transport: oneOf('smtp', 'outbox'),
    }),
  ),
  event(
    'InvoiceDeliveryFailed',
    'An e-mail with the document did not arrive, or may not have.',
    record({
      attempt: count,
      recipient: Type.Union([text, Type.Null()]),
      reason: text,
      outcome: oneOf('refused', 'temporary', 'uncertain'),
    }),
  ),
  event('InvoiceResendRequested', 'Accounting asked for another delivery.', record({ request: count })),
  event(
    'InvoiceCancelled',
    'The invoice is cancelled by a document of its own.',
    record({ reason: text, reissue: Type.Boolean() }),
  ),
  event(
    'ClosingRequested',
    'It was requested to close a month of some or all workspaces.',
    record({ month, workspaceIds: Type.Union([Type.Array(id), Type.Null()]) }),
  ),
  event(
    'ClosingFinished',
    'Every workspace of the run was tried.',
    record({
      total: count,
      closed: count,
      nothingToBill: count,
      alreadyClosed: count,
      failedCount: count,
      failed: Type.Array(record({ workspaceId: id, problem: text })),
    }),
  ),
  event(
    'IdempotentResponseRecorded',
    'The answer under an idempotency key to a request that changed nothing.',
    record({
      outcome: oneOf('unchanged', 'refused'),
      revision,
      problem: Type.Optional(
        record({
          kind: oneOf('invalid', 'not-found', 'conflict', 'rule-violated'),
          code: text,
          detail: text,
        }),
      ),
    }),
  ),
];
