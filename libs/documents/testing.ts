/** Door for test code of other rooms, of test/ and of bench/. Nothing in the product imports it. */
export * from './testing/samples';
export * from './testing/pdf-text';
export * from './testing/peers';
