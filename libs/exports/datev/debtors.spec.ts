import { decode } from 'iconv-lite';

import { AUSTRIAN, cancellation, notTaxable, reverseCharge, sampleInvoice } from '../../invoice-documents/testing';
import { DEFAULT_DATEV_ACCOUNTS } from './accounts';
import { type DatevInvoice } from './batch';
import { DEBTOR_COLUMNS } from './debtor-columns';
import { datevDebtors } from './debtors';

const CREATED = Date.UTC(2026, 4, 1, 7, 8, 7, 6);
const linesOf = (invoices: readonly DatevInvoice[]): string[] =>
  decode(
    Buffer.from(datevDebtors(invoices, { month: '2026-04', accounts: DEFAULT_DATEV_ACCOUNTS, createdAt: CREATED })),
    'win1252',
  ).split('\r\n');
const fieldsOf = (row: string): Map<string, string> =>
  new Map(row.split(';').map((field, index) => [DEBTOR_COLUMNS[index] ?? '', field.replace(/^"(.*)"$/, '$1')]));
const debtor = (invoices: readonly DatevInvoice[]): Map<string, string> => fieldsOf(linesOf(invoices)[2] ?? '');

describe('master data of debtors', () => {
  it('has the header of category 16, and a column for each field of format version 5', () => {
    const [header, columns, row, end] = linesOf([{ invoice: sampleInvoice(), debtor: '10000' }]);
    expect(header).toBe(
      '"EXTF";700;16;"Debitoren/Kreditoren";5;20260501090807006;;"SL";"";"";1001;1;20260101;4;;;' +
        '"Debitoren 2026-04";"";;;;"";;"";;;"03";;;"";""',
    );
    expect(columns?.split(';')).toHaveLength(254);
    expect(row?.split(';')).toHaveLength(254);
    expect(end).toBe('');
  });

  it('names the debtor as on the invoice, an id of another country of the Union by its parts', () => {
    const invoice = reverseCharge();
    const row = debtor([{ invoice: { ...invoice, buyer: { ...AUSTRIAN, vatId: 'ATU11111116' } }, debtor: '10007' }]);
    const told = [
      'Konto',
      'Name (Adressattyp Unternehmen)',
      'Adressattyp',
      'EU-Land',
      'EU-UStID',
      'Straße',
      'Ort',
      'Land',
    ];
    expect(told.map((column) => row.get(column))).toEqual([
      '10007',
      AUSTRIAN.name,
      '2',
      'AT',
      'U11111116',
      AUSTRIAN.street,
      AUSTRIAN.city,
      'AT',
    ]);
  });

  it.each([
    ['a German', sampleInvoice()],
    ['a Swiss', notTaxable()],
  ])('names no such id of %s', (_whose, invoice) => {
    const row = debtor([{ invoice, debtor: '10000' }]);
    expect([row.get('EU-Land'), row.get('EU-UStID')]).toEqual(['', '']);
  });

  it('has each debtor once, as the latest invoice names it, in the order of the accounts', () => {
    const moved = sampleInvoice({ issueDate: '2026-04-20', buyer: { ...AUSTRIAN, city: 'Graz' } });
    const lines = linesOf([
      { invoice: moved, debtor: '10001' },
      { invoice: sampleInvoice(), debtor: '10001' },
      { invoice: cancellation(), debtor: '9999' },
    ]);
    const rows = lines.slice(2, -1).map(fieldsOf);
    expect(rows.map((row) => [row.get('Konto'), row.get('Ort')])).toEqual([
      ['9999', 'Münster'],
      ['10001', 'Graz'],
    ]);
    expect(rows.map((row) => row.get('Fälligkeit in Tagen (Debitor)'))).toEqual(['', '14']);
  });

  it('cuts texts to the lengths of the fields', () => {
    const buyer = { ...AUSTRIAN, name: 'n'.repeat(200), street: 's'.repeat(200), city: 'c'.repeat(200) };
    const row = debtor([{ invoice: sampleInvoice({ buyer }), debtor: '10000' }]);
    const lengths = ['Name (Adressattyp Unternehmen)', 'Kurzbezeichnung', 'Straße', 'Ort'].map(
      (column) => row.get(column)?.length,
    );
    expect(lengths).toEqual([50, 15, 36, 30]);
  });
});
