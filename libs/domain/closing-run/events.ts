import { type BillingMonth } from '../billing/billing-month';
import { type DomainEvent } from '../event';

export interface ClosingRequest {
  readonly month: BillingMonth;
  /** Null: every workspace with a contract. */
  readonly workspaceIds: readonly string[] | null;
}

export interface ClosingReport {
  /** Workspaces that have such a month to close: the sum of the four below. */
  readonly total: number;
  /** Closed by this run, with a bill. */
  readonly closed: number;
  /** Closed by this run, without one. */
  readonly nothingToBill: number;
  readonly alreadyClosed: number;
  readonly failedCount: number;
  /** The first hundred of them, with the reason. */
  readonly failed: readonly { readonly workspaceId: string; readonly problem: string }[];
}

/** One run over the workspaces, in its stream `closing-ID`: found unfinished, it is run again. */
export type ClosingRequested = DomainEvent<'ClosingRequested', ClosingRequest>;
export type ClosingFinished = DomainEvent<'ClosingFinished', ClosingReport>;

export type ClosingEvent = ClosingRequested | ClosingFinished;
