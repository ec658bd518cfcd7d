/** Door for test code of other rooms and of test/. Nothing in the product imports it. */
export * from './read-store.contract';
export * from './documents/document-store.contract';
