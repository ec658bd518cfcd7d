import { type InvoiceNumberAssigned } from '@seatledger/domain';
import { decode, type StoredEvent } from '@seatledger/event-store';

import { type EventHistory } from './history';

export type StoredNumber = StoredEvent<InvoiceNumberAssigned>;

/** What a number is for: a bill, or the cancellation of an invoice. */
export type NumberSubject =
  | { readonly kind: 'bill'; readonly workspaceId: string; readonly month: string; readonly billRevision: number }
  | { readonly kind: 'cancellation'; readonly cancels: string };

/** Reads a subject such as `bill:acme_2026-03#0` or `cancel:RE-2026-000001`; undefined for any other. */
export function subjectOfNumber(subject: string): NumberSubject | undefined {
  const bill = /^bill:(.+)_(\d{4}-\d{2})#(\d+)$/.exec(subject);
  if (bill !== null) {
    const [, workspaceId = '', month = '', billRevision] = bill;
    return { kind: 'bill', workspaceId, month, billRevision: Number(billRevision) };
  }
  const cancelled = /^cancel:(.+)$/.exec(subject)?.[1];
  return cancelled === undefined ? undefined : { kind: 'cancellation', cancels: cancelled };
}

const PAGE = 1000;

/** All numbers that were ever assigned, in the order of their assignment. */
export async function* assignedNumbers(history: EventHistory): AsyncGenerator<StoredNumber> {
  for (let after = 0; ;) {
    const page = await history.readAll({ after, limit: PAGE, streamPrefixes: ['series-'] });
    for (const recorded of page.events) {
      const stored = decode(recorded);
      if (stored.event.type === 'InvoiceNumberAssigned') yield stored as StoredNumber;
    }
    if (page.atEnd) return;
    after = page.position;
  }
}

/** The series that a number belongs to, `RE-2026-000001` to `series-RE_2026`; undefined for no number. */
export function seriesOf(number: string): string | undefined {
  const [, prefix, year] = /^(.+)-(\d{4})-\d+$/.exec(number) ?? [];
  return prefix === undefined || year === undefined ? undefined : `series-${prefix}_${year}`;
}
