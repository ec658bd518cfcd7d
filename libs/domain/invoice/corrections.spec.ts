import { type Buyer } from '../contract/terms';
import { AUSTRIAN_BUSINESS, ClosingBooks, GERMAN_BUYER, started, teamCreated, workspaceOf } from '../testing/facts';
import { correctedBy, correctionsOf } from './corrections';
import { type CorrectedInvoice } from './events';

const AT = '2026-01-05 00:00';
const oneTeam = workspaceOf([started(), teamCreated('A', AT)]);
const twoTeams = workspaceOf([started(), teamCreated('A', AT), teamCreated('B', AT)]);

/** Closes months one after the other; the invoice of a document is `RE-`, its month and its place. */
class Invoicing {
  readonly books = new ClosingBooks();

  /** What each document of the month's bill corrects. */
  close(month: string, workspace: typeof oneTeam, buyer: Buyer): CorrectedInvoice[][] {
    this.books.close(month, workspace, { buyer });
    return this.books.standing(month).map((document) =>
      correctionsOf(
        document,
        correctedBy(this.books.state, document).map((corrected) => ({
          document: corrected,
          number: `RE-${corrected.month}.${corrected.document}`,
          issueDate: '2026-07-01',
        })),
      ),
    );
  }
}

const corrected = (...documents: string[]) =>
  documents.map((document) => ({ number: `RE-${document}`, issueDate: '2026-07-01', month: '2026-01' }));

describe('what an invoice says of earlier ones', () => {
  it('is nothing where it adjusts nothing', () =>
    expect(new Invoicing().close('2026-01', oneTeam, GERMAN_BUYER)).toEqual([[]]));

  it('names each invoice that billed something for the adjusted month', () => {
    const invoicing = new Invoicing();
    invoicing.close('2026-01', oneTeam, GERMAN_BUYER);
    expect(invoicing.close('2026-02', twoTeams, GERMAN_BUYER)).toEqual([corrected('2026-01.0')]);
    const [march] = invoicing.close('2026-03', oneTeam, GERMAN_BUYER);
    expect(march?.filter(({ month }) => month === '2026-01')).toEqual(corrected('2026-01.0', '2026-02.0'));
  });

  it('leaves out what is cancelled', () => {
    const invoicing = new Invoicing();
    invoicing.close('2026-01', oneTeam, GERMAN_BUYER);
    invoicing.close('2026-02', twoTeams, GERMAN_BUYER);
    invoicing.books.cancel('2026-01', false);
    // Nothing may stand for January any more: what February added goes, too.
    expect(invoicing.close('2026-03', twoTeams, GERMAN_BUYER)).toEqual([corrected('2026-02.0')]);
  });

  it('is said on the document of the buyer that was supplied', () => {
    const invoicing = new Invoicing();
    invoicing.close('2026-01', oneTeam, AUSTRIAN_BUSINESS);
    expect(invoicing.close('2026-02', twoTeams, GERMAN_BUYER)).toEqual([[], corrected('2026-01.0')]);
    expect(invoicing.close('2026-03', oneTeam, GERMAN_BUYER)[1]).toEqual(corrected('2026-01.0', '2026-02.1'));
  });
});
