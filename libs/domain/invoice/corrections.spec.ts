import { type Buyer } from '../contract/terms';
import { type ClosedMonth } from '../month/state';
import {
  AUSTRIAN_BUSINESS,
  ClosingBooks,
  GERMAN_BUYER,
  SELLER,
  started,
  teamArchived,
  teamCreated,
  workspaceOf,
} from '../testing/facts';
import { correctionsOf } from './corrections';
import { type IssuedInvoice } from './events';
import { issueInvoice } from './issue';

const AT = '2026-01-05 00:00';
const oneTeam = workspaceOf([started(), teamCreated('A', AT)]);
const twoTeams = workspaceOf([started(), teamCreated('A', AT), teamCreated('B', AT)]);
const noTeam = workspaceOf([started(), teamCreated('A', AT), teamArchived('A', '2026-01-06 00:00')]);

/** Closes and invoices months one after the other; each invoice is `RE-` and its month. */
class Invoicing {
  readonly books = new ClosingBooks();
  private readonly issued = new Map<string, IssuedInvoice>();

  private readonly invoiceOf = ({ bill }: ClosedMonth): IssuedInvoice | undefined => this.issued.get(bill.month);

  close(month: string, workspace: typeof oneTeam, buyer: Buyer): IssuedInvoice {
    return this.invoice(this.books.close(month, workspace, { buyer }));
  }

  invoice(bill: ReturnType<ClosingBooks['close']>): IssuedInvoice {
    const corrections = correctionsOf(bill, this.books.closedMonths, this.invoiceOf);
    const about = { billRevision: 0, number: `RE-${bill.month}`, issueDate: '2026-07-01', seller: SELLER };
    const invoice = issueInvoice({ ...about, bill, corrections });
    this.issued.set(bill.month, invoice);
    return invoice;
  }
}

const corrected = (...months: string[]) =>
  months.map((month) => ({ number: `RE-${month}`, issueDate: '2026-07-01', month: '2026-01' }));
const vatIdsOf = ({ lines }: IssuedInvoice): (string | undefined)[] =>
  lines.filter(({ kind }) => kind === 'adjustment').map(({ buyerVatId }) => buyerVatId);

describe('what an invoice says of earlier ones', () => {
  it('is nothing where it adjusts nothing', () =>
    expect(new Invoicing().close('2026-01', oneTeam, GERMAN_BUYER)).not.toHaveProperty('corrects'));

  it('names each invoice that billed something for the adjusted month', () => {
    const invoicing = new Invoicing();
    invoicing.close('2026-01', oneTeam, GERMAN_BUYER);
    expect(invoicing.close('2026-02', twoTeams, GERMAN_BUYER).corrects).toEqual(corrected('2026-01'));
    const march = invoicing.close('2026-03', oneTeam, GERMAN_BUYER);
    expect(march.corrects?.filter(({ month }) => month === '2026-01')).toEqual(corrected('2026-01', '2026-02'));
    expect(vatIdsOf(march)).toEqual([undefined, undefined]);
  });

  it('leaves out what is cancelled', () => {
    const invoicing = new Invoicing();
    invoicing.close('2026-01', oneTeam, GERMAN_BUYER);
    invoicing.close('2026-02', twoTeams, GERMAN_BUYER);
    invoicing.books.cancel('2026-01', false);
    // Nothing may stand for January any more: what February added goes, too.
    expect(invoicing.close('2026-03', twoTeams, GERMAN_BUYER).corrects).toEqual(corrected('2026-02'));
  });

  it('keeps the VAT id of a buyer who moved away from reverse charge', () => {
    const invoicing = new Invoicing();
    invoicing.close('2026-01', oneTeam, AUSTRIAN_BUSINESS);
    expect(vatIdsOf(invoicing.close('2026-02', twoTeams, GERMAN_BUYER))).toEqual(['ATU12345678']);
    // Billed again for the new buyer, January itself does not know the old id any more.
    invoicing.books.cancel('2026-01', true);
    const again = invoicing.invoice(invoicing.books.rebill('2026-01', twoTeams, { buyer: GERMAN_BUYER }));
    expect(again.lines.map(({ kind, tax, buyerVatId }) => [kind, tax.category, buyerVatId])).toEqual([
      ['license', 'S', undefined],
      ['adjustment', 'AE', 'ATU12345678'],
    ]);
  });

  it('knows the VAT id of a month that was not invoiced', () => {
    const invoicing = new Invoicing();
    invoicing.books.close('2026-01', noTeam, { buyer: AUSTRIAN_BUSINESS });
    const february = invoicing.close('2026-02', oneTeam, GERMAN_BUYER);
    expect(vatIdsOf(february)).toEqual(['ATU12345678']);
    expect(february).not.toHaveProperty('corrects');
  });
});
