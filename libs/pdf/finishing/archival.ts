import { embedFacturX, PDFDocument, PDFHexString, PDFString } from '@cantoo/pdf-lib';

import { dictionaryOf, type PdfFile, readPdf } from './pdf-file';
import { type PdfDictionary, PdfRef, type PdfValue } from './pdf-values';

/** What is not in the printed document. */
export interface DocumentFacts {
  readonly author: string;
  readonly language: string;
  /** `2026-04-01`, for all dates in the file. */
  readonly day: string;
  /** Factur-X, profile EN 16931. */
  readonly invoiceXml: string;
}

/**
 * Makes a document PDF/A-3U and embeds its invoice data (Factur-X): output intent, XMP metadata,
 * the file itself. pdf-lib makes these in an empty document, from which they are taken over.
 */
export async function makeArchival(file: PdfFile, facts: DocumentFacts): Promise<PdfFile> {
  let last = 0;
  for (const number of file.objects.keys()) last = Math.max(last, number);
  const additions = renumbered(readPdf(await additionsFor(dictionaryOf(file, file.info), facts)), last);
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
