import { type InvoiceDocument } from '@seatledger/projections';

import { lineView } from '../months/month-view';

/** An invoice as the API shows it. */
export function invoiceView({ status, state, cancelledBy }: InvoiceDocument) {
  const { invoice, document, deliveries } = state;
  const { lines, cancels, replaces, reason, ...rest } = invoice;
  const { logoSvg: _logo, ...seller } = invoice.seller;
  return {
    ...rest,
    seller,
    status,
    lines: lines.map(lineView),
    document: document === undefined ? null : { sha256: document.sha256, bytes: document.bytes },
    deliveries,
    ...(cancels === undefined ? {} : { cancels }),
    ...(reason === undefined ? {} : { reason }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(cancelledBy === null ? {} : { cancelledBy }),
  };
}
