import { type DocumentStore } from '@seatledger/blob-store';
import { type CurrentExchangeRates } from '@seatledger/configuration';
import { type BillingMonth, conflict, type InvoiceDocument, type InvoiceState, ruleViolated } from '@seatledger/domain';
import { type EventStore } from '@seatledger/event-store';
import {
  type DatevAccounts,
  datevBatch,
  datevDebtors,
  type DatevDocument,
  DatevError,
  type DatevFileInput,
  type DatevInvoice,
  DebtorAccounts,
  documentIdOf,
  documentList,
  isIssuedIn,
} from '@seatledger/exports';
import { type BillingQueries } from '@seatledger/projections';

import { type Clock } from '../infrastructure/clock';
import { type ReadModels } from '../infrastructure/projections.module';
import { type ZipEntry } from './zip';

const DATEV_PARTS = ['debtors', 'documents'] as const;
/** What may come with a batch. */
export type DatevPart = (typeof DATEV_PARTS)[number];

/** `debtors,documents` as the parts that it names. */
export function datevParts(list: string): ReadonlySet<DatevPart> {
  const named = new Set<string>(list.split(','));
  return new Set(DATEV_PARTS.filter((part) => named.has(part)));
}

/** What the export reads from. */
export interface DatevExportParts {
  readonly eventStore: EventStore;
  readonly billingQueries: BillingQueries;
  readonly readModels: ReadModels;
  readonly documents: DocumentStore;
  readonly datevAccounts: DatevAccounts;
  readonly exchangeRates: CurrentExchangeRates;
  readonly clock: Clock;
}

const PAGE_SIZE = 1000;
/** How many numbers an error names. */
const MAX_NAMED = 5;
/** Where the documents lie in the archive, beside their list. */
const FOLDER = 'Belege';

/** An invoice of the month with what became of it. */
interface Issued extends DatevInvoice {
  readonly document: InvoiceDocument | undefined;
}

/**
 * The booking batch of the invoices issued in a month, alone.
 * @throws {DomainError} `datev-accounts-incomplete`, `rate-missing`
 */
export async function datevBatchOf(month: BillingMonth, parts: DatevExportParts): Promise<Uint8Array> {
  return batchOf(await issuedIn(month, parts), inputOf(month, parts), parts);
}

/**
 * The batch with the debtors' master data or the documents, file by file. Whatever can be wrong
 * is found before the first: the documents are read only as the archive is written.
 * @throws {DomainError} also `documents-missing`, while an invoice of the month has no document
 */
export async function datevArchiveOf(
  month: BillingMonth,
  wanted: ReadonlySet<DatevPart>,
  parts: DatevExportParts,
): Promise<ZipEntry[]> {
  const issued = await issuedIn(month, parts);
  const input = inputOf(month, parts);
  const withDocuments = wanted.has('documents') ? issued.map(withDocumentId) : issued;
  if (wanted.has('documents')) refuseIncomplete(issued);
  const file = (name: string, content: Uint8Array): ZipEntry => ({ name, read: () => Promise.resolve(content) });
  return [
    file(`EXTF_Buchungsstapel_${month}.csv`, batchOf(withDocuments, input, parts)),
    ...(wanted.has('debtors')
      ? [file(`EXTF_DebitorenKreditoren_${month}.csv`, datevDebtors(withDocuments, input))]
      : []),
    ...(wanted.has('documents') ? documentEntries(month, withDocuments, input, parts) : []),
  ];
}

const inputOf = (month: BillingMonth, { datevAccounts, clock }: DatevExportParts): DatevFileInput => ({
  month,
  accounts: datevAccounts,
  createdAt: clock(),
});

function batchOf(
  invoices: readonly DatevInvoice[],
  input: DatevFileInput,
  { exchangeRates }: DatevExportParts,
): Uint8Array {
  return naming(() => datevBatch(invoices, { ...input, exchangeRates: exchangeRates() }));
}

/** The month's invoices with the debtors' accounts, which all invoices before them decide. */
async function issuedIn(month: BillingMonth, parts: DatevExportParts): Promise<Issued[]> {
  const { billingQueries, datevAccounts, eventStore, readModels } = parts;
  // A batch that lacks the latest invoices would never be completed.
  await readModels.billing.reached(await eventStore.storage.head(), 5000);
  const debtors = new DebtorAccounts(datevAccounts);
  const issued: Issued[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await billingQueries.invoices({}, PAGE_SIZE, after);
    for (const { state } of items) {
      const debtor = naming(() => debtors.of(state.invoice.workspaceId));
      if (isIssuedIn(month, state.invoice)) issued.push(issuedOf(state, debtor));
    }
    after = next ?? undefined;
  } while (after !== undefined);
  return issued;
}

const issuedOf = ({ invoice, document }: InvoiceState, debtor: string): Issued => ({ invoice, document, debtor });

const withDocumentId = (issued: Issued): Issued =>
  issued.document === undefined
    ? issued
    : { ...issued, documentId: documentIdOf(issued.invoice.number, issued.document.sha256) };

function refuseIncomplete(issued: readonly Issued[]): void {
  const missing = issued.filter(({ document }) => document === undefined).map(({ invoice }) => invoice.number);
  if (missing.length === 0) return;
  const named = missing.slice(0, MAX_NAMED).join(', ');
  const others = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : '';
  throw conflict('documents-missing', `These invoices have no document yet: ${named}${others}.`);
}

function documentEntries(
  month: BillingMonth,
  issued: readonly Issued[],
  { createdAt }: DatevFileInput,
  { documents }: DatevExportParts,
): ZipEntry[] {
  const listed: DatevDocument[] = [];
  const files = issued.flatMap(({ invoice, document, documentId }): ZipEntry[] => {
    if (document === undefined || documentId === undefined) return [];
    const { number } = invoice;
    listed.push({ id: documentId, number, files: [`${number}.pdf`, `${number}.xml`] });
    return [
      { name: `${FOLDER}/${number}.pdf`, read: () => documents.get(document.sha256), isCompressed: true },
      { name: `${FOLDER}/${number}.xml`, read: () => documents.get(document.xml.sha256) },
    ];
  });
  const list = Buffer.from(documentList(month, listed, createdAt));
  return [{ name: `${FOLDER}/document.xml`, read: () => Promise.resolve(list) }, ...files];
}

/** What the accounts file lacks is told to the caller. */
function naming<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof DatevError)) throw error;
    throw ruleViolated('datev-accounts-incomplete', `DATEV_ACCOUNTS_FILE: ${error.message}.`);
  }
}
