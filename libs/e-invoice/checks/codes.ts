import { COUNTRIES, CURRENCIES } from '@seatledger/domain';

import { allowanceRule, invoiceRule, lineRule, type Rule, vatRule } from './rule';

const list = (codes: string): ReadonlySet<string> => new Set(codes.split(' '));

/** Of the longer lists only what this software uses: another code would be a fault of its own. */
const TYPE_CODES = list('380 384');
const PAYMENT_MEANS = list('30 58 97');
const VAT_CATEGORIES = list('S AE E O');
const ALLOWANCE_REASONS = list('95');
const EXEMPTION_CODES = list('VATEX-EU-AE VATEX-EU-O');
const UNITS = list('C62 LS');
const ADDRESS_SCHEMES = list(
  'EM 0204 9910 9914 9920 9925 9926 9928 9929 9930 9931 9933 9934 9935 9937 9938 9939 9943 9944 9945 9946 9947 9949 ' +
    '9950 9957',
);

const hasVatPrefix = (vatId: string | undefined): boolean =>
  vatId === undefined || vatId.startsWith('EL') || COUNTRIES.has(vatId.slice(0, 2));

/** That codes are of their code lists. */
export const CODE_RULES: readonly Rule[] = [
  invoiceRule('BR-CL-01', 'The type code is one of UNTDID 1001 (BT-3).', ({ typeCode }) => TYPE_CODES.has(typeCode)),
  invoiceRule('BR-CL-04', 'The currency is one of ISO 4217 (BT-5).', ({ currency }) => CURRENCIES.has(currency)),
  invoiceRule('BR-CL-14', 'Countries are of ISO 3166-1 (BT-40, BT-55).', ({ seller, buyer }) =>
    [seller, buyer].every(({ address }) => COUNTRIES.has(address.country)),
  ),
  invoiceRule('BR-CL-16', 'The payment means is one of UNTDID 4461 (BT-81).', ({ payment }) =>
    PAYMENT_MEANS.has(payment.meansCode),
  ),
  vatRule('BR-CL-17', 'VAT categories are of UNTDID 5305 (BT-118).', ({ category }) => VAT_CATEGORIES.has(category)),
  lineRule('BR-CL-18', "Lines' VAT categories are of UNTDID 5305 (BT-151).", ({ category }) =>
    VAT_CATEGORIES.has(category),
  ),
  allowanceRule('BR-CL-19', 'Reasons of allowances are of UNTDID 5189 (BT-98).', ({ reasonCode }) =>
    ALLOWANCE_REASONS.has(reasonCode),
  ),
  vatRule(
    'BR-CL-22',
    'Exemption codes are of the VATEX list (BT-121).',
    ({ exemptionCode }) => exemptionCode === undefined || EXEMPTION_CODES.has(exemptionCode),
  ),
  lineRule('BR-CL-23', 'Units are of UN/ECE Recommendation 20 (BT-130).', ({ unitCode }) => UNITS.has(unitCode)),
  invoiceRule('BR-CL-25', 'Schemes of electronic addresses are of the EAS list (BT-34, BT-49).', ({ seller, buyer }) =>
    [seller, buyer].every(
      ({ electronicAddress }) => electronicAddress === undefined || ADDRESS_SCHEMES.has(electronicAddress.scheme),
    ),
  ),
  invoiceRule('BR-CO-09', 'VAT ids begin with the code of their country (BT-31, BT-48).', ({ seller, buyer }) =>
    [seller, buyer].every(({ vatId }) => hasVatPrefix(vatId)),
  ),
];
