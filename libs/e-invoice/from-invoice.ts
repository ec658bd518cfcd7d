import {
  cancelledKindOf,
  defined,
  exact,
  firstDayOf,
  type InvoiceLine,
  isLeitwegId,
  type IssuedInvoice,
  type Language,
  lastDayOf,
  type TaxTreatment,
  vatTerritoryOf,
} from '@seatledger/domain';

import { amountText, exactPercentOf, isWithinSlack } from './amounts';
import {
  type Allowance,
  type Attribute,
  type DocumentTotals,
  type EBuyer,
  type EInvoice,
  type ElectronicAddress,
  type ELine,
  type EParty,
  type ESeller,
  type Payment,
  type Period,
  type PrecedingInvoice,
  type VatSubtotal,
  type VatTreatment,
} from './model';
import { EINVOICE_TEXTS } from './texts';

/**
 * What EN 16931 calls an issued invoice: the same figures under the standard's names, from the
 * event and nothing else. Decisions that the standard leaves open are told in docs/e-invoice.md.
 */
export function einvoiceOf(invoice: IssuedInvoice): EInvoice {
  // What a cancellation asks back was never due on a day.
  const isDue = invoice.grossMinor > 0 && !isCancellation(invoice);
  const lines = invoice.lines.flatMap((line, index) => (isDiscount(line) ? [] : [lineOf(line, index, invoice)]));
  return {
    number: invoice.number,
    issueDate: invoice.issueDate,
    typeCode: invoice.kind === 'invoice' ? COMMERCIAL_INVOICE : CORRECTED_INVOICE,
    currency: invoice.currency,
    ...(isDue ? { dueDate: invoice.dueDate } : {}),
    deliveredOn: invoice.servicePeriod.to,
    buyerReference: filled(invoice.buyer.reference) ?? invoice.workspaceId,
    ...referencesOf(invoice),
    note: noteOf(invoice),
    precedingInvoices: precedingInvoices(invoice),
    ...periodOf(invoice, lines),
    seller: sellerOf(invoice),
    buyer: buyerOf(invoice),
    payment: paymentOf(invoice),
    allowances: invoice.lines.filter(isDiscount).map((line) => allowanceOf(line, invoice)),
    vatBreakdown: invoice.taxes.map((tax) => ({
      ...exemptionOf(tax, invoice),
      category: tax.category,
      rate: tax.rate,
      taxableMinor: tax.netMinor,
      taxMinor: tax.taxMinor,
    })),
    totals: totalsOf(invoice),
    lines,
  };
}

/**
 * No line's period may reach out of the invoice's (PEPPOL-EN16931-R110, R111), as those of
 * adjustments do: then the lines alone say when.
 */
function periodOf({ servicePeriod: period }: IssuedInvoice, lines: readonly ELine[]): Pick<EInvoice, 'period'> {
  return lines.every((line) => isWithin(line.period, period)) ? { period } : {};
}

const isWithin = (inner: Period, outer: Period): boolean => inner.from >= outer.from && inner.to <= outer.to;

const isCancellation = ({ kind }: IssuedInvoice): boolean => kind === 'cancellation';

const COMMERCIAL_INVOICE = '380';
const CORRECTED_INVOICE = '384';

const SEPA_CREDIT_TRANSFER = '58';
const CREDIT_TRANSFER = '30';
/** What the partners owe each other is netted; nothing is asked for. */
const CLEARING = '97';

/** UN/ECE Recommendation 20: one of something, and a lump sum. */
const ONE = 'C62';
const LUMP_SUM = 'LS';

/** UNTDID 5189. */
const DISCOUNT = '95';

const isDiscount = ({ kind }: InvoiceLine): boolean => kind === 'discount';

/** Every event's text may be empty; an element of the standard may not. */
const filled = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text;

const isOutsideOnly = ({ taxes }: IssuedInvoice): boolean => taxes.every(({ category }) => category === 'O');

const treatmentOf = ({ category, rate }: TaxTreatment): VatTreatment =>
  category === 'O' ? { category } : { category, rate };

function exemptionOf(
  tax: TaxTreatment,
  invoice: IssuedInvoice,
): Pick<VatSubtotal, 'exemptionReason' | 'exemptionCode'> {
  const { exemption } = EINVOICE_TEXTS[invoice.language];
  switch (tax.category) {
    case 'S':
      return {};
    case 'AE':
      return { exemptionReason: exemption.AE, exemptionCode: 'VATEX-EU-AE' };
    case 'O':
      return tax.category === 'O'
        ? { exemptionReason: exemption.O, exemptionCode: 'VATEX-EU-O' }
        : { exemptionReason: exemption.O };
  }
}

function sellerOf(invoice: IssuedInvoice): ESeller {
  const { seller, language } = invoice;
  const legalRegistration = filled(seller.register);
  const taxNumber = filled(seller.taxNumber);
  const managers = filled(seller.managers);
  const supplierNumber = filled(invoice.references?.supplierNumber);
  return {
    name: seller.name,
    // BR-O-02: no VAT id beside category O. BR-CO-26: something must tell who the seller is.
    ...(isOutsideOnly(invoice) ? {} : { vatId: seller.vatId }),
    identifiers: [
      ...(supplierNumber === undefined ? [] : [supplierNumber]),
      ...(isOutsideOnly(invoice) && legalRegistration === undefined ? [seller.vatId] : []),
    ],
    ...(taxNumber === undefined ? {} : { taxNumber }),
    ...(legalRegistration === undefined ? {} : { legalRegistration }),
    ...(managers === undefined ? {} : { legalInformation: `${EINVOICE_TEXTS[language].managers}: ${managers}` }),
    electronicAddress: { scheme: E_MAIL, address: seller.contact.email },
    address: addressOf(seller),
    contact: seller.contact,
  };
}

/** The buyer's own numbers, where given. */
const referencesOf = ({
  references = {},
}: IssuedInvoice): Pick<EInvoice, 'purchaseOrder' | 'contractReference' | 'accountingReference'> =>
  defined({
    purchaseOrder: filled(references.purchaseOrder),
    contractReference: filled(references.contract),
    accountingReference: filled(references.costCentre),
  });

function buyerOf(invoice: IssuedInvoice): EBuyer {
  const { buyer, workspaceId } = invoice;
  const vatId = isOutsideOnly(invoice) ? undefined : filled(invoice.buyer.vatId);
  return {
    name: buyer.name,
    identifiers: [filled(buyer.buyerId) ?? workspaceId],
    ...defined({ contactName: filled(buyer.contact) }),
    ...(vatId === undefined ? {} : { vatId }),
    electronicAddress: electronicAddressOf(invoice),
    address: addressOf(buyer),
  };
}

const addressOf = ({ street, addressLine2, city, postalCode, country }: Address): EParty['address'] => ({
  street,
  ...defined({ additionalStreet: filled(addressLine2) }),
  city,
  postalCode,
  country,
});

const E_MAIL = 'EM';
const LEITWEG_ID = '0204';

type Address = Omit<EParty['address'], 'additionalStreet'> & { readonly addressLine2?: string };

/** Schemes of the EAS code list for VAT ids, by the country in them. */
const VAT_ID_SCHEMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AT: '9914',
    BE: '9925',
    BG: '9926',
    CY: '9928',
    CZ: '9929',
    DE: '9930',
    EE: '9931',
    EL: '9933',
    ES: '9920',
    FR: '9957',
    HR: '9934',
    HU: '9910',
    IE: '9935',
    LT: '9937',
    LU: '9938',
    LV: '9939',
    MT: '9943',
    NL: '9944',
    PL: '9945',
    PT: '9946',
    RO: '9947',
    SI: '9949',
    SK: '9950',
  }),
);

/**
 * BT-49, which XRechnung demands: the invoice mailbox, the Leitweg-ID, the VAT id. A buyer with
 * none of them gets an address that says so: the domain `invalid` exists nowhere (RFC 2606).
 */
function electronicAddressOf({ buyer, invoiceMailbox, issueDate, workspaceId }: IssuedInvoice): ElectronicAddress {
  if (invoiceMailbox !== undefined) return { scheme: E_MAIL, address: invoiceMailbox };
  if (isLeitwegId(buyer.reference ?? '')) return { scheme: LEITWEG_ID, address: buyer.reference ?? '' };
  const scheme = vatTerritoryOf(buyer, issueDate).isInEu
    ? VAT_ID_SCHEMES.get(buyer.vatId?.slice(0, 2) ?? '')
    : undefined;
  if (scheme !== undefined && buyer.vatId !== undefined) return { scheme, address: buyer.vatId };
  return { scheme: E_MAIL, address: `${workspaceId}@no-mailbox.invalid` };
}

function paymentOf(invoice: IssuedInvoice): Payment {
  const { seller, language, currency, grossMinor, number } = invoice;
  const { means } = EINVOICE_TEXTS[language];
  const terms = termsOf(invoice);
  if (grossMinor <= 0) {
    return {
      meansCode: CLEARING,
      meansText: means.clearing,
      remittance: number,
      terms,
    };
  }
  const { iban, holder, bic } = seller.bank;
  return {
    meansCode: currency === 'EUR' ? SEPA_CREDIT_TRANSFER : CREDIT_TRANSFER,
    meansText: means.transfer,
    remittance: number,
    account: { iban: iban.replace(/\s/g, ''), holder, ...(bic === undefined ? {} : { bic }) },
    terms,
  };
}

/** In the words of the printed document, whose amount is BT-115. */
function termsOf(invoice: IssuedInvoice): string {
  const { language, grossMinor, number, dueDate, paymentTermDays } = invoice;
  const { terms } = EINVOICE_TEXTS[language];
  if (grossMinor === 0) return terms.nothing;
  if (grossMinor < 0) return isCancellation(invoice) ? terms.cancelled : terms.credit;
  if (isCancellation(invoice)) return terms.withdrawn(number);
  return paymentTermDays === 0 ? terms.now : terms.due(dueDate);
}

/** The discount as an allowance on the whole document: its base is what it was reckoned on. */
function allowanceOf(line: InvoiceLine, invoice: IssuedInvoice): Allowance {
  const discounted = invoice.lines.filter(({ kind }) => kind === 'license' || kind === 'minimum');
  const amountMinor = negative(line.netMinor);
  const baseMinor = sum(discounted.map(({ netMinor }) => netMinor));
  const percent = line.percent ?? '0';
  return {
    ...treatmentOf(line.tax),
    amountMinor,
    ...(isWithinSlack(amountMinor, exactPercentOf(baseMinor, percent), invoice.currency)
      ? { share: { baseMinor, percent } }
      : {}),
    reason: line.description,
    reasonCode: DISCOUNT,
  };
}

function totalsOf(invoice: IssuedInvoice): DocumentTotals {
  const { netMinor, taxMinor, grossMinor, lines, euroTax } = invoice;
  const discounts = lines.filter(isDiscount);
  const allowancesMinor = sum(discounts.map((line) => negative(line.netMinor)));
  return {
    linesMinor: netMinor + allowancesMinor,
    ...(discounts.length === 0 ? {} : { allowancesMinor }),
    netMinor,
    taxMinor,
    ...(euroTax === undefined ? {} : { euroTaxMinor: euroTax.taxMinor }),
    grossMinor,
    payableMinor: grossMinor,
  };
}

function lineOf(line: InvoiceLine, index: number, invoice: IssuedInvoice): ELine {
  return {
    id: String(index + 1),
    ...priceOf(line, invoice),
    netMinor: line.netMinor,
    ...treatmentOf(line.tax),
    period: { from: firstDayOf(line.month), to: lastDayOf(line.month) },
    name: line.description,
    attributes: attributesOf(index, invoice),
  };
}

/** How the units of the month were counted, on the first line that bills them. */
function attributesOf(index: number, invoice: IssuedInvoice): Attribute[] {
  const { lines, variant, countingRule, quantity } = invoice;
  const { attributes } = EINVOICE_TEXTS[invoice.language];
  const first = lines.findIndex(({ kind }) => kind === 'license' || kind === 'minimum');
  if (index !== first) return [];
  const billed = lines.filter(({ kind }) => kind === 'license').map((line) => exact(line.quantity).abs());
  const free = billed.reduce((rest, part) => rest.minus(part), exact(quantity));
  return [
    { name: attributes.countingRule, value: attributes.rules[variant][countingRule] },
    { name: attributes.counted, value: quantity },
    ...(free.greaterThan(0) ? [{ name: attributes.free, value: free.toFixed() }] : []),
  ];
}

type Priced = Pick<ELine, 'quantity' | 'unitCode' | 'priceMinor' | 'priceBase' | 'note'>;

/**
 * Quantity and price that multiply to the line's amount. Where no single price was agreed, or the
 * amount was rounded too far from it, the amount is the price of the whole quantity; where the quantity does not carry the amount (none,
 * or of the other sign, as tiers can make it), it is one lump sum and the quantity goes in a note.
 */
function priceOf(line: InvoiceLine, { language, currency }: IssuedInvoice): Priced {
  const { quantity, unitPriceMinor, netMinor } = line;
  if (unitPriceMinor === undefined) return wholePriceOf(line, language);
  const priced = exact(quantity).times(unitPriceMinor);
  if (isWithinSlack(netMinor, priced, currency)) return { quantity, unitCode: ONE, priceMinor: unitPriceMinor };
  const { note, ...whole } = wholePriceOf(line, language);
  const unitPrice = `${EINVOICE_TEXTS[language].unitPrice}: ${amountText(unitPriceMinor, currency)} ${currency}`;
  return { ...whole, note: note === undefined ? unitPrice : `${note}; ${unitPrice}` };
}

function wholePriceOf({ quantity, netMinor }: InvoiceLine, language: Language): Priced {
  const priceMinor = Math.abs(netMinor);
  if (netMinor === 0) return { quantity, unitCode: ONE, priceMinor };
  const units = quantity.replace('-', '');
  const isTaken = quantity.startsWith('-');
  if (units !== '0' && isTaken === netMinor < 0) {
    return { quantity, unitCode: ONE, priceMinor, ...(units === '1' ? {} : { priceBase: units }) };
  }
  const note = `${EINVOICE_TEXTS[language].quantityDifference}: ${quantity}`;
  return { quantity: netMinor < 0 ? '-1' : '1', unitCode: LUMP_SUM, priceMinor, note };
}

function precedingInvoices({ corrects, cancels }: IssuedInvoice): PrecedingInvoice[] {
  if (corrects === undefined) return cancels === undefined ? [] : [{ number: cancels }];
  const byNumber = new Map(corrects.map(({ number, issueDate }) => [number, { number, issueDate }]));
  return [...byNumber.values()];
}

/** One for the whole document (BT-22): XRechnung allows no more. */
function noteOf(invoice: IssuedInvoice): string {
  const { kind, cancels, reason, replaces, corrects = [] } = invoice;
  const text = EINVOICE_TEXTS[invoice.language];
  const sentences = [
    text.workspace(invoice.workspaceName, invoice.workspaceId),
    ...(kind === 'cancellation' ? [text.cancels[cancelledKindOf(invoice)](cancels ?? '')] : []),
    ...(kind !== 'cancellation' && corrects.length > 0
      ? [text.corrects(corrects.map(({ number, month }) => `${number} (${month})`).join(', '))]
      : []),
    ...(replaces === undefined ? [] : [text.replaces(replaces)]),
    ...(filled(reason) === undefined ? [] : [text.reason(reason ?? '')]),
  ];
  return sentences.join(' ');
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Never -0. */
const negative = (amount: number): number => (amount === 0 ? 0 : -amount);
