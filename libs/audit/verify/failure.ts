import { type BillingMonth } from '@seatledger/domain';
import { type StoredEvent } from '@seatledger/event-store';

import { nameOf } from '../evidence';

/** What was looked at when a failure was found. */
export type Check =
  /** The file of the embedded store. */
  | 'file'
  /** The hash chain of a stream, and its revisions. */
  | 'chain'
  /** The global order: an event that was there once is not there any more. */
  | 'order'
  /** An event that cannot be read, or does not follow from those before it. */
  | 'event'
  /** A month's bill derived again from the facts and terms that it names. */
  | 'closing'
  /** What was billed for a month over all bills. */
  | 'adjustments'
  /** An invoice against its bill. */
  | 'invoice'
  /** A cancellation against its original. */
  | 'cancellation'
  /** The series of numbers. */
  | 'number'
  /** A stored document against the SHA-256 that was recorded. */
  | 'document'
  /** The record of publishing and mailing. */
  | 'delivery'
  /** An anchor that was taken before. */
  | 'anchor';

/** Something that does not hold. */
export interface Failure {
  readonly check: Check;
  /** The first event or document concerned: `billing-acme@2`, or a document's SHA-256. */
  readonly concerns: string;
  /** What is wrong, in a sentence. */
  readonly detail: string;
  readonly workspaceId?: string;
  readonly month?: BillingMonth;
  readonly invoiceNumber?: string;
}

/** Of what a failure is: added to it where it is known. */
export type Subject = Pick<Failure, 'workspaceId' | 'month' | 'invoiceNumber'>;

export const failureAt = (
  check: Check,
  event: Pick<StoredEvent, 'stream' | 'revision'>,
  detail: string,
  subject: Subject = {},
): Failure => ({ check, concerns: nameOf(event), detail, ...subject });

/** An error of a check itself: what was read is broken in a way that another check names, or not. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
