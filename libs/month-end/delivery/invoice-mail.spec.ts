import { cancelInvoice, type IssuedInvoice } from '@seatledger/domain';

import { cancellation, creditNote, line, sampleInvoice, SELLER } from '../../invoice-documents/testing';
import { invoiceMailText } from './invoice-mail';

/** Blanks of any width as plain ones. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');
const subjectOf = (invoice: IssuedInvoice, isRepeat = false): string =>
  plain(invoiceMailText(invoice, isRepeat).subject);
const textOf = (invoice: IssuedInvoice, isRepeat = false): string => plain(invoiceMailText(invoice, isRepeat).text);

const cancelled = (invoice: IssuedInvoice): IssuedInvoice =>
  cancelInvoice(invoice, { number: 'RE-2026-000050', issueDate: '2026-04-09', reason: 'Irrtum' });

describe('the mail that brings an invoice', () => {
  it.each<[string, IssuedInvoice, string]>([
    ['an invoice', sampleInvoice(), 'Rechnung RE-2026-000042 für März 2026, 699,72 €, fällig am 15.04.2026'],
    [
      'an invoice in English',
      sampleInvoice({ language: 'en' }),
      'Invoice RE-2026-000042 for March 2026, €699.72, due on 15 April 2026',
    ],
    [
      'one that is due at once',
      sampleInvoice({ paymentTermDays: 0 }),
      'Rechnung RE-2026-000042 für März 2026, 699,72 €, sofort fällig',
    ],
    [
      'one of nothing',
      sampleInvoice({ lines: [line({ netMinor: 0, unitPriceMinor: 0 })] }),
      'Rechnung RE-2026-000042 für März 2026, nichts zu zahlen',
    ],
    [
      'a cancellation',
      cancellation(),
      'Stornorechnung RE-2026-000046 zur Rechnung RE-2026-000042 zu März 2026, 699,72 € zu Ihren Gunsten',
    ],
    [
      'a cancellation in English',
      cancellation({ language: 'en' }),
      'Cancellation invoice RE-2026-000046 of invoice RE-2026-000042 for March 2026, €699.72 in your favour',
    ],
    [
      'a cancelled correction',
      cancelled(creditNote()),
      'Stornorechnung RE-2026-000050 zur Rechnungskorrektur RE-2026-000047 zu März 2026, 233,24 €',
    ],
  ])('says what %s is of, how much and until when', (_what, invoice, subject) =>
    expect(subjectOf(invoice)).toBe(`${SELLER.name}: ${subject}`),
  );

  it('of a correction names the months that it corrects, not the one that was closed', () => {
    const lines = creditNote().lines.filter(({ kind }) => kind === 'adjustment');
    const months = lines.map(({ month }) => month);
    expect(months).not.toContain('2026-03');
    expect(subjectOf({ ...creditNote(), lines })).toContain(
      'Rechnungskorrektur RE-2026-000047 zu Januar 2026 und Februar 2026,',
    );
    expect(subjectOf({ ...creditNote(), lines })).not.toMatch(/März|Gutschrift/);
  });

  it('says in words what is attached, whom to ask, and the amount', () => {
    const text = textOf(sampleInvoice());
    expect(text).toContain('für den Workspace Maschinenbau als PDF mit eingebetteter E-Rechnung (ZUGFeRD).');
    expect(text).toContain('Betrag: 699,72 €, fällig am 15.04.2026');
    expect(text).toContain(SELLER.contact.email);
    expect(textOf(sampleInvoice({ eInvoiceFormat: 'xrechnung' }))).toContain('als XRechnung (XML).');
    expect(textOf(sampleInvoice({ eInvoiceFormat: 'both', language: 'en' }))).toContain(
      'attached please find invoice RE-2026-000042 for March 2026, for the workspace Maschinenbau, as a PDF and as an XRechnung (XML).',
    );
  });

  it('that was sent before says so', () => {
    expect(subjectOf(sampleInvoice(), true)).toMatch(/^Erneut gesendet: Lizenzhafen/);
    expect(subjectOf(sampleInvoice({ language: 'en' }), true)).toMatch(/^Sent again: Lizenzhafen/);
    expect(textOf(sampleInvoice(), true)).toContain('schon einmal gesendet');
    expect(textOf(sampleInvoice())).not.toContain('schon einmal gesendet');
  });
});
