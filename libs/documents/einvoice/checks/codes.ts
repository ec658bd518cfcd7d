import { allowanceRule, invoiceRule, lineRule, type Rule, vatRule } from './rule';

const list = (codes: string): ReadonlySet<string> => new Set(codes.split(' '));

/** ISO 4217, the codes in use. */
export const CURRENCIES = list(
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF ' +
    'CHW CLF CLP CNH CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ ' +
    'GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL ' +
    'LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR ' +
    'PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STD SVC SYP SZL THB TJS TMT TND TOP TRY ' +
    'TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VES VED VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD ' +
    'XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG',
);

/** ISO 3166-1 alpha-2, with Northern Ireland (XI) and Kosovo (1A) as EN 16931 adds them. */
export const COUNTRIES = list(
  '1A AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
    'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO ' +
    'FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE ' +
    'JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO ' +
    'MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW ' +
    'PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM ' +
    'TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI YE YT ZA ZM ZW',
);

/** Of the longer lists only what this software uses: another code would be a fault of its own. */
export const TYPE_CODES = list('380 384');
export const PAYMENT_MEANS = list('30 58 97');
export const VAT_CATEGORIES = list('S AE E O');
export const ALLOWANCE_REASONS = list('95');
export const EXEMPTION_CODES = list('VATEX-EU-AE VATEX-EU-O');
export const UNITS = list('C62 LS');
export const ADDRESS_SCHEMES = list(
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
