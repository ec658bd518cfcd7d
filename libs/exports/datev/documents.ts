import { createHash } from 'node:crypto';

import { type BillingMonth } from '@seatledger/domain';
import { DateTime } from 'luxon';

/** A document that is handed over with the batch. */
export interface DatevDocument {
  /** As the rows of the batch name it. */
  readonly id: string;
  readonly number: string;
  /** Names of its files, beside the list. */
  readonly files: readonly string[];
}

/** The id by which a row of the batch finds its document: the same for the same document. */
export function documentIdOf(number: string, sha256: string): string {
  const hash = createHash('sha256').update(`${number} ${sha256}`).digest('hex');
  // In the form of a UUID (RFC 9562, version 8), as DATEV asks for.
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}

/** `document.xml`, by which DATEV's document transfer takes the files in (DATEV XML interface online, 6.0). */
export function documentList(month: BillingMonth, documents: readonly DatevDocument[], createdAt: number): string {
  const date = DateTime.fromMillis(createdAt, { zone: 'Europe/Berlin' }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
  const entries = documents.map(({ id, number, files }) => {
    const extensions = files.map((file) => `<extension xsi:type="File" name="${file}"/>`).join('');
    return `<document guid="${id}"><description>${number}</description>${extensions}</document>\n`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<archive xmlns="http://xml.datev.de/bedi/tps/document/v06.0" ',
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ',
    'xsi:schemaLocation="http://xml.datev.de/bedi/tps/document/v06.0 Document_v060.xsd" ',
    'version="6.0" generatingSystem="Seatledger">\n',
    `<header><date>${date}</date><description>Rechnungsausgang ${month}</description></header>\n`,
    '<content>\n',
    ...entries,
    '</content>\n</archive>\n',
  ].join('');
}
