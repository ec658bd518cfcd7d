/** Invoices as documents: HTML and PDF. */
export type { InvoiceRenderer, InvoiceRendererOptions, RenderedDocument } from './invoice-renderer';
export { createInvoiceRenderer } from './invoice-renderer';
export { PREVIEW_KINDS, type PreviewInvoice, previewInvoice, type PreviewKind } from './preview/preview';
export { TemplateError } from './template/template-error';
export type { AnnexUnit } from './view/annex';
export { formatFor } from './view/format';
export type { InvoiceView } from './view/invoice-view';
