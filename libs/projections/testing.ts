/** For test/ and bench/; nothing in the product imports it. */
export { INVOICES } from './billing/documents';
export { listedInvoice } from './billing/listed-invoice';
