import { inflateSync } from 'node:zlib';

import { type InvoiceDocument, type IssuedInvoice } from '@seatledger/domain';
import { EINVOICE_WRITER_VERSION, facturXXml, xrechnungXml } from '@seatledger/e-invoice';
import { DISPOSED } from '@seatledger/event-store';

/** Where finished documents are kept. */
export interface DocumentReader {
  /** @throws when there is none, or it is damaged */
  get(sha256: string): Promise<Uint8Array>;
}

/**
 * Where an invoice's documents say something else than its event: the XRechnung, and the XML inside
 * the PDF. Those of earlier writers, and of a buyer whose data was disposed of, cannot be written
 * again; their SHA-256 proves them.
 */
export async function documentFaults(
  invoice: IssuedInvoice,
  { sha256, xml }: InvoiceDocument,
  documents: DocumentReader,
): Promise<{ readonly sha256: string; readonly fault: string }[]> {
  if (invoice.buyer.name === DISPOSED) return [];
  if ((invoice.eInvoice?.writer ?? EINVOICE_WRITER_VERSION) !== EINVOICE_WRITER_VERSION) return [];
  const stored = textOf(await documents.get(xml.sha256));
  const embedded = embeddedXml(await documents.get(sha256));
  return [
    ...(stored === xrechnungXml(invoice)
      ? []
      : [{ sha256: xml.sha256, fault: 'the XRechnung says something else than the invoice' }]),
    ...(embedded === facturXXml(invoice)
      ? []
      : [{ sha256, fault: 'the XML inside the PDF says something else than the invoice' }]),
  ];
}

/** The one file that a PDF of ours carries; undefined when there is none. */
function embeddedXml(pdf: Uint8Array): string | undefined {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const object = bytes.indexOf(EMBEDDED_FILE);
  const stream = object === -1 ? -1 : bytes.indexOf(STREAM, object);
  if (stream === -1) return undefined;
  try {
    return textOf(inflateSync(bytes.subarray(stream + STREAM.length)));
  } catch {
    return undefined;
  }
}

/** As our finishing writes them. */
const EMBEDDED_FILE = '/Type /EmbeddedFile';
const STREAM = 'stream\n';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
