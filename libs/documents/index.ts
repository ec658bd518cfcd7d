/** Invoices as documents: HTML and PDF; exports as files. */
export { createInvoiceRenderer } from './renderer/invoice-renderer';
export type { InvoiceRenderer, InvoiceRendererOptions, RenderedDocument } from './renderer/invoice-renderer';
export { RenderError, type RenderFailure } from './renderer/render-error';
export { BrowserUnavailable } from './browser/program';
export { TemplateError } from './template/template-error';
export { PREVIEW_KINDS, previewInvoice, type PreviewInvoice, type PreviewKind } from './preview/preview';
export type { AnnexUnit } from './view/annex';
export type { InvoiceView } from './view/invoice-view';
export { type Licensee, licenseesCsv } from './exports/licensees-csv';
export { licenseesXlsx } from './exports/licensees-xlsx';
export * from './einvoice';
export {
  type DatevAccounts,
  datevBatch,
  DatevError,
  type DatevInvoice,
  DebtorAccounts,
  DEFAULT_DATEV_ACCOUNTS,
} from './exports/datev';
