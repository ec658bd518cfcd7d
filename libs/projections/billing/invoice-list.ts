import { type BillingMonth, type InvoiceStatus, type IssuedInvoice } from '@seatledger/domain';
import { type Condition, type Filter, type ListOptions, type ReadStore } from '@seatledger/read-store';

import { fold, withoutGrouping } from '../fold';
import { type InvoiceDocument, INVOICES } from './documents';

export interface InvoiceSearch {
  /** A part of the number, of the customer's name, or of the amount. */
  readonly query?: string;
  readonly workspaceIds?: readonly string[];
  readonly months?: readonly BillingMonth[];
  /** Days of issue, both included. */
  readonly issuedFrom?: string;
  readonly issuedTo?: string;
  readonly kinds?: readonly IssuedInvoice['kind'][];
  readonly statuses?: readonly InvoiceStatus[];
  readonly deliveries?: readonly ('download' | 'email')[];
  readonly currencies?: readonly string[];
  /** Only those that can be downloaded. */
  readonly onlyDownloadable?: boolean;
}

export const INVOICE_SORTS = ['-issueDate', 'issueDate', '-grossMinor', 'customer'] as const;
export type InvoiceSort = (typeof INVOICE_SORTS)[number];

/** A place in a sorted list: the last invoice's number, and what it is sorted by. */
export type InvoicePlace = NonNullable<ListOptions['after']>;

export interface InvoicePageOptions {
  readonly sort: InvoiceSort;
  readonly limit: number;
  readonly after: InvoicePlace | undefined;
}

export interface InvoicePage {
  readonly items: readonly InvoiceDocument[];
  /** The place after which the next page begins; null on the last one. */
  readonly next: InvoicePlace | null;
}

export interface InvoiceTotal {
  readonly currency: string;
  readonly count: number;
  readonly netMinor: number;
  readonly grossMinor: number;
}

export async function searchInvoices(
  store: ReadStore,
  search: InvoiceSearch,
  { sort, limit, after }: InvoicePageOptions,
): Promise<InvoicePage> {
  const orderBy = sort.replace('-', '');
  const found = await store.list<InvoiceDocument>(INVOICES.name, {
    where: filterOf(search),
    orderBy,
    direction: sort.startsWith('-') ? 'descending' : 'ascending',
    limit: limit + 1,
    ...(after === undefined ? {} : { after }),
  });
  const items = found.slice(0, limit).map(({ document }) => document);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? placeOf(last, sort) : null };
}

/** All invoices that are found, by currency. */
export async function totalInvoices(store: ReadStore, search: InvoiceSearch): Promise<InvoiceTotal[]> {
  const totals = await store.totals(INVOICES.name, filterOf(search), 'currency');
  return totals.map(({ value, count, sums }) => ({
    currency: String(value),
    count,
    netMinor: sums['netMinor'] ?? 0,
    grossMinor: sums['grossMinor'] ?? 0,
  }));
}

function filterOf(search: InvoiceSearch): Filter {
  const { query, workspaceIds, months, issuedFrom, issuedTo, kinds, statuses, currencies } = search;
  const filter = new Map<string, Condition>();
  const anyOf = (field: string, values: readonly string[] | undefined): void => {
    if (values !== undefined) filter.set(field, { anyOf: values });
  };
  anyOf('workspaceId', workspaceIds);
  anyOf('month', months);
  anyOf('kind', kinds);
  anyOf('status', statuses);
  anyOf('currency', currencies);
  anyOf('delivery', deliveriesIn(search));
  if (issuedFrom !== undefined || issuedTo !== undefined) {
    const from = issuedFrom === undefined ? {} : { from: issuedFrom };
    filter.set('issueDate', { ...from, ...(issuedTo === undefined ? {} : { to: issuedTo }) });
  }
  if (query !== undefined) filter.set('search', { contains: fold(withoutGrouping(query)) });
  return Object.fromEntries(filter);
}

const DELIVERIES = ['', 'download', 'email', 'download,email'];

/** The values of `delivery` that have one of the ways asked for, and can be downloaded where they must. */
function deliveriesIn({ deliveries, onlyDownloadable }: InvoiceSearch): string[] | undefined {
  if (deliveries === undefined && onlyDownloadable !== true) return undefined;
  return DELIVERIES.filter((value) => {
    const ways = value.split(',');
    const isAsked = deliveries === undefined || deliveries.some((way) => ways.includes(way));
    return isAsked && (onlyDownloadable !== true || ways.includes('download'));
  });
}

function placeOf({ number, issueDate, grossMinor, customer }: InvoiceDocument, sort: InvoiceSort): InvoicePlace {
  switch (sort) {
    case 'issueDate':
    case '-issueDate':
      return { value: issueDate, id: number };
    case '-grossMinor':
      return { value: grossMinor, id: number };
    case 'customer':
      return { value: customer, id: number };
  }
}
