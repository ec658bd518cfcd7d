import { type IssuedInvoice } from '@seatledger/domain';

import { ciiOf } from './cii';
import { einvoiceOf } from './from-invoice';
import { ublOf } from './ubl';

/** Invoices as structured data by EN 16931: its semantic model, and both of its syntaxes. */
export { einvoiceOf } from './from-invoice';
export type { EInvoice } from './model';

/**
 * Raised when the same invoice would be written otherwise. It is recorded with each invoice, so
 * that the XML, which is not stored, can be made again as it was.
 */
export const EINVOICE_WRITER_VERSION = 1;

/** The invoice as an XRechnung 3.0, in UBL 2.1. */
export const xrechnungXml = (invoice: IssuedInvoice): string => ublOf(einvoiceOf(invoice));

/** The invoice as `factur-x.xml` of a ZUGFeRD or Factur-X PDF: CII, profile EN 16931. */
export const facturXXml = (invoice: IssuedInvoice): string => ciiOf(einvoiceOf(invoice));
