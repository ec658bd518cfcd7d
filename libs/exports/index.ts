/** Files for spreadsheets and for the accountant: CSV, XLSX, DATEV. */
export { type Licensee, licenseesCsv } from './licensees-csv';
export { licenseesXlsx } from './licensees-xlsx';
export {
  type DatevAccounts,
  datevBatch,
  DatevError,
  type DatevInvoice,
  DebtorAccounts,
  DEFAULT_DATEV_ACCOUNTS,
} from './datev';
