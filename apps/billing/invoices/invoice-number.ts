import { notFound } from '@seatledger/domain';

/** @throws {DomainError} `unknown-invoice`: what is no number names no invoice */
export function checkedNumber(number: string): string {
  if (/^[A-Z0-9]{1,10}-\d{4}-\d{6,}$/.test(number)) return number;
  throw notFound('unknown-invoice', 'There is no such invoice.');
}
