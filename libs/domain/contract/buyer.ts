import { type BillingMonth, lastDayOf } from '../billing/billing-month';
import { ruleViolated } from '../domain-error';
import { vatTerritoryOf } from '../tax/territories';
import { isVatIdWellFormed, vatIdPrefixOf } from '../tax/vat-id';
import { COUNTRIES } from './code-lists';
import { isLeitwegId, looksLikeLeitwegId } from './leitweg-id';
import { type BillTo, type Buyer } from './terms';

/** The Union as it is now decides whose VAT ids are checked. */
const TODAY = '9999-12-31';

function refuseAddress(billTo: BillTo): void {
  if (!COUNTRIES.has(billTo.country)) {
    throw ruleViolated('unknown-country', `${billTo.country} is not an ISO 3166-1 country.`);
  }
  refuseVatId(billTo);
}

/** 0 % rests on a VAT id: one of another place, or with wrong check digits, would decide a tax that is not due. */
function refuseVatId(billTo: BillTo): void {
  const { vatId } = billTo;
  if (vatId === undefined) return;
  const territory = vatTerritoryOf(billTo, TODAY);
  const prefix = vatIdPrefixOf(territory.code);
  if (territory.isInEu && !vatId.startsWith(prefix)) {
    throw ruleViolated('vat-id-of-another-country', `A VAT id of a buyer in ${billTo.country} begins with ${prefix}.`);
  }
  if (!isVatIdWellFormed(vatId)) {
    throw ruleViolated('vat-id-invalid', `The form or the check digits of this ${vatId.slice(0, 2)} VAT id are wrong.`);
  }
}

/** What is remarkable about a contract that is taken all the same. */
export interface ContractWarning {
  readonly code: 'vat-id-missing' | 'leitweg-id-missing' | 'leitweg-id-invalid';
  readonly message: string;
}

/** @throws {DomainError} a buyer to whom invoices of the month could not be made */
export function refuseBuyer(buyer: Buyer, month: BillingMonth): void {
  refuseAddress(buyer);
  refuseLeitwegId(buyer);
  const { code, isInEu } = vatTerritoryOf(buyer, lastDayOf(month));
  if (isInEu && code === 'DE') return;
  if (buyer.buyerKind === 'consumer' && !isInEu) {
    throw ruleViolated('consumer-abroad-not-supported', `Consumers outside the EU's VAT area are not billed.`);
  }
  const owesItselfNoTax = buyer.buyerKind === 'consumer' || (buyer.buyerKind === 'public' && buyer.vatId === undefined);
  if (owesItselfNoTax && isInEu) {
    throw ruleViolated(
      'oss-not-supported',
      `Consumers, and public bodies without a VAT id, in ${code} owe that country's VAT (One Stop Shop), which is not supported.`,
    );
  }
}

function refuseLeitwegId({ buyerKind, country, reference }: Buyer): void {
  if (buyerKind !== 'public' || country !== 'DE' || reference === undefined || isLeitwegId(reference)) return;
  throw ruleViolated(
    'leitweg-id-invalid',
    'The reference of a public body in Germany is its Leitweg-ID, with right check digits, such as 04011000-1234512345-06.',
  );
}

/** What to remark about the buyer of a month. */
export function buyerWarnings(buyer: Buyer, month: BillingMonth): ContractWarning[] {
  const { code, isInEu } = vatTerritoryOf(buyer, lastDayOf(month));
  const { buyerKind, vatId, reference } = buyer;
  const warnings: ContractWarning[] = [];
  if (buyerKind === 'business' && isInEu && code !== 'DE' && vatId === undefined) {
    warnings.push({
      code: 'vat-id-missing',
      message: `A business in ${code} without a VAT id is billed with German VAT, as a consumer would be.`,
    });
  }
  if (buyerKind === 'public' && buyer.country === 'DE' && reference === undefined) {
    warnings.push({
      code: 'leitweg-id-missing',
      message: 'Public bodies in Germany ask for their Leitweg-ID as reference on an XRechnung.',
    });
  }
  if (reference !== undefined && looksLikeLeitwegId(reference) && !isLeitwegId(reference)) {
    warnings.push({
      code: 'leitweg-id-invalid',
      message: 'The reference looks like a Leitweg-ID, but its check digits are wrong.',
    });
  }
  return warnings;
}
