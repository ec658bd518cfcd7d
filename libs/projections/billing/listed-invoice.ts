import { decimalOf, type IssuedInvoice } from '@seatledger/domain';
import { type CollectionSpec } from '@seatledger/read-store';

import { fold } from '../fold';

/** What invoices are listed and added up by. */
export const INVOICE_LIST = {
  list: [
    'issueDate',
    'month',
    'workspaceId',
    'kind',
    'status',
    'delivery',
    'currency',
    'netMinor',
    'grossMinor',
    'customer',
    'search',
  ],
  sums: {
    by: ['issueDate', 'month', 'kind', 'status', 'delivery', 'currency'],
    of: ['netMinor', 'grossMinor'],
  },
} satisfies Pick<CollectionSpec, 'list' | 'sums'>;

/** The fields of an invoice's document beside what it says itself. */
export type ListedInvoice = Readonly<{
  issueDate: string;
  kind: IssuedInvoice['kind'];
  /** All ways with a comma between, in the order of their names. */
  delivery: string;
  currency: string;
  netMinor: number;
  grossMinor: number;
  /** The buyer's name as it is sorted by. */
  customer: string;
  /** All that is searched. */
  search: string;
}>;

export function listedInvoice(invoice: IssuedInvoice): ListedInvoice {
  const { number, issueDate, kind, delivery, currency, netMinor, grossMinor, buyer, workspaceName } = invoice;
  const gross = decimalOf(grossMinor, currency);
  const texts = [number, buyer.name, workspaceName, gross, gross.replace('.', ',')];
  return {
    issueDate,
    kind,
    delivery: [...delivery].sort().join(','),
    currency,
    netMinor,
    grossMinor,
    customer: fold(buyer.name),
    search: fold(texts.join('\n')),
  };
}
