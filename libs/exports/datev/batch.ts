import {
  type BillingMonth,
  decimalOf,
  type ExchangeRates,
  type IssuedInvoice,
  lastDayOf,
  toEuroMinor,
} from '@seatledger/domain';

import { DatevError, revenueAccount } from './accounts';
import { BOOKING_COLUMNS } from './booking-columns';
import { type Booking, bookingsOf } from './bookings';
import { datevFile, type DatevFileInput, dayMonthYear, decimalComma, NOT_LOCKED, rowOf, text } from './format';

export interface DatevInvoice {
  readonly invoice: IssuedInvoice;
  readonly debtor: string;
  /** The document's id where it is handed over with the batch: each row then names it. */
  readonly documentId?: string;
}

export interface DatevBatchInput extends DatevFileInput {
  readonly exchangeRates: ExchangeRates;
}

const BOOKING_BATCH = { category: 21, name: 'Buchungsstapel', version: 13 };

/**
 * The booking batch of a month: a row for each document, VAT category, rate and month of supply,
 * of the invoices that were issued in the month. @throws {DatevError}
 * @throws {DomainError} `rate-missing`
 */
export function datevBatch(invoices: readonly DatevInvoice[], input: DatevBatchInput): Uint8Array {
  const rows = invoices.flatMap((each) =>
    bookingsOf(each.invoice).map((booking) => rowOfBooking(booking, each, input)),
  );
  const kind = { period: true, title: `Rechnungsausgang ${input.month}` };
  return datevFile(BOOKING_BATCH, kind, BOOKING_COLUMNS, rows, input);
}

function rowOfBooking(booking: Booking, of: DatevInvoice, { accounts, exchangeRates }: DatevBatchInput): string[] {
  const { invoice, debtor, documentId } = of;
  const { number, issueDate, buyer, grossMinor } = invoice;
  const suppliedOn = dayMonthYear(lastDayOf(booking.month));
  const fields = new Map([
    ...amountFields(booking, invoice, exchangeRates),
    // Seen from the debtor: a charge is in debit, a credit or cancellation in credit.
    ['Soll/Haben-Kennzeichen', text(booking.netMinor + booking.taxMinor > 0 ? 'S' : 'H')],
    ['Konto', debtor],
    ['Gegenkonto (ohne BU-Schlüssel)', revenueAccount(booking.category, booking.rate, accounts)],
    ['Belegdatum', `${issueDate.slice(8)}${issueDate.slice(5, 7)}`],
    ['Belegfeld 1', text(number)],
    ['Buchungstext', text(`${number} ${buyer.name}`, 60)],
    ['Festschreibung', NOT_LOCKED],
    // DATEV takes the one only together with the other: it decides the rate, and the return's period.
    ['Leistungsdatum', suppliedOn],
    ['Datum Zuord. Steuerperiode', suppliedOn],
  ]);
  if (documentId !== undefined) fields.set('Beleglink', text(`BEDI "${documentId}"`));
  if (booking.vatId !== undefined) fields.set('EU-Land u. UStID (Bestimmung)', text(booking.vatId));
  if (grossMinor > 0) fields.set('Fälligkeit', dayMonthYear(invoice.dueDate));
  return rowOf(BOOKING_COLUMNS, fields);
}

/** Field 4: the rate, from 1 to 9999 with two to six decimals. */
const RATE_FIELD = /^[1-9]\d{0,3},\d{2,6}$/;
/** Field 1: at most ten digits before the comma. */
const AMOUNT_FIELD = /^\d{1,10},\d{2}$/;

/** Amounts in another currency are converted by the rate of their month of supply. */
function amountFields(
  { month, netMinor, taxMinor }: Booking,
  invoice: IssuedInvoice,
  exchangeRates: ExchangeRates,
): [string, string][] {
  const { currency } = invoice;
  const amountMinor = Math.abs(netMinor + taxMinor);
  const amount = decimalOf(amountMinor, currency);
  if (currency === 'EUR') return amountIn(currency, amount, invoice);
  const { perEuro } = exchangeRates.get(month, currency);
  const inEuro = decimalOf(toEuroMinor(amountMinor, currency, perEuro), 'EUR');
  const rate = rateField(perEuro);
  // The field of the rate has no room for one below 1: then the row is in euro, and says of what.
  if (!RATE_FIELD.test(rate)) {
    return [
      ...amountIn('EUR', inEuro, invoice),
      ['Zusatzinformation - Art 1', text(`Betrag in ${currency}`)],
      [
        'Zusatzinformation- Inhalt 1',
        text(`${decimalComma(amount)}, 1 EUR = ${perEuro.replace('.', ',')} ${currency}`),
      ],
    ];
  }
  return [
    ...amountIn(currency, amount, invoice),
    ['Kurs', rate],
    ['Basis-Umsatz', decimalComma(inEuro)],
    ['WKZ Basis-Umsatz', text('EUR')],
  ];
}

function amountIn(currency: string, amount: string, { number }: IssuedInvoice): [string, string][] {
  const field = decimalComma(amount);
  if (!AMOUNT_FIELD.test(field)) throw new DatevError(`${number} has an amount with more than ten digits: ${amount}`);
  return [
    ['Umsatz (ohne Soll/Haben-Kz)', field],
    ['WKZ Umsatz', text(currency)],
  ];
}

/** With a comma and at least two decimals. */
function rateField(perEuro: string): string {
  const [whole = '', decimals = ''] = perEuro.split('.');
  return `${whole},${decimals.padEnd(2, '0')}`;
}

/** Whether an invoice belongs to the batch of a month: by its day of issue. */
export const isIssuedIn = (month: BillingMonth, { issueDate }: Pick<IssuedInvoice, 'issueDate'>): boolean =>
  issueDate.startsWith(`${month}-`);
