import { type DocumentStore, openGridFs } from '@seatledger/blob-store';
import { connectMongo, type MongoOptions } from '@seatledger/mongodb';
import { openMongoReadStore, type ReadStore } from '@seatledger/read-store';

/** Both stores over one connection, as the service opens them; closing the read store closes it. */
export async function openMongoStores(
  options: MongoOptions,
): Promise<{ readStore: ReadStore; documents: DocumentStore }> {
  const connection = await connectMongo(options);
  try {
    return { readStore: await openMongoReadStore(connection), documents: await openGridFs(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
