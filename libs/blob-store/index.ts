/** Finished documents, found by the SHA-256 of their bytes. */
import { type MongoConnection } from '@seatledger/mongodb';

import type * as GridFs from './gridfs';
import { type DocumentStore } from './port';

export { openDocumentFolder } from './folder';
export { DamagedDocument, type DocumentStore, UnknownDocument } from './port';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const gridFs = (): typeof GridFs.GridFsDocuments => (require('./gridfs') as typeof GridFs).GridFsDocuments;

/** Documents in GridFS; loaded only where it is used. */
export const openGridFs = (connection: MongoConnection): Promise<DocumentStore> => gridFs().open(connection);

/** The same for callers that only read: not even an index is made. */
export const readGridFs = (connection: MongoConnection): Pick<DocumentStore, 'get' | 'has'> =>
  gridFs().asTheyAre(connection);
