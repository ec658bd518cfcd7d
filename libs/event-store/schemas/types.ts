import {
  type BillEvent,
  type ClosingEvent,
  type ContractEvent,
  type DomainErrorKind,
  type DomainEvent,
  type InvoiceEvent,
  type InvoiceNumberEvent,
  type WorkspaceEvent,
} from '@seatledger/domain';

/**
 * The answer to a request under an idempotency key that led to no event of its own: the state was
 * as wanted, or the request was refused. A repeat gets this answer again.
 */
export type IdempotentResponseRecorded = DomainEvent<
  'IdempotentResponseRecorded',
  {
    readonly outcome: 'unchanged' | 'refused';
    /** Revision of the subject's stream at the time, -1 for none. */
    readonly revision: number;
    readonly problem?: {
      readonly kind: DomainErrorKind;
      readonly code: string;
      readonly detail: string;
    };
  }
>;

/** Every event that is ever recorded. */
export type BillingEvent =
  | WorkspaceEvent
  | ContractEvent
  | BillEvent
  | InvoiceNumberEvent
  | InvoiceEvent
  | ClosingEvent
  | IdempotentResponseRecorded;

export type BillingEventType = BillingEvent['type'];

export type DataOf<Type extends BillingEventType> = Extract<BillingEvent, { type: Type }>['data'];
