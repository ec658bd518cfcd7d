import { type BillingMonth, firstDayOf, lastDayOf } from '@seatledger/domain';
import { encode } from 'iconv-lite';
import { DateTime } from 'luxon';

import { type DatevAccounts } from './accounts';

/** What tells one kind of file from another in the header. */
export interface DatevFormat {
  /** Datenkategorie, Formatname and Formatversion. */
  readonly category: number;
  readonly name: string;
  readonly version: number;
}

export interface DatevFileInput {
  readonly month: BillingMonth;
  readonly accounts: DatevAccounts;
  readonly createdAt: number;
}

type Row = readonly string[];

/**
 * A file in DATEV format (EXTF, header version 700): Windows-1252, lines ended by CRLF.
 * @param period whether the header names the days that the rows lie in
 */
export function datevFile(
  format: DatevFormat,
  { period, title }: { readonly period: boolean; readonly title: string },
  columns: Row,
  rows: readonly Row[],
  input: DatevFileInput,
): Uint8Array {
  const all = [header(format, period, title, input), columns, ...rows];
  return encode(all.map((row) => `${row.join(';')}\r\n`).join(''), 'win1252');
}

/** The accountant may still correct the batch, and locks it (Festschreibung). */
export const NOT_LOCKED = '0';

/** The header's 31 fields; what is empty is reserved, or not needed. */
function header(format: DatevFormat, period: boolean, title: string, input: DatevFileInput): string[] {
  const { month, accounts, createdAt } = input;
  const created = DateTime.fromMillis(createdAt, { zone: 'Europe/Berlin' }).toFormat('yyyyMMddHHmmssSSS');
  const days = period ? [compact(firstDayOf(month)), compact(lastDayOf(month))] : ['', ''];
  // Buchungstyp, Rechnungslegungszweck, Festschreibung and currency are a batch's.
  const batch = period ? ['1', '0', NOT_LOCKED, text('EUR')] : ['', '', '', text('')];
  return [
    text('EXTF'),
    '700',
    String(format.category),
    text(format.name),
    String(format.version),
    created,
    '',
    text('SL'),
    text(''),
    text(''),
    String(accounts.consultant),
    String(accounts.client),
    fiscalYearOf(month, accounts.fiscalYearStart),
    String(accounts.accountLength),
    ...days,
    text(title),
    text(''),
    ...batch,
    '',
    text(''),
    '',
    '',
    text(accounts.chart),
    '',
    '',
    text(''),
    text(''),
  ];
}

/** First day of the fiscal year that a month lies in; it says the year of all days in the batch. */
function fiscalYearOf(month: BillingMonth, startMonth: number): string {
  const year = Number(month.slice(0, 4)) - (Number(month.slice(5)) < startMonth ? 1 : 0);
  return `${year}${String(startMonth).padStart(2, '0')}01`;
}

/** A row of named fields in the order of the columns. */
export const rowOf = (columns: readonly string[], fields: ReadonlyMap<string, string>): string[] =>
  columns.map((column) => fields.get(column) ?? '');

/** A text field: in quotes, without the control characters that DATEV refuses, as long as the field is. */
export const text = (value: string, maxLength = Infinity): string =>
  `"${cut(value.replace(/\p{Cc}/gu, ' '), maxLength).replaceAll('"', '""')}"`;

const cut = (value: string, maxLength: number): string =>
  maxLength === Infinity ? value : [...value].slice(0, maxLength).join('').trimEnd();

const compact = (day: string): string => day.replaceAll('-', '');
/** `2026-03-31` as `31032026`. */
export const dayMonthYear = (day: string): string => day.split('-').reverse().join('');
/** Always with two decimals. */
export const decimalComma = (amount: string): string =>
  (amount.includes('.') ? amount : `${amount}.00`).replace('.', ',');
