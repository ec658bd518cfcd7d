import { cancelInvoice, type IssuedInvoice } from '@seatledger/domain';

import {
  cancellation,
  creditNote,
  GERMAN,
  line,
  notTaxable,
  reverseCharge,
  sampleInvoice,
  SELLER,
  SWISS,
  userInvoice,
} from '../invoice-documents/testing';
import { invoiceView, readTemplateFiles } from '../invoice-documents/testing';
import { amountText } from './amounts';
import { checkEInvoice } from './checks';
import { einvoiceOf, facturXXml, xrechnungXml } from './index';
import { isIban } from './mod97';

const { texts } = readTemplateFiles();
/** The printed sentences less the amount, which the XML has as BT-115. */
const printedTerms = (invoice: IssuedInvoice): string =>
  invoiceView(invoice, undefined, texts)
    .payment.sentences.join(' ')
    .replace(/ (von|of) (\S+\u00a0€|€\S+)/, '');

describe('the semantic model', () => {
  it('names what the invoice says', () => {
    const model = einvoiceOf(sampleInvoice());
    expect(model).toMatchObject({
      number: 'RE-2026-000042',
      typeCode: '380',
      dueDate: '2026-04-15',
      buyerReference: 'Kst. 4711',
      precedingInvoices: [],
      period: { from: '2026-03-01', to: '2026-03-31' },
      payment: {
        meansCode: '58',
        account: { iban: 'DE02120300000000202051', bic: 'BYLADEM1001' },
        remittance: 'RE-2026-000042',
        terms: 'Zahlbar bis 15.04.2026 ohne Abzug.',
      },
      totals: { linesMinor: 58800, netMinor: 58800, taxMinor: 11172, grossMinor: 69972, payableMinor: 69972 },
      vatBreakdown: [{ category: 'S', rate: '19', taxableMinor: 58800, taxMinor: 11172 }],
    });
    expect(model.totals.allowancesMinor).toBeUndefined();
    expect(model.lines).toEqual([
      {
        id: '1',
        name: 'Team-Lizenzen 2026-03',
        quantity: '12',
        unitCode: 'C62',
        priceMinor: 4900,
        netMinor: 58800,
        category: 'S',
        rate: '19',
        period: { from: '2026-03-01', to: '2026-03-31' },
        attributes: [
          { name: 'Zählregel', value: 'am Monatsende aktive Teams' },
          { name: 'Gezählte Einheiten', value: '12' },
        ],
      },
    ]);
    expect(model).toMatchObject({ deliveredOn: '2026-03-31', note: 'Workspace Maschinenbau (maschinenbau).' });
  });
  it('reports the free units and how the units were counted once, on the first line that bills them', () => {
    const told = (invoice: IssuedInvoice) => einvoiceOf(invoice).lines.map(({ attributes }) => attributes);
    const [first, ...others] = told(userInvoice({ quantity: '24', language: 'en' }));
    expect(first).toEqual([
      { name: 'Counting rule', value: 'members active at any time of the month' },
      { name: 'Counted units', value: '24' },
      { name: 'Of which free', value: '2' },
    ]);
    expect(others).toEqual([[], [], [], []]);
    const { lines } = cancelInvoice(userInvoice(), { number: 'RE-2', issueDate: '2026-04-09', reason: 'x' });
    expect(told(userInvoice({ lines }))[0]?.at(-1)).toEqual({ name: 'Davon frei', value: '2' });
    const allFree = [line({ kind: 'minimum', quantity: '3' }), line({ kind: 'adjustment', month: '2026-02' })];
    expect(told(sampleInvoice({ lines: allFree }))).toEqual([
      expect.arrayContaining([{ name: 'Davon frei', value: '12' }]) as unknown,
      [],
    ]);
  });
  it('has the discount as an allowance on the document, and the lines at their printed positions', () => {
    const { lines, allowances, totals } = einvoiceOf(userInvoice());
    expect(lines.map(({ id }) => id)).toEqual(['1', '2', '3', '5', '6']);
    expect(allowances).toEqual([
      {
        category: 'S',
        rate: '19',
        amountMinor: 2051,
        share: { baseMinor: 27350, percent: '7.50' },
        reason: 'Rabatt 7,5 %',
        reasonCode: '95',
      },
    ]);
    expect(totals).toMatchObject({ linesMinor: 28340, allowancesMinor: 2051, netMinor: 26289 });
  });
  it.each([
    ['12', 4900, 58800, { quantity: '12', priceMinor: 4900, priceBase: undefined, unitCode: 'C62' }],
    ['3.5', undefined, 1000, { quantity: '3.5', priceMinor: 1000, priceBase: '3.5', unitCode: 'C62' }],
    ['-0.7097', undefined, -710, { quantity: '-0.7097', priceMinor: 710, priceBase: '0.7097', unitCode: 'C62' }],
    ['1', undefined, 710, { quantity: '1', priceMinor: 710, priceBase: undefined, unitCode: 'C62' }],
    ['2', undefined, 0, { quantity: '2', priceMinor: 0, priceBase: undefined, unitCode: 'C62' }],
    ['2', undefined, -300, { quantity: '-1', priceMinor: 300, unitCode: 'LS', note: 'Mengendifferenz: 2' }],
    ['0', undefined, 300, { quantity: '1', priceMinor: 300, unitCode: 'LS', note: 'Mengendifferenz: 0' }],
  ])('prices %s units at %s, net %s, so that they multiply to it', (quantity, unitPriceMinor, netMinor, expected) => {
    const { unitPriceMinor: _price, ...unpriced } = line({ kind: 'adjustment', month: '2026-01', quantity, netMinor });
    const priced = unitPriceMinor === undefined ? unpriced : { ...unpriced, unitPriceMinor };
    const [written] = einvoiceOf(sampleInvoice({ lines: [priced] })).lines;
    expect({ priceBase: undefined, ...written }).toMatchObject(expected);
    expect(written?.period).toEqual({ from: '2026-01-01', to: '2026-01-31' });
  });
  it('has the buyer’s own numbers, a second line of the address and the contact, where given', () => {
    const references = { purchaseOrder: 'PO-1', contract: 'V-2', costCentre: 'KST-3', supplierNumber: 'L-4' };
    const buyer = { ...sampleInvoice().buyer, addressLine2: 'Gebäude C', contact: 'Frau Beispiel', buyerId: 'K-5' };
    const invoice = sampleInvoice({ references, buyer });
    expect(einvoiceOf(invoice)).toMatchObject({
      purchaseOrder: 'PO-1',
      contractReference: 'V-2',
      accountingReference: 'KST-3',
      seller: { identifiers: ['L-4'] },
      buyer: { identifiers: ['K-5'], contactName: 'Frau Beispiel', address: { additionalStreet: 'Gebäude C' } },
    });
    expect(xrechnungXml(invoice)).toMatch(
      new RegExp(
        [
          '<cbc:AccountingCost>KST-3</cbc:AccountingCost><cbc:BuyerReference>',
          '<cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>',
          '<cac:ContractDocumentReference><cbc:ID>V-2</cbc:ID></cac:ContractDocumentReference>',
          '<cac:PartyIdentification><cbc:ID>L-4</cbc:ID></cac:PartyIdentification>',
          '<cac:PartyIdentification><cbc:ID>K-5</cbc:ID></cac:PartyIdentification>',
          '<cbc:AdditionalStreetName>Gebäude C</cbc:AdditionalStreetName>',
          '<cac:Contact><cbc:Name>Frau Beispiel</cbc:Name></cac:Contact>',
        ].join('.*'),
      ),
    );
    expect(facturXXml(invoice)).toMatch(
      new RegExp(
        [
          '<ram:SellerTradeParty><ram:ID>L-4</ram:ID>',
          '<ram:BuyerTradeParty><ram:ID>K-5</ram:ID>',
          '<ram:DefinedTradeContact><ram:PersonName>Frau Beispiel</ram:PersonName></ram:DefinedTradeContact>',
          '<ram:LineTwo>Gebäude C</ram:LineTwo>',
          '<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-1</ram:IssuerAssignedID>',
          '<ram:ContractReferencedDocument><ram:IssuerAssignedID>V-2</ram:IssuerAssignedID>',
          '<ram:ReceivableSpecifiedTradeAccountingAccount><ram:ID>KST-3</ram:ID>',
        ].join('.*'),
      ),
    );
  });
  it('reports a seller both by the number at the buyer and, outside the scope of VAT, by its own', () => {
    const { register: _register, ...unregistered } = SELLER;
    const invoice = { ...notTaxable(), seller: unregistered, references: { supplierNumber: 'L-4' } };
    expect(einvoiceOf(invoice).seller.identifiers).toEqual(['L-4', unregistered.vatId]);
  });
  it('prices what a currency without decimals rounds too far by the whole amount, and says the price', () => {
    const lines = [
      line({ quantity: '0.9677', unitPriceMinor: 12345, netMinor: 11946 }),
      line({ quantity: '2', unitPriceMinor: 12345, netMinor: 24690 }),
      { kind: 'discount', month: '2026-03', quantity: '1', percent: '7.5', netMinor: -2748, tax: line().tax } as const,
    ];
    const yen = einvoiceOf(sampleInvoice({ currency: 'JPY', lines }));
    expect(yen.lines[0]).toMatchObject({ priceMinor: 11946, priceBase: '0.9677', note: 'Einzelpreis: 12345 JPY' });
    expect(yen.lines[1]).toMatchObject({ priceMinor: 12345 });
    expect(yen.lines[1]).not.toHaveProperty('note');
    expect(yen.allowances[0]).toMatchObject({ amountMinor: 2748, reason: 'Rabatt 7,5 %' });
    expect(yen.allowances[0]).not.toHaveProperty('share');
    expect(checkEInvoice(yen)).toEqual([]);
    // The same figures in euro are cents, and close enough.
    const euro = einvoiceOf(sampleInvoice({ lines }));
    expect(euro.lines[0]).toMatchObject({ priceMinor: 12345 });
    expect(euro.allowances[0]).toMatchObject({ share: { baseMinor: 36636, percent: '7.5' } });
  });
  it('states German VAT in euro, too, where the invoice is in another currency', () => {
    const rates = [{ month: '2026-03', currency: 'CHF', perEuro: '0.9374', source: 'BMF' }];
    const francs = sampleInvoice({ currency: 'CHF', euroTax: { taxMinor: 11918, rates } });
    expect(einvoiceOf(francs).totals.euroTaxMinor).toBe(11918);
    expect(xrechnungXml(francs)).toContain('<cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>');
    expect(xrechnungXml(francs)).toContain(
      '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">119.18</cbc:TaxAmount></cac:TaxTotal>',
    );
    expect(facturXXml(francs)).toContain('<ram:TaxCurrencyCode>EUR</ram:TaxCurrencyCode>');
    expect(facturXXml(francs)).toContain('<ram:TaxTotalAmount currencyID="EUR">119.18</ram:TaxTotalAmount>');
    expect(xrechnungXml(sampleInvoice())).not.toContain('TaxCurrencyCode');
  });
  it('has an invoicing period only where it holds the periods of all lines', () => {
    const [first, second] = [line(), line({ kind: 'adjustment', month: '2026-01' })];
    const mixed = sampleInvoice({ lines: [first, second] });
    expect(einvoiceOf(mixed)).not.toHaveProperty('period');
    const servicePeriod = { from: '2026-01-01', to: '2026-01-31' };
    expect(einvoiceOf(sampleInvoice({ lines: [second], servicePeriod })).period).toEqual(servicePeriod);
    const cancelled = cancelInvoice(mixed, { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'x' });
    expect(einvoiceOf(cancelled)).not.toHaveProperty('period');
  });
  it('without rates and VAT ids where the supply is outside the scope of VAT', () => {
    const { seller, buyer, lines, vatBreakdown } = einvoiceOf(notTaxable());
    expect(seller).not.toHaveProperty('vatId');
    expect(buyer).not.toHaveProperty('vatId');
    expect(lines[0]).toMatchObject({ category: 'O' });
    expect(lines[0]).not.toHaveProperty('rate');
    expect(vatBreakdown).toEqual([
      {
        category: 'O',
        rate: '0',
        taxableMinor: 57378,
        taxMinor: 0,
        exemptionCode: 'VATEX-EU-O',
        exemptionReason: 'Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)',
      },
    ]);
  });
  it('reports a seller by another number where it may not name the VAT id', () => {
    const { register: _register, ...unregistered } = SELLER;
    expect(einvoiceOf({ ...notTaxable(), seller: unregistered }).seller.identifiers).toEqual(['DE123456788']);
    expect(einvoiceOf(notTaxable()).seller.identifiers).toEqual([]);
    expect(einvoiceOf(sampleInvoice({ seller: unregistered })).seller.identifiers).toEqual([]);
  });
  it('of a cancellation is a corrected invoice with the amounts negated', () => {
    const model = einvoiceOf(cancellation());
    expect(model).toMatchObject({
      typeCode: '384',
      precedingInvoices: [{ number: 'RE-2026-000042' }],
      note: 'Workspace Maschinenbau (maschinenbau). Storno der Rechnung RE-2026-000042. Grund: Falsche Rechnungsanschrift',
      payment: { meansCode: '97' },
      totals: { grossMinor: -69972, payableMinor: -69972 },
    });
    expect(model).not.toHaveProperty('dueDate');
    expect(model.payment).not.toHaveProperty('account');
    expect(model.lines[0]).toMatchObject({ quantity: '-12', priceMinor: 4900, netMinor: -58800 });
  });
  it.each([
    ['de', 'Storno der Rechnungskorrektur RE-2026-000047. Grund: Irrtum'],
    ['en', 'Cancels invoice correction RE-2026-000047. Reason: Irrtum'],
  ] as const)('of a cancelled correction asks back what was refunded, without a day, in %s', (language, note) => {
    const cancelled = cancelInvoice(creditNote({ language }), {
      number: 'RE-2026-000050',
      issueDate: '2026-04-09',
      reason: 'Irrtum',
    });
    const model = einvoiceOf(cancelled);
    expect(model).not.toHaveProperty('dueDate');
    expect(model.note).toBe(`Workspace Maschinenbau (maschinenbau). ${note}`);
    expect(model.payment).toMatchObject({ meansCode: '58', account: { iban: 'DE02120300000000202051' } });
    expect(model.payment.terms).toBe(printedTerms(cancelled));
  });
  it.each(['de', 'en'] as const)(
    'of a cancelled invoice says that it is not payable, as printed, in %s',
    (language) => {
      const invoice = cancellation({ language });
      expect(einvoiceOf(invoice).payment.terms).toBe(printedTerms(invoice));
    },
  );
  it('of a correction names the invoices that it corrects, each once', () => {
    const corrects = [
      { number: 'RE-2026-000003', issueDate: '2026-02-01', month: '2026-01' },
      { number: 'RE-2026-000003', issueDate: '2026-02-01', month: '2025-12' },
      { number: 'RE-2026-000009', issueDate: '2026-03-01', month: '2026-02' },
    ];
    const model = einvoiceOf({ ...creditNote(), corrects });
    expect(model.typeCode).toBe('384');
    expect(model.precedingInvoices).toEqual([
      { number: 'RE-2026-000003', issueDate: '2026-02-01' },
      { number: 'RE-2026-000009', issueDate: '2026-03-01' },
    ]);
    expect(model.note).toBe(
      'Workspace Maschinenbau (maschinenbau). Berichtigt: RE-2026-000003 (2026-01), RE-2026-000003 (2025-12), RE-2026-000009 (2026-02).',
    );
  });
  it.each<[string, Partial<IssuedInvoice>, string, string]>([
    ['the mailbox', { invoiceMailbox: 'a@b.example' }, 'EM', 'a@b.example'],
    ['the Leitweg-ID', { buyer: { ...GERMAN, reference: '04011000-1234512345-06' } }, '0204', '04011000-1234512345-06'],
    ['the VAT id', {}, '9930', 'DE987654328'],
    ['no address, said so', { buyer: SWISS }, 'EM', 'maschinenbau@no-mailbox.invalid'],
  ])('reaches the buyer at %s', (_what, given, scheme, address) =>
    expect(einvoiceOf(sampleInvoice(given)).buyer.electronicAddress).toEqual({ scheme, address }),
  );
  it('has the customer number where the buyer gave no reference', () =>
    expect(einvoiceOf(sampleInvoice({ buyer: SWISS })).buyerReference).toBe('maschinenbau'));
});

describe('check digits', () => {
  it.each([
    ['DE02120300000000202051', true],
    ['DE02 1203 0000 0000 2020 51', true],
    ['DE02120300000000202052', false],
    ['GB82WEST12345698765432', true],
    ['DE', false],
  ])('of IBAN %s: %s', (iban, valid) => expect(isIban(iban)).toBe(valid));
});

describe('the XML', () => {
  it('is escaped, and holds nothing that XML cannot hold', () => {
    const invoice = sampleInvoice({
      buyer: { ...GERMAN, name: 'A & B <x> "q" \u0001\ud800 \u{1f600}', street: "]]>'" },
    });
    for (const xml of [xrechnungXml(invoice), facturXXml(invoice)]) {
      expect(xml).toContain('>A &amp; B &lt;x&gt; &quot;q&quot; \ufffd\ufffd \u{1f600}<');
      expect(xml).toContain(">]]&gt;'<");
    }
  });
  it('writes amounts by the digits of their currency', () => {
    const net = (currency: string) =>
      /<cbc:TaxExclusiveAmount[^>]*>([^<]*)</.exec(xrechnungXml(sampleInvoice({ currency })))?.[1];
    expect(net('EUR')).toBe('588.00');
    expect(net('JPY')).toBe('58800');
    expect(net('KWD')).toBe('58.80');
  });
});

describe('both syntaxes', () => {
  /** The texts of a document's elements, sorted. */
  const textsOf = (xml: string): string[] =>
    [...xml.matchAll(/>([^<>]+)</g)]
      .map(([, text]) => text!.trim())
      .filter((text) => text !== '')
      .sort();
  /** The values of a model as the documents write them, sorted; codes of schemes are in attributes. */
  const valuesOf = (value: unknown, currency: string, day: (text: string) => string, key = ''): string[] => {
    if (key === 'scheme' || key === 'unitCode' || value === undefined) return [];
    if (typeof value === 'number') return [amountText(value, currency)];
    if (typeof value === 'string') return [/^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : value];
    return Object.entries(value as object).flatMap(([name, inner]) => valuesOf(inner, currency, day, name));
  };
  const cancelledCorrection = (): IssuedInvoice =>
    cancelInvoice(creditNote(), { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'x' });
  const invoices = {
    userInvoice,
    reverseCharge,
    notTaxable,
    cancellation,
    creditNote,
    cancelledCorrection,
    sampleInvoice,
    withReferences: () =>
      sampleInvoice({
        references: { purchaseOrder: 'PO-1', contract: 'V-2', costCentre: 'KST-3', supplierNumber: 'L-4' },
        buyer: { ...sampleInvoice().buyer, addressLine2: 'Gebäude C', contact: 'Frau Beispiel', buyerId: 'K-5' },
      }),
    yen: () =>
      sampleInvoice({ currency: 'JPY', lines: [line({ quantity: '0.9677', unitPriceMinor: 12345, netMinor: 11946 })] }),
    francs: () => sampleInvoice({ currency: 'CHF', euroTax: { taxMinor: 11918, rates: [] } }),
  };

  it.each(Object.entries(invoices))('give each line of %s its period', (_name, make) => {
    const { lines } = einvoiceOf(make());
    const periodsIn = (xml: string, item: string, period: string): number =>
      xml
        .split(`<${item}>`)
        .slice(1)
        .filter((text) => text.includes(`<${period}>`)).length;
    expect(periodsIn(xrechnungXml(make()), 'cac:InvoiceLine', 'cac:InvoicePeriod')).toBe(lines.length);
    const settlement = 'ram:SpecifiedLineTradeSettlement';
    expect(periodsIn(facturXXml(make()), settlement, 'ram:BillingSpecifiedPeriod')).toBe(lines.length);
  });

  it.each(Object.entries(invoices))('say what the model of %s says, all of it and nothing else', (_name, make) => {
    const invoice = make();
    const { payment, ...model } = einvoiceOf({ ...invoice, buyer: { ...invoice.buyer, name: 'Plain Name' } });
    const { meansText, ...paid } = payment;
    const { currency, vatBreakdown, allowances, lines } = model;
    const expected = (day: (text: string) => string, constants: readonly string[], other: object = {}): string[] =>
      [...valuesOf({ ...model, ...paid, ...other }, currency, day), ...constants].sort();
    // The schema of CII has room for one.
    const precedingInvoices = model.precedingInvoices.slice(-1);
    const plain = { ...invoice, buyer: { ...invoice.buyer, name: 'Plain Name' } };
    const taxIds = [model.seller.vatId, model.buyer.vatId].filter((id) => id !== undefined);
    const rows = [...vatBreakdown, ...allowances, ...lines].map(() => 'VAT');
    const charges = allowances.map(() => 'false');
    const taxCurrency = model.totals.euroTaxMinor === undefined ? [] : ['EUR'];
    expect(textsOf(xrechnungXml(plain))).toEqual(
      expected(
        (text) => text,
        [
          ...rows,
          ...charges,
          ...taxCurrency,
          ...taxIds.map(() => 'VAT'),
          'FC',
          'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
          'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0',
        ],
      ),
    );
    expect(textsOf(facturXXml(plain))).toEqual(
      expected(
        (text) => text.replaceAll('-', ''),
        [...rows, ...charges, ...taxCurrency, meansText, 'urn:cen.eu:en16931:2017'],
        {
          precedingInvoices,
        },
      ),
    );
  });
});
