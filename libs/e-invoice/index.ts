import { type IssuedInvoice } from '@seatledger/domain';

import { ciiOf } from './cii';
import { einvoiceOf } from './from-invoice';
import { ublOf } from './ubl';

/** Invoices as structured data by EN 16931: the semantic model, its two syntaxes, and the rules. */
export { checkEInvoice, type Finding } from './checks';
export { einvoiceOf } from './from-invoice';
export type { EInvoice } from './model';
export { RulesUnusable } from './official/schematron';
export { EInvoiceRejected, type EInvoiceRules, openEInvoiceRules } from './rules';
export { sellerFindings } from './seller';
export { EINVOICE_WRITER_VERSION } from './version';

/** The invoice as an XRechnung 3.0, in UBL 2.1. */
export const xrechnungXml = (invoice: IssuedInvoice): string => ublOf(einvoiceOf(invoice));

/** The invoice as `factur-x.xml` of a ZUGFeRD or Factur-X PDF: CII, profile EN 16931. */
export const facturXXml = (invoice: IssuedInvoice): string => ciiOf(einvoiceOf(invoice));
