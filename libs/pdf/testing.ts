/** For test code of other libraries, of test/ and of bench/. Nothing in the product imports it. */
export * from './testing/pdf-a';
export * from './testing/pdf-places';
export * from './testing/pdf-structure';
export * from './testing/pdf-text';
export * from './testing/peers';
export * from './testing/printed-pdf';
export * from './testing/temporary-folder';
