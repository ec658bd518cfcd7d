/** Lists of 100,000 invoices (times `scale`) in the embedded read store: a page, a search, totals. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { type IssuedInvoice } from '@seatledger/domain';
import { BillingQueries, type InvoiceSearch, type InvoiceSort } from '@seatledger/projections';
import { openEmbeddedReadStore, type ReadStore } from '@seatledger/read-store';

import { INVOICES, listedInvoice } from '../../libs/projections/testing';
import { type BenchOptions, type Measurement, print, type Row, runRounds } from '../measure';
import example from './invoice.json';

const BATCH = 2000;
const NAMES = ['Müller & Söhne', 'Hafenkontor', 'Straßenbau Nord', 'École du Port', 'Kowalski', 'Weiß'];

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'lists-'));
  const store = await openEmbeddedReadStore({ file: path.join(own, 'documents.db') });
  try {
    const count = Math.ceil(100_000 * scale);
    await fill(store, count);
    const queries = new BillingQueries(store);
    const about = { data: `${count} invoices`, durability: 'none: reads alone' };
    const timed = (name: string, action: () => Promise<unknown>): Measurement => ({
      name,
      ...about,
      measure: async () => {
        const began = performance.now();
        await action();
        return performance.now() - began;
      },
    });
    const page = (search: InvoiceSearch, sort: InvoiceSort = '-issueDate') =>
      queries.searchInvoices(search, { sort, limit: 100, after: undefined });
    const found = { query: 'strassenbau 77' };
    return await runRounds(
      [
        timed('a page, newest first', () => page({})),
        timed('a page by customer', () => page({}, 'customer')),
        timed('a page of a status and month by amount', () =>
          page({ statuses: ['delivered'], months: ['2026-05'] }, '-grossMinor'),
        ),
        timed('search for a part of a name', () => page(found)),
        timed('search for what there is not', () => page({ query: 'nobody' })),
        timed('totals of everything', () => queries.totalInvoices({})),
        timed('totals of a status and days of issue', () =>
          queries.totalInvoices({ statuses: ['delivered'], issuedFrom: '2026-03-01' }),
        ),
        timed('totals of a search', () => queries.totalInvoices(found)),
      ],
      'ms',
      rounds,
    );
  } finally {
    await store.close();
    rmSync(own, { recursive: true });
  }
}

async function fill(store: ReadStore, count: number): Promise<void> {
  await store.ensureCollection(INVOICES);
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    const writes = Array.from({ length: size }, (_, index) => {
      const sequence = from + index + 1;
      const invoice = invoiceOf(sequence);
      const { number, workspaceId, month } = invoice;
      const state = { invoice, deliveries: [], emailsAskedFor: 0, revision: 2 };
      const status = sequence % 5 === 0 ? 'delivered' : 'issued';
      const document = { number, workspaceId, month, status, state, cancelledBy: null, ...listedInvoice(invoice) };
      return { collection: INVOICES.name, id: number, document, position: sequence };
    });
    await store.commit({ projection: 'billing', expectedCheckpoint: from, checkpoint: from + size, writes });
  }
}

/** Issued over three years, on the first days of each month. */
function invoiceOf(sequence: number): IssuedInvoice {
  const index = Math.floor(sequence / 2800);
  const month = `${2024 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
  const netMinor = (sequence * 7919) % 1_000_000;
  return {
    ...(example as unknown as IssuedInvoice),
    number: `RE-${month.slice(0, 4)}-${String(sequence).padStart(6, '0')}`,
    workspaceId: `workspace-${sequence % 3000}`,
    month,
    issueDate: `${month}-0${(sequence % 3) + 1}`,
    currency: sequence % 9 === 0 ? 'CHF' : 'EUR',
    netMinor,
    grossMinor: Math.round(netMinor * 1.19),
    buyer: { ...example.buyer, name: `${NAMES[sequence % NAMES.length]} ${sequence % 9973}` } as IssuedInvoice['buyer'],
  };
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? path.join(__dirname, '../data') }).then(print);
}
