export interface CancelInvoice {
  readonly type: 'CancelInvoice';
  readonly reason: string;
  /** Whether the month is to be billed again from today's facts. */
  readonly reissue: boolean;
}

/** Deliver again by e-mail. */
export interface ResendInvoice {
  readonly type: 'ResendInvoice';
}

export type InvoiceCommand = CancelInvoice | ResendInvoice;
