import {
  type Buyer,
  describeLine,
  type InvoiceLine,
  type IssuedInvoice,
  type MonthLine,
  type Seller,
  taxSubtotals,
} from '@seatledger/domain';

import { type AnnexUnit } from '../view/annex';

/** Invoices to look at: for `template preview`, for tests and benchmarks. */
export const SELLER: Seller = {
  name: 'Lizenzhafen Münster GmbH',
  street: 'Hafenweg 12',
  postalCode: '48155',
  city: 'Münster',
  country: 'DE',
  vatId: 'DE123456788',
  taxNumber: '336/5901/0815',
  register: 'Amtsgericht Münster, HRB 12345',
  managers: 'Erika Mustermann, Jörg Größler',
  contact: { name: 'Buchhaltung', phone: '+49 251 555010', email: 'rechnung@lizenzhafen.example' },
  bank: { holder: 'Lizenzhafen Münster GmbH', iban: 'DE02120300000000202051', bic: 'BYLADEM1001' },
};

export const GERMAN: Buyer = {
  buyerKind: 'business',
  name: 'Müller & Söhne Maschinenbau GmbH',
  street: 'Straße der Einheit 7',
  postalCode: '48155',
  city: 'Münster',
  country: 'DE',
  vatId: 'DE987654328',
  reference: 'Kst. 4711',
};
export const AUSTRIAN: Buyer = {
  buyerKind: 'business',
  name: 'Beispiel AG',
  street: 'Ringstraße 1',
  postalCode: '1010',
  city: 'Wien',
  country: 'AT',
  vatId: 'ATU12345675',
};
export const SWISS: Buyer = {
  buyerKind: 'business',
  name: 'Exempel SA',
  street: 'Quai du Mont-Blanc 1',
  postalCode: '1201',
  city: 'Genève',
  country: 'CH',
};

const S = { category: 'S', rate: '19' } as const;

type Given = Partial<Omit<IssuedInvoice, 'lines'>> & { readonly lines?: readonly MonthLine[] };

/** An invoice over some lines, its totals computed. */
export function sampleInvoice(given: Given = {}): IssuedInvoice {
  const { lines = [line()], ...other } = given;
  const variant = other.variant ?? 'team';
  const language = other.language ?? 'de';
  const described = lines.map((each): InvoiceLine => ({
    ...each,
    description: describeLine(each, { variant }, language),
  }));
  const taxes = taxSubtotals(lines);
  const netMinor = taxes.reduce((sum, tax) => sum + tax.netMinor, 0);
  const taxMinor = taxes.reduce((sum, tax) => sum + tax.taxMinor, 0);
  return {
    number: 'RE-2026-000042',
    kind: 'invoice',
    workspaceId: 'maschinenbau',
    workspaceName: 'Maschinenbau',
    month: '2026-03',
    servicePeriod: { from: '2026-03-01', to: '2026-03-31' },
    issueDate: '2026-04-01',
    dueDate: '2026-04-15',
    paymentTermDays: 14,
    language,
    seller: SELLER,
    buyer: GERMAN,
    variant,
    countingRule: 'month-end',
    units: 12,
    quantity: '12',
    unitsDigest: 'a'.repeat(64),
    currency: 'EUR',
    taxes,
    netMinor,
    taxMinor,
    grossMinor: netMinor + taxMinor,
    delivery: ['download'],
    eInvoiceFormat: 'zugferd',
    annexOfUnits: false,
    billRevision: 0,
    billDocument: 0,
    ...other,
    lines: described,
  };
}

export function line(given: Partial<MonthLine> = {}): MonthLine {
  return {
    kind: 'license',
    month: '2026-03',
    quantity: '12',
    unitPriceMinor: 4900,
    netMinor: 58800,
    tax: S,
    ...given,
  };
}

/** User licenses with every kind of line. */
export const userInvoice = (given: Given = {}): IssuedInvoice =>
  sampleInvoice({
    number: 'RE-2026-000043',
    variant: 'user',
    countingRule: 'any-time',
    units: 24,
    quantity: '24',
    delivery: ['email'],
    annexOfUnits: true,
    lines: [
      line({ quantity: '10', unitPriceMinor: 1250, netMinor: 12500 }),
      line({ quantity: '12', unitPriceMinor: 990, netMinor: 11880 }),
      line({ kind: 'minimum', quantity: '3', unitPriceMinor: 990, netMinor: 2970 }),
      { kind: 'discount', month: '2026-03', quantity: '1', percent: '7.50', netMinor: -2051, tax: S },
      { kind: 'adjustment', month: '2026-01', quantity: '2', netMinor: 1980, tax: S },
      { kind: 'adjustment', month: '2026-02', quantity: '-1', netMinor: -990, tax: S },
    ],
    corrects: CORRECTED,
    ...given,
  });

/** The invoices of the two months before. */
const CORRECTED = [
  { number: 'RE-2026-000012', issueDate: '2026-02-01', month: '2026-01' },
  { number: 'RE-2026-000027', issueDate: '2026-03-01', month: '2026-02' },
] as const;

/** A year of late facts, month by month, over several pages. */
export const longInvoice = (given: Given = {}): IssuedInvoice => {
  const months = Array.from({ length: 36 }, (_unused, index) => `2025-${String((index % 12) + 1).padStart(2, '0')}`);
  return userInvoice({
    number: 'RE-2026-000048',
    units: 320,
    quantity: '320',
    lines: [
      line({ quantity: '320', unitPriceMinor: 990, netMinor: 316800 }),
      ...months.map((month, index): MonthLine => {
        const quantity = index % 3 === 0 ? -1 : 1;
        return { kind: 'adjustment', month, quantity: String(quantity), netMinor: 990 * quantity, tax: S };
      }),
    ],
    corrects: months.slice(0, 12).map((month, index) => ({
      number: `RE-2025-${String(20 + index).padStart(6, '0')}`,
      issueDate: index === 11 ? '2026-01-01' : `2025-${String(index + 2).padStart(2, '0')}-01`,
      month,
    })),
    ...given,
  });
};

const AE = { category: 'AE', rate: '0' } as const;
const O = { category: 'O', rate: '0' } as const;

export const reverseCharge = (language: 'de' | 'en' = 'en'): IssuedInvoice =>
  sampleInvoice({ language, buyer: AUSTRIAN, number: 'RE-2026-000044', lines: [line({ tax: AE })] });

export const notTaxable = (given: Given = {}): IssuedInvoice =>
  sampleInvoice({
    buyer: SWISS,
    number: 'RE-2026-000045',
    lines: [line({ tax: O, quantity: '11.7097', netMinor: 57378 })],
    countingRule: 'prorated-daily',
    quantity: '11.7097',
    ...given,
  });

export const cancellation = (given: Given = {}): IssuedInvoice =>
  sampleInvoice({
    number: 'RE-2026-000046',
    kind: 'cancellation',
    issueDate: '2026-04-09',
    dueDate: '2026-04-09',
    paymentTermDays: 0,
    lines: [line({ quantity: '-12', netMinor: -58800 })],
    cancels: 'RE-2026-000042',
    corrects: [{ number: 'RE-2026-000042', issueDate: '2026-04-01', month: '2026-03' }],
    reason: 'Falsche Rechnungsanschrift',
    ...given,
  });

export const creditNote = (given: Given = {}): IssuedInvoice =>
  sampleInvoice({
    number: 'RE-2026-000047',
    kind: 'credit-note',
    lines: [
      line({ quantity: '1', netMinor: 4900 }),
      { kind: 'adjustment', month: '2026-01', quantity: '-2', netMinor: -9800, tax: S },
      { kind: 'adjustment', month: '2026-02', quantity: '-3', netMinor: -14700, tax: S },
    ],
    units: 1,
    quantity: '1',
    corrects: CORRECTED,
    ...given,
  });

export const annexOf = (count: number, withTeams: boolean): AnnexUnit[] =>
  Array.from({ length: count }, (_unused, index) => ({
    unitId: `${withTeams ? 'm' : 't'}-${String(index + 1).padStart(5, '0')}`,
    name: withTeams ? `Änne Größler-${index + 1}` : `Team Übergröße ${index + 1}`,
    quantity: '1',
    ...(withTeams
      ? { teams: ['Vertrieb Süd', ...(index % 7 === 0 ? ['Entwicklung', 'Qualitätssicherung'] : [])] }
      : {}),
  }));
