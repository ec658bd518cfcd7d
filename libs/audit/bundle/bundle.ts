import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type InvoiceEvent, type IssuedInvoice, notFound, RULES_VERSION } from '@seatledger/domain';
import {
  billingStream,
  contractStream,
  invoiceStream,
  type RecordedEvent,
  workspaceStream,
} from '@seatledger/event-store';

import { billsOf, readBooks } from '../books';
import { type EventHistory, eventsOf } from '../history';
import { numberStreamOf } from '../numbers';
import { type DocumentReader } from '../verify/documents';
import { documentsIn } from '../verify/invoices';
import { readmeOf } from './readme';

export interface BundleFile {
  /** With `/` between folders. */
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * All that an invoice rests on, as files: its documents, the events, and a program that proves it
 * from them with Node alone, offline, with none of this code.
 * @throws {DomainError} `unknown-invoice`
 * @throws when a document is missing or damaged
 */
export async function makeBundle(
  history: EventHistory,
  documents: DocumentReader,
  number: string,
): Promise<BundleFile[]> {
  const invoice = await issued(history, number);
  const original = invoice.cancels === undefined ? invoice : await issued(history, invoice.cancels);
  const files = [
    { name: 'README.md', content: Buffer.from(readmeOf(invoice)) },
    { name: 'verify.mjs', content: await readFile(path.join(__dirname, 'verify.mjs')) },
    ...(await documentsOf(history, documents, number)),
    ...(await eventFiles(history, invoice, original)),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = {
    format: 1,
    invoice: number,
    rulesVersion: RULES_VERSION,
    files: files.map(({ name, content }) => ({
      name,
      bytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  };
  return [...files, { name: 'manifest.json', content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) }];
}

async function issued(history: EventHistory, number: string): Promise<IssuedInvoice> {
  const [first] = await eventsOf<InvoiceEvent>(history, invoiceStream(number));
  if (first?.event.type !== 'InvoiceIssued') throw notFound('unknown-invoice', `There is no invoice ${number}.`);
  return first.event.data;
}

async function documentsOf(history: EventHistory, documents: DocumentReader, number: string): Promise<BundleFile[]> {
  const files: BundleFile[] = [];
  for (const { event } of await eventsOf<InvoiceEvent>(history, invoiceStream(number))) {
    if (event.type !== 'InvoiceRendered') continue;
    for (const [index, { sha256 }] of documentsIn(event.data).entries()) {
      const content = await documents.get(sha256);
      const extension = Buffer.from(content.subarray(0, 4)).toString() === '%PDF' ? 'pdf' : 'xml';
      files.push({ name: `documents/${number}${index === 0 ? '' : `-${index}`}.${extension}`, content });
    }
  }
  return files;
}

/** The streams that the invoice rests on, each as far as it was seen, one event a line. */
async function eventFiles(
  history: EventHistory,
  invoice: IssuedInvoice,
  original: IssuedInvoice,
): Promise<BundleFile[]> {
  const { workspaceId, billRevision } = original;
  const books = await readBooks(history, workspaceId);
  const recorded = billsOf(books).find(({ stored }) => stored.revision === billRevision);
  if (recorded === undefined) throw notFound('unknown-bill', `${original.number} names a bill that is not recorded.`);
  const { bill } = recorded;

  const files: BundleFile[] = [];
  const all: RecordedEvent[] = [];
  const add = async (stream: string, isWanted: (event: RecordedEvent) => boolean = () => true): Promise<void> => {
    const events = (await history.readStream(stream)).filter(isWanted);
    all.push(...events);
    const content = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    files.push({ name: `events/${stream}.ndjson`, content: Buffer.from(content) });
  };
  await add(workspaceStream(workspaceId), ({ revision }) => revision <= bill.workspaceRevision);
  await add(contractStream(workspaceId), ({ revision }) => revision <= bill.contractRevision);
  await add(billingStream(workspaceId));
  const numbers = [...new Set([original.number, invoice.number])];
  for (const number of numbers) await add(invoiceStream(number));
  for (const stream of new Set(numbers.map(numberStreamOf))) {
    if (stream === undefined) continue;
    const events = await history.readStream(stream);
    const last = events.findLast(({ data }) => numbers.includes((data as { number: string }).number));
    await add(stream, ({ revision }) => revision <= (last?.revision ?? -1));
  }
  // Events are stored with persons encrypted: the chain covers that, and these show who it was.
  const keys = [...(await history.keysOf(all))].map(([name, key]) => [name, key.toString('base64')] as const);
  const content = JSON.stringify(Object.fromEntries(keys.sort()), null, 2);
  files.push({ name: 'keys.json', content: Buffer.from(`${content}\n`) });
  return files;
}
