import {
  type BillingMonth,
  buyerVatIdOf,
  exact,
  firstDayOf,
  type IssuedInvoice,
  lastDayOf,
  roundMinor,
  type TaxSubtotal,
} from '@seatledger/domain';
import { encode } from 'iconv-lite';
import { DateTime } from 'luxon';

import { decimalOf } from '@seatledger/domain';
import { DATEV_COLUMNS } from './datev-columns';

/** How an accountant's books are laid out; see docs/datev.md. */
export interface DatevAccounts {
  /** Beraternummer and Mandantennummer. */
  readonly consultant: number;
  readonly client: number;
  /** Sachkontenrahmen, `03` or `04`. */
  readonly chart: string;
  /** Digits of a eventStore account; a debtor's has one more. */
  readonly accountLength: number;
  /** The month, 1 to 12, with which the fiscal year begins. */
  readonly fiscalYearStart: number;
  /** Revenue accounts by VAT category and rate, `S 19`; of a category `AE`, `O` whatever the rate. */
  readonly revenue: Readonly<Record<string, string>>;
  /** The first debtor account that is given out. */
  readonly firstDebtor: number;
  /** Debtor accounts that workspaces have already. */
  readonly debtors: Readonly<Record<string, string>>;
  /** What one euro was worth, by month and currency, for invoices in other currencies. */
  readonly exchangeRates: Readonly<Record<BillingMonth, Readonly<Record<string, string>>>>;
}

/** SKR03 with automatic accounts: DATEV reckons the VAT out of the gross amount by the account. */
export const DEFAULT_DATEV_ACCOUNTS: DatevAccounts = {
  consultant: 1001,
  client: 1,
  chart: '03',
  accountLength: 4,
  fiscalYearStart: 1,
  revenue: { S: '8400', AE: '8336', O: '8338' },
  firstDebtor: 10000,
  debtors: {},
  exchangeRates: {},
};

/** Something is missing in the accounts without which the batch would be wrong. */
export class DatevError extends Error {}

/**
 * Gives each workspace a debtor account: those of the accounts file, the others in the order of
 * their first invoices, so that an account once given stays.
 */
export class DebtorAccounts {
  private readonly accounts = new Map<string, string>();
  private next: number;

  constructor(private readonly config: DatevAccounts) {
    this.next = config.firstDebtor;
  }

  /** To be asked in the order of the invoices. @throws {DatevError} */
  of(workspaceId: string): string {
    const known = this.config.debtors[workspaceId] ?? this.accounts.get(workspaceId);
    if (known !== undefined) return known;
    const account = String(this.next);
    if (Object.values(this.config.debtors).includes(account)) {
      throw new DatevError(`debtor account ${account} is given to another workspace; begin after it with firstDebtor`);
    }
    this.next += 1;
    this.accounts.set(workspaceId, account);
    return account;
  }
}

export interface DatevInvoice {
  readonly invoice: IssuedInvoice;
  readonly debtor: string;
}

/**
 * The booking batch of a month (DATEV format EXTF 700, category 21, version 13): a booking for
 * each invoice and VAT category, in Windows-1252 with lines ended by CRLF. The invoices are those
 * issued in the month. @throws {DatevError}
 */
export function datevBatch(
  month: BillingMonth,
  invoices: readonly DatevInvoice[],
  accounts: DatevAccounts,
  createdAt: number,
): Uint8Array {
  const bookings = invoices.flatMap(({ invoice, debtor }) =>
    // A booking of nothing is refused by DATEV.
    invoice.taxes
      .filter((tax) => tax.netMinor + tax.taxMinor !== 0)
      .map((tax) => booking(invoice, tax, debtor, month, accounts)),
  );
  const rows = [header(month, accounts, createdAt), DATEV_COLUMNS, ...bookings];
  return encode(rows.map((row) => `${row.join(';')}\r\n`).join(''), 'win1252');
}

/** The header's 31 fields; what is empty is reserved, or not needed. */
function header(month: BillingMonth, accounts: DatevAccounts, createdAt: number): string[] {
  const created = DateTime.fromMillis(createdAt, { zone: 'Europe/Berlin' }).toFormat('yyyyMMddHHmmssSSS');
  return [
    text('EXTF'),
    '700',
    '21',
    text('Buchungsstapel'),
    '13',
    created,
    '',
    text('SL'),
    text(''),
    text(''),
    String(accounts.consultant),
    String(accounts.client),
    fiscalYearOf(month, accounts.fiscalYearStart),
    String(accounts.accountLength),
    compact(firstDayOf(month)),
    compact(lastDayOf(month)),
    text(`Rechnungsausgang ${month}`),
    text(''),
    '1',
    '0',
    NOT_LOCKED,
    text('EUR'),
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

/** The accountant may still correct the batch, and locks it (Festschreibung). */
const NOT_LOCKED = '0';

function booking(
  invoice: IssuedInvoice,
  tax: TaxSubtotal,
  debtor: string,
  month: BillingMonth,
  accounts: DatevAccounts,
): string[] {
  const { number, currency, issueDate, servicePeriod, buyer } = invoice;
  const grossMinor = tax.netMinor + tax.taxMinor;
  const columns: Readonly<Record<string, string>> = {
    ...amountColumns(Math.abs(grossMinor), currency, month, accounts),
    // Seen from the debtor: a charge stands in debit, a credit or cancellation in credit.
    'Soll/Haben-Kennzeichen': text(grossMinor > 0 ? 'S' : 'H'),
    Konto: debtor,
    'Gegenkonto (ohne BU-Schlüssel)': revenueAccount(tax, accounts),
    Belegdatum: `${issueDate.slice(8)}${issueDate.slice(5, 7)}`,
    'Belegfeld 1': text(number),
    Buchungstext: text(cut(`${number} ${buyer.name}`, 60)),
    // For the recapitulative statement (Zusammenfassende Meldung).
    ...(tax.category === 'AE' ? { 'EU-Land u. UStID (Bestimmung)': text(buyerVatIdOf(invoice) ?? '') } : {}),
    Festschreibung: NOT_LOCKED,
    Leistungsdatum: dayMonthYear(servicePeriod.to),
    ...(invoice.grossMinor > 0 ? { Fälligkeit: dayMonthYear(invoice.dueDate) } : {}),
  };
  return DATEV_COLUMNS.map((column) => columns[column] ?? '');
}

function amountColumns(
  amountMinor: number,
  currency: string,
  month: BillingMonth,
  { exchangeRates }: DatevAccounts,
): Record<string, string> {
  const amount = decimalOf(amountMinor, currency);
  const own = { 'Umsatz (ohne Soll/Haben-Kz)': decimalComma(amount), 'WKZ Umsatz': text(currency) };
  if (currency === 'EUR') return own;
  const rate = exchangeRates[month]?.[currency];
  if (rate === undefined) {
    throw new DatevError(
      `exchangeRates has no rate of ${currency} for ${month}, a month with an invoice in ${currency}`,
    );
  }
  const euroCents = roundMinor(exact(amount).times(100).dividedBy(rate));
  return {
    ...own,
    Kurs: rate.replace('.', ','),
    'Basis-Umsatz': decimalComma(decimalOf(euroCents, 'EUR')),
    'WKZ Basis-Umsatz': text('EUR'),
  };
}

function revenueAccount({ category, rate }: TaxSubtotal, { revenue }: DatevAccounts): string {
  const account = revenue[`${category} ${rate}`] ?? revenue[category];
  if (account !== undefined) return account;
  throw new DatevError(`revenue has no account for VAT category ${category} at ${rate} %`);
}

/** First day of the fiscal year that a month lies in; it tells the year of all days in the batch. */
function fiscalYearOf(month: BillingMonth, startMonth: number): string {
  const year = Number(month.slice(0, 4)) - (Number(month.slice(5)) < startMonth ? 1 : 0);
  return `${year}${String(startMonth).padStart(2, '0')}01`;
}

const compact = (day: string): string => day.replaceAll('-', '');
const dayMonthYear = (day: string): string => day.split('-').reverse().join('');
/** Always with two decimals. */
const decimalComma = (amount: string): string => (amount.includes('.') ? amount : `${amount}.00`).replace('.', ',');
const cut = (value: string, length: number): string => [...value].slice(0, length).join('');

/** A text field: in quotes, without the control characters that DATEV refuses. */
const text = (value: string): string => `"${value.replace(/\p{Cc}/gu, ' ').replaceAll('"', '""')}"`;
