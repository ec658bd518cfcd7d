import { type BillTo, type IssuedInvoice, type Seller } from '@seatledger/domain';
import fc from 'fast-check';

import { placesOfText, temporaryFolder, textOfPages } from '../pdf/testing';
import { createInvoiceRenderer, type InvoiceRenderer } from './invoice-renderer';
import { GERMAN, line, sampleInvoice, SELLER } from './testing/samples';

const cacheDir = temporaryFolder();
let renderer: InvoiceRenderer;

beforeAll(() => {
  renderer = createInvoiceRenderer({ cacheDir });
});
afterAll(() => renderer.close());

/** Texts by what goes wrong with them: one long word, many words, wide letters. */
const FILLINGS = ['M', 'Wort ', 'Stadt-Land-Fluß ', 'i', 'Ä. '];
const anyFilling = fc.constantFrom(...FILLINGS);
/** Marked at both ends, so that a text that is cut off is noticed. */
const filled = (name: string, filling: string, length: number): string => {
  const [start, end] = [`${name}A`, `${name}Z`];
  return (
    start +
    filling
      .repeat(length)
      .slice(0, length - start.length - end.length - 1)
      .trim() +
    end
  );
};

/** The longest that the API and the seller's file accept. */
const MOST = new Map([
  ...['name', 'street', 'second', 'city', 'ref'].map((mark) => [mark, 500] as const),
  ...'contact buyerid order agreement costcentre supplier workspace'.split(' ').map((mark) => [mark, 200] as const),
  ...'seller sstreet scity register managers taxnumber scontact phone holder'
    .split(' ')
    .map((mark) => [mark, 200] as const),
  ['mail', 250] as const,
]);
const MARKS = [...MOST.keys()];

const textOf = (mark: string, filling: string): string => filled(mark, filling, MOST.get(mark)!);

function longInvoice(filling: string, netMinor: number): IssuedInvoice {
  const of = (mark: string): string => textOf(mark, filling);
  const buyer: BillTo = {
    name: of('name'),
    contact: of('contact'),
    street: of('street'),
    addressLine2: of('second'),
    postalCode: '9'.repeat(20),
    city: of('city'),
    country: 'AT',
    vatId: 'ATU12345675',
    reference: of('ref'),
    buyerId: of('buyerid'),
  };
  const seller: Seller = {
    ...SELLER,
    name: of('seller'),
    street: of('sstreet'),
    city: of('scity'),
    register: of('register'),
    managers: of('managers'),
    taxNumber: of('taxnumber'),
    contact: { name: of('scontact'), phone: of('phone'), email: of('mail') },
    bank: { ...SELLER.bank, holder: of('holder') },
  };
  return sampleInvoice({
    workspaceName: of('workspace'),
    buyer: { ...GERMAN, ...buyer },
    seller,
    references: {
      purchaseOrder: of('order'),
      contract: of('agreement'),
      costCentre: of('costcentre'),
      supplierNumber: of('supplier'),
    },
    lines: [line({ quantity: '1000000.1234', unitPriceMinor: netMinor, netMinor })],
  });
}

/** Letters and figures only: lines are broken anywhere, and a hyphen may be at their ends. */
const squeezed = (text: string): string => text.replace(/[\s\u00ad]/g, '');

describe('a printed invoice', () => {
  it('holds every text at its largest length, whole and on the paper', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilling, fc.integer({ min: 1, max: 7_000_000_000_000_000 }), async (filling, netMinor) => {
        const { pdf } = await renderer.render(longInvoice(filling, netMinor));
        const text = squeezed(textOfPages(pdf).join(''));
        // A text may go on on the next page, with the margins in between: its ends, and the sum of all.
        for (const mark of MARKS) {
          expect(text).toContain(`${mark}A`);
          expect(text).toContain(`${mark}Z`);
        }
        expect(text.length).toBeGreaterThan(squeezed(MARKS.map((mark) => textOf(mark, filling)).join('')).length);
        expect(text).toContain('ÖSTERREICH');
        for (const { x, y } of await placesOfText(pdf)) {
          expect(x).toBeGreaterThan(0);
          expect(x).toBeLessThan(595 - 15);
          expect(y).toBeGreaterThan(15);
          expect(y).toBeLessThan(842 - 15);
        }
      }),
      { numRuns: FILLINGS.length + 3, examples: FILLINGS.map((filling) => [filling, 7_000_000_000_000_000]) },
    );
  }, 120_000);

  it('keeps a longer address within the window, set smaller', async () => {
    const buyer = {
      ...GERMAN,
      name: 'Verein zur Förderung der beruflichen Bildung e. V., Geschäftsstelle, z. Hd. Frau Maximiliane Beispielhuber',
      street: 'Am Alten Güterbahnhof 12–14, Gebäude C, 2. Obergeschoss',
      postalCode: '1010',
      city: 'Wien',
      country: 'AT',
    };
    const { pdf, pages } = await renderer.render(sampleInvoice({ buyer }));
    const [text = ''] = textOfPages(pdf);
    expect(pages).toBe(1);
    expect(text).toMatch(/Obergeschoss\s+1010 Wien\s+ÖSTERREICH/);
    // The window ends 90 mm from the upper edge; the heading begins where it always does.
    const heading = await headingOf(pdf);
    expect(heading).toBeCloseTo(await headingOf((await renderer.render(sampleInvoice())).pdf), 1);
  });
});

/** How high the document's heading stands: the first text below 100 mm. */
async function headingOf(pdf: Uint8Array): Promise<number> {
  const places = await placesOfText(pdf);
  return Math.max(...places.filter(({ page, y }) => page === 0 && y < 842 - 283).map(({ y }) => y));
}
