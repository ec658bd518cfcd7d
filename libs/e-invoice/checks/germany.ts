import { isIban } from '../mod97';
import { type EInvoice } from '../model';
import { invoiceRule, isFilled, lineRule, type Rule, vatRule } from './rule';

/** One @ between texts, and dots only between parts of the domain. */
const MAILBOX = /^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$/;
const THREE_DIGITS = /(\d.*){3}/;
const TAXED_CATEGORIES = ['S', 'AE', 'E'];

const isTaxed = ({ lines, allowances }: EInvoice): boolean =>
  [...lines, ...allowances].some(({ category }) => TAXED_CATEGORIES.includes(category));

/** What XRechnung 3.0 asks for on top; its warnings count as much as its errors here. */
export const GERMAN_RULES: readonly Rule[] = [
  invoiceRule('BR-DE-3', "The seller's address has a city (BT-37).", ({ seller }) => isFilled(seller.address.city)),
  invoiceRule('BR-DE-4', "The seller's address has a post code (BT-38).", ({ seller }) =>
    isFilled(seller.address.postalCode),
  ),
  invoiceRule('BR-DE-5', 'The seller has a contact (BT-41).', ({ seller }) => isFilled(seller.contact.name)),
  invoiceRule('BR-DE-6', "The seller's contact has a telephone (BT-42).", ({ seller }) =>
    isFilled(seller.contact.phone),
  ),
  invoiceRule('BR-DE-7', "The seller's contact has an e-mail address (BT-43).", ({ seller }) =>
    isFilled(seller.contact.email),
  ),
  invoiceRule('BR-DE-8', "The buyer's address has a city (BT-52).", ({ buyer }) => isFilled(buyer.address.city)),
  invoiceRule('BR-DE-9', "The buyer's address has a post code (BT-53).", ({ buyer }) =>
    isFilled(buyer.address.postalCode),
  ),
  vatRule('BR-DE-14', 'Each row of the VAT breakdown has a rate (BT-119).', ({ rate }) => isFilled(rate)),
  invoiceRule('BR-DE-15', "There is a buyer's reference (BT-10).", ({ buyerReference }) => isFilled(buyerReference)),
  invoiceRule(
    'BR-DE-16',
    'With taxed or exempt lines the seller has a VAT id or a tax number (BT-31, BT-32).',
    (invoice) => !isTaxed(invoice) || isFilled(invoice.seller.vatId) || isFilled(invoice.seller.taxNumber),
  ),
  invoiceRule(
    'BR-DE-18',
    'No line of the payment terms begins with #, which is kept for cash discounts (BT-20).',
    ({ payment }) => !/^\s*#/m.test(payment.terms),
  ),
  invoiceRule(
    'BR-DE-19',
    'The account of a SEPA credit transfer is a right IBAN (BT-84).',
    ({ payment }) => payment.meansCode !== '58' || isIban(payment.account?.iban ?? ''),
  ),
  invoiceRule(
    'BR-DE-26',
    'A corrected invoice (type 384) names an earlier one (BG-3).',
    ({ typeCode, precedingInvoices }) => typeCode !== '384' || precedingInvoices.length > 0,
  ),
  invoiceRule('BR-DE-27', "The seller's telephone has at least three digits (BT-42).", ({ seller }) =>
    THREE_DIGITS.test(seller.contact.phone),
  ),
  invoiceRule('BR-DE-28', "The seller's e-mail address is well formed (BT-43).", ({ seller }) =>
    MAILBOX.test(seller.contact.email),
  ),
  invoiceRule('PEPPOL-EN16931-R010', 'The buyer has an electronic address (BT-49).', ({ buyer }) =>
    isFilled(buyer.electronicAddress?.address),
  ),
  invoiceRule('PEPPOL-EN16931-R020', 'The seller has an electronic address (BT-34).', ({ seller }) =>
    isFilled(seller.electronicAddress?.address),
  ),
  lineRule(
    'PEPPOL-EN16931-R110',
    "A line's period does not begin before the invoicing period (BT-134, BT-73).",
    (line, { period }) => period === undefined || line.period.from >= period.from,
  ),
  lineRule(
    'PEPPOL-EN16931-R111',
    "A line's period does not end after the invoicing period (BT-135, BT-74).",
    (line, { period }) => period === undefined || line.period.to <= period.to,
  ),
];
