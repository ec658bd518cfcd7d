/**
 * The read store: documents that projections keep, found by a few declared indexes; and the storage
 * of finished documents, by their hash.
 */
import type * as Mongo from './mongodb';

export * from './port';
export * from './embedded';
export { DamagedDocument, type DocumentStore, UnknownDocument } from './documents/port';
export { openDocumentFolder } from './documents/folder';

/** @see mongodb/index.ts; the driver is loaded only where it is used. */
export const openMongoStores: typeof Mongo.openMongoStores = (options) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./mongodb') as typeof Mongo).openMongoStores(options);

/** @see mongodb/index.ts */
export const openMongoDocuments: typeof Mongo.openMongoDocuments = (options) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./mongodb') as typeof Mongo).openMongoDocuments(options);
