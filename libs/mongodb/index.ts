/** One connection to a MongoDB replica set, shared by the stores that are kept there. */
import type * as Connection from './connection';

export type { MongoConnection, MongoOptions } from './connection';
export { areDuplicateKeys, isDuplicateKey, MongoUnavailable } from './errors';

/**
 * Connects to the database that the URL names; the driver is loaded only where it is used.
 * @throws {MongoUnavailable} that says what is wrong with the URL or with the server behind it
 */
export const connectMongo = (options: Connection.MongoOptions): Promise<Connection.MongoConnection> =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./connection') as typeof Connection).MongoConnection.open(options);
