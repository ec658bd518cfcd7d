import { type Instant } from '@seatledger/domain';

import { subjectOf } from '../streams';
import { type BillingEventType, type DataOf } from './types';

/** Whose key encrypts what an event says of persons: a contract's, or a workspace's of one year. */
export type KeyOwner = `contract/${string}` | `year/${string}/${string}`;

/** Which properties of an event are a person's data, and whose key encrypts them. */
interface Declaration<Data> {
  /** Undefined: the person that the stream's first event belongs to. */
  readonly owner: ((data: Data, at: { readonly stream: string; readonly occurredAt: Instant }) => KeyOwner) | undefined;
  /** Paths of texts; lists on the way are gone through. */
  readonly paths: readonly string[];
}

/** The contract's own data: readable as long as the contract runs. */
const contract = (...paths: string[]): Declaration<unknown> => ({
  owner: (_data, { stream }) => `contract/${subjectOf(stream)}`,
  paths,
});

/** A bill belongs to the documents of the year that it is made in. */
const bill = (...paths: string[]): Declaration<unknown> => ({
  owner: (_data, { stream, occurredAt }) => `year/${subjectOf(stream)}/${new Date(occurredAt).getUTCFullYear()}`,
  paths,
});

/** What happens to an invoice later belongs to the year in which it was issued. */
const ofInvoice = (...paths: string[]): Declaration<unknown> => ({ owner: undefined, paths });

/**
 * The buyer. Clear stay what tax and statements are proved by without a person: country, postal code
 * (which alone decides some VAT territories) and VAT id.
 */
const buyer = (at: string): string[] =>
  ['name', 'street', 'addressLine2', 'city', 'contact', 'buyerId', 'reference'].map((part) => `${at}.${part}`);

/** What the buyer's side calls things may name a person. */
const references = (at: string): string[] =>
  ['purchaseOrder', 'contract', 'costCentre', 'supplierNumber'].map((part) => `${at}.${part}`);

const terms = (at: string): string[] => [
  ...references(`${at}.references`),
  ...['to', 'cc'].map((list) => `${at}.invoiceMailboxes.${list}`),
];

/**
 * The personal data in events: encrypted in the store, plain everywhere else. Members' names and
 * addresses are not here: they are encrypted before anything is decided.
 */
export const PERSONAL_PROPERTIES: { readonly [Type in BillingEventType]?: Declaration<DataOf<Type>> } = {
  ContractOpened: contract(...buyer('billTo'), ...terms('terms')),
  ContractTermsChanged: contract(...terms('changes')),
  InvoiceMailboxChanged: contract('email'),
  BillingAddressChanged: contract(...buyer('billTo')),
  MonthClosed: bill(...buyer('buyer'), ...buyer('documents.buyer'), ...references('invoicing.references')),
  MonthRebilled: bill(...buyer('buyer'), ...buyer('documents.buyer'), ...references('invoicing.references')),
  DraftReturned: bill('reason'),
  BillCancelled: bill('reason'),
  InvoiceIssued: {
    owner: ({ workspaceId, issueDate }) => `year/${workspaceId}/${issueDate.slice(0, 4)}`,
    paths: [...buyer('buyer'), ...references('references'), 'invoiceMailbox', 'reason'],
  },
  InvoiceDeliveryStarted: ofInvoice('recipient', 'otherRecipients.to', 'otherRecipients.cc'),
  InvoiceSent: ofInvoice('recipient', 'otherRecipients.to', 'otherRecipients.cc', 'refusedRecipients'),
  // What a mail server says often repeats the address.
  InvoiceDeliveryFailed: ofInvoice('recipient', 'reason'),
  InvoiceCancelled: ofInvoice('reason'),
};

/**
 * Texts of any content that stay clear: by property, or by event and path where the name alone does
 * not say what it is.
 */
export const CLEAR_PROPERTIES: ReadonlySet<string> = new Set([
  // Of tax and money.
  ...['country', 'postalCode', 'vatId', 'currency', 'rate', 'timeZone', 'perEuro', 'rates.source'],
  // Of documents and deliveries, made here.
  ...['number', 'invoiceNumber', 'cancels', 'replaces', 'subject', 'messageId', 'renderer', 'description', 'passed'],
  // What things of the customer are called, which are not persons.
  ...['workspaceName', 'WorkspaceStarted.name', 'TeamCreated.name', 'TeamRenamed.name'],
  // Encrypted with the member's key before the event is decided.
  ...['MemberAdded.name', 'MemberAdded.email', 'MemberUpdated.name', 'MemberUpdated.email'],
  // Our own company's, as it publishes them on every invoice.
  'InvoiceIssued.seller',
  // Why something was refused or failed, in our own words.
  ...['problem.code', 'problem.detail', 'failed.problem', 'InvoiceRenderingFailed.reason'],
]);
