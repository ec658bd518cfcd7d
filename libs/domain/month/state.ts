import { type MonthBill, type MonthEvent } from './events';

/** A closed month: what it was billed for, first and since. */
export interface ClosedMonth {
  /** As closed, or as billed anew. */
  readonly bill: MonthBill;
  /** Revision in the month's stream of the event that holds the bill. */
  readonly billRevision: number;
  /** False while the bill waits for accounting's approval. */
  readonly approved: boolean;
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
      return asClosed(event.data, revision);
    case 'MonthBillApproved':
      return { ...closedBefore(state, event.type), approved: true, revision };
    case 'MonthBillCancelled': {
      const { invoiceNumber, reissue } = event.data;
      return { ...closedBefore(state, event.type), cancelled: { invoiceNumber, reissue }, revision };
    }
  }
}

/** A month as its bill leaves it; also one that is only taken for closed, to bill the month after it. */
export const asClosed = (bill: MonthBill, revision = 0): ClosedMonth => ({
  bill,
  billRevision: revision,
  approved: !bill.invoicing.holdForApproval,
  revision,
});

function closedBefore(state: MonthState, type: string): ClosedMonth {
  if (state === undefined) throw new Error(`a month's history begins with ${type}`);
  return state;
}
