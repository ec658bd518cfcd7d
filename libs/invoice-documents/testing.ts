/** For test code of other libraries, of test/ and of bench/. Nothing in the product imports it. */
export * from './testing/samples';
export { readTemplateFiles } from './template/template-files';
export { invoiceView } from './view/invoice-view';
