import { type MonthBill, type MonthEvent } from './events';

/** A closed month: what it was billed for, first and since. */
export interface ClosedMonth {
  /** As closed, or as billed anew. */
  readonly bill: MonthBill;
  /** Revision in the month's stream of the event that holds the bill. */
  readonly billRevision: number;
  /** Set when the bill's invoice was cancelled and the month not (yet) billed anew. */
  readonly cancelled?: { readonly invoiceNumber: string; readonly reissue: boolean };
  /** Revision of the latest event of the month's stream. */
  readonly revision: number;
}

/** Undefined while the month is open. */
export type MonthState = ClosedMonth | undefined;

export function evolveMonth(state: MonthState, event: MonthEvent, revision: number): ClosedMonth {
  switch (event.type) {
    case 'MonthClosed':
    case 'MonthRebilled':
      return { bill: event.data, billRevision: revision, revision };
    case 'MonthBillCancelled': {
      if (state === undefined) throw new Error(`${event.data.month} was cancelled but never closed`);
      const { invoiceNumber, reissue } = event.data;
      return { ...state, cancelled: { invoiceNumber, reissue }, revision };
    }
  }
}
