/** For test code of other libraries and of test/. Nothing in the product imports it. */
export * from './document-store.contract';
