import { type BillTo, vatTerritoryOf } from '@seatledger/domain';

import { type DatevInvoice } from './batch';
import { DEBTOR_COLUMNS } from './debtor-columns';
import { datevFile, type DatevFileInput, rowOf, text } from './format';

const DEBTORS = { category: 16, name: 'Debitoren/Kreditoren', version: 5 };
/** Adressattyp 2: a company. */
const COMPANY = '2';
/** Adressart: a street and no post box. */
const STREET = 'STR';
/** Sprache. */
const LANGUAGES = { de: '1', en: '5' } as const;

/**
 * The master data of the debtors of a batch, each as its latest invoice names it. Texts are cut
 * to the lengths of DATEV's fields.
 */
export function datevDebtors(invoices: readonly DatevInvoice[], input: DatevFileInput): Uint8Array {
  const latest = new Map<string, DatevInvoice>();
  for (const each of invoices) {
    const known = latest.get(each.debtor);
    if (known === undefined || known.invoice.issueDate <= each.invoice.issueDate) latest.set(each.debtor, each);
  }
  const rows = [...latest.values()].sort((a, b) => Number(a.debtor) - Number(b.debtor)).map(rowOfDebtor);
  const kind = { period: false, title: `Debitoren ${input.month}` };
  return datevFile(DEBTORS, kind, DEBTOR_COLUMNS, rows, input);
}

function rowOfDebtor({ invoice, debtor }: DatevInvoice): string[] {
  const { buyer, workspaceId, language, paymentTermDays, kind, seller } = invoice;
  const fields = new Map([
    ['Konto', debtor],
    ['Name (Adressattyp Unternehmen)', text(buyer.name, 50)],
    ['Adressattyp', text(COMPANY)],
    ['Kurzbezeichnung', text(buyer.name, 15)],
    ['Adressart', text(STREET)],
    ['Straße', text(buyer.street, 36)],
    ['Postleitzahl', text(buyer.postalCode, 10)],
    ['Ort', text(buyer.city, 30)],
    ['Land', text(buyer.country)],
    ['Kunden-/Lief.-Nr.', text(workspaceId, 15)],
    ['Nummer Fremdsystem', text(workspaceId, 15)],
    ['Sprache', LANGUAGES[language]],
    ...vatIdFields(buyer, invoice.issueDate, seller.country),
  ]);
  // A cancellation says nothing about the terms.
  if (kind !== 'cancellation') fields.set('Fälligkeit in Tagen (Debitor)', String(paymentTermDays));
  if (invoice.invoiceMailbox !== undefined) fields.set('E-Mail', text(invoice.invoiceMailbox, 60));
  return rowOf(DEBTOR_COLUMNS, fields);
}

/** An id of another country of the Union, its country apart. */
function vatIdFields(buyer: BillTo, day: string, sellersCountry: string): [string, string][] {
  const { vatId } = buyer;
  const territory = vatTerritoryOf(buyer, day);
  if (vatId === undefined || territory.code === sellersCountry || !territory.isInEu) return [];
  return [
    ['EU-Land', text(vatId.slice(0, 2))],
    ['EU-UStID', text(vatId.slice(2), 13)],
  ];
}
