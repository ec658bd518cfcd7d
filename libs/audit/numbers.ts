import { type InvoiceNumberAssigned } from '@seatledger/domain';
import { type StoredEvent } from '@seatledger/event-store';

export type StoredNumber = StoredEvent<InvoiceNumberAssigned>;

/** The stream that a number was assigned in, `RE-2026-000001` to `numbers-RE`; undefined for no number. */
export function numberStreamOf(number: string): string | undefined {
  const [, prefix] = /^(.+)-\d{4}-\d+$/.exec(number) ?? [];
  return prefix === undefined ? undefined : `numbers-${prefix}`;
}
