import { type BillingMonth, currencyDigits, decimalOf, firstDayOf, type Language } from '@seatledger/domain';

const LOCALE: Record<Language, string> = { de: 'de-DE', en: 'en-GB' };

/** Amounts, numbers and dates as readers of a language write them. */
export interface Format {
  /** `1.234,56 €` or `€1,234.56`. */
  readonly money: (amountMinor: number) => string;
  /** A decimal string with at most four decimals: `12,7097`. */
  readonly quantity: (decimal: string) => string;
  /** A rate in per cent: `19 %` or `19%`. */
  readonly percent: (decimal: string) => string;
  /** `2026-04-01` -> `01.04.2026` or `1 April 2026`. */
  readonly date: (day: string) => string;
  /** `01.03.2026–31.03.2026` or `1–31 March 2026`. */
  readonly period: (from: string, to: string) => string;
  /** `2026-03` -> `März 2026` or `March 2026`. */
  readonly month: (month: BillingMonth) => string;
  /** `a, b und c`. */
  readonly list: (items: readonly string[]) => string;
  /** A country's name: `Schweiz` or `Switzerland`. */
  readonly country: (code: string) => string;
}

const formats = new Map<string, Format>();

export function formatFor(language: Language, currency: string): Format {
  const key = `${language} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = makeFormat(language, currency);
  formats.set(key, format);
  return format;
}

function makeFormat(language: Language, currency: string): Format {
  const locale = LOCALE[language];
  const digits = currencyDigits(currency);
  const money = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const quantity = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });
  const monthName = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const longDate = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const countries = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const date = (day: string): string =>
    language === 'de' ? day.split('-').reverse().join('.') : longDate.format(midnight(day));
  return {
    money: (amount) => withMinus(money.format(numeric(decimalOf(amount, currency)))),
    quantity: (decimal) => withMinus(quantity.format(numeric(decimal))),
    percent: (decimal) => `${quantity.format(numeric(decimal))}${language === 'de' ? '\u00a0%' : '%'}`,
    date,
    period: (from, to) =>
      language === 'de' ? `${date(from)}–${date(to)}` : longDate.formatRange(midnight(from), midnight(to)),
    month: (month) => monthName.format(midnight(firstDayOf(month))),
    list: (items) => lists.format(items),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  };
}

const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** Intl formats decimal strings exactly, where a number would be rounded to a double first. */
function numeric(decimal: string): Intl.StringNumericLiteral {
  if (!/^-?\d+(\.\d+)?$/.test(decimal)) throw new RangeError(`no decimal number: ${decimal}`);
  return decimal as Intl.StringNumericLiteral;
}

/** A minus sign of a figure's width in place of the hyphen. */
const withMinus = (text: string): string => text.replace('-', '\u2212');
