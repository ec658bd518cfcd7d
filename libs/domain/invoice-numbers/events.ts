import { type BillingMonth } from '../billing/billing-month';
import { type DomainEvent } from '../event';

/** What a number is for: a document of a bill, or the cancellation of an invoice. */
export type NumberedDocument =
  | {
      readonly kind: 'bill';
      readonly workspaceId: string;
      readonly month: BillingMonth;
      readonly billRevision: number;
      readonly document: number;
    }
  | { readonly kind: 'cancellation'; readonly cancels: string };

/** A number of the series belongs to a document for good. */
export type InvoiceNumberAssigned = DomainEvent<
  'InvoiceNumberAssigned',
  {
    readonly number: string;
    /** Place in its year, from 1. */
    readonly sequence: number;
    readonly document: NumberedDocument;
    readonly issueDate: string;
  }
>;

/** The numbers of a seller, across years, in the stream `numbers-RE`. */
export type InvoiceNumberEvent = InvoiceNumberAssigned;
