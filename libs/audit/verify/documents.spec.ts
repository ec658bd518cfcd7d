import { deflateSync } from 'node:zlib';

import { type IssuedInvoice } from '@seatledger/domain';
import { facturXXml, xrechnungXml } from '@seatledger/e-invoice';
import { DISPOSED } from '@seatledger/event-store';

import { sampleInvoice } from '../../invoice-documents/testing';
import { documentFaults } from './documents';

const RENDERED = { sha256: 'pdf', bytes: 1, pages: 1, renderer: 'test', xml: { sha256: 'xml', bytes: 1 } };

/** A PDF as far as it matters here, with a file inside. */
const pdfWith = (xml: string): Buffer =>
  Buffer.concat([
    Buffer.from('%PDF-1.7\n/Names <</EmbeddedFiles 1 0 R>>\n<</Type /EmbeddedFile/Length 9>>\nstream\n'),
    deflateSync(xml),
    Buffer.from('\nendstream'),
  ]);

function faultsOf(invoice: IssuedInvoice, stored: { readonly pdf: Buffer; readonly xml: string }) {
  const files = new Map([
    ['pdf', stored.pdf],
    ['xml', Buffer.from(stored.xml)],
  ]);
  return documentFaults(invoice, RENDERED, { get: (sha256) => Promise.resolve(files.get(sha256)!) });
}

describe('stored documents', () => {
  const invoice = sampleInvoice();
  const pdf = pdfWith(facturXXml(invoice));
  const xml = xrechnungXml(invoice);
  const other = sampleInvoice({ buyer: { ...invoice.buyer, name: 'Someone else' } });

  it('say what the invoice says', async () => expect(await faultsOf(invoice, { pdf, xml })).toEqual([]));

  it.each([
    ['an XRechnung of something else', { pdf, xml: xrechnungXml(other) }, 'xml', /^the XRechnung says something else/],
    [
      'a PDF with something else in it',
      { pdf: pdfWith(facturXXml(other)), xml },
      'pdf',
      /^the XML inside the PDF says/,
    ],
    [
      'a PDF with nothing in it',
      { pdf: Buffer.from('%PDF-1.7 /EmbeddedFiles'), xml },
      'pdf',
      /^the XML inside the PDF/,
    ],
    ['a PDF with a broken file in it', { pdf: pdf.subarray(0, 90), xml }, 'pdf', /^the XML inside the PDF says/],
  ])('are named where there is %s', async (_what, stored, sha256, fault) =>
    expect(await faultsOf(invoice, stored)).toEqual([{ sha256, fault: expect.stringMatching(fault) as string }]),
  );

  it('are proved by their SHA-256 alone where they cannot be written again', async () => {
    const earlier = { ...invoice, eInvoice: { writer: 1, passed: [] } };
    const disposed = { ...invoice, buyer: { ...invoice.buyer, name: DISPOSED } };
    for (const unknown of [earlier, disposed]) expect(await faultsOf(unknown, { pdf, xml: '' })).toEqual([]);
  });
});
