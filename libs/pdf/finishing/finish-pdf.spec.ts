import { createHash } from 'node:crypto';

import { decodePDFRawStream, PDFDocument, type PDFRawStream } from '@cantoo/pdf-lib';

import { problemsOfPdfA } from '../testing/pdf-a';
import { readStructure } from '../testing/pdf-structure';
import { printedPdf } from '../testing/printed-pdf';
import { finishPdf } from './finish-pdf';
import { MalformedPdf, PdfReader, writeValue } from './pdf-values';

const FACTS = {
  author: 'Müller & Söhne\u0001(GmbH)',
  language: 'de',
  day: '2026-04-01',
  invoiceXml: '<?xml version="1.0" encoding="UTF-8"?><Invoice>Größe</Invoice>',
  isAccessible: true,
};

describe('values of a PDF', () => {
  it.each([
    '<</A [1 -2.5 true null]/B <</C (x)>>/D /E#20F>>',
    '(a (nested) \\) \\( \\\\)',
    '<FEFF0041>',
    '[1 0 2 0 R 3 0 0 /R]',
    '[[] <<>> () <>]',
  ])('are written as they were read: %s', (text) =>
    expect(writeValue(new PdfReader(text).value(), (number) => number)).toBe(text),
  );
  it('refer to objects by numbers that may change', () =>
    expect(writeValue(new PdfReader('<</K [12 0 R 1 0 R] /P 12 0 R>>').value(), (number) => number + 1)).toBe(
      '<</K [13 0 R 2 0 R]/P 13 0 R>>',
    ));
  it.each(['(no end', '<</A', '<<1 2>>', '[1 2', '<41', ''])('that are none are refused: %s', (text) =>
    expect(() => new PdfReader(text).value()).toThrow(MalformedPdf),
  );
});

describe('a finished PDF', () => {
  it('is PDF/A-3 with the e-invoice inside, as far as that can be told here', async () => {
    const { pdf, sha256, pages } = await finishPdf(printedPdf(), FACTS);
    expect(await problemsOfPdfA(pdf)).toEqual([]);
    expect(pages).toBe(2);
    expect(sha256).toBe(createHash('sha256').update(pdf).digest('hex'));
  });
  it('declares no more than level U of a template that nobody has judged', async () => {
    const { pdf } = await finishPdf(printedPdf(), { ...FACTS, isAccessible: false });
    expect(Buffer.from(pdf).toString('latin1')).toContain('<pdfaid:conformance>U<');
    expect(Buffer.from(pdf).toString('latin1')).not.toContain('pdfua');
  });
  it('has the same bytes, whatever numbers, ids and dates the browser gave', async () => {
    const [one, other] = await Promise.all([
      finishPdf(printedPdf(), FACTS),
      finishPdf(printedPdf({ reversed: true, firstId: 9990, printedAt: '20991231235959' }), FACTS),
    ]);
    expect(one.sha256).toBe(other.sha256);
    expect((await finishPdf(printedPdf(), { ...FACTS, day: '2026-04-02' })).sha256).not.toBe(one.sha256);
  });
  it('keeps title and language, and says who made it and when', async () => {
    const text = Buffer.from((await finishPdf(printedPdf(), FACTS)).pdf).toString('latin1');
    expect(text).toContain('<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Rechnung (1) ');
    expect(Buffer.from(text, 'latin1').toString('utf8')).toContain('<rdf:li>Müller &amp; Söhne (GmbH)</rdf:li>');
    expect(text).toContain('/Lang (de)');
    expect(text).toContain('(D:20260401120000Z)');
    expect(text).not.toContain('2026112');
  });
  it('reports characters without a glyph', async () => {
    expect((await finishPdf(printedPdf(), FACTS)).lacksGlyphs).toBe(false);
    const boxes = await finishPdf(printedPdf({ text: '<00410000> Tj' }), FACTS);
    expect(boxes.lacksGlyphs).toBe(true);
    expect(await problemsOfPdfA(boxes.pdf)).toEqual(['6.2.11.8: a character without a glyph']);
    expect((await finishPdf(printedPdf({ text: '<41000041> Tj' }), FACTS)).lacksGlyphs).toBe(false);
  });
  it('reports characters without a glyph in fonts with codes of one byte', async () => {
    const drawn = (glyphs: string) => printedPdf({ drawnFont: true, text: `/F9 8 Tf <${glyphs}> Tj` });
    expect((await finishPdf(drawn('4100'), FACTS)).lacksGlyphs).toBe(true);
    expect((await finishPdf(drawn('41101001'), FACTS)).lacksGlyphs).toBe(false);
  });
  it('marks all content: the margins are read out once, at the end; what is drawn is an artifact', async () => {
    const document = await PDFDocument.load((await finishPdf(printedPdf(), FACTS)).pdf);
    const [first = '', second = ''] = document
      .getPages()
      .map(({ node }) => Buffer.from(decodePDFRawStream(node.Contents() as PDFRawStream).decode()).toString('latin1'));
    const marks = (content: string) =>
      content.match(/^.*(?:BDC|BMC)$/gm)?.filter((mark) => !mark.includes('/P <</MCID 0'));
    expect(first).toContain('/P <</MCID 7>>BDC\nBT\n/F4 8 Tf\n1 0 0 -1 600 1040 Tm\n<0041> Tj');
    expect(marks(first)?.filter((mark) => mark.includes('Artifact'))).toHaveLength(5);
    expect(marks(first)?.some((mark) => mark.includes('Pagination'))).toBe(false);
    expect(marks(second)?.filter((mark) => mark.includes('Pagination'))).toEqual([
      '/Artifact <</Type /Pagination/Subtype /Footer>>BDC',
      '/Artifact <</Type /Pagination/Subtype /Footer>>BDC',
      '/Artifact <</Type /Pagination/Subtype /Header>>BDC',
    ]);
  });
  it('leaves out what means nothing in its structure, and no text', async () => {
    const structure = await readStructure((await finishPdf(printedPdf(), FACTS)).pdf);
    expect(structure).toEqual([
      'Document',
      ' H1 [0]',
      ' Table',
      '  TR',
      '   TH e00000001 [1]',
      '   TH e00000002 [2]',
      '  TR',
      '   TD of e00000001 [3, 4]',
      '   TD of e00000002 2 columns [5, page 2: 0]',
      ' P page 2 [1]',
      // The margins of the first page: the head, then the foot from left to right.
      ' P [9]',
      ' P [8]',
      ' P [7]',
    ]);
  });
  it.each([
    ['no PDF', Buffer.from('x')],
    ['half of one', printedPdf().subarray(0, 700)],
    ['one without a catalog', Buffer.from(printedPdf().toString('latin1').replace('/Root', '/Toor'), 'latin1')],
  ])('is not made of %s', async (_what, bytes) => expect(finishPdf(bytes, FACTS)).rejects.toThrow(MalformedPdf));
});

describe('the check for PDF/A', () => {
  it.each([
    ['6.6.4: version identifier', '<pdfaid:part>3', '<pdfaid:part>2'],
    ['6.2.3: output intent', '/GTS_PDFA1', '/GTS_PDFX1'],
    ['PDF/UA, 5: version identifier', '<pdfuaid:part>1', '<pdfuaid:part>2'],
    ['6.7.2: MarkInfo', '/Marked true', '/Marked null'],
    ['6.1.3: file identifier', '/ID [', '/XD ['],
    ['6.8: AFRelationship', '/Alternative', '/Unspecified'.padEnd(12)],
    ['6.8: ModDate', '/Params', '/Barams'],
    ['6.6.2.1: metadata', '/Metadata', '/Betadata'],
    ['6.6.3: creation date', '<xmp:CreateDate>2026', '<xmp:CreateDate>2025'],
    ['6.5: AA', '/Tabs /S', '/AA   /S'],
    ['6.7.4: language', '/Lang (de)', '/Long (de)'],
    ['6.1.2: header', '%PDF-1.7\n%', '%PDF-1.7\n '],
    ['6.1.4: cross-reference', 'startxref\n', 'startxref\n1'],
  ])('finds %s', async (problem, from, to) => {
    const text = Buffer.from((await finishPdf(printedPdf(), FACTS)).pdf).toString('latin1');
    expect(text).toContain(from);
    expect(await problemsOfPdfA(Buffer.from(text.replace(from, to), 'latin1'))).toContain(problem);
  });
});
