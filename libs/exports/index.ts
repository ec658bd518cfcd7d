/** Files for spreadsheets and for the accountant: CSV, XLSX, DATEV. */
export { type DatevAccounts, DatevError, DebtorAccounts, DEFAULT_DATEV_ACCOUNTS } from './datev/accounts';
export { datevBatch, type DatevBatchInput, type DatevInvoice, isIssuedIn } from './datev/batch';
export { datevDebtors } from './datev/debtors';
export { type DatevDocument, documentIdOf, documentList } from './datev/documents';
export type { DatevFileInput } from './datev/format';
export { type Licensee, licenseesCsv } from './licensees-csv';
export { licenseesXlsx } from './workbook';
