import {
  type InvoiceDeliveryFailed,
  type InvoiceDeliveryStarted,
  type InvoiceRendered,
  type InvoiceRenderingFailed,
  type InvoiceSent,
  type IssuedInvoice,
} from './events';

export interface IssueInvoice {
  readonly type: 'IssueInvoice';
  readonly invoice: IssuedInvoice;
}

/** Its document was made and stored. */
export interface RecordRendering {
  readonly type: 'RecordRendering';
  readonly document: InvoiceRendered['data'];
}

/** Its document cannot be made: from now on accounting has to ask for it. */
export interface GiveUpRendering {
  readonly type: 'GiveUpRendering';
  readonly failure: InvoiceRenderingFailed['data'];
}

export interface PublishInvoice {
  readonly type: 'PublishInvoice';
}

/** An e-mail is about to be handed over. */
export interface StartDelivery {
  readonly type: 'StartDelivery';
  readonly delivery: InvoiceDeliveryStarted['data'];
}

export interface RecordSent {
  readonly type: 'RecordSent';
  readonly delivery: InvoiceSent['data'];
}

export interface RecordDeliveryFailure {
  readonly type: 'RecordDeliveryFailure';
  readonly failure: InvoiceDeliveryFailed['data'];
}

export interface CancelInvoice {
  readonly type: 'CancelInvoice';
  readonly reason: string;
  /** Whether it is to be billed again from today's facts. */
  readonly reissue: boolean;
}

/** Deliver again by e-mail. */
export interface ResendInvoice {
  readonly type: 'ResendInvoice';
}

export type InvoiceCommand =
  | IssueInvoice
  | RecordRendering
  | GiveUpRendering
  | PublishInvoice
  | StartDelivery
  | RecordSent
  | RecordDeliveryFailure
  | CancelInvoice
  | ResendInvoice;
