/** The read store: documents that projections keep, found by a few declared indexes. */
export * from './port';
export * from './embedded';
