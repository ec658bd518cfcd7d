import { readFileSync } from 'node:fs';
import path from 'node:path';

import {
  cancelInvoice,
  exact,
  ExchangeRates,
  type IssuedInvoice,
  lastDayOf,
  type MonthLine,
  NO_EXCHANGE_RATES,
} from '@seatledger/domain';
import fc from 'fast-check';
import { decode } from 'iconv-lite';

import {
  AUSTRIAN,
  cancellation,
  creditNote,
  GERMAN,
  line,
  notTaxable,
  reverseCharge,
  sampleInvoice,
} from '../../invoice-documents/testing';
import { type DatevAccounts, DebtorAccounts, DEFAULT_DATEV_ACCOUNTS as DEFAULTS } from './accounts';
import { datevBatch, type DatevInvoice } from './batch';
import { BOOKING_COLUMNS } from './booking-columns';

/** 1 May 2026, 09:08:07.006 in Berlin. */
const CREATED = Date.UTC(2026, 4, 1, 7, 8, 7, 6);
const ACCOUNTS: DatevAccounts = { ...DEFAULTS, consultant: 29098, client: 55003 };
const RATES = new ExchangeRates(
  [
    ['2026-02', 'USD', '1.0837'],
    ['2026-03', 'USD', '1.1'],
    ['2026-03', 'CHF', '0.9374'],
    ['2026-03', 'IDR', '17823.41'],
    ['2026-03', 'JPY', '161.2034'],
  ].map(([month = '', currency = '', perEuro = '']) => ({ month, currency, perEuro, source: 'BMF' })),
);

interface Given {
  readonly accounts?: DatevAccounts;
  readonly exchangeRates?: ExchangeRates;
}
const batchOf = (invoices: readonly DatevInvoice[], { accounts = ACCOUNTS, exchangeRates = RATES }: Given = {}) =>
  decode(
    Buffer.from(datevBatch(invoices, { month: '2026-04', accounts, exchangeRates, createdAt: CREATED })),
    'win1252',
  );

/** The rows of a document, by DATEV's headings; texts without their quotes. */
const rowsOf = (invoice: IssuedInvoice, given: Given = {}): Map<string, string>[] =>
  batchOf([{ invoice, debtor: '10000' }], given)
    .split('\r\n')
    .slice(2, -1)
    .map((row) => new Map(fieldsOf(row).map((field, index) => [BOOKING_COLUMNS[index] ?? '', field])));

/** Splits at the semicolons outside of quotes. */
const fieldsOf = (row: string): string[] =>
  [...row.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
  );

const pick = (rows: readonly Map<string, string>[], ...columns: string[]): string[][] =>
  rows.map((row) => columns.map((column) => row.get(column) ?? 'no such column'));

const AMOUNT = 'Umsatz (ohne Soll/Haben-Kz)';
const SIDE = 'Soll/Haben-Kennzeichen';
const SUPPLIED = 'Leistungsdatum';
const PERIOD = 'Datum Zuord. Steuerperiode';
const VAT_ID = 'EU-Land u. UStID (Bestimmung)';

const S16 = { category: 'S', rate: '16' } as const;
const AE = { category: 'AE', rate: '0' } as const;
const adjustment = (month: string, netMinor: number, tax: MonthLine['tax'] = line().tax): MonthLine => ({
  kind: 'adjustment',
  month,
  quantity: netMinor < 0 ? '-1' : '1',
  netMinor,
  tax,
});

describe('the booking batch', () => {
  it('is, byte by byte, what was written down by hand', () => {
    const mixed = sampleInvoice({
      number: 'RE-2026-000048',
      lines: [line({ netMinor: 100000 }), adjustment('2020-12', -1000, S16)],
    });
    const free = sampleInvoice({ number: 'RE-2026-000049', lines: [line({ unitPriceMinor: 0, netMinor: 0 })] });
    const quoted = sampleInvoice({
      number: 'RE-2026-000050',
      workspaceId: 'other',
      buyer: { ...GERMAN, name: 'Ł "Œuvre"; \u0007zu langer Name '.padEnd(80, 'x') },
    });
    const invoices = [
      sampleInvoice(),
      reverseCharge(),
      notTaxable(),
      cancellation(),
      creditNote(),
      mixed,
      free,
      quoted,
    ];
    const debtors = new DebtorAccounts(ACCOUNTS);
    const batch = datevBatch(
      invoices.map((invoice) => ({ invoice, debtor: debtors.of(invoice.workspaceId) })),
      { month: '2026-04', accounts: ACCOUNTS, exchangeRates: NO_EXCHANGE_RATES, createdAt: CREATED },
    );
    const expected = readFileSync(path.join(__dirname, 'testing/EXTF_Buchungsstapel_2026-04.csv'));
    expect(decode(Buffer.from(batch), 'win1252').split('\r\n')).toEqual(decode(expected, 'win1252').split('\r\n'));
    expect(Buffer.from(batch).equals(expected)).toBe(true);
  });

  it('has as many fields in each row as the format has columns', () => {
    const [header, columns, booking, end] = batchOf([{ invoice: sampleInvoice(), debtor: '10000' }]).split('\r\n');
    expect(header?.split(';')).toHaveLength(31);
    expect(columns?.split(';')).toHaveLength(125);
    expect(booking?.split(';')).toHaveLength(125);
    expect(end).toBe('');
  });

  it('names the day of supply and, as DATEV wants both, the period of the tax', () => {
    expect([BOOKING_COLUMNS.indexOf(SUPPLIED) + 1, BOOKING_COLUMNS.indexOf(PERIOD) + 1]).toEqual([115, 116]);
    expect(pick(rowsOf(sampleInvoice()), SUPPLIED, PERIOD)).toEqual([['31032026', '31032026']]);
  });

  it('has a row for each month of supply, by which DATEV takes the rate', () => {
    const invoice = sampleInvoice({
      month: '2021-01',
      lines: [line({ month: '2021-01', netMinor: 5000 }), adjustment('2020-12', 10000, S16), adjustment('2021-01', 7)],
    });
    expect(pick(rowsOf(invoice), AMOUNT, SIDE, SUPPLIED, PERIOD)).toEqual([
      ['116,00', 'S', '31122020', '31122020'],
      ['59,58', 'S', '31012021', '31012021'],
    ]);
  });

  it('books months that make up for one another', () => {
    const invoice = sampleInvoice({ lines: [adjustment('2026-01', 1000), adjustment('2026-02', -1000)] });
    expect(pick(rowsOf(invoice), AMOUNT, SIDE, SUPPLIED)).toEqual([
      ['11,90', 'S', '31012026'],
      ['11,90', 'H', '28022026'],
    ]);
  });

  it('divides a tax that is rounded once so that the rows add up to the document', () => {
    const lines = ['2026-01', '2026-02', '2026-03'].map((month) => adjustment(month, 3));
    const invoice = sampleInvoice({ lines });
    expect(invoice.grossMinor).toBe(11);
    expect(pick(rowsOf(invoice), AMOUNT)).toEqual([['0,04'], ['0,03'], ['0,04']]);
  });

  it('names under reverse charge the VAT id of the buyer that the document is for', () => {
    const lines = [line({ tax: AE }), adjustment('2026-01', -4900, AE)];
    const invoice = sampleInvoice({ buyer: { ...AUSTRIAN, vatId: 'ATU22222226' }, lines });
    expect(pick(rowsOf(invoice), VAT_ID, AMOUNT, SIDE)).toEqual([
      ['ATU22222226', '49,00', 'H'],
      ['ATU22222226', '588,00', 'S'],
    ]);
  });

  it('takes back what is cancelled, on the same accounts and by the same amounts', () => {
    const invoice = sampleInvoice({ lines: [line(), adjustment('2026-01', 333), adjustment('2026-02', -17)] });
    const cancelled = cancelInvoice(invoice, { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'x' });
    const [rows, back] = [rowsOf(invoice), rowsOf(cancelled)];
    const kept = [AMOUNT, 'Konto', 'Gegenkonto (ohne BU-Schlüssel)', SUPPLIED, PERIOD];
    expect(pick(back, ...kept)).toEqual(pick(rows, ...kept));
    expect(pick(rows, SIDE)).toEqual([['S'], ['H'], ['S']]);
    expect(pick(back, SIDE)).toEqual([['H'], ['S'], ['H']]);
  });

  it('has an account of its own for a rate where the accounts say so', () => {
    const revenue = new Map([...DEFAULTS.revenue, ['S 19', '4400'], ['S 16', '4340']] as const);
    const account = 'Gegenkonto (ohne BU-Schlüssel)';
    expect(pick(rowsOf(sampleInvoice(), { accounts: { ...ACCOUNTS, revenue } }), account)).toEqual([['4400']]);
    expect(() => rowsOf(sampleInvoice(), { accounts: { ...ACCOUNTS, revenue: new Map() } })).toThrow(
      'revenue has no account for VAT category S at 19 %',
    );
  });

  it('refuses an amount that the field has no room for', () =>
    expect(() => rowsOf(sampleInvoice({ lines: [line({ netMinor: 1e12 })] }))).toThrow(
      'RE-2026-000042 has an amount with more than ten digits: 11900000000.00',
    ));

  it('begins its fiscal year where the accounts say', () => {
    const yearOf = (fiscalYearStart: number) =>
      batchOf([], { accounts: { ...ACCOUNTS, fiscalYearStart } })
        .split('\r\n')[0]
        ?.split(';')[12];
    expect([1, 4, 7].map(yearOf)).toEqual(['20260101', '20260401', '20250701']);
  });
});

describe('a booking in another currency', () => {
  const foreign = [AMOUNT, 'WKZ Umsatz', 'Kurs', 'Basis-Umsatz', 'WKZ Basis-Umsatz'];

  it('is converted by the rate of its month of supply, not of the issue', () => {
    const invoice = sampleInvoice({ currency: 'USD', lines: [line(), adjustment('2026-02', 10000)] });
    expect(pick(rowsOf(invoice), ...foreign, SUPPLIED)).toEqual([
      ['119,00', 'USD', '1,0837', '109,81', 'EUR', '28022026'],
      ['699,72', 'USD', '1,10', '636,11', 'EUR', '31032026'],
    ]);
  });

  it.each([
    ['CHF', '746,45', 'Betrag in CHF', '699,72, 1 EUR = 0,9374 CHF'],
    ['IDR', '0,04', 'Betrag in IDR', '699,72, 1 EUR = 17823,41 IDR'],
  ])('is in euro where the field of the rate has no room for %s', (currency, amount, of, content) => {
    const rows = rowsOf(sampleInvoice({ currency }));
    expect(pick(rows, ...foreign)).toEqual([[amount, 'EUR', '', '', '']]);
    expect(pick(rows, 'Zusatzinformation - Art 1', 'Zusatzinformation- Inhalt 1')).toEqual([[of, content]]);
  });

  it('has two decimals where its currency has none', () =>
    expect(pick(rowsOf(sampleInvoice({ currency: 'JPY' })), ...foreign)).toEqual([
      ['69972,00', 'JPY', '161,2034', '434,06', 'EUR'],
    ]));

  it('is refused without a rate', () =>
    expect(() => rowsOf(sampleInvoice({ currency: 'NOK' }))).toThrow(
      'rate-missing: EXCHANGE_RATES_FILE has no rate of NOK for 2026-03.',
    ));
});

describe('any documents', () => {
  const anyLine = fc
    .record({
      month: fc.constantFrom('2020-12', '2026-01', '2026-02', '2026-03'),
      netMinor: fc.integer({ min: -100_000, max: 100_000 }),
      vatId: fc.constantFrom('ATU11111116', 'ATU22222226'),
      rate: fc.constantFrom('19', '16', '0'),
    })
    .map(({ rate, vatId, ...given }) => {
      const tax: MonthLine['tax'] = rate === '0' ? AE : { category: 'S', rate };
      return { ...adjustment(given.month, given.netMinor, tax), ...(rate === '0' ? { buyerVatId: vatId } : {}) };
    });
  const anyInvoice = fc
    .record({ lines: fc.array(anyLine, { minLength: 1, maxLength: 12 }), isCancelled: fc.boolean() })
    .map(({ lines, isCancelled }) => {
      const invoice = sampleInvoice({ buyer: AUSTRIAN, lines });
      const issued = { ...invoice, lines: invoice.lines.map((each, index) => ({ ...lines[index]!, ...each })) };
      return isCancelled ? cancelInvoice(issued, { number: 'RE-2', issueDate: '2026-04-09', reason: 'x' }) : issued;
    });

  const sumBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string, amountOf: (item: Item) => number) => {
    const sums = new Map<string, number>();
    for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + amountOf(item));
    return sums;
  };
  const cents = (row: Map<string, string>): number =>
    Number(row.get(AMOUNT)?.replace(',', '')) * (row.get(SIDE) === 'S' ? 1 : -1);
  /** Each rate on an account of its own, so that a row shows it. */
  const revenue = new Map(['19', '16', '0'].map((rate) => [rate === '0' ? 'AE 0' : `S ${rate}`, `40${rate}`]));
  const accounts = { ...ACCOUNTS, revenue };

  it('are booked as their lines are, by VAT id, rate and month', () => {
    fc.assert(
      fc.property(anyInvoice, (invoice) => {
        const rows = rowsOf(invoice, { accounts });
        const booked = sumBy(
          rows,
          (row) => `${row.get(VAT_ID)} ${row.get('Gegenkonto (ohne BU-Schlüssel)')} ${row.get(SUPPLIED)}`,
          cents,
        );
        const owed = sumBy(
          invoice.lines,
          ({ tax, month }) =>
            `${tax.category === 'AE' ? (invoice.buyer.vatId ?? '') : ''} 40${tax.rate} ${lastDayOf(month).split('-').reverse().join('')}`,
          ({ netMinor }) => netMinor,
        );
        for (const key of new Set([...booked.keys(), ...owed.keys()])) {
          const rate = Number(/ 40(\d+) /.exec(key)?.[1]);
          const gross = exact(owed.get(key) ?? 0)
            .times(100 + rate)
            .dividedBy(100);
          // The tax is rounded on the document, so that a month may be off by less than a cent.
          expect([
            key,
            gross
              .minus(booked.get(key) ?? 0)
              .abs()
              .lessThan(rate === 0 ? 0.001 : 1),
          ]).toEqual([key, true]);
        }
        expect(rows.reduce((sum, row) => sum + cents(row), 0)).toBe(invoice.grossMinor);
        for (const { category, rate, netMinor, taxMinor } of invoice.taxes) {
          const ofRate = rows.filter((row) => row.get('Gegenkonto (ohne BU-Schlüssel)') === `40${rate}`);
          expect([category, ofRate.reduce((sum, row) => sum + cents(row), 0)]).toEqual([category, netMinor + taxMinor]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('debtor accounts', () => {
  const debtorsOf = (b: string) => new DebtorAccounts({ ...DEFAULTS, debtors: new Map([['b', b]]) });

  it('are given in order, each workspace keeping its own', () => {
    const debtors = debtorsOf('70001');
    const asked = ['a', 'b', 'c', 'a', 'b', 'constructor', '__proto__'];
    expect(asked.map((id) => debtors.of(id))).toEqual(['10000', '70001', '10001', '10000', '70001', '10002', '10003']);
  });
  it('are never given twice', () => {
    const debtors = debtorsOf('10001');
    debtors.of('a');
    expect(() => debtors.of('c')).toThrow('debtor account 10001 is given to another workspace');
  });
});
