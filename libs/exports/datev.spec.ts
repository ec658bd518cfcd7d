import { readFileSync } from 'node:fs';
import path from 'node:path';

import { cancelInvoice, type IssuedInvoice } from '@seatledger/domain';
import { decode } from 'iconv-lite';

import {
  cancellation,
  creditNote,
  GERMAN,
  line,
  notTaxable,
  reverseCharge,
  sampleInvoice,
} from '../invoice-documents/testing';
import {
  type DatevAccounts,
  datevBatch,
  type DatevInvoice,
  DebtorAccounts,
  DEFAULT_DATEV_ACCOUNTS as DEFAULTS,
} from './datev';

/** 1 May 2026, 09:08:07.006 in Berlin. */
const CREATED = Date.UTC(2026, 4, 1, 7, 8, 7, 6);
const ACCOUNTS: DatevAccounts = { ...DEFAULTS, consultant: 29098, client: 55003 };

const batchOf = (invoices: readonly DatevInvoice[], accounts = ACCOUNTS): string =>
  decode(Buffer.from(datevBatch('2026-04', invoices, accounts, CREATED)), 'win1252');
const bookingsOf = (invoice: IssuedInvoice, accounts = ACCOUNTS): string[][] =>
  batchOf([{ invoice, debtor: '10000' }], accounts)
    .split('\r\n')
    .slice(2, -1)
    .map((row) => row.split(';'));

describe('the booking batch', () => {
  it('is, byte by byte, what was written down by hand', () => {
    const mixed = sampleInvoice({
      number: 'RE-2026-000048',
      lines: [
        line({ netMinor: 100000 }),
        { kind: 'adjustment', month: '2020-12', quantity: '1', netMinor: -1000, tax: { category: 'S', rate: '16' } },
      ],
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
      '2026-04',
      invoices.map((invoice) => ({ invoice, debtor: debtors.of(invoice.workspaceId) })),
      ACCOUNTS,
      CREATED,
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

  it('takes back what is cancelled, on the same accounts and by the same amounts', () => {
    const invoice = sampleInvoice();
    const cancelled = cancelInvoice(invoice, { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'x' });
    const [[amount, side, , , , , debtor, revenue]] = bookingsOf(invoice) as [string[]];
    const [[amountBack, sideBack, , , , , debtorBack, revenueBack]] = bookingsOf(cancelled) as [string[]];
    expect([amountBack, debtorBack, revenueBack]).toEqual([amount, debtor, revenue]);
    expect([side, sideBack]).toEqual(['"S"', '"H"']);
  });

  it('has an account of its own for a rate where the accounts say so', () => {
    const revenue = { ...DEFAULTS.revenue, 'S 19': '4400', 'S 16': '4340' };
    expect(bookingsOf(sampleInvoice(), { ...ACCOUNTS, revenue })[0]?.[7]).toBe('4400');
    expect(() => bookingsOf(sampleInvoice(), { ...ACCOUNTS, revenue: {} })).toThrow(
      'revenue has no account for VAT category S at 19 %',
    );
  });

  it('converts other currencies by the month’s rate, and is refused without one', () => {
    const francs = sampleInvoice({ currency: 'CHF' });
    const exchangeRates = { '2026-04': { CHF: '0.9374' } };
    expect(bookingsOf(francs, { ...ACCOUNTS, exchangeRates })[0]?.slice(0, 6)).toEqual([
      '699,72',
      '"S"',
      '"CHF"',
      '0,9374',
      '746,45',
      '"EUR"',
    ]);
    expect(() => bookingsOf(francs)).toThrow(
      'exchangeRates has no rate of CHF for 2026-04, a month with an invoice in CHF',
    );
  });

  it('begins its fiscal year where the accounts say', () => {
    const yearOf = (fiscalYearStart: number) =>
      batchOf([], { ...ACCOUNTS, fiscalYearStart })
        .split('\r\n')[0]
        ?.split(';')[12];
    expect([1, 4, 7].map(yearOf)).toEqual(['20260101', '20260401', '20250701']);
  });
});

describe('debtor accounts', () => {
  it('are given in order, each workspace keeping its own', () => {
    const debtors = new DebtorAccounts({ ...DEFAULTS, debtors: { b: '70001' } });
    expect(['a', 'b', 'c', 'a', 'b'].map((id) => debtors.of(id))).toEqual([
      '10000',
      '70001',
      '10001',
      '10000',
      '70001',
    ]);
  });
  it('are never given twice', () => {
    const debtors = new DebtorAccounts({ ...DEFAULTS, debtors: { b: '10001' } });
    debtors.of('a');
    expect(() => debtors.of('c')).toThrow('debtor account 10001 is given to another workspace');
  });
});
