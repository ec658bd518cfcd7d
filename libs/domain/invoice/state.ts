import { type InvoiceMailboxes } from '../contract/terms';
import { type InvoiceEvent, type IssuedInvoice } from './events';

export interface InvoiceDocument {
  readonly sha256: string;
  readonly bytes: number;
  readonly pages: number;
  readonly renderer: string;
  readonly xml: { readonly sha256: string; readonly bytes: number };
}

export interface DeliveryRecord {
  readonly kind: 'download' | 'email';
  readonly outcome: 'done' | 'started' | 'refused' | 'temporary' | 'uncertain';
  readonly at: string;
  readonly attempt?: number;
  readonly recipient?: string | null;
  readonly otherRecipients?: InvoiceMailboxes;
  readonly refusedRecipients?: readonly string[];
  readonly messageId?: string;
  readonly reason?: string;
}

export interface InvoiceState {
  readonly invoice: IssuedInvoice;
  readonly document?: InvoiceDocument;
  /** Set when the document could not be made and nobody tries any more. */
  readonly renderingFailed?: { readonly attempts: number; readonly reason: string; readonly at: string };
  readonly deliveries: readonly DeliveryRecord[];
  /** How many deliveries by e-mail were asked for: one at issue, one more per resend. */
  readonly emailsAskedFor: number;
  readonly cancelled?: { readonly reason: string; readonly reissue: boolean };
  /** Of the latest event in the invoice's stream. */
  readonly revision: number;
}

export type InvoiceStatus = 'issued' | 'rendered' | 'delivered' | 'delivery-failed' | 'cancelled';

export function evolveInvoice(state: InvoiceState | undefined, event: InvoiceEvent, revision: number): InvoiceState {
  if (event.type === 'InvoiceIssued') {
    const emailsAskedFor = event.data.delivery.includes('email') ? 1 : 0;
    return { invoice: event.data, deliveries: [], emailsAskedFor, revision };
  }
  if (state === undefined) throw new Error(`an invoice's history begins with ${event.type}`);
  const at = new Date(event.occurredAt).toISOString();
  switch (event.type) {
    case 'InvoiceRendered':
      return { ...withoutFailure(state), document: event.data, revision };
    case 'InvoiceRenderingFailed':
      return { ...state, renderingFailed: { ...event.data, at }, revision };
    case 'InvoicePublished':
      return withDelivery(state, { kind: 'download', outcome: 'done', at }, revision);
    case 'InvoiceDeliveryStarted':
      return withDelivery(state, { kind: 'email', outcome: 'started', at, ...event.data }, revision);
    case 'InvoiceSent': {
      const { transport: _transport, ...data } = event.data;
      const sent = { kind: 'email', outcome: 'done', at, ...data } as const;
      return withDelivery(state, sent, revision);
    }
    case 'InvoiceDeliveryFailed':
      return withDelivery(state, { kind: 'email', at, ...event.data }, revision);
    case 'InvoiceResendRequested': {
      // Where the document is missing it is that which is asked for: the first mail is still due.
      if (state.renderingFailed !== undefined) return { ...withoutFailure(state), revision };
      return { ...state, emailsAskedFor: state.emailsAskedFor + 1, revision };
    }
    case 'InvoiceCancelled':
      return { ...state, cancelled: event.data, revision };
  }
}

function withoutFailure({ renderingFailed: _failed, ...state }: InvoiceState): InvoiceState {
  return state;
}

/** An attempt has one record: its outcome takes the place of its start. */
function withDelivery(state: InvoiceState, delivery: DeliveryRecord, revision: number): InvoiceState {
  const others = state.deliveries.filter(({ kind, attempt }) => kind !== delivery.kind || attempt !== delivery.attempt);
  const started = state.deliveries.find(({ kind, attempt }) => kind === delivery.kind && attempt === delivery.attempt);
  return { ...state, deliveries: [...others, { ...started, ...delivery }], revision };
}

export function statusOf(state: InvoiceState): InvoiceStatus {
  if (state.cancelled !== undefined) return 'cancelled';
  if (state.document === undefined) return state.renderingFailed === undefined ? 'issued' : 'delivery-failed';
  const latestEmail = state.deliveries.filter(({ kind }) => kind === 'email').at(-1);
  if (latestEmail?.outcome === 'refused' || latestEmail?.outcome === 'uncertain') {
    return 'delivery-failed';
  }
  return isDelivered(state) ? 'delivered' : 'rendered';
}

/** Whether every agreed way of delivery was gone. */
export function isDelivered({ invoice, deliveries }: InvoiceState): boolean {
  return invoice.delivery.every((way) => deliveries.some(({ kind, outcome }) => kind === way && outcome === 'done'));
}

/** Whether a way of delivery is still to be tried, as often as it was asked for. */
export function isDeliveryDue(state: InvoiceState): boolean {
  const emails = state.deliveries.filter(
    ({ kind, outcome }) => kind === 'email' && outcome !== 'started' && outcome !== 'temporary',
  ).length;
  const downloadable = state.deliveries.some(({ kind }) => kind === 'download');
  return emails < state.emailsAskedFor || (state.invoice.delivery.includes('download') && !downloadable);
}
