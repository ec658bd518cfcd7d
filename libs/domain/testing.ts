/** Entry point for the test code of other packages, of test/ and of bench/. Nothing in the product imports it. */
export * from './testing/facts';
export * from './testing/given';
export * from './testing/random-history';
