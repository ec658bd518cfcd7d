/** Invoices as documents: HTML and PDF. */
export { createInvoiceRenderer } from './invoice-renderer';
export type { InvoiceRenderer, InvoiceRendererOptions, RenderedDocument } from './invoice-renderer';
export { TemplateError } from './template/template-error';
export { PREVIEW_KINDS, previewInvoice, type PreviewInvoice, type PreviewKind } from './preview/preview';
export type { AnnexUnit } from './view/annex';
export { formatFor } from './view/format';
export type { InvoiceView } from './view/invoice-view';
