import { type MongoConnection } from '@seatledger/mongodb';

import { type ReadStore } from '../port';
import { MongoReadStore } from './read-store';

/** Opens the read store in a database of MongoDB; closing it closes the connection. */
export const openMongoReadStore = (connection: MongoConnection): Promise<ReadStore> => MongoReadStore.open(connection);
