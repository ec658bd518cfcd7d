import { exact } from '@seatledger/domain';

import { type EInvoice, type VatSubtotal, type VatTreatment } from '../model';
import { allowanceRule, invoiceRule, isDecimal, isFilled, lineRule, type Rule, sum, vatRule } from './rule';

const isSameRate = (a: string | undefined, b: string): boolean =>
  a !== undefined && isDecimal(a) && isDecimal(b) && exact(a).equals(b);
const isZero = (rate: string | undefined): boolean => isSameRate(rate, '0');
const isPositive = (rate: string | undefined): boolean =>
  rate !== undefined && isDecimal(rate) && exact(rate).greaterThan(0);

const linesOf = ({ lines }: EInvoice, category: string) => lines.filter((line) => line.category === category);
const allowancesOf = ({ allowances }: EInvoice, category: string) =>
  allowances.filter((allowance) => allowance.category === category);
const breakdownOf = ({ vatBreakdown }: EInvoice, category: string) =>
  vatBreakdown.filter((vat) => vat.category === category);

const isUsed = (invoice: EInvoice, category: string): boolean =>
  linesOf(invoice, category).length + allowancesOf(invoice, category).length > 0;

/** What the lines and allowances of a category, and of one rate where it is given, come to. */
function taxableOf(invoice: EInvoice, category: string, rate?: string): number {
  const isMeant = (item: VatTreatment): boolean => rate === undefined || isSameRate(item.rate, rate);
  const lines = linesOf(invoice, category).filter(isMeant);
  const allowances = allowancesOf(invoice, category).filter(isMeant);
  return sum(lines.map(({ netMinor }) => netMinor)) - sum(allowances.map(({ amountMinor }) => amountMinor));
}

const hasSellerTaxId = ({ seller }: EInvoice): boolean => isFilled(seller.vatId) || isFilled(seller.taxNumber);

/** A rule on the breakdown of one category. */
const ofCategory = (
  category: string,
  id: string,
  text: string,
  holds: (vat: VatSubtotal, invoice: EInvoice) => boolean,
): Rule => vatRule(id, text, (vat, invoice) => vat.category !== category || holds(vat, invoice));

const hasReason = ({ exemptionReason, exemptionCode }: VatSubtotal): boolean =>
  isFilled(exemptionReason) || isFilled(exemptionCode);

/** S: the standard rate. */
const STANDARD: readonly Rule[] = [
  invoiceRule(
    'BR-S-01',
    'Category S has a row of the VAT breakdown when it is used, and none when it is not.',
    (invoice) => isUsed(invoice, 'S') === breakdownOf(invoice, 'S').length > 0,
  ),
  invoiceRule(
    'BR-S-02',
    'With lines of category S the seller has a VAT id or tax number (BT-31, BT-32).',
    (invoice) => linesOf(invoice, 'S').length === 0 || hasSellerTaxId(invoice),
  ),
  invoiceRule(
    'BR-S-03',
    'With allowances of category S the seller has a VAT id or tax number (BT-31, BT-32).',
    (invoice) => allowancesOf(invoice, 'S').length === 0 || hasSellerTaxId(invoice),
  ),
  lineRule(
    'BR-S-05',
    'A line of category S has a rate of more than 0 (BT-152).',
    ({ category, rate }) => category !== 'S' || isPositive(rate),
  ),
  allowanceRule(
    'BR-S-06',
    'An allowance of category S has a rate of more than 0 (BT-96).',
    ({ category, rate }) => category !== 'S' || isPositive(rate),
  ),
  ofCategory(
    'S',
    'BR-S-08',
    "Category S has, for each rate, the net amount of that rate's lines less allowances (BT-116).",
    ({ rate, taxableMinor }, invoice) => taxableMinor === taxableOf(invoice, 'S', rate),
  ),
  ofCategory('S', 'BR-S-10', 'Category S has no exemption reason.', (vat) => !hasReason(vat)),
];

/** AE: reverse charge. E: exempt. Both at rate 0, for a reason. */
const atRateZero = (category: 'AE' | 'E', isIdentified: (invoice: EInvoice) => boolean, who: string): Rule[] => [
  invoiceRule(
    `BR-${category}-01`,
    `Category ${category} has one row of the VAT breakdown when it is used.`,
    (invoice) => breakdownOf(invoice, category).length === (isUsed(invoice, category) ? 1 : 0),
  ),
  invoiceRule(
    `BR-${category}-02`,
    `With lines of category ${category} ${who}.`,
    (invoice) => linesOf(invoice, category).length === 0 || isIdentified(invoice),
  ),
  invoiceRule(
    `BR-${category}-03`,
    `With allowances of category ${category} ${who}.`,
    (invoice) => allowancesOf(invoice, category).length === 0 || isIdentified(invoice),
  ),
  lineRule(
    `BR-${category}-05`,
    `A line of category ${category} has the rate 0 (BT-152).`,
    (line) => line.category !== category || isZero(line.rate),
  ),
  allowanceRule(
    `BR-${category}-06`,
    `An allowance of category ${category} has the rate 0 (BT-96).`,
    (allowance) => allowance.category !== category || isZero(allowance.rate),
  ),
  ...withoutTax(category),
];

const withoutTax = (category: 'AE' | 'E' | 'O'): Rule[] => [
  ofCategory(
    category,
    `BR-${category}-08`,
    `Category ${category} has the net amount of its lines less allowances (BT-116).`,
    ({ taxableMinor }, invoice) => taxableMinor === taxableOf(invoice, category),
  ),
  ofCategory(category, `BR-${category}-09`, `Category ${category} has no VAT (BT-117).`, (vat) => vat.taxMinor === 0),
  ofCategory(category, `BR-${category}-10`, `Category ${category} has a reason (BT-120 or BT-121).`, hasReason),
];

const namesNoVatId = ({ seller, buyer }: EInvoice): boolean => seller.vatId === undefined && buyer.vatId === undefined;

/** O: outside the scope of VAT; alone on its invoice. */
const OUTSIDE: readonly Rule[] = [
  invoiceRule(
    'BR-O-01',
    'Category O has one row of the VAT breakdown when it is used.',
    (invoice) => breakdownOf(invoice, 'O').length === (isUsed(invoice, 'O') ? 1 : 0),
  ),
  invoiceRule(
    'BR-O-02',
    'With lines of category O no VAT id of seller or buyer is named (BT-31, BT-48).',
    (invoice) => linesOf(invoice, 'O').length === 0 || namesNoVatId(invoice),
  ),
  invoiceRule(
    'BR-O-03',
    'With allowances of category O no VAT id of seller or buyer is named (BT-31, BT-48).',
    (invoice) => allowancesOf(invoice, 'O').length === 0 || namesNoVatId(invoice),
  ),
  lineRule(
    'BR-O-05',
    'A line of category O has no rate (BT-152).',
    ({ category, rate }) => category !== 'O' || rate === undefined,
  ),
  allowanceRule(
    'BR-O-06',
    'An allowance of category O has no rate (BT-96).',
    ({ category, rate }) => category !== 'O' || rate === undefined,
  ),
  ...withoutTax('O'),
  invoiceRule(
    'BR-O-11',
    'Beside category O there is no other row of the VAT breakdown.',
    (invoice) => breakdownOf(invoice, 'O').length === 0 || invoice.vatBreakdown.length === 1,
  ),
  invoiceRule(
    'BR-O-12',
    'Beside category O there is no line of another.',
    (invoice) => breakdownOf(invoice, 'O').length === 0 || invoice.lines.every(({ category }) => category === 'O'),
  ),
  invoiceRule(
    'BR-O-13',
    'Beside category O there is no allowance of another.',
    (invoice) => breakdownOf(invoice, 'O').length === 0 || invoice.allowances.every(({ category }) => category === 'O'),
  ),
];

/** What the VAT categories ask for that this software uses. */
export const VAT_RULES: readonly Rule[] = [
  ...STANDARD,
  ...atRateZero(
    'AE',
    (invoice) => hasSellerTaxId(invoice) && isFilled(invoice.buyer.vatId),
    'seller and buyer have a VAT id (BT-31, BT-48)',
  ),
  ...atRateZero('E', hasSellerTaxId, 'the seller has a VAT id or tax number (BT-31, BT-32)'),
  ...OUTSIDE,
];
