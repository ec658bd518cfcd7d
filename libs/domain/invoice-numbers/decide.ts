import { type Instant } from '../event';
import { type InvoiceNumberCommand } from './commands';
import { type InvoiceNumberEvent } from './events';
import { documentKeyOf, type InvoiceNumberState, numberOf } from './state';

/** `RE-2026-000001`; the year is that of the issue date. */
export function invoiceNumber(prefix: string, issueDate: string, sequence: number): string {
  return `${prefix}-${issueDate.slice(0, 4)}-${String(sequence).padStart(6, '0')}`;
}

/**
 * Numbers are gapless and unique in the year of the issue date, with dates that never go back
 * (§ 14 (4) no. 4 UStG). The series is one across years: the first number of a year ends the year
 * before it, whatever a clock that is behind says.
 */
export function decideInvoiceNumbers(
  { prefix, documents, today }: InvoiceNumberCommand,
  state: InvoiceNumberState,
  now: Instant,
): InvoiceNumberEvent[] {
  const issueDate = today > state.latestDate ? today : state.latestDate;
  const isSameYear = issueDate.slice(0, 4) === state.latestDate.slice(0, 4);
  const last = isSameYear ? state.latestSequence : 0;
  const fresh = new Map(documents.map((document) => [documentKeyOf(document), document]));
  return [...fresh.values()]
    .filter((document) => numberOf(state, document) === undefined)
    .map((document, index) => {
      const sequence = last + 1 + index;
      const number = invoiceNumber(prefix, issueDate, sequence);
      return {
        type: 'InvoiceNumberAssigned' as const,
        data: { number, sequence, document, issueDate },
        occurredAt: now,
      };
    });
}
