import { ruleViolated } from '../domain-error';
import { vatTerritoryOf } from '../tax/territories';
import { isVatIdWellFormed, vatIdPrefixOf } from '../tax/vat-id';
import { COUNTRIES } from './code-lists';
import { type BillTo } from './terms';

/** The Union as it is now decides whose VAT ids are checked. */
const TODAY = '9999-12-31';

/** @throws {DomainError} an address whose invoices would name another tax than is due */
export function refuseAddress(billTo: BillTo): void {
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
