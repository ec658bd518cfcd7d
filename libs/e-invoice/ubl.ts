import { amountText } from './amounts';
import {
  type DocumentTotals,
  type EBuyer,
  type EInvoice,
  type ELine,
  type EParty,
  type ESeller,
  type VatTreatment,
} from './model';
import { each, group, leaf, NOTHING, sequence, type Xml, xmlDocument } from './xml';

/** BT-24: the German CIUS that the document follows. */
const XRECHNUNG_ID = 'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0';
/** BT-23: the billing process of Peppol, which XRechnung takes over. */
const BILLING_PROCESS = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0';

const NAMESPACES = {
  '': 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2',
  cac: 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  cbc: 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
};

/** Writes an invoice in UBL 2.1, in the order of its schema (EN 16931-3-2). */
export function ublOf(invoice: EInvoice): string {
  const { currency, totals, payment, period } = invoice;
  const amount = (name: string, amountMinor: number | undefined): Xml =>
    amountMinor === undefined ? NOTHING : leaf(name, amountText(amountMinor, currency), { currencyID: currency });
  return xmlDocument(
    'Invoice',
    NAMESPACES,
    leaf('cbc:CustomizationID', XRECHNUNG_ID),
    leaf('cbc:ProfileID', BILLING_PROCESS),
    leaf('cbc:ID', invoice.number),
    leaf('cbc:IssueDate', invoice.issueDate),
    leaf('cbc:DueDate', invoice.dueDate),
    leaf('cbc:InvoiceTypeCode', invoice.typeCode),
    leaf('cbc:Note', invoice.note),
    leaf('cbc:DocumentCurrencyCode', currency),
    leaf('cbc:TaxCurrencyCode', totals.euroTaxMinor === undefined ? undefined : 'EUR'),
    leaf('cbc:AccountingCost', invoice.accountingReference),
    leaf('cbc:BuyerReference', invoice.buyerReference),
    group('cac:InvoicePeriod', leaf('cbc:StartDate', period?.from), leaf('cbc:EndDate', period?.to)),
    group('cac:OrderReference', leaf('cbc:ID', invoice.purchaseOrder)),
    each(invoice.precedingInvoices, ({ number, issueDate }) =>
      group(
        'cac:BillingReference',
        group('cac:InvoiceDocumentReference', leaf('cbc:ID', number), leaf('cbc:IssueDate', issueDate)),
      ),
    ),
    group('cac:ContractDocumentReference', leaf('cbc:ID', invoice.contractReference)),
    group('cac:AccountingSupplierParty', sellerOf(invoice.seller)),
    group('cac:AccountingCustomerParty', buyerOf(invoice.buyer)),
    group('cac:Delivery', leaf('cbc:ActualDeliveryDate', invoice.deliveredOn)),
    group(
      'cac:PaymentMeans',
      leaf('cbc:PaymentMeansCode', payment.meansCode, { name: payment.meansText }),
      leaf('cbc:PaymentID', payment.remittance),
      group(
        'cac:PayeeFinancialAccount',
        leaf('cbc:ID', payment.account?.iban),
        leaf('cbc:Name', payment.account?.holder),
        group('cac:FinancialInstitutionBranch', leaf('cbc:ID', payment.account?.bic)),
      ),
    ),
    group('cac:PaymentTerms', leaf('cbc:Note', payment.terms)),
    each(invoice.allowances, (allowance) =>
      group(
        'cac:AllowanceCharge',
        leaf('cbc:ChargeIndicator', 'false'),
        leaf('cbc:AllowanceChargeReasonCode', allowance.reasonCode),
        leaf('cbc:AllowanceChargeReason', allowance.reason),
        leaf('cbc:MultiplierFactorNumeric', allowance.share?.percent),
        amount('cbc:Amount', allowance.amountMinor),
        amount('cbc:BaseAmount', allowance.share?.baseMinor),
        taxCategory('cac:TaxCategory', allowance),
      ),
    ),
    group(
      'cac:TaxTotal',
      amount('cbc:TaxAmount', totals.taxMinor),
      each(invoice.vatBreakdown, (vat) =>
        group(
          'cac:TaxSubtotal',
          amount('cbc:TaxableAmount', vat.taxableMinor),
          amount('cbc:TaxAmount', vat.taxMinor),
          taxCategory(
            'cac:TaxCategory',
            vat,
            leaf('cbc:TaxExemptionReasonCode', vat.exemptionCode),
            leaf('cbc:TaxExemptionReason', vat.exemptionReason),
          ),
        ),
      ),
    ),
    group('cac:TaxTotal', euroTax(totals)),
    group(
      'cac:LegalMonetaryTotal',
      amount('cbc:LineExtensionAmount', totals.linesMinor),
      amount('cbc:TaxExclusiveAmount', totals.netMinor),
      amount('cbc:TaxInclusiveAmount', totals.grossMinor),
      amount('cbc:AllowanceTotalAmount', totals.allowancesMinor),
      amount('cbc:PayableAmount', totals.payableMinor),
    ),
    each(invoice.lines, (line) => invoiceLine(line, amount)),
  );
}

/** BT-111: a tax total without a breakdown. */
const euroTax = ({ euroTaxMinor }: DocumentTotals): Xml =>
  euroTaxMinor === undefined ? NOTHING : leaf('cbc:TaxAmount', amountText(euroTaxMinor, 'EUR'), { currencyID: 'EUR' });

function invoiceLine(line: ELine, amount: (name: string, amountMinor: number) => Xml): Xml {
  const unitCode = { unitCode: line.unitCode };
  return group(
    'cac:InvoiceLine',
    leaf('cbc:ID', line.id),
    leaf('cbc:Note', line.note),
    leaf('cbc:InvoicedQuantity', line.quantity, unitCode),
    amount('cbc:LineExtensionAmount', line.netMinor),
    group('cac:InvoicePeriod', leaf('cbc:StartDate', line.period.from), leaf('cbc:EndDate', line.period.to)),
    group(
      'cac:Item',
      leaf('cbc:Name', line.name),
      taxCategory('cac:ClassifiedTaxCategory', line),
      each(line.attributes, ({ name, value }) =>
        group('cac:AdditionalItemProperty', leaf('cbc:Name', name), leaf('cbc:Value', value)),
      ),
    ),
    group('cac:Price', amount('cbc:PriceAmount', line.priceMinor), leaf('cbc:BaseQuantity', line.priceBase, unitCode)),
  );
}

function taxCategory(name: string, { category, rate }: VatTreatment, ...exemption: readonly Xml[]): Xml {
  return group(name, leaf('cbc:ID', category), leaf('cbc:Percent', rate), ...exemption, taxScheme('VAT'));
}

const taxScheme = (scheme: string): Xml => group('cac:TaxScheme', leaf('cbc:ID', scheme));

const taxId = (id: string | undefined, scheme: string): Xml =>
  id === undefined ? NOTHING : group('cac:PartyTaxScheme', leaf('cbc:CompanyID', id), taxScheme(scheme));

function sellerOf(seller: ESeller): Xml {
  const { contact } = seller;
  return group(
    'cac:Party',
    addressesOf(seller),
    taxId(seller.vatId, 'VAT'),
    taxId(seller.taxNumber, 'FC'),
    group(
      'cac:PartyLegalEntity',
      leaf('cbc:RegistrationName', seller.name),
      leaf('cbc:CompanyID', seller.legalRegistration),
      leaf('cbc:CompanyLegalForm', seller.legalInformation),
    ),
    group(
      'cac:Contact',
      leaf('cbc:Name', contact.name),
      leaf('cbc:Telephone', contact.phone),
      leaf('cbc:ElectronicMail', contact.email),
    ),
  );
}

function buyerOf(buyer: EBuyer): Xml {
  return group(
    'cac:Party',
    addressesOf(buyer),
    taxId(buyer.vatId, 'VAT'),
    group('cac:PartyLegalEntity', leaf('cbc:RegistrationName', buyer.name)),
    group('cac:Contact', leaf('cbc:Name', buyer.contactName)),
  );
}

function addressesOf({ electronicAddress, identifiers, address }: EParty): Xml {
  const endpoint =
    electronicAddress === undefined
      ? NOTHING
      : leaf('cbc:EndpointID', electronicAddress.address, { schemeID: electronicAddress.scheme });
  const postal = group(
    'cac:PostalAddress',
    leaf('cbc:StreetName', address.street),
    leaf('cbc:AdditionalStreetName', address.additionalStreet),
    leaf('cbc:CityName', address.city),
    leaf('cbc:PostalZone', address.postalCode),
    group('cac:Country', leaf('cbc:IdentificationCode', address.country)),
  );
  const identified = each(identifiers, (id) => group('cac:PartyIdentification', leaf('cbc:ID', id)));
  return sequence(endpoint, identified, postal);
}
