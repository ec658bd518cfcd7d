import { embedFacturX, PDFDocument, PDFHexString, PDFString } from '@cantoo/pdf-lib';

import { dictionaryOf, type PdfFile, readPdf } from './pdf-file';
import { isDictionary, MalformedPdf, type PdfDictionary, PdfRef, type PdfValue } from './pdf-values';

/** What is not in the printed document. */
export interface DocumentFacts {
  readonly author: string;
  readonly language: string;
  /** `2026-04-01`, for all dates in the file. */
  readonly day: string;
  /** Factur-X, profile EN 16931. */
  readonly invoiceXml: string;
  /** Whether its template is known to make level A of PDF/A and PDF/UA-1; else level U is declared. */
  readonly isAccessible: boolean;
}

/**
 * Makes a document PDF/A-3 and PDF/UA-1 and embeds its invoice data (Factur-X): output intent, XMP metadata,
 * the file itself. pdf-lib makes these in an empty document, from which they are taken over.
 */
export async function makeArchival(file: PdfFile, facts: DocumentFacts): Promise<PdfFile> {
  let last = 0;
  for (const number of file.objects.keys()) last = Math.max(last, number);
  const additions = renumbered(readPdf(await additionsFor(dictionaryOf(file, file.info), facts)), last);
  if (facts.isAccessible) declareAccessible(additions);
  const catalog = dictionaryOf(file, file.root);
  for (const [key, value] of dictionaryOf(additions, additions.root)) {
    if (TAKEN_OVER.has(key)) catalog.set(key, value);
  }
  return { objects: new Map([...file.objects, ...additions.objects]), root: file.root, info: additions.info };
}

const TAKEN_OVER = new Set(['OutputIntents', 'Metadata', 'Names', 'AF', 'Lang']);

async function additionsFor(info: PdfDictionary, facts: DocumentFacts): Promise<Uint8Array> {
  // Noon, so that it is that day in all time zones.
  const date = new Date(`${facts.day}T12:00:00Z`);
  const document = await PDFDocument.create({ updateMetadata: false });
  document.setTitle(textOf(info.get('Title')));
  // XML has no way to write a control character.
  document.setAuthor(facts.author.replace(/\p{Cc}/gu, ' '));
  document.setLanguage(facts.language);
  document.setCreator('Seatledger');
  document.setProducer(textOf(info.get('Producer')));
  document.setCreationDate(date);
  document.setModificationDate(date);
  // U: every character has its Unicode, so that text can be searched and read out.
  document.convertToPDFA({ conformance: '3U' });
  await embedFacturX(document, new TextEncoder().encode(facts.invoiceXml), {
    conformanceLevel: 'EN 16931',
    creationDate: date,
    modificationDate: date,
  });
  return document.save({ useObjectStreams: false, addDefaultPage: false, objectsPerTick: Infinity });
}

/**
 * Level A of PDF/A and PDF/UA-1, which pdf-lib does not write. PDF/A wants properties that it does
 * not know itself described in the file.
 */
function declareAccessible(file: PdfFile): void {
  const ref = dictionaryOf(file, file.root).get('Metadata');
  const object = ref instanceof PdfRef ? file.objects.get(ref.number) : undefined;
  if (!(ref instanceof PdfRef) || object?.stream === undefined || !isDictionary(object.value)) {
    throw new MalformedPdf('there is no metadata');
  }
  let xmp = Buffer.from(object.stream).toString('utf8');
  for (const [from, to] of CONFORMANCE) {
    if (!xmp.includes(from)) throw new MalformedPdf(`the metadata has no ${from}`);
    xmp = xmp.replace(from, to);
  }
  const stream = Buffer.from(xmp, 'utf8');
  file.objects.set(ref.number, { value: new Map(object.value).set('Length', String(stream.length)), stream });
}

const IDENTIFIER = '<pdfaid:conformance>U</pdfaid:conformance></rdf:Description>';
const SCHEMAS = '<pdfaExtension:schemas><rdf:Bag>';
const CONFORMANCE = [
  [
    IDENTIFIER,
    '<pdfaid:conformance>A</pdfaid:conformance></rdf:Description>\n' +
      '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>',
  ],
  [
    SCHEMAS,
    `${SCHEMAS}<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>` +
      '<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>' +
      '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>' +
      '<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>' +
      '<pdfaProperty:description>part of ISO 14289 that the file conforms to</pdfaProperty:description>' +
      '</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>',
  ],
] as const;

/** The text of a PDF string as it is written. */
function textOf(written: PdfValue | undefined): string {
  if (typeof written !== 'string') return '';
  const inner = written.slice(1, -1);
  return (written.startsWith('<') ? PDFHexString.of(inner) : PDFString.of(inner)).decodeText();
}

/** The same file with all numbers raised. */
function renumbered({ objects, root, info }: PdfFile, by: number): PdfFile {
  return {
    objects: new Map(
      [...objects].map(([number, { value, ...rest }]) => [number + by, { value: raised(value, by), ...rest }]),
    ),
    root: new PdfRef(root.number + by),
    info: new PdfRef(info.number + by),
  };
}

function raised(value: PdfValue, by: number): PdfValue {
  if (typeof value === 'string') return value;
  if (value instanceof PdfRef) return new PdfRef(value.number + by);
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, raised(entry, by)]));
  return value.map((item) => raised(item, by));
}
