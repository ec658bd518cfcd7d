/** The read store: documents that projections keep, found by a few declared indexes. */
import type * as Mongo from './mongodb';

export * from './embedded';
export * from './port';

/** @see mongodb/index.ts; loaded only where it is used. */
export const openMongoReadStore: typeof Mongo.openMongoReadStore = (connection) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./mongodb') as typeof Mongo).openMongoReadStore(connection);
