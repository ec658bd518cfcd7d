import { type Period } from '../model';
import { allowanceRule, invoiceRule, isDecimal, isFilled, lineRule, type Rule } from './rule';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const isInOrder = ({ from, to }: Period): boolean => from <= to;
const isDated = ({ from, to }: Period): boolean => DAY.test(from) && DAY.test(to);

/** What must be there. */
export const MANDATORY_RULES: readonly Rule[] = [
  invoiceRule('BR-02', 'There is an invoice number (BT-1).', ({ number }) => isFilled(number)),
  invoiceRule('BR-03', 'There is an issue date (BT-2).', ({ issueDate }) => DAY.test(issueDate)),
  invoiceRule('BR-04', 'There is a type code (BT-3).', ({ typeCode }) => isFilled(typeCode)),
  invoiceRule('BR-05', 'There is a currency (BT-5).', ({ currency }) => isFilled(currency)),
  invoiceRule('BR-06', 'The seller has a name (BT-27).', ({ seller }) => isFilled(seller.name)),
  invoiceRule('BR-07', 'The buyer has a name (BT-44).', ({ buyer }) => isFilled(buyer.name)),
  invoiceRule('BR-09', "The seller's address has a country (BT-40).", ({ seller }) => isFilled(seller.address.country)),
  invoiceRule('BR-11', "The buyer's address has a country (BT-55).", ({ buyer }) => isFilled(buyer.address.country)),
  invoiceRule('BR-16', 'There is at least one line (BG-25).', ({ lines }) => lines.length > 0),
  lineRule('BR-21', 'A line has an identifier (BT-126).', ({ id }) => isFilled(id)),
  lineRule('BR-22', 'A line has a quantity (BT-129).', ({ quantity }) => isDecimal(quantity)),
  lineRule('BR-23', "A line's quantity has a unit (BT-130).", ({ unitCode }) => isFilled(unitCode)),
  lineRule('BR-25', 'A line has a name (BT-153).', ({ name }) => isFilled(name)),
  lineRule('BR-54', 'An attribute of an item has a name and a value (BT-160, BT-161).', ({ attributes }) =>
    attributes.every(({ name, value }) => isFilled(name) && isFilled(value)),
  ),
  lineRule('BR-27', "A line's price is not negative (BT-146).", ({ priceMinor }) => priceMinor >= 0),
  invoiceRule(
    'BR-29',
    'The invoicing period does not end before it begins.',
    ({ period }) => period === undefined || isInOrder(period),
  ),
  lineRule('BR-30', "A line's period does not end before it begins.", ({ period }) => isInOrder(period)),
  allowanceRule(
    'BR-33',
    'An allowance has a reason (BT-97 or BT-98).',
    ({ reason, reasonCode }) => isFilled(reason) || isFilled(reasonCode),
  ),
  invoiceRule('BR-49', 'The payment has a means (BT-81).', ({ payment }) => isFilled(payment.meansCode)),
  invoiceRule(
    'BR-50',
    'An account to pay to has an identifier (BT-84).',
    ({ payment }) => payment.account === undefined || isFilled(payment.account.iban),
  ),
  invoiceRule('BR-55', 'An earlier invoice is named by its number (BT-25).', ({ precedingInvoices }) =>
    precedingInvoices.every(({ number }) => isFilled(number)),
  ),
  invoiceRule(
    'BR-61',
    'A credit transfer names the account (BT-84).',
    ({ payment }) => !['30', '58'].includes(payment.meansCode) || payment.account !== undefined,
  ),
  invoiceRule(
    'BR-CO-19',
    'The invoicing period has days (BT-73, BT-74).',
    ({ period }) => period === undefined || isDated(period),
  ),
  lineRule('BR-CO-20', "A line's period has days (BT-134, BT-135).", ({ period }) => isDated(period)),
  invoiceRule(
    'BR-CO-25',
    'Where something is to be paid, there is a due date or there are terms (BT-9, BT-20).',
    ({ totals, dueDate, payment }) => totals.payableMinor <= 0 || isFilled(dueDate) || isFilled(payment.terms),
  ),
  invoiceRule(
    'BR-CO-26',
    'The seller can be told by an identifier, a registration or a VAT id (BT-29 to BT-31).',
    ({ seller }) => [...seller.identifiers, seller.legalRegistration, seller.vatId].some((id) => id !== undefined),
  ),
];
