/** For test code of other libraries, of test/ and of bench/. Nothing in the product imports it. */
export { readTemplateFiles } from './template/template-files';
export * from './testing/samples';
export { invoiceView } from './view/invoice-view';
