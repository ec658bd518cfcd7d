import { amountText } from './amounts';
import {
  type EBuyer,
  type EInvoice,
  type ELine,
  type EParty,
  type ESeller,
  type Period,
  type VatTreatment,
} from './model';
import { each, group, leaf, NOTHING, sequence, type Xml, xmlDocument } from './xml';

/** BT-24: the profile EN 16931 of Factur-X and ZUGFeRD, the standard without an extension. */
const EN_16931_ID = 'urn:cen.eu:en16931:2017';

const NAMESPACES = {
  rsm: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  ram: 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  qdt: 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
  udt: 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
};

/** Writes an invoice in UN/CEFACT Cross Industry Invoice D16B, in the order of its schema (EN 16931-3-3). */
export function ciiOf(invoice: EInvoice): string {
  return xmlDocument(
    'rsm:CrossIndustryInvoice',
    NAMESPACES,
    group(
      'rsm:ExchangedDocumentContext',
      group('ram:GuidelineSpecifiedDocumentContextParameter', leaf('ram:ID', EN_16931_ID)),
    ),
    group(
      'rsm:ExchangedDocument',
      leaf('ram:ID', invoice.number),
      leaf('ram:TypeCode', invoice.typeCode),
      dateTime('ram:IssueDateTime', invoice.issueDate),
      group('ram:IncludedNote', leaf('ram:Content', invoice.note)),
    ),
    group(
      'rsm:SupplyChainTradeTransaction',
      each(invoice.lines, (line) => lineItem(line, invoice.currency)),
      group(
        'ram:ApplicableHeaderTradeAgreement',
        leaf('ram:BuyerReference', invoice.buyerReference),
        group('ram:SellerTradeParty', sellerOf(invoice.seller)),
        group('ram:BuyerTradeParty', buyerOf(invoice.buyer)),
        group('ram:BuyerOrderReferencedDocument', leaf('ram:IssuerAssignedID', invoice.purchaseOrder)),
        group('ram:ContractReferencedDocument', leaf('ram:IssuerAssignedID', invoice.contractReference)),
      ),
      group(
        'ram:ApplicableHeaderTradeDelivery',
        group('ram:ActualDeliverySupplyChainEvent', dateTime('ram:OccurrenceDateTime', invoice.deliveredOn)),
      ),
      settlement(invoice),
    ),
  );
}

function lineItem(line: ELine, currency: string): Xml {
  const unitCode = { unitCode: line.unitCode };
  return group(
    'ram:IncludedSupplyChainTradeLineItem',
    group(
      'ram:AssociatedDocumentLineDocument',
      leaf('ram:LineID', line.id),
      group('ram:IncludedNote', leaf('ram:Content', line.note)),
    ),
    group(
      'ram:SpecifiedTradeProduct',
      leaf('ram:Name', line.name),
      each(line.attributes, ({ name, value }) =>
        group('ram:ApplicableProductCharacteristic', leaf('ram:Description', name), leaf('ram:Value', value)),
      ),
    ),
    group(
      'ram:SpecifiedLineTradeAgreement',
      group(
        'ram:NetPriceProductTradePrice',
        leaf('ram:ChargeAmount', amountText(line.priceMinor, currency)),
        leaf('ram:BasisQuantity', line.priceBase, unitCode),
      ),
    ),
    group('ram:SpecifiedLineTradeDelivery', leaf('ram:BilledQuantity', line.quantity, unitCode)),
    group(
      'ram:SpecifiedLineTradeSettlement',
      group('ram:ApplicableTradeTax', tradeTax(line)),
      billingPeriod(line.period),
      group(
        'ram:SpecifiedTradeSettlementLineMonetarySummation',
        leaf('ram:LineTotalAmount', amountText(line.netMinor, currency)),
      ),
    ),
  );
}

const tradeTax = ({ category, rate }: VatTreatment): Xml =>
  sequence(leaf('ram:TypeCode', 'VAT'), leaf('ram:CategoryCode', category), leaf('ram:RateApplicablePercent', rate));

function settlement(invoice: EInvoice): Xml {
  const { currency, payment, totals } = invoice;
  const amount = (name: string, amountMinor: number | undefined): Xml =>
    amountMinor === undefined ? NOTHING : leaf(name, amountText(amountMinor, currency));
  return group(
    'ram:ApplicableHeaderTradeSettlement',
    leaf('ram:PaymentReference', payment.remittance),
    leaf('ram:TaxCurrencyCode', totals.euroTaxMinor === undefined ? undefined : 'EUR'),
    leaf('ram:InvoiceCurrencyCode', currency),
    group(
      'ram:SpecifiedTradeSettlementPaymentMeans',
      leaf('ram:TypeCode', payment.meansCode),
      leaf('ram:Information', payment.meansText),
      group(
        'ram:PayeePartyCreditorFinancialAccount',
        leaf('ram:IBANID', payment.account?.iban),
        leaf('ram:AccountName', payment.account?.holder),
      ),
      group('ram:PayeeSpecifiedCreditorFinancialInstitution', leaf('ram:BICID', payment.account?.bic)),
    ),
    each(invoice.vatBreakdown, (vat) =>
      group(
        'ram:ApplicableTradeTax',
        amount('ram:CalculatedAmount', vat.taxMinor),
        leaf('ram:TypeCode', 'VAT'),
        leaf('ram:ExemptionReason', vat.exemptionReason),
        amount('ram:BasisAmount', vat.taxableMinor),
        leaf('ram:CategoryCode', vat.category),
        leaf('ram:ExemptionReasonCode', vat.exemptionCode),
        leaf('ram:RateApplicablePercent', vat.rate),
      ),
    ),
    billingPeriod(invoice.period),
    each(invoice.allowances, (allowance) =>
      group(
        'ram:SpecifiedTradeAllowanceCharge',
        group('ram:ChargeIndicator', leaf('udt:Indicator', 'false')),
        leaf('ram:CalculationPercent', allowance.share?.percent),
        amount('ram:BasisAmount', allowance.share?.baseMinor),
        amount('ram:ActualAmount', allowance.amountMinor),
        leaf('ram:ReasonCode', allowance.reasonCode),
        leaf('ram:Reason', allowance.reason),
        group('ram:CategoryTradeTax', tradeTax(allowance)),
      ),
    ),
    group(
      'ram:SpecifiedTradePaymentTerms',
      leaf('ram:Description', payment.terms),
      dateTime('ram:DueDateDateTime', invoice.dueDate),
    ),
    group(
      'ram:SpecifiedTradeSettlementHeaderMonetarySummation',
      amount('ram:LineTotalAmount', totals.linesMinor),
      amount('ram:AllowanceTotalAmount', totals.allowancesMinor),
      amount('ram:TaxBasisTotalAmount', totals.netMinor),
      leaf('ram:TaxTotalAmount', amountText(totals.taxMinor, currency), { currencyID: currency }),
      totals.euroTaxMinor === undefined
        ? NOTHING
        : leaf('ram:TaxTotalAmount', amountText(totals.euroTaxMinor, 'EUR'), { currencyID: 'EUR' }),
      amount('ram:GrandTotalAmount', totals.grossMinor),
      amount('ram:DuePayableAmount', totals.payableMinor),
    ),
    // The schema of D16B has room for one; the note names all of them.
    each(invoice.precedingInvoices.slice(-1), ({ number, issueDate }) =>
      group(
        'ram:InvoiceReferencedDocument',
        leaf('ram:IssuerAssignedID', number),
        group('ram:FormattedIssueDateTime', day('qdt:DateTimeString', issueDate)),
      ),
    ),
    group('ram:ReceivableSpecifiedTradeAccountingAccount', leaf('ram:ID', invoice.accountingReference)),
  );
}

function sellerOf(seller: ESeller): Xml {
  const { contact } = seller;
  return partyOf(
    seller,
    [
      leaf('ram:Description', seller.legalInformation),
      group('ram:SpecifiedLegalOrganization', leaf('ram:ID', seller.legalRegistration)),
      group(
        'ram:DefinedTradeContact',
        leaf('ram:PersonName', contact.name),
        group('ram:TelephoneUniversalCommunication', leaf('ram:CompleteNumber', contact.phone)),
        group('ram:EmailURIUniversalCommunication', leaf('ram:URIID', contact.email)),
      ),
    ],
    taxRegistration(seller.taxNumber, 'FC'),
  );
}

const buyerOf = (buyer: EBuyer): Xml =>
  partyOf(buyer, [group('ram:DefinedTradeContact', leaf('ram:PersonName', buyer.contactName))], NOTHING);

function partyOf(
  { identifiers, name, address, electronicAddress, vatId }: EParty,
  afterName: readonly Xml[],
  last: Xml,
): Xml {
  return sequence(
    each(identifiers, (id) => leaf('ram:ID', id)),
    leaf('ram:Name', name),
    ...afterName,
    group(
      'ram:PostalTradeAddress',
      leaf('ram:PostcodeCode', address.postalCode),
      leaf('ram:LineOne', address.street),
      leaf('ram:LineTwo', address.additionalStreet),
      leaf('ram:CityName', address.city),
      leaf('ram:CountryID', address.country),
    ),
    electronicAddress === undefined
      ? NOTHING
      : group(
          'ram:URIUniversalCommunication',
          leaf('ram:URIID', electronicAddress.address, { schemeID: electronicAddress.scheme }),
        ),
    taxRegistration(vatId, 'VA'),
    last,
  );
}

const taxRegistration = (id: string | undefined, scheme: string): Xml =>
  group('ram:SpecifiedTaxRegistration', leaf('ram:ID', id, { schemeID: scheme }));

const billingPeriod = (period: Period | undefined): Xml =>
  group(
    'ram:BillingSpecifiedPeriod',
    dateTime('ram:StartDateTime', period?.from),
    dateTime('ram:EndDateTime', period?.to),
  );

const dateTime = (name: string, date: string | undefined): Xml => group(name, day('udt:DateTimeString', date));

/** `2026-03-31` as format 102, `20260331`. */
const day = (name: string, date: string | undefined): Xml => leaf(name, date?.replaceAll('-', ''), { format: '102' });
