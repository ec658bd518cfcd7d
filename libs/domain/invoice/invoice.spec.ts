import fc from 'fast-check';

import { type BillDocument, type MonthBill } from '../billing/events';
import { type BilledDocument, evolveBilling, NOTHING_BILLED } from '../billing/state';
import { invoiceNumber } from '../invoice-numbers/decide';
import { ExchangeRates, NO_EXCHANGE_RATES } from '../tax/exchange-rates';
import {
  AUSTRIAN_BUSINESS,
  berlin,
  ClosingBooks,
  GERMAN_BUYER,
  SELLER,
  started,
  teamArchived,
  teamCreated,
  termsWith,
  workspaceOf,
} from '../testing/facts';
import { givenInvoice, NOW } from '../testing/given';
import { describeLine, describeLines } from './describe';
import { type InvoiceEvent, type IssuedInvoice } from './events';
import { cancelInvoice, cancelledKindOf, issueDateOf, issueInvoice, kindOf } from './issue';
import { isDelivered, isDeliveryDue, statusOf } from './state';

const A = teamCreated('A', '2026-01-01 00:00');
const state = workspaceOf([started(), A]);
const BILL = new ClosingBooks().close('2026-01', state, { terms: termsWith({ annexOfUnits: true }) });

/** The first document of a bill, as the stream tells of it. */
function documentOf(bill: MonthBill): BilledDocument {
  const [document] = evolveBilling(NOTHING_BILLED, { type: 'MonthClosed', data: bill, occurredAt: 0 }, 0).documents;
  if (document === undefined) throw new Error('the bill has no document');
  return document;
}

/** The bill with other content on its document. */
const billWith = (content: Partial<BillDocument>): MonthBill => ({
  ...BILL,
  documents: [{ ...documentOf(BILL).content, ...content }],
});

const ABOUT = {
  number: 'RE-2026-000001',
  issueDate: '2026-02-01',
  seller: SELLER,
  corrects: [],
  exchangeRates: NO_EXCHANGE_RATES,
};
const issue = (bill: MonthBill = BILL): IssuedInvoice => issueInvoice({ ...ABOUT, document: documentOf(bill) });

describe('an invoice', () => {
  it('says everything itself', () => {
    expect(issue()).toStrictEqual({
      number: 'RE-2026-000001',
      kind: 'invoice',
      workspaceId: 'W',
      workspaceName: 'Acme',
      month: '2026-01',
      servicePeriod: { from: '2026-01-01', to: '2026-01-31' },
      issueDate: '2026-02-01',
      dueDate: '2026-02-15',
      paymentTermDays: 14,
      language: 'de',
      seller: SELLER,
      buyer: GERMAN_BUYER,
      variant: 'team',
      countingRule: 'month-end',
      units: 1,
      quantity: '1',
      unitsDigest: BILL.unitsDigest,
      lines: [{ ...BILL.documents[0]!.lines[0], description: 'Team-Lizenzen 2026-01' }],
      currency: 'EUR',
      taxes: BILL.taxes,
      netMinor: 1000,
      taxMinor: 190,
      grossMinor: 1190,
      delivery: ['download'],
      eInvoiceFormat: 'zugferd',
      annexOfUnits: true,
      billRevision: 0,
      billDocument: 0,
    });
  });
  it('in another currency states German VAT in euro, by the rate of each month of supply', () => {
    const [own] = documentOf(BILL).content.lines;
    const lines = [own!, { ...own!, kind: 'adjustment', month: '2025-12', netMinor: -500 } as const];
    const taxes = [{ category: 'S', rate: '19', netMinor: 500, taxMinor: 95 }] as const;
    const document = documentOf(
      billWith({ currency: 'CHF', lines, taxes, netMinor: 500, taxMinor: 95, grossMinor: 595 }),
    );
    const rateOf = (month: string, perEuro: string) => ({ month, currency: 'CHF', perEuro, source: 'BMF' });
    const rates = [rateOf('2025-12', '0.9500'), rateOf('2026-01', '0.9374')];
    const invoice = issueInvoice({ ...ABOUT, document, exchangeRates: new ExchangeRates(rates) });
    // 1.90 / 0.9374 = 2.03 and 0.95 / 0.95 = 1.00
    expect(invoice.euroTax).toEqual({ taxMinor: 103, rates });
    expect(cancelInvoice(invoice, { number: 'RE-2', issueDate: '2026-02-02', reason: 'x' }).euroTax).toEqual({
      taxMinor: -103,
      rates,
    });
    const incomplete = new ExchangeRates(rates.slice(1));
    expect(() => issueInvoice({ ...ABOUT, document, exchangeRates: incomplete })).toThrow(
      'rate-missing: EXCHANGE_RATES_FILE has no rate of CHF for 2025-12.',
    );
  });
  it('in another currency needs no rate where no German VAT is charged', () => {
    const [own] = documentOf(BILL).content.lines;
    const tax = { category: 'O', rate: '0' } as const;
    const taxes = [{ ...tax, netMinor: 1000, taxMinor: 0 }];
    const document = documentOf(
      billWith({ currency: 'CHF', lines: [{ ...own!, tax }], taxes, netMinor: 1000, taxMinor: 0, grossMinor: 1000 }),
    );
    expect(issueInvoice({ ...ABOUT, document })).not.toHaveProperty('euroTax');
  });
  it('names the invoice that it replaces', () => {
    const document = { ...documentOf(BILL), replaces: 'RE-2026-000001' };
    expect(issueInvoice({ ...ABOUT, document })).toMatchObject({ replaces: 'RE-2026-000001' });
  });
  it('of corrections for another buyer bills none of the units', () => {
    const books = new ClosingBooks();
    books.close('2026-01', state, { buyer: AUSTRIAN_BUSINESS });
    const late = workspaceOf([started(), A, teamCreated('B', '2026-01-10 00:00')]);
    books.close('2026-02', late, { terms: termsWith({ annexOfUnits: true }) });
    const [own, correction] = books.standing('2026-02').map((document) => issueInvoice({ ...ABOUT, document }));
    expect(own).toMatchObject({ buyer: GERMAN_BUYER, units: 2, annexOfUnits: true, billDocument: 0 });
    expect(correction).toMatchObject({
      buyer: AUSTRIAN_BUSINESS,
      units: 0,
      quantity: '0',
      annexOfUnits: false,
      billDocument: 1,
      servicePeriod: { from: '2026-01-01', to: '2026-01-31' },
    });
  });
  it.each([
    [1000, 1190, 'invoice'],
    [0, 0, 'invoice'],
    [-1000, -1190, 'credit-note'],
    [0, -190, 'credit-note'],
    [100, -90, 'credit-note'],
    [-100, 90, 'credit-note'],
  ])('of net %i and gross %i is of kind %s', (netMinor, grossMinor, kind) => {
    const bill = billWith({ netMinor, grossMinor });
    expect(kindOf({ netMinor, grossMinor })).toBe(kind);
    // And its cancellation knows it.
    const cancelled = cancelInvoice(issue(bill), { number: 'X', issueDate: '2026-03-05', reason: '' });
    expect(cancelledKindOf(cancelled)).toBe(kind);
  });
  it('over more credit than charges is a credit note', () => {
    const books = new ClosingBooks();
    books.close('2026-01', state);
    const archived = workspaceOf([started(), A, teamArchived('A', '2026-01-20 00:00')]);
    expect(issue(books.close('2026-02', archived))).toMatchObject({ kind: 'credit-note', grossMinor: -1190 });
  });
});

describe('the period of supply', () => {
  const B = teamCreated('B', '2026-02-10 00:00');
  const late = workspaceOf([started(), A, B]);
  const booked = (): ClosingBooks => {
    const books = new ClosingBooks();
    for (const month of ['2026-01', '2026-02', '2026-03']) books.close(month, state);
    return books;
  };

  it('is the billing month, also beside adjustments', () =>
    expect(issue(booked().close('2026-04', late))).toMatchObject({
      lines: [{ month: '2026-04' }, { month: '2026-02' }, { month: '2026-03' }],
      servicePeriod: { from: '2026-04-01', to: '2026-04-30' },
    }));
  it('is that of the settled months where nothing else is billed', () =>
    expect(issue(booked().close('2026-06', late, { billed: false }))).toMatchObject({
      month: '2026-06',
      servicePeriod: { from: '2026-02-01', to: '2026-03-31' },
    }));
  it('stays the same when the invoice is cancelled', () => {
    const settling = issue(booked().close('2026-06', late, { billed: false }));
    const cancelled = cancelInvoice(settling, { number: 'X', issueDate: '2026-07-02', reason: '' });
    expect(cancelled.servicePeriod).toEqual(settling.servicePeriod);
  });
});

describe('dates and numbers', () => {
  it.each([
    ['2026-12-31T22:59:59.999Z', '2026-12-31'],
    ['2026-12-31T23:00:00.000Z', '2027-01-01'],
    ['2026-06-30T21:59:59.999Z', '2026-06-30'],
    ['2026-06-30T22:00:00.000Z', '2026-07-01'],
  ])('an invoice of %s is of %s in Berlin', (time, day) => expect(issueDateOf(Date.parse(time))).toBe(day));

  it("December's invoice, issued in January, has a number of the new year", () => {
    const issueDate = issueDateOf(berlin('2027-01-01 00:00'));
    expect(invoiceNumber('RE', issueDate, 1)).toBe('RE-2027-000001');
    expect(invoiceNumber('RE', '2026-12-31', 1_234_567)).toBe('RE-2026-1234567');
  });
  it.each([
    ['2026-02-01', 14, '2026-02-15'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2024-02-15', 14, '2024-02-29'],
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-02-01', 0, '2026-02-01'],
  ])('issued on %s and payable in %i days it is due on %s', (issueDate, paymentTermDays, dueDate) => {
    const bill = { ...BILL, invoicing: { ...BILL.invoicing, paymentTermDays } };
    expect(issueInvoice({ ...ABOUT, document: documentOf(bill), issueDate }).dueDate).toBe(dueDate);
  });
});

describe('what lines of tiers say', () => {
  const line = (quantity: string, kind: 'license' | 'minimum' = 'license') =>
    ({ kind, month: '2026-03', quantity, netMinor: 1 }) as const;
  const steps = [{ upTo: 1, unitPriceMinor: 900 }, { upTo: 4, unitPriceMinor: 800 }, { unitPriceMinor: 700 }];
  const lines = [line('1'), line('3'), line('2.5'), line('1', 'minimum')];

  it('names each tier where they are graduated', () => {
    expect(describeLines(lines, { variant: 'team', tiers: { mode: 'graduated', steps } }, 'de')).toEqual([
      'Team-Lizenzen 2026-03, Staffel 1',
      'Team-Lizenzen 2026-03, Staffel 2–4',
      'Team-Lizenzen 2026-03, Staffel ab 5',
      'Mindestabnahme 2026-03, Differenz',
    ]);
    const [first] = describeLines([line('0.5')], { variant: 'user', tiers: { mode: 'graduated', steps } }, 'en');
    expect(first).toBe('User licenses 2026-03, tier 1');
  });
  it('names none where one price is for all', () => {
    const [first] = describeLines(lines, { variant: 'team', tiers: { mode: 'volume', steps } }, 'de');
    expect(first).toBe('Team-Lizenzen 2026-03');
  });
});

describe('what a line says', () => {
  it.each([
    ['license', 1, undefined, 'Team-Lizenzen 2026-03', 'Team licenses 2026-03'],
    ['minimum', 1, undefined, 'Mindestabnahme 2026-03, Differenz', 'Minimum 2026-03, shortfall'],
    ['discount', -1, '10.00', 'Rabatt 10 %', 'Discount 10%'],
    ['discount', -1, '7.50', 'Rabatt 7,5 %', 'Discount 7.5%'],
    ['discount', -1, '100', 'Rabatt 100 %', 'Discount 100%'],
    ['adjustment', 1, undefined, 'Nachberechnung 2026-03', 'Additional charge 2026-03'],
    ['adjustment', -1, undefined, 'Korrektur 2026-03', 'Correction 2026-03'],
  ] as const)('%s of %i, %s', (kind, netMinor, percent, german, english) => {
    const line = { kind, month: '2026-03', netMinor, ...(percent === undefined ? {} : { percent }) };
    expect(describeLine(line, { variant: 'team' }, 'de')).toBe(german);
    expect(describeLine(line, { variant: 'team' }, 'en')).toBe(english);
    expect(german).not.toContain('Gutschrift');
  });
  it('names the licenses of users', () => {
    const line = { kind: 'license', month: '2026-03', netMinor: 1 } as const;
    expect(describeLine(line, { variant: 'user' }, 'de')).toBe('Nutzer-Lizenzen 2026-03');
  });
});

describe('a cancellation', () => {
  const cancellation = cancelInvoice(issue(), { number: 'RE-2026-000002', issueDate: '2026-03-05', reason: 'wrong' });

  it('is the invoice with all amounts negated, due at once', () => {
    expect(cancellation).toStrictEqual({
      ...issue(),
      number: 'RE-2026-000002',
      kind: 'cancellation',
      issueDate: '2026-03-05',
      dueDate: '2026-03-05',
      paymentTermDays: 0,
      annexOfUnits: false,
      lines: [{ ...issue().lines[0], quantity: '-1', netMinor: -1000 }],
      taxes: [{ category: 'S', rate: '19', netMinor: -1000, taxMinor: -190 }],
      netMinor: -1000,
      taxMinor: -190,
      grossMinor: -1190,
      corrects: [{ number: 'RE-2026-000001', issueDate: '2026-02-01', month: '2026-01' }],
      cancels: 'RE-2026-000001',
      reason: 'wrong',
    });
  });
  it('does not say that it replaces what the invoice replaced', () => {
    const replacing = { ...issue(), replaces: 'RE-2025-000009' };
    expect(cancelInvoice(replacing, { number: 'X', issueDate: '2026-03-05', reason: '' })).not.toHaveProperty(
      'replaces',
    );
  });
  it('of any bill sums up with it to nothing, without a -0', () => {
    const line = fc.record({
      kind: fc.constant('adjustment' as const),
      month: fc.constant('2025-12'),
      quantity: fc.integer({ min: -3, max: 3 }).map(String),
      netMinor: fc.integer({ min: -300, max: 300 }),
      tax: fc.constant({ category: 'S' as const, rate: '19' }),
    });
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: -9, max: 9 }), (lines, amount) => {
        const bill = billWith({ lines, netMinor: amount, taxMinor: -amount, grossMinor: 0 });
        const invoice = issue(bill);
        const cancelled = cancelInvoice(invoice, { number: 'X', issueDate: '2026-03-05', reason: '' });
        expect(cancelled.netMinor + invoice.netMinor).toBe(0);
        expect(cancelled.taxMinor + invoice.taxMinor).toBe(0);
        expect(Object.is(cancelled.grossMinor, -0)).toBe(false);
        cancelled.lines.forEach(({ quantity, netMinor }, index) => {
          expect(Number(quantity) + Number(lines[index]!.quantity)).toBe(0);
          expect(quantity).toMatch(/^(0|-?[1-9])/);
          expect(netMinor + lines[index]!.netMinor).toBe(0);
          expect(Object.is(netMinor, -0)).toBe(false);
        });
      }),
    );
  });
});

describe('what accounting asks of an invoice', () => {
  const event = (type: InvoiceEvent['type'], data: unknown): InvoiceEvent =>
    ({ type, data, occurredAt: NOW }) as InvoiceEvent;
  const issued = event('InvoiceIssued', issue());
  const mailed = event('InvoiceIssued', { ...issue(), delivery: ['email'] });
  const cancelled = event('InvoiceCancelled', { reason: 'wrong', reissue: true });
  const cancel = { type: 'CancelInvoice', reason: 'wrong', reissue: true } as const;
  const rendered = event('InvoiceRendered', {
    sha256: '0',
    bytes: 1,
    pages: 1,
    renderer: 'r',
    xml: { sha256: '1', bytes: 2 },
  });

  it('cancels it once', () => {
    givenInvoice([issued]).when(cancel).then(cancelled);
    givenInvoice([issued, cancelled]).when(cancel).thenNothing();
  });
  it('does not cancel it for another reason again, nor a cancellation', () => {
    givenInvoice([issued, cancelled])
      .when({ ...cancel, reissue: false })
      .thenRefused('invoice-cancelled');
    givenInvoice([issued, cancelled])
      .when({ ...cancel, reason: 'other' })
      .thenRefused('invoice-cancelled');
    givenInvoice([event('InvoiceIssued', { ...issue(), kind: 'cancellation' })])
      .when(cancel)
      .thenRefused('not-cancellable');
  });
  it('sends it again where it goes by e-mail', () => {
    const again = (request: number) => event('InvoiceResendRequested', { request });
    givenInvoice([mailed]).when({ type: 'ResendInvoice' }).then(again(2));
    givenInvoice([mailed, again(2)])
      .when({ type: 'ResendInvoice' })
      .then(again(3));
    givenInvoice([issued]).when({ type: 'ResendInvoice' }).thenRefused('not-sent-by-email');
  });
  it('is refused when there is none', () => {
    givenInvoice([]).when(cancel).thenRefused('unknown-invoice');
    expect(() => givenInvoice([cancelled])).toThrow('begins with');
  });

  const attempt = { attempt: 1, recipient: 'a@example.com', messageId: 'm' };
  const failed = (outcome: string) =>
    event('InvoiceDeliveryFailed', { attempt: 1, recipient: 'a@example.com', reason: 'r', outcome });
  const begun = event('InvoiceDeliveryStarted', attempt);
  const sent = event('InvoiceSent', { ...attempt, transport: 'smtp' });
  const published = event('InvoicePublished', {});
  it.each<[string, InvoiceEvent[], string, boolean]>([
    ['is issued', [issued], 'issued', true],
    ['is rendered', [issued, rendered], 'rendered', true],
    ['is delivered as a download', [issued, rendered, published], 'delivered', false],
    ['is delivered by e-mail', [mailed, rendered, begun, sent], 'delivered', false],
    ['waits for another try', [mailed, rendered, begun, failed('temporary')], 'rendered', true],
    ['was refused for good', [mailed, rendered, begun, failed('refused')], 'delivery-failed', false],
    ['may have arrived', [mailed, rendered, begun, failed('uncertain')], 'delivery-failed', false],
    [
      'is sent again',
      [mailed, rendered, begun, sent, event('InvoiceResendRequested', { request: 2 })],
      'delivered',
      true,
    ],
    ['is cancelled', [issued, rendered, published, cancelled], 'cancelled', false],
  ])('%s', (_what, events, status, due) => {
    const { state: invoice } = givenInvoice(events);
    expect(statusOf(invoice!)).toBe(status);
    expect(isDeliveryDue(invoice!)).toBe(due);
  });
  it('is made again when it could not be made and an operator asks, as its first mail', () => {
    const stuck = event('InvoiceRenderingFailed', { attempts: 10, reason: 'too large' });
    const asked = event('InvoiceResendRequested', { request: 2 });
    const { state: failing } = givenInvoice([mailed, stuck]);
    expect([statusOf(failing!), failing?.renderingFailed?.reason]).toEqual(['delivery-failed', 'too large']);
    const resend = { type: 'ResendInvoice' } as const;
    givenInvoice([mailed, stuck]).when(resend).then(asked);
    // Also where it is only downloaded, which is otherwise nothing to ask for.
    givenInvoice([issued, stuck])
      .when(resend)
      .then(event('InvoiceResendRequested', { request: 1 }));
    const { state: tried } = givenInvoice([mailed, stuck, asked]);
    expect([statusOf(tried!), tried?.emailsAskedFor]).toEqual(['issued', 1]);
    expect(statusOf(givenInvoice([mailed, stuck, rendered]).state!)).toBe('rendered');
  });
  it('has one record of each attempt', () => {
    const { state: invoice } = givenInvoice([mailed, rendered, begun, failed('temporary'), begun, sent]);
    expect(invoice?.deliveries).toHaveLength(1);
    expect(isDelivered(invoice!)).toBe(true);
  });
});
