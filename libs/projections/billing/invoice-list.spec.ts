import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type IssuedInvoice } from '@seatledger/domain';
import { openEmbeddedReadStore, type ReadStore } from '@seatledger/read-store';

import { BillingQueries, INVOICE_SORTS, type InvoicePlace, type InvoiceSearch, type InvoiceSort } from '..';
import { type InvoiceDocument, INVOICES } from './documents';
import { listedInvoice } from './listed-invoice';

const [example] = JSON.parse(
  readFileSync(path.join(__dirname, '../../event-store/schemas/fixtures/read/InvoiceIssued.v1.json'), 'utf8'),
) as [IssuedInvoice];

const invoice = (sequence: number, name: string, change: Partial<IssuedInvoice> = {}): IssuedInvoice => {
  const number = `RE-2026-00000${sequence}`;
  return {
    ...example,
    number,
    workspaceName: 'Team',
    delivery: ['download'],
    ...change,
    buyer: { ...example.buyer, name },
  };
};
const INVOICES_OF_2026 = [
  invoice(1, 'Müller & Söhne GmbH', {
    issueDate: '2026-02-01',
    month: '2026-01',
    netMinor: 100_000,
    grossMinor: 119_000,
  }),
  invoice(2, 'Straßen AG', {
    issueDate: '2026-02-01',
    month: '2026-01',
    netMinor: 200,
    grossMinor: 238,
    delivery: ['email'],
  }),
  invoice(3, 'ÉCOLE: Nº 7', {
    issueDate: '2026-03-02',
    month: '2026-02',
    currency: 'JPY',
    netMinor: 500,
    grossMinor: 500,
  }),
  invoice(4, 'muller', {
    issueDate: '2026-03-02',
    month: '2026-01',
    kind: 'cancellation',
    netMinor: -100_000,
    grossMinor: -119_000,
    delivery: ['email', 'download'],
  }),
];

let folder: string;
let store: ReadStore;
let queries: BillingQueries;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'invoice-list-'));
  store = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
  await store.ensureCollection(INVOICES);
  const writes = INVOICES_OF_2026.map((one, index) => {
    const { number, workspaceId, month } = one;
    const status = index === 1 ? 'delivered' : 'issued';
    const state = { invoice: one, deliveries: [], emailsAskedFor: 0, revision: 0 };
    const document: InvoiceDocument = {
      number,
      workspaceId,
      month,
      status,
      state,
      cancelledBy: null,
      ...listedInvoice(one),
    };
    return { collection: INVOICES.name, id: number, document, position: index + 1 };
  });
  await store.commit({ projection: 'billing', expectedCheckpoint: 0, checkpoint: 9, writes });
  queries = new BillingQueries(store);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** The last digits of the numbers, read page by page. */
async function found(search: InvoiceSearch, sort: InvoiceSort = 'issueDate'): Promise<string> {
  const numbers: string[] = [];
  for (let after: InvoicePlace | undefined; ;) {
    const page = await queries.searchInvoices(search, { sort, limit: 1, after });
    numbers.push(...page.items.map(({ number }) => number.slice(-1)));
    if (page.next === null) return numbers.join('');
    after = page.next;
  }
}

it.each<[string, InvoiceSearch, string]>([
  ['everything', {}, '1234'],
  ['a part of a number', { query: '000003' }, '3'],
  ['a part of a name without case and accents', { query: 'MULLER' }, '14'],
  ['a part of a name with them', { query: 'söhne' }, '1'],
  ['ß as ss', { query: 'strassen' }, '2'],
  ['the name of the workspace', { query: 'team' }, '1234'],
  ['an amount with a comma', { query: '1190,00' }, '14'],
  ['an amount with a point and grouping', { query: '1,190.00' }, '14'],
  ['an amount of a currency without decimals', { query: '500' }, '3'],
  ['nothing that there is', { query: 'x%_' }, ''],
  ['a day of issue', { issuedFrom: '2026-03-02', issuedTo: '2026-03-02' }, '34'],
  ['billing months', { months: ['2026-01', '2025-12'] }, '124'],
  ['kinds', { kinds: ['cancellation', 'credit-note'] }, '4'],
  ['statuses', { statuses: ['delivered'] }, '2'],
  ['ways of delivery', { deliveries: ['email'] }, '24'],
  ['what can be downloaded', { onlyDownloadable: true, deliveries: ['email'] }, '4'],
  ['currencies', { currencies: ['JPY'] }, '3'],
  ['workspaces', { workspaceIds: ['nobody'] }, ''],
])('finds by %s', async (_, search, expected) => {
  expect(await found(search)).toBe(expected);
});

it.each<[InvoiceSort, string]>([
  ['-issueDate', '4321'],
  ['issueDate', '1234'],
  ['-grossMinor', '1324'],
  ['customer', '3412'],
])('sorts by %s', async (sort, expected) => {
  expect(INVOICE_SORTS).toContain(sort);
  expect(await found({}, sort)).toBe(expected);
});

it('adds up what is found, by currency', async () => {
  const jpy = { currency: 'JPY', count: 1, netMinor: 500, grossMinor: 500 };
  expect(await queries.totalInvoices({})).toEqual([{ currency: 'EUR', count: 3, netMinor: 200, grossMinor: 238 }, jpy]);
  expect(await queries.totalInvoices({ query: 'nº' })).toEqual([jpy]);
  expect(await queries.totalInvoices({ months: ['2020-01'] })).toEqual([]);
});
