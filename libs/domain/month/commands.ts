/** Accounting lets a bill that waits for it become an invoice. */
export interface ApproveBill {
  readonly type: 'ApproveBill';
  /** Which bill was looked at: a month that is billed anew waits again. */
  readonly billRevision: number;
}

export type MonthCommand = ApproveBill;
