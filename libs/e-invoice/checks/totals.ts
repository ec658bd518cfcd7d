import { exact, type ExactNumber, percentOf, roundMinor } from '@seatledger/domain';

import { amountText, exactPercentOf, isWithinSlack } from '../amounts';
import { type EInvoice } from '../model';
import { allowanceRule, invoiceRule, isDecimal, lineRule, type Rule, sum, vatRule } from './rule';

/** Rounded half-up, and by no more than the official rules allow: in a currency without decimals that is little. */
const isRounded = (amountMinor: number, exactMinor: ExactNumber, currency: string): boolean =>
  amountMinor === roundMinor(exactMinor) && isWithinSlack(amountMinor, exactMinor, currency);

/** That the amounts add up. */
export const TOTALS_RULES: readonly Rule[] = [
  invoiceRule(
    'BR-CO-10',
    'The sum of the lines (BT-106) is what the lines come to (BT-131).',
    ({ totals, lines }) => totals.linesMinor === sum(lines.map(({ netMinor }) => netMinor)),
  ),
  invoiceRule(
    'BR-CO-11',
    'The sum of the allowances (BT-107) is what they come to (BT-92).',
    ({ totals, allowances }) =>
      totals.allowancesMinor === undefined
        ? allowances.length === 0
        : totals.allowancesMinor === sum(allowances.map(({ amountMinor }) => amountMinor)),
  ),
  invoiceRule(
    'BR-CO-13',
    'The net total (BT-109) is the lines less the allowances.',
    ({ totals }) => totals.netMinor === totals.linesMinor - (totals.allowancesMinor ?? 0),
  ),
  invoiceRule(
    'BR-CO-14',
    'The VAT total (BT-110) is the sum of the VAT of the categories (BT-117).',
    ({ totals, vatBreakdown }) => totals.taxMinor === sum(vatBreakdown.map(({ taxMinor }) => taxMinor)),
  ),
  invoiceRule(
    'BR-CO-15',
    'The gross total (BT-112) is net and VAT.',
    ({ totals }) => totals.grossMinor === totals.netMinor + totals.taxMinor,
  ),
  invoiceRule(
    'BR-CO-16',
    'The amount due (BT-115) is the gross total, as nothing was paid before.',
    ({ totals }) => totals.payableMinor === totals.grossMinor,
  ),
  vatRule(
    'BR-CO-17',
    "A category's VAT (BT-117) is its rate on its net amount, rounded.",
    ({ taxMinor, taxableMinor, rate }) => isDecimal(rate) && taxMinor === percentOf(taxableMinor, rate),
  ),
  invoiceRule(
    'PEPPOL-EN16931-R005',
    'The VAT total in euro (BT-111) is given only beside one in another currency (BT-5).',
    ({ totals, currency }) => totals.euroTaxMinor === undefined || currency !== 'EUR',
  ),
  invoiceRule(
    'PEPPOL-EN16931-R055',
    'The VAT total has the same sign in both currencies (BT-110, BT-111).',
    ({ totals: { taxMinor, euroTaxMinor = taxMinor } }) => Math.sign(taxMinor) * Math.sign(euroTaxMinor) >= 0,
  ),
  invoiceRule('BR-CO-18', 'There is a VAT breakdown (BG-23).', ({ vatBreakdown }) => vatBreakdown.length > 0),
  lineRule(
    'PEPPOL-EN16931-R120',
    "A line's amount (BT-131) is its quantity at its price, rounded.",
    ({ quantity, priceMinor, priceBase, netMinor }, { currency }) =>
      isDecimal(quantity) &&
      isRounded(
        netMinor,
        exact(quantity)
          .times(priceMinor)
          .dividedBy(priceBase ?? '1'),
        currency,
      ),
  ),
  lineRule(
    'PEPPOL-EN16931-R121',
    'The quantity that a price is for (BT-149) is more than nothing.',
    ({ priceBase }) => priceBase === undefined || exact(priceBase).greaterThan(0),
  ),
  allowanceRule(
    'PEPPOL-EN16931-R040',
    'An allowance (BT-92) is its percentage of its base (BT-93, BT-94), rounded.',
    ({ amountMinor, share }, { currency }) =>
      share === undefined ||
      (isDecimal(share.percent) && isRounded(amountMinor, exactPercentOf(share.baseMinor, share.percent), currency)),
  ),
];

const atMostTwo = (amountMinor: number, { currency }: EInvoice): boolean =>
  !/\.\d{3}/.test(amountText(amountMinor, currency));

const total = (id: string, name: string, amount: (totals: EInvoice['totals']) => number | undefined): Rule =>
  invoiceRule(id, `${name} has at most two decimals.`, (invoice) => atMostTwo(amount(invoice.totals) ?? 0, invoice));

/** That no amount has more than two decimals, as currencies with thousandths may. */
export const DECIMALS_RULES: readonly Rule[] = [
  allowanceRule('BR-DEC-01', 'An allowance (BT-92) has at most two decimals.', ({ amountMinor }, invoice) =>
    atMostTwo(amountMinor, invoice),
  ),
  allowanceRule('BR-DEC-02', "An allowance's base (BT-93) has at most two decimals.", ({ share }, invoice) =>
    atMostTwo(share?.baseMinor ?? 0, invoice),
  ),
  total('BR-DEC-09', 'The sum of the lines (BT-106)', ({ linesMinor }) => linesMinor),
  total('BR-DEC-10', 'The sum of the allowances (BT-107)', ({ allowancesMinor }) => allowancesMinor),
  total('BR-DEC-12', 'The net total (BT-109)', ({ netMinor }) => netMinor),
  total('BR-DEC-13', 'The VAT total (BT-110)', ({ taxMinor }) => taxMinor),
  total('BR-DEC-14', 'The gross total (BT-112)', ({ grossMinor }) => grossMinor),
  total('BR-DEC-18', 'The amount due (BT-115)', ({ payableMinor }) => payableMinor),
  vatRule('BR-DEC-19', "A category's net amount (BT-116) has at most two decimals.", ({ taxableMinor }, invoice) =>
    atMostTwo(taxableMinor, invoice),
  ),
  vatRule('BR-DEC-20', "A category's VAT (BT-117) has at most two decimals.", ({ taxMinor }, invoice) =>
    atMostTwo(taxMinor, invoice),
  ),
  lineRule('BR-DEC-23', "A line's amount (BT-131) has at most two decimals.", ({ netMinor }, invoice) =>
    atMostTwo(netMinor, invoice),
  ),
];
