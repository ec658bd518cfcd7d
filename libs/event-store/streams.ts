import { type BillingMonth } from '@seatledger/domain';

/** Names of the streams. The part before the first `-` is the category. */
export const workspaceStream = (workspaceId: string): string => `workspace-${workspaceId}`;
export const contractStream = (workspaceId: string): string => `contract-${workspaceId}`;
export const monthStream = (workspaceId: string, month: BillingMonth): string => `month-${workspaceId}_${month}`;
export const invoiceStream = (number: string): string => `invoice-${number}`;
/** One series of numbers per seller's prefix and year of issue. */
export const seriesStream = (prefix: string, year: string): string => `series-${prefix}_${year}`;
export const closingStream = (closingId: string): string => `closing-${closingId}`;
/** Answers under idempotency keys that left no event of their own. */
export const idempotencyStream = (subject: string): string => `idempotency-${subject}`;

export function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf('-'));
}

/** What comes after the category: a workspace's id, an invoice's number. */
export function subjectOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

/** The workspace and month of a month's stream; ids may hold any `_` and `-`, months are 7 long. */
export function monthOfStream(stream: string): { workspaceId: string; month: BillingMonth } {
  const subject = subjectOf(stream);
  return { workspaceId: subject.slice(0, -8), month: subject.slice(-7) };
}
