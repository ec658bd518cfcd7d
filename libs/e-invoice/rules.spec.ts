import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  type BilledDocument,
  type Buyer,
  cancelInvoice,
  type ContractTerms,
  correctedBy,
  correctionsOf,
  ExchangeRates,
  type IssuedInvoice,
  issueInvoice,
  type MonthLine,
} from '@seatledger/domain';
import { COUNTRIES, CURRENCIES } from '@seatledger/domain';
import fc from 'fast-check';

import {
  AUSTRIAN_BUSINESS,
  berlin,
  ClosingBooks,
  commandOf,
  GERMAN_BUYER,
  RandomWorkspace,
  STEP_KINDS,
  SWISS_BUYER,
  termsWith,
} from '../domain/testing';
import {
  cancellation,
  creditNote,
  line,
  notTaxable,
  reverseCharge,
  sampleInvoice,
  SELLER,
  SWISS,
  userInvoice,
} from '../invoice-documents/testing';
import { BUILT_IN_RULES, checkEInvoice, type Finding } from './checks';
import { ciiOf } from './cii';
import { einvoiceOf } from './from-invoice';
import { type EInvoice } from './model';
import { RulesUnusable, Schematron } from './official/schematron';
import { EInvoiceRejected, officialFindings, openEInvoiceRules } from './rules';
import { sellerFindings } from './seller';

const O = { category: 'O', rate: '0' } as const;
const AE = { category: 'AE', rate: '0' } as const;
const S19 = { category: 'S', rate: '19' } as const;
const S16 = { category: 'S', rate: '16' } as const;

const adjustment = (month: string, quantity: string, netMinor: number, tax: MonthLine['tax'] = S19): MonthLine => ({
  kind: 'adjustment',
  month,
  quantity,
  netMinor,
  tax,
});

/** Without an invoice to name, a correction is none. */
const corrects = [{ number: 'RE-2026-000003', issueDate: '2026-02-01', month: '2026-01' }];
const correction = (): IssuedInvoice => ({ ...creditNote(), corrects });

/** Every shape of invoice that there is. */
const SHAPES: Readonly<Record<string, () => IssuedInvoice>> = {
  'team licenses': () => sampleInvoice(),
  'user licenses with every kind of line': userInvoice,
  'reverse charge': () => reverseCharge('de'),
  'reverse charge in English': () => reverseCharge('en'),
  'not taxable in Germany': notTaxable,
  'a discount outside the scope of VAT': () =>
    sampleInvoice({
      buyer: SWISS,
      lines: [
        line({ tax: O }),
        { kind: 'discount', month: '2026-03', quantity: '1', percent: '10.00', netMinor: -5880, tax: O },
      ],
    }),
  'a cancellation': cancellation,
  'a cancellation of every kind of line': () =>
    cancelInvoice(userInvoice(), { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'Falsch' }),
  'a correction': correction,
  'a cancelled correction': () =>
    cancelInvoice(correction(), { number: 'RE-2026-000051', issueDate: '2026-04-09', reason: 'Falsch' }),
  'only earlier months': () =>
    sampleInvoice({
      corrects,
      lines: [adjustment('2026-01', '1', 4900)],
      servicePeriod: { from: '2026-01-01', to: '2026-01-31' },
    }),
  'nothing to pay': () =>
    sampleInvoice({
      lines: [line(), { ...line({ kind: 'discount', percent: '100', netMinor: -58800 }), quantity: '1' }],
    }),
  'free of charge': () => sampleInvoice({ lines: [line({ unitPriceMinor: 0, netMinor: 0 })] }),
  'two rates': () => sampleInvoice({ lines: [line(), adjustment('2020-12', '12', 1000, S16)] }),
  'parts of units': () => sampleInvoice({ lines: [line({ quantity: '12.7097', netMinor: 62278 })] }),
  'pounds without a BIC': () =>
    sampleInvoice({ currency: 'GBP', seller: { ...SELLER, bank: { holder: 'x', iban: 'DE02120300000000202051' } } }),
  yen: () => sampleInvoice({ currency: 'JPY' }),
  'parts of units in yen with a discount': () =>
    sampleInvoice({
      currency: 'JPY',
      lines: [
        line({ quantity: '0.9677', unitPriceMinor: 12345, netMinor: 11946 }),
        { kind: 'discount', month: '2026-03', quantity: '1', percent: '7.5', netMinor: -896, tax: S19 },
      ],
    }),
  'the buyer’s own numbers': () =>
    sampleInvoice({
      references: { purchaseOrder: 'PO-1', contract: 'V-2', costCentre: 'KST-3', supplierNumber: 'L-4' },
      buyer: { ...sampleInvoice().buyer, addressLine2: 'Gebäude C', contact: 'Frau Beispiel', buyerId: 'K-5' },
    }),
  'francs with German VAT': () => francs(),
  'names with everything in them': () =>
    sampleInvoice({ buyer: { ...SWISS, name: '<&>"\' \u{1f600} \u202e', reference: ']]>' } }),
};

const idsOf = (findings: readonly { rule: string }[]): string[] =>
  [...new Set(findings.map(({ rule }) => rule))].sort();
const broken = (invoice: EInvoice): string[] => idsOf(checkEInvoice(invoice));

describe('the built-in rules', () => {
  it('have an id each', () => {
    const ids = BUILT_IN_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.entries(SHAPES))('let %s pass', (_shape, make) =>
    expect(checkEInvoice(einvoiceOf(make()))).toEqual([]),
  );

  it('report where a rule is broken', () => {
    const invoice = einvoiceOf(sampleInvoice({ lines: [line(), line()] }));
    const [first, second] = invoice.lines;
    expect(checkEInvoice({ ...invoice, lines: [first!, { ...second!, name: ' ' }] })).toEqual([
      { rule: 'BR-25', text: 'A line has a name (BT-153).', at: 'line 2' },
    ]);
  });
});

type Draft = { -readonly [Key in keyof EInvoice]: EInvoice[Key] };
type Case = readonly [rule: string, invoice: () => IssuedInvoice, spoil: (invoice: Draft) => Partial<EInvoice>];

const team = () => sampleInvoice();
const firstLine = (spoilt: object) => (invoice: Draft) => ({
  lines: invoice.lines.map((each, index) => (index === 0 ? { ...each, ...spoilt } : each)),
});
const firstVat = (spoilt: object) => (invoice: Draft) => ({
  vatBreakdown: invoice.vatBreakdown.map((each, index) => (index === 0 ? { ...each, ...spoilt } : each)),
});
const allowance = (spoilt: object) => (invoice: Draft) => ({
  allowances: invoice.allowances.map((each) => ({ ...each, ...spoilt })),
});
const totals = (spoilt: object) => (invoice: Draft) => ({ totals: { ...invoice.totals, ...spoilt } });
const seller = (spoilt: object) => (invoice: Draft) => ({ seller: { ...invoice.seller, ...spoilt } });
const sellersContact = (spoilt: object) => (invoice: Draft) =>
  seller({ contact: { ...invoice.seller.contact, ...spoilt } })(invoice);
const sellersAddress = (spoilt: object) => (invoice: Draft) =>
  seller({ address: { ...invoice.seller.address, ...spoilt } })(invoice);
const buyer = (spoilt: object) => (invoice: Draft) => ({ buyer: { ...invoice.buyer, ...spoilt } });
const buyersAddress = (spoilt: object) => (invoice: Draft) =>
  buyer({ address: { ...invoice.buyer.address, ...spoilt } })(invoice);
const payment = (spoilt: object) => (invoice: Draft) => ({ payment: { ...invoice.payment, ...spoilt } });
const francs = () => sampleInvoice({ currency: 'CHF', euroTax: { taxMinor: 11918, rates: [] } });
const inKuwait = () => ({ currency: 'KWD' });
const odd = () => sampleInvoice({ lines: [line({ quantity: '1', unitPriceMinor: 4901, netMinor: 4901 })] });
const oddWithDiscount = () =>
  sampleInvoice({
    lines: [
      line({ quantity: '1', unitPriceMinor: 12501, netMinor: 12501 }),
      { kind: 'discount', month: '2026-03', quantity: '1', percent: '7.50', netMinor: -938, tax: S19 },
    ],
  });

/** Every kind of line, for another buyer. */
const userAt = (tax: typeof AE | typeof O, to: Buyer, more: readonly MonthLine[] = []) =>
  sampleInvoice({ buyer: to, lines: [...userInvoice().lines.map((each) => ({ ...each, tax })), ...more] });
const reverseCharged = () => userAt(AE, AUSTRIAN_BUSINESS);
const outside = () => userAt(O, SWISS);
/** A change of an invoice whose every supply is exempt: none of ours is, and the rules hold all the same. */
const exempt =
  (change: Case[2]): Case[2] =>
  (invoice) => {
    const asExempt = <T extends object>(each: T): T & { category: string } => ({ ...each, category: 'E' });
    const all = {
      ...invoice,
      lines: invoice.lines.map(asExempt),
      allowances: invoice.allowances.map(asExempt),
      vatBreakdown: invoice.vatBreakdown.map(({ exemptionCode: _code, ...each }) => asExempt(each)),
    };
    return { ...all, ...change(all) };
  };
const vatOf = (invoice: IssuedInvoice) => einvoiceOf(invoice).vatBreakdown;
const noReason = { exemptionReason: undefined, exemptionCode: undefined };
const noTaxIds = { vatId: undefined, taxNumber: undefined };

/** Those that the official rules are asked about, too. */
const OFFICIAL_CASES: readonly Case[] = [
  ['BR-02', team, () => ({ number: '' })],
  ['BR-06', team, seller({ name: ' ' })],
  ['BR-11', team, buyersAddress({ country: '' })],
  ['BR-25', team, firstLine({ name: '' })],
  ['BR-27', team, firstLine({ priceMinor: -4900, quantity: '-12' })],
  ['BR-29', team, () => ({ period: { from: '2026-03-31', to: '2026-03-01' } })],
  ['BR-CO-10', team, totals({ linesMinor: 58900, netMinor: 58900, grossMinor: 70072, payableMinor: 70072 })],
  ['BR-CO-11', userInvoice, allowance({ amountMinor: 2251 })],
  ['BR-CO-15', team, totals({ grossMinor: 69973, payableMinor: 69973 })],
  ['BR-CO-17', team, firstVat({ taxMinor: 11372 })],
  ['BR-CO-26', outside, seller({ legalRegistration: undefined })],
  ['BR-S-08', team, firstVat({ rate: '16' })],
  ['BR-AE-02', reverseCharged, buyer({ vatId: undefined })],
  ['BR-AE-10', reverseCharged, firstVat(noReason)],
  ['BR-O-02', outside, seller({ vatId: 'DE123456788' })],
  ['BR-O-05', outside, firstLine({ rate: '0' })],
  ['BR-CL-04', team, () => ({ currency: 'DEM' })],
  ['BR-CL-23', team, firstLine({ unitCode: 'TEAM' })],
];

const OTHER_CASES: readonly Case[] = [
  ['BR-03', team, () => ({ issueDate: '2026-04' })],
  ['BR-04', team, () => ({ typeCode: '' })],
  ['BR-05', team, () => ({ currency: '' })],
  ['BR-07', team, buyer({ name: '' })],
  ['BR-09', team, sellersAddress({ country: '' })],
  ['BR-16', team, () => ({ lines: [] })],
  ['BR-21', team, firstLine({ id: '' })],
  ['BR-22', team, firstLine({ quantity: '1,5' })],
  ['BR-23', team, firstLine({ unitCode: '' })],
  ['BR-54', team, firstLine({ attributes: [{ name: 'x', value: '' }] })],
  ['BR-30', team, firstLine({ period: { from: '2026-03-31', to: '2026-03-01' } })],
  ['BR-33', userInvoice, allowance({ reason: '', reasonCode: '' })],
  ['BR-49', team, payment({ meansCode: '' })],
  ['BR-50', team, payment({ account: { iban: '', holder: 'x' } })],
  ['BR-55', cancellation, () => ({ precedingInvoices: [{ number: '' }] })],
  ['BR-61', team, payment({ account: undefined })],
  ['BR-CO-09', team, buyer({ vatId: 'ZZ123456789' })],
  ['BR-CO-13', team, totals({ netMinor: 58801 })],
  ['BR-CO-14', team, totals({ taxMinor: 11173 })],
  ['BR-CO-16', team, totals({ payableMinor: 1 })],
  ['BR-CO-18', team, () => ({ vatBreakdown: [] })],
  ['BR-CO-19', team, () => ({ period: { from: '', to: '' } })],
  ['BR-CO-20', team, firstLine({ period: { from: '', to: '' } })],
  ['BR-CO-25', team, (invoice) => ({ dueDate: '', ...payment({ terms: '' })(invoice) })],
  ['PEPPOL-EN16931-R110', team, firstLine({ period: { from: '2026-02-28', to: '2026-03-31' } })],
  ['PEPPOL-EN16931-R111', team, firstLine({ period: { from: '2026-03-01', to: '2026-04-01' } })],
  ['PEPPOL-EN16931-R040', userInvoice, allowance({ share: { baseMinor: 27350, percent: '7' } })],
  ['PEPPOL-EN16931-R005', team, totals({ euroTaxMinor: 11172 })],
  ['PEPPOL-EN16931-R055', francs, totals({ euroTaxMinor: -1 })],
  ['PEPPOL-EN16931-R120', team, firstLine({ netMinor: 58801 })],
  ['PEPPOL-EN16931-R121', team, firstLine({ priceBase: '-1' })],
  ['PEPPOL-EN16931-R010', team, buyer({ electronicAddress: undefined })],
  ['PEPPOL-EN16931-R020', team, seller({ electronicAddress: { scheme: 'EM', address: '' } })],
  ['BR-DEC-01', oddWithDiscount, inKuwait],
  ['BR-DEC-02', oddWithDiscount, inKuwait],
  ['BR-DEC-09', oddWithDiscount, inKuwait],
  ['BR-DEC-10', oddWithDiscount, inKuwait],
  ['BR-DEC-12', odd, inKuwait],
  ['BR-DEC-13', odd, inKuwait],
  ['BR-DEC-14', odd, inKuwait],
  ['BR-DEC-18', odd, inKuwait],
  ['BR-DEC-19', oddWithDiscount, inKuwait],
  ['BR-DEC-20', odd, inKuwait],
  ['BR-DEC-23', oddWithDiscount, inKuwait],
  ['BR-S-01', reverseCharged, firstLine({ category: 'S', rate: '19' })],
  ['BR-S-02', team, seller(noTaxIds)],
  ['BR-S-03', userInvoice, seller(noTaxIds)],
  ['BR-S-05', team, firstLine({ rate: '0' })],
  ['BR-S-06', userInvoice, allowance({ rate: undefined })],
  ['BR-S-10', team, firstVat({ exemptionReason: 'x' })],
  ['BR-AE-01', team, firstLine({ category: 'AE' })],
  ['BR-AE-03', reverseCharged, buyer({ vatId: undefined })],
  ['BR-AE-05', reverseCharged, firstLine({ rate: '19' })],
  ['BR-AE-06', reverseCharged, allowance({ rate: '19' })],
  ['BR-AE-08', reverseCharged, firstVat({ taxableMinor: 1 })],
  ['BR-AE-09', reverseCharged, firstVat({ taxMinor: 1 })],
  ['BR-E-01', team, firstLine({ category: 'E' })],
  ['BR-E-02', reverseCharged, exempt(seller(noTaxIds))],
  ['BR-E-03', reverseCharged, exempt(seller(noTaxIds))],
  ['BR-E-05', reverseCharged, exempt(firstLine({ rate: '19' }))],
  ['BR-E-06', reverseCharged, exempt(allowance({ rate: '19' }))],
  ['BR-E-08', reverseCharged, exempt(firstVat({ taxableMinor: 1 }))],
  ['BR-E-09', reverseCharged, exempt(firstVat({ taxMinor: 1 }))],
  ['BR-E-10', reverseCharged, exempt(firstVat(noReason))],
  ['BR-O-01', team, firstLine({ category: 'O' })],
  ['BR-O-03', outside, buyer({ vatId: 'CHE123' })],
  ['BR-O-06', outside, allowance({ rate: '0' })],
  ['BR-O-08', outside, firstVat({ taxableMinor: 1 })],
  ['BR-O-09', outside, firstVat({ taxMinor: 1 })],
  ['BR-O-10', outside, firstVat(noReason)],
  ['BR-O-11', outside, (invoice) => ({ vatBreakdown: [...invoice.vatBreakdown, ...vatOf(team())] })],
  ['BR-O-12', outside, firstLine({ category: 'S', rate: '19' })],
  ['BR-O-13', outside, allowance({ category: 'S', rate: '19' })],
  ['BR-CL-01', team, () => ({ typeCode: '381' })],
  ['BR-CL-14', team, buyersAddress({ country: 'XX' })],
  ['BR-CL-16', team, payment({ meansCode: '99' })],
  ['BR-CL-17', team, firstVat({ category: 'X' })],
  ['BR-CL-18', team, firstLine({ category: 'X' })],
  ['BR-CL-19', userInvoice, allowance({ reasonCode: '0' })],
  ['BR-CL-22', reverseCharged, firstVat({ exemptionCode: 'VATEX-DE-AE' })],
  ['BR-CL-25', team, buyer({ electronicAddress: { scheme: 'MAIL', address: 'a@b.example' } })],
  ['BR-DE-3', team, sellersAddress({ city: '' })],
  ['BR-DE-4', team, sellersAddress({ postalCode: '' })],
  ['BR-DE-5', team, sellersContact({ name: '' })],
  ['BR-DE-6', team, sellersContact({ phone: '' })],
  ['BR-DE-7', team, sellersContact({ email: '' })],
  ['BR-DE-8', team, buyersAddress({ city: '' })],
  ['BR-DE-9', team, buyersAddress({ postalCode: '' })],
  ['BR-DE-14', outside, firstVat({ rate: '' })],
  ['BR-DE-15', team, () => ({ buyerReference: ' ' })],
  ['BR-DE-16', team, seller(noTaxIds)],
  ['BR-DE-18', team, payment({ terms: 'x\n#SKONTO#' })],
  ['BR-DE-19', team, payment({ account: { iban: 'DE02120300000000202052', holder: 'x' } })],
  ['BR-DE-26', correction, () => ({ precedingInvoices: [] })],
  ['BR-DE-27', team, sellersContact({ phone: '+4' })],
  ['BR-DE-28', team, sellersContact({ email: 'a@b' })],
];

const spoilt = ([, invoice, spoil]: Case): EInvoice => {
  const model = einvoiceOf(invoice());
  return { ...model, ...spoil(model) };
};

describe('an invoice that is broken', () => {
  it.each([...OFFICIAL_CASES, ...OTHER_CASES])('is caught by %s', (...given) => {
    expect(broken(einvoiceOf(given[1]()))).toEqual([]);
    expect(broken(spoilt(given))).toContain(given[0]);
  });
  it('is there for every rule', () => {
    const shown = [...OFFICIAL_CASES, ...OTHER_CASES].map(([rule]) => rule);
    expect([...new Set(shown)].sort()).toEqual(BUILT_IN_RULES.map(({ id }) => id).sort());
  });
});

/** One workspace's year: facts that come in any order, closings, cancellations, buyers who move. */
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'];
const edges = MONTHS.map((month) => berlin(`${month}-01 00:00`));
const NOW = Date.UTC(2027, 0, 1);
const ADD_TO_TEAM = 8;

const anyPrice = fc.integer({ min: 1, max: 99_999 });
const anyTerms = fc.record(
  {
    variant: fc.constantFrom('team', 'user'),
    countingRule: fc.constantFrom('month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'),
    unitPriceMinor: anyPrice,
    tiers: fc.record({
      mode: fc.constantFrom('graduated', 'volume'),
      steps: fc
        .tuple(anyPrice, anyPrice, anyPrice)
        .map(([a, b, c]) => [{ upTo: 1, unitPriceMinor: a }, { upTo: 3, unitPriceMinor: b }, { unitPriceMinor: c }]),
    }),
    freeUnits: fc.nat(2),
    minimumUnits: fc.nat(5),
    discount: fc.record({
      percent: fc.integer({ min: 1, max: 1_000_000 }).map((parts) => (parts / 10_000).toFixed(4)),
      firstMonth: fc.constantFrom(...MONTHS),
    }),
    language: fc.constantFrom('de', 'en'),
    paymentTermDays: fc.constantFrom(0, 14),
  },
  { requiredKeys: ['variant', 'countingRule', 'unitPriceMinor'] },
);
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== '');
const anyBuyer: fc.Arbitrary<Buyer> = fc
  .tuple(fc.constantFrom(GERMAN_BUYER, AUSTRIAN_BUSINESS, SWISS_BUYER), anyText, fc.option(anyText))
  .map(([buyer, name, reference]) => ({ ...buyer, name, ...(reference === null ? {} : { reference }) }));
const anyStep = fc.record({
  kind: fc.nat(STEP_KINDS - 1),
  team: fc.nat(2),
  member: fc.nat(3),
  at: fc.integer({ min: edges[0]!, max: edges.at(-1)! }),
});
const anyYear = fc.record({
  currency: fc.constantFrom('EUR', 'EUR', 'CHF', 'JPY'),
  mailbox: fc.option(fc.constant('rechnungen@buyer.example'), { nil: undefined }),
  /** Facts that are known at each closing. */
  months: fc.array(
    fc.record({ steps: fc.array(anyStep, { maxLength: 12 }), terms: anyTerms, buyer: anyBuyer, cancel: fc.nat(5) }),
    { minLength: MONTHS.length, maxLength: MONTHS.length },
  ),
});
type Year = typeof anyYear extends fc.Arbitrary<infer T> ? T : never;

const RATES = new ExchangeRates(
  MONTHS.flatMap((month) => [
    { month, currency: 'CHF', perEuro: '0.9374', source: 'BMF' },
    { month, currency: 'JPY', perEuro: '161.2034', source: 'BMF' },
  ]),
);

/** The invoices that a year comes to, through the domain's own billing. */
function invoicesOf({ currency, mailbox, months }: Year): IssuedInvoice[] {
  const workspace = new RandomWorkspace(NOW);
  for (const member of [0, 1, 2, 3]) {
    workspace.send(commandOf({ kind: ADD_TO_TEAM, team: member % 2, member, at: edges[0]! - 1000 }));
  }
  const books = new ClosingBooks();
  const issued: IssuedInvoice[] = [];
  const byDocument = new Map<string, IssuedInvoice>();
  const keyOf = ({ billRevision, document }: BilledDocument): string => `${billRevision}.${document}`;
  const next = (issueDate: string) => ({
    number: `RE-2026-${String(issued.length + 1).padStart(6, '0')}`,
    issueDate,
  });
  const issue = (month: string): void => {
    for (const document of books.standing(month)) {
      if (byDocument.has(keyOf(document))) continue;
      const corrected = correctedBy(books.state, document).flatMap((other) => {
        const earlier = byDocument.get(keyOf(other));
        return earlier === undefined ? [] : [{ document: other, ...earlier }];
      });
      const invoice = issueInvoice({
        document,
        ...next('2026-07-01'),
        seller: SELLER,
        corrects: correctionsOf(document, corrected),
        exchangeRates: RATES,
        ...(mailbox === undefined ? {} : { invoiceMailbox: mailbox }),
      });
      byDocument.set(keyOf(document), invoice);
      issued.push(invoice);
    }
  };
  MONTHS.forEach((month, index) => {
    const { steps, terms, buyer, cancel } = months[index]!;
    for (const step of steps) workspace.send(commandOf(step));
    const input = { terms: termsWith({ ...(terms as Partial<ContractTerms>), currency }), buyer };
    books.close(month, workspace.state, input);
    issue(month);
    const cancelled = MONTHS[index - cancel];
    const [document] = cancelled === undefined ? [] : books.standing(cancelled);
    const invoice = document === undefined ? undefined : byDocument.get(keyOf(document));
    if (cancel === 0 || cancelled === undefined || invoice === undefined) return;
    books.cancel(cancelled, cancel > 1, document);
    issued.push(cancelInvoice(invoice, { ...next('2026-07-02'), reason: 'Falsch' }));
    if (cancel <= 1) return;
    books.rebill(cancelled, workspace.state, input);
    issue(cancelled);
  });
  return issued;
}

describe('what the domain bills', () => {
  it('passes the built-in rules, 500 invoices and more from any history', () => {
    const seen = { invoices: 0, negative: 0, adjusted: 0, discounted: 0, separate: 0 };
    fc.assert(
      fc.property(anyYear, (year) => {
        for (const invoice of invoicesOf(year)) {
          expect(checkEInvoice(einvoiceOf(invoice))).toEqual([]);
          seen.invoices += 1;
          seen.negative += invoice.grossMinor < 0 ? 1 : 0;
          seen.adjusted += invoice.lines.some(({ kind }) => kind === 'adjustment') ? 1 : 0;
          seen.discounted += invoice.lines.some(({ kind }) => kind === 'discount') ? 1 : 0;
          seen.separate += invoice.billDocument > 0 ? 1 : 0;
        }
      }),
      { numRuns: 150 },
    );
    expect(seen.invoices).toBeGreaterThan(500);
    for (const [, count] of Object.entries(seen)) expect(count).toBeGreaterThan(20);
  });
});

/** The published rules are not part of this project: an installation that has them points to them. */
const RULES_DIR = process.env['EINVOICE_RULES_DIR'] ?? path.join(__dirname, '../../../shared/einvoice-rules');
const UBL_RULES = path.join(RULES_DIR, 'EN16931-UBL.sch');
const CII_RULES = path.join(RULES_DIR, 'EN16931-CII.sch');
const hasRules = existsSync(UBL_RULES) && existsSync(CII_RULES);
const MINUTES = 60_000;

/** Some documents at a time, each in a thread of its own. */
async function sideBySide<Item>(
  items: readonly Item[],
  threads: readonly Schematron[],
  check: (thread: Schematron, item: Item) => Promise<Finding[]>,
) {
  const results = new Map<Item, string[]>();
  const waiting = [...items];
  await Promise.all(
    threads.map(async (thread) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        results.set(item, idsOf(await check(thread, item)));
      }
    }),
  );
  return results;
}

(hasRules ? describe : describe.skip)('the official rules (EINVOICE_RULES_DIR, skipped where there are none)', () => {
  let threads: Schematron[] = [];
  beforeAll(async () => {
    threads = await Promise.all([Schematron.load(UBL_RULES), Schematron.load(UBL_RULES)]);
  }, 5 * MINUTES);
  afterAll(() => Promise.all(threads.map((thread) => thread.close())));

  it(
    'let 40 invoices of every shape pass as UBL',
    async () => {
      const shapes = Object.values(SHAPES).map((make) => make());
      const random = fc.sample(anyYear, { seed: 4, numRuns: 12 }).flatMap(invoicesOf);
      const spread = [...shapes, ...random.filter((_invoice, index) => index % 2 === 0)].slice(0, 40);
      expect(spread).toHaveLength(40);
      const results = await sideBySide(spread, threads, (thread, invoice) =>
        officialFindings(thread, einvoiceOf(invoice)),
      );
      for (const [invoice, rules] of results) expect([invoice, rules]).toEqual([invoice, []]);
    },
    10 * MINUTES,
  );

  it(
    'let 4 invoices pass as CII',
    async () => {
      const cii = await Promise.all([Schematron.load(CII_RULES), Schematron.load(CII_RULES)]);
      const spread = [
        userAt(AE, AUSTRIAN_BUSINESS),
        outside(),
        team(),
        SHAPES['a cancellation of every kind of line']!(),
      ];
      const results = await sideBySide(spread, cii, (thread, invoice) => thread.check(ciiOf(einvoiceOf(invoice))));
      await Promise.all(cii.map((thread) => thread.close()));
      expect([...results.values()]).toEqual([[], [], [], []]);
    },
    10 * MINUTES,
  );

  it(
    'find in broken invoices what the built-in rules find',
    async () => {
      const published = readFileSync(UBL_RULES, 'utf8');
      const isPublished = (rule: string): boolean => published.includes(`id="${rule}"`);
      const builtIn = new Set(BUILT_IN_RULES.map(({ id }) => id));
      expect(OFFICIAL_CASES.length).toBeGreaterThanOrEqual(15);
      const results = await sideBySide(OFFICIAL_CASES, threads, (thread, given) =>
        officialFindings(thread, spoilt(given)),
      );
      for (const [given, rules] of results) {
        expect(rules).toContain(given[0]);
        expect([given[0], rules.filter((rule) => builtIn.has(rule))]).toEqual([
          given[0],
          broken(spoilt(given)).filter(isPublished),
        ]);
      }
    },
    10 * MINUTES,
  );

  it('have the code lists that are built in', () => {
    const published = readFileSync(UBL_RULES, 'utf8');
    const listOf = (rule: string) => {
      const test = new RegExp(`id="${rule}"[^>]*test="([^"]*)"`).exec(published)?.[1] ?? '';
      return new Set(/' ([A-Z0-9 ]+) '/.exec(test)?.[1]?.split(' '));
    };
    expect(listOf('BR-CL-04')).toEqual(CURRENCIES);
    expect(listOf('BR-CL-14')).toEqual(COUNTRIES);
  });

  it(
    'are run before an invoice is issued, and named with it',
    async () => {
      const rules = await openEInvoiceRules({ rulesDir: RULES_DIR });
      try {
        const { writer, passed } = await rules.check(sampleInvoice());
        expect(writer).toBe(3);
        expect(passed).toEqual([
          'built-in 3',
          expect.stringMatching(/^EN16931-UBL\.sch [\d.]+ sha256:[0-9a-f]{64}$/) as string,
        ]);
      } finally {
        await rules.close();
      }
    },
    5 * MINUTES,
  );
});

describe('a seller', () => {
  const { register: _register, taxNumber: _taxNumber, ...least } = SELLER;
  it.each([
    ['with all particulars', SELLER],
    ['with the least', least],
  ])('%s can issue invoices', (_what, given) => expect(sellerFindings(given)).toEqual([]));
  it.each([
    ['a wrong IBAN', { bank: { holder: 'x', iban: 'DE02120300000000202052' } }, ['BR-DE-19']],
    ['no real mailbox', { contact: { ...SELLER.contact, email: 'a@b' } }, ['BR-DE-28']],
    [
      'neither city nor phone',
      { city: ' ', contact: { ...SELLER.contact, phone: '' } },
      ['BR-DE-27', 'BR-DE-3', 'BR-DE-6'],
    ],
  ])('with %s cannot', (_what, given, rules) => expect(idsOf(sellerFindings({ ...SELLER, ...given }))).toEqual(rules));
});

describe('an invoice that is to be issued', () => {
  /** Rules in the form of the official ones, small. */
  const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-rules-'));
  const schema = (asserts: string): string =>
    `<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
       <ns prefix="ubl" uri="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>
       <ns prefix="cbc" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"/>
       <pattern><rule context="/ubl:Invoice">${asserts}</rule></pattern>
     </schema>`;
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is refused with the rules that it breaks', async () => {
    const rules = await openEInvoiceRules();
    await expect(rules.check(sampleInvoice())).resolves.toEqual({ writer: 3, passed: ['built-in 3'] });
    const refused = rules.check(sampleInvoice({ buyer: { ...SWISS, city: '' } }));
    await expect(refused).rejects.toThrow(EInvoiceRejected);
    await expect(refused).rejects.toThrow(
      "the e-invoice of maschinenbau 2026-03 breaks BR-DE-8: The buyer's address has a city (BT-52).",
    );
    await rules.close();
  });

  it('is checked by the rules of the folder, too, warnings left aside', async () => {
    const asserts = `
      <assert id="X-01" flag="warning" test="false()">[X-01]-Only a warning.</assert>
      <assert id="X-02" flag="fatal" test="cbc:ID != 'RE-2026-000046'">[X-02]-Not this one.</assert>`;
    writeFileSync(path.join(folder, 'EN16931-UBL.sch'), schema(asserts));
    const rules = await openEInvoiceRules({ rulesDir: folder });
    try {
      const { passed } = await rules.check(sampleInvoice());
      expect(passed[1]).toMatch(/^EN16931-UBL\.sch sha256:[0-9a-f]{64}$/);
      const both = await Promise.allSettled([rules.check(cancellation()), rules.check(sampleInvoice())]);
      expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      await expect(rules.check(cancellation())).rejects.toThrow('breaks X-02: Not this one.');
    } finally {
      await rules.close();
    }
  });

  it.each([
    ['that is no Schematron', '<x/>'],
    ['that is no XML', 'rules'],
  ])('cannot be checked by a file %s', async (_what, content) => {
    writeFileSync(path.join(folder, 'EN16931-UBL.sch'), content);
    await expect(openEInvoiceRules({ rulesDir: folder })).rejects.toThrow(RulesUnusable);
  });
  it('cannot be checked by a folder without the file', () =>
    expect(openEInvoiceRules({ rulesDir: path.join(folder, 'none') })).rejects.toThrow('EN16931-UBL.sch'));
});
