import { cancelInvoice, type IssuedInvoice } from '@seatledger/domain';
import { decimalOf } from '@seatledger/domain';

import { readTemplateFiles } from '../template/template-files';
import {
  annexOf,
  cancellation,
  creditNote,
  GERMAN,
  line,
  notTaxable,
  reverseCharge,
  sampleInvoice,
  SELLER,
  userInvoice,
} from '../testing/samples';
import { formatFor } from './format';
import { giroCodeText, qrCodeOf } from './giro-code';
import { invoiceView } from './invoice-view';
import { fill } from './texts';

const { texts } = readTemplateFiles();
const viewOf = (invoice: IssuedInvoice) => invoiceView(invoice, undefined, texts);
const factsOf = (invoice: IssuedInvoice) =>
  Object.fromEntries(viewOf(invoice).facts.map(({ label, value }) => [label, value]));
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('amounts', () => {
  it.each([
    [123456, 'EUR', '1234.56'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [1234, 'JPY', '1234'],
    [1234, 'KWD', '1.234'],
    [1, 'CLF', '0.0001'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91'],
  ])('%i minor units of %s are %s', (amount, currency, decimal) => expect(decimalOf(amount, currency)).toBe(decimal));
  it.each([
    ['de', 'EUR', 123456789, '1.234.567,89 €'],
    ['en', 'EUR', 123456789, '€1,234,567.89'],
    ['de', 'EUR', -990, '−9,90 €'],
    ['de', 'CHF', 123450, '1.234,50 CHF'],
    ['de', 'JPY', 1234, '1.234 ¥'],
    ['en', 'HUF', 100050, 'HUF 1,000.50'],
    ['de', 'EUR', Number.MAX_SAFE_INTEGER, '90.071.992.547.409,91 €'],
  ] as const)('are written in %s, %s', (language, currency, amount, written) =>
    expect(plain(formatFor(language, currency).money(amount))).toBe(written),
  );
  it('are whole numbers of minor units', () => expect(() => decimalOf(0.5, 'EUR')).toThrow(RangeError));
});

describe('dates, months and quantities', () => {
  it.each([
    ['de', '01.04.2026', 'März 2026', '12,7097', '01.03.2026–31.03.2026'],
    ['en', '1 April 2026', 'March 2026', '12.7097', '1–31 March 2026'],
  ] as const)('in %s', (language, date, month, quantity, period) => {
    const format = formatFor(language, 'EUR');
    expect(format.date('2026-04-01')).toBe(date);
    expect(format.month('2026-03')).toBe(month);
    expect(format.quantity('12.7097')).toBe(quantity);
    expect(format.period('2026-03-01', '2026-03-31').replaceAll('\u2009', '')).toBe(period);
  });
});

describe('the view of an invoice', () => {
  it('holds what § 14 (4) UStG asks for', () => {
    const view = viewOf(sampleInvoice());
    expect(view.title).toBe('Rechnung RE-2026-000042');
    expect(view.recipient).toEqual([GERMAN.name, GERMAN.street, '48155 Münster']);
    expect(view.footer.left).toContain('Hafenweg 12 · 48155 Münster');
    expect(plain(view.footer.right)).toContain('USt-IdNr.: DE123456788\nSteuernummer: 336/5901/0815');
    expect(factsOf(sampleInvoice())).toMatchObject({
      Rechnungsnummer: 'RE-2026-000042',
      Rechnungsdatum: '01.04.2026',
      Leistungszeitraum: '01.03.2026–31.03.2026',
      'Fällig am': '15.04.2026',
      Kundennummer: 'maschinenbau',
      'Ihre Referenz': 'Kst. 4711',
      'Ihre USt-IdNr.': 'DE987654328',
    });
    expect(view.lastLine).toEqual({
      position: '1',
      title: 'Team-Lizenzen März 2026',
      details: ['gezählt: am Monatsende aktive Teams'],
      quantity: '12',
      unit: 'Teams',
      unitPrice: '49,00\u00a0€',
      taxRate: '19\u00a0%',
      net: '588,00\u00a0€',
    });
    expect(view.totals.map(({ label, amount }) => plain(`${label}: ${amount}`))).toEqual([
      'Nettosumme: 588,00 €',
      'USt. 19 % auf 588,00 €: 111,72 €',
    ]);
    expect(plain(view.grandTotal.amount)).toBe('699,72 €');
  });
  it('says how and where to pay', () => {
    const { payment } = viewOf(sampleInvoice());
    expect(payment.sentences[0]).toBe('Zahlbar bis 15.04.2026 ohne Abzug.');
    expect(payment.bank.map(({ value }) => plain(value))).toEqual([
      'Lizenzhafen Münster GmbH',
      'DE02 1203 0000 0000 2020 51',
      'BYLADEM1001',
      'RE-2026-000042',
    ]);
    expect(payment.qr?.size).toBeGreaterThan(20);
    expect(viewOf(sampleInvoice({ paymentTermDays: 0 })).payment.sentences[0]).toBe('Zahlbar sofort ohne Abzug.');
  });
  it('says near the top what is to be paid, and until when', () => {
    expect(viewOf(sampleInvoice()).due).toEqual({ label: 'Zu zahlen bis 15.04.2026', amount: '699,72\u00a0€' });
    expect(viewOf(sampleInvoice({ paymentTermDays: 0 })).due?.label).toBe('Sofort zu zahlen');
    for (const none of [cancellation(), creditNote()]) expect(viewOf(none).due).toBeNull();
  });
  it('names what the buyer wants to find on it', () => {
    const buyer = { ...GERMAN, contact: 'Frau Beispiel', addressLine2: 'Gebäude C', buyerId: 'K-17' };
    const references = { purchaseOrder: 'B-1', contract: 'V-2', costCentre: 'KST 3', supplierNumber: 'L-4' };
    const invoice = sampleInvoice({ buyer, references });
    expect(viewOf(invoice).recipient.slice(0, 4)).toEqual([GERMAN.name, 'Frau Beispiel', GERMAN.street, 'Gebäude C']);
    expect(factsOf(invoice)).toMatchObject({
      Kundennummer: 'K-17',
      'Ihre Bestellung': 'B-1',
      Vertrag: 'V-2',
      'Ihre Kostenstelle': 'KST 3',
      'Lieferantennr.': 'L-4',
    });
  });
  it('keeps the seller in the foot while it has room, sets it smaller, then in the document', () => {
    const ofSeller = (more: Partial<typeof SELLER>) => {
      const { footer, particulars } = viewOf(sampleInvoice({ seller: { ...SELLER, ...more } }));
      return { small: footer.small, lines: particulars?.lines };
    };
    expect(ofSeller({})).toEqual({ small: false, lines: undefined });
    const register = 'Amtsgericht Münster, HRB 12345, Niederlassung Hamburg, Amtsgericht Hamburg, HRB 54321';
    expect(ofSeller({ register })).toEqual({ small: true, lines: undefined });
    expect(ofSeller({ register, managers: 'Maximiliane Beispielhuber, '.repeat(7) }).lines).toContain(register);
  });
  it('sets amounts smaller that are wider than their columns', () => {
    expect(viewOf(sampleInvoice()).linesAreWide).toBe(false);
    expect(viewOf(sampleInvoice({ lines: [line({ netMinor: 1_234_567_890 })] })).linesAreWide).toBe(true);
  });
  it('has a GiroCode only for euros', () => expect(viewOf(sampleInvoice({ currency: 'CHF' })).payment.qr).toBeNull());
  it('shows minimum, discount and adjustments with their months', () => {
    const view = viewOf(userInvoice());
    const lines = [...view.lines, view.lastLine!];
    expect(lines.map(({ title }) => title)).toEqual([
      'Nutzer-Lizenzen März 2026',
      'Nutzer-Lizenzen März 2026',
      'Mindestabnahme März 2026, Differenz',
      'Rabatt 7,5 %',
      'Nachberechnung Januar 2026',
      'Korrektur Februar 2026',
    ]);
    expect(lines[0]?.details).toEqual([
      'gezählt: irgendwann im Monat aktive Mitglieder',
      '24 aktive Mitglieder gezählt, davon 2 frei',
    ]);
    expect(lines[2]?.details).toEqual(['25 Nutzer vereinbart, 24 gezählt']);
    expect(lines[5]?.details).toEqual(['zu Rechnung RE-2026-000027 vom 01.03.2026']);
    const { corrects: _unknown, ...older } = userInvoice();
    expect(viewOf(older).lastLine?.details).toEqual(['Abrechnungsmonat 2026-02, berichtigt']);
    expect(lines[3]).toMatchObject({ quantity: '', unit: 'pauschal', unitPrice: '' });
  });
  it('counts the units of an adjustment as its month was billed', () => {
    const adjusted = line({ kind: 'adjustment', month: '2026-01', quantity: '1', variant: 'user' });
    const view = viewOf(sampleInvoice({ lines: [line(), adjusted, { ...adjusted, quantity: '2' }] }));
    expect([...view.lines, view.lastLine].map((each) => each?.unit)).toEqual(['Teams', 'Nutzer', 'Nutzer']);
    const ofUsers = sampleInvoice({ variant: 'user', lines: [{ ...adjusted, variant: 'team' }] });
    expect(viewOf(ofUsers).lastLine?.unit).toBe('Team');
  });
  it('under reverse charge names both VAT ids and the words of § 14a (1) UStG', () => {
    for (const language of ['de', 'en'] as const) {
      const notes = viewOf(reverseCharge(language)).taxNotes.join(' ');
      expect(notes).toContain('Steuerschuldnerschaft des Leistungsempfängers');
      expect(notes).toMatch(/reverse charge/i);
      expect(notes).toContain('ATU12345675');
      expect(notes).toContain('DE123456788');
    }
    expect(viewOf(reverseCharge('en')).recipient.at(-1)).toBe('AUSTRIA');
  });
  it.each([
    ['de', 'USt. in Euro: 119,18 € (Durchschnittskurs März 2026: 1 EUR = 0,9374 CHF)'],
    ['en', 'VAT in euro: €119.18 (average rate of March 2026: 1 EUR = 0.9374 CHF)'],
  ] as const)('in another currency states German VAT in euro, in %s', (language, note) => {
    const rates = [{ month: '2026-03', currency: 'CHF', perEuro: '0.9374', source: 'BMF' }];
    const invoice = sampleInvoice({ language, currency: 'CHF', euroTax: { taxMinor: 11918, rates } });
    expect(viewOf(invoice).taxNotes.map((text) => text.replace(/\u00a0/g, ' '))).toEqual([note]);
  });
  it('not taxable in Germany says why', () => {
    const view = viewOf(notTaxable());
    expect(view.taxNotes).toEqual(['Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG).']);
    expect(view.lastLine?.taxRate).toBe('–');
    expect(view.recipient.at(-1)).toBe('SCHWEIZ');
    expect(view.lastLine?.details).toEqual([
      'gezählt: aktive Teams, anteilig nach aktiven Tagen',
      '12 Teams gezählt, Menge 11,7097',
    ]);
  });
  it('of a cancellation names the original and the reason, and asks for no money', () => {
    const view = viewOf(cancellation());
    expect(view.title).toBe('Stornorechnung RE-2026-000046');
    expect(factsOf(cancellation())).toMatchObject({ 'Storno zu': 'RE-2026-000042' });
    expect(view.intro).toContain('die Rechnung RE-2026-000042 vom 01.04.2026 für');
    expect(view.remarks).toEqual(['Grund: Falsche Rechnungsanschrift']);
    expect(view.payment).toMatchObject({ bank: [], qr: null });
    expect(plain(view.grandTotal.amount)).toBe('−699,72 €');
  });
  it('of a cancelled credit note asks back what was refunded, without a code that pays at once', () => {
    const view = viewOf(
      cancellation({ cancels: 'RE-2026-000047', corrects: [], lines: [line({ quantity: '1', netMinor: 4900 })] }),
    );
    expect(view.intro).toContain('die Rechnungskorrektur RE-2026-000047 für');
    expect(plain(view.payment.sentences.join())).toContain('58,31 € zu Ihren Gunsten entfällt');
    expect(view.payment.bank).toHaveLength(4);
    expect(view.payment.qr).toBeNull();
    expect(view.facts.map(({ label }) => label)).not.toContain('Fällig am');
  });
  it('of a cancellation does not call a credit late, nor a charge corrected', () => {
    const cancel = { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'Irrtum' };
    const cancelled = viewOf(cancelInvoice(userInvoice(), cancel));
    expect([...cancelled.lines, cancelled.lastLine].slice(-2)).toMatchObject([
      { title: 'Nachberechnung Januar 2026', details: [] },
      { title: 'Korrektur Februar 2026', details: [] },
    ]);
    // Nor is the cancelled invoice the one that billed the adjusted month first.
    const own = userInvoice({ month: '2026-02' });
    expect(viewOf(cancelInvoice(own, cancel)).lastLine?.details).toEqual([]);
  });
  it('of a correction under reverse charge names the VAT id of the buyer that was supplied', () => {
    const lines = reverseCharge().lines.map((each) => ({ ...each, kind: 'adjustment' as const }));
    const buyer = { ...reverseCharge().buyer, vatId: 'ATU99999993' };
    expect(viewOf({ ...reverseCharge(), buyer, lines }).taxNotes.join()).toContain('ATU99999993');
  });
  it('of a credit note names the invoices and the months that it corrects', () => {
    const view = viewOf(creditNote());
    expect(view.title).toBe('Rechnungskorrektur RE-2026-000047');
    expect(view.intro).toContain('Januar 2026 und Februar 2026');
    expect(view.remarks).toEqual([
      'Diese Rechnungskorrektur bezieht sich auf Rechnung RE-2026-000012 vom 01.02.2026 und Rechnung RE-2026-000027 vom 01.03.2026.',
    ]);
    const [first] = creditNote().corrects ?? [];
    expect(factsOf(creditNote({ corrects: [first!, first!] }))).toMatchObject({ 'Korrektur zu': 'RE-2026-000012' });
    expect(view.payment).toMatchObject({ bank: [], qr: null });
  });
  it('names the invoice that it replaces', () =>
    expect(viewOf(sampleInvoice({ replaces: 'RE-2026-000001' })).remarks).toEqual([
      'Diese Rechnung ersetzt die stornierte Rechnung RE-2026-000001.',
    ]));
  it('over nothing asks for nothing', () => {
    const free = sampleInvoice({ lines: [line({ unitPriceMinor: 0, netMinor: 0 })] });
    expect(viewOf(free).payment).toMatchObject({ sentences: ['Es ist kein Betrag zu zahlen.'], bank: [], qr: null });
  });
  it('never says „Gutschrift“, which means self-billing', () => {
    const all = [sampleInvoice(), userInvoice(), cancellation(), creditNote(), notTaxable()];
    expect(JSON.stringify([texts, all.map(viewOf)])).not.toMatch(/gutschrift/i);
  });
  it('lists the units in an annex, members with their teams', () => {
    const annex = invoiceView(userInvoice(), annexOf(3, true), texts).annex;
    expect(annex?.rows[0]).toEqual({
      id: 'm-00001',
      name: 'Änne Größler-1',
      teams: 'Entwicklung, Qualitätssicherung, Vertrieb Süd',
      quantity: '1',
    });
    expect(annex?.total).toEqual({ label: 'Summe (3 Einheiten)', amount: '3' });
    const long = invoiceView(userInvoice(), annexOf(5001, true), texts).annex;
    expect(long).toMatchObject({ rows: [], none: expect.stringContaining('5.001 Einheiten') as string });
    const wordy = annexOf(10, true).map((unit) => ({ ...unit, name: 'x'.repeat(300_000) }));
    expect(invoiceView(userInvoice(), wordy, texts).annex?.none).toContain('zu lang');
    const teams = invoiceView(sampleInvoice(), [{ unitId: 'a', name: '', quantity: '0.5' }], texts).annex;
    expect(teams).toMatchObject({ columns: { teams: null }, rows: [{ name: '(gelöscht)', quantity: '0,5' }] });
    expect(invoiceView(sampleInvoice(), [], texts).annex?.none).not.toBeNull();
  });
  it('lists units by name, as people look them up, and says on the first page that there is a list', () => {
    const units = ['Team 10', '', 'Ärzte', 'Team 2', 'Zoo'].map((name, index) => ({
      unitId: `t${index}`,
      name,
      quantity: '1',
      teams: ['T 10', 'T 9'],
    }));
    const view = invoiceView(userInvoice(), units, texts);
    expect(view.annex?.rows.map(({ name }) => name)).toEqual(['Ärzte', 'Team 2', 'Team 10', 'Zoo', '(gelöscht)']);
    expect(view.annex?.rows[0]?.teams).toBe('T 9, T 10');
    expect(view.annexHint).toContain('Anlage');
    expect(viewOf(userInvoice()).annexHint).toBeNull();
  });
});

describe('a GiroCode', () => {
  it('is the text of EPC069-12', () =>
    expect(giroCodeText(SELLER.bank, 69972, 'RE-2026-000042')).toBe(
      'BCD\n002\n1\nSCT\nBYLADEM1001\nLizenzhafen Münster GmbH\nDE02120300000000202051\nEUR699.72\n\n\nRE-2026-000042',
    ));
  it.each([
    [1, 'EUR0.01'],
    [99_999_999_999, 'EUR999999999.99'],
  ])('of %i cents says %s', (cents, text) => expect(giroCodeText(SELLER.bank, cents, 'x')).toContain(text));
  it.each([0, -1, 100_000_000_000])('of %i cents does not exist', (cents) =>
    expect(giroCodeText(SELLER.bank, cents, 'x')).toBeUndefined(),
  );
  it('keeps a name on its line and within its length', () => {
    const bank = { ...SELLER.bank, holder: `A\nEUR1.00 ${'ö'.repeat(100)}` };
    expect(giroCodeText(bank, 100, 'x')?.split('\n')[5]).toHaveLength(70);
  });
  it('is drawn module by module', () => {
    const { path, size } = qrCodeOf('BCD');
    expect(size).toBe(21);
    // The finder pattern in the corner: seven dark modules, then one at each side.
    expect(path).toMatch(/^M0 0h7v1h-7z/);
    expect(path).toContain('M0 1h1v1h-1z');
  });
});

describe('texts', () => {
  it('are the same in both languages, place by place', () => {
    const placesOf = (value: unknown, at = ''): string[] =>
      typeof value === 'string'
        ? [
            `${at} ${[...value.matchAll(/\{\w+\}/g)]
              .map(([place]) => place)
              .sort()
              .join(' ')}`,
          ]
        : Object.entries(value as object).flatMap(([key, inner]) => placesOf(inner, `${at}.${key}`));
    expect(placesOf(texts.en)).toEqual(placesOf(texts.de));
  });
  it('need a value for each place', () => {
    expect(fill('{a} {a}', { a: '{b}$&' })).toBe('{b}$& {b}$&');
    expect(() => fill('{a}', {})).toThrow('{a}');
    expect(() => fill('{constructor}', {})).toThrow('{constructor}');
  });
});
