import { GridFsDocuments } from '../documents/gridfs';
import { type DocumentStore } from '../documents/port';
import { type ReadStore } from '../port';
import { MongoConnection, type MongoOptions } from './connection';
import { MongoReadStore } from './read-store';

/**
 * Opens the read store and the storage of documents in one database of a MongoDB replica set,
 * over one connection; closing the read store closes it.
 * @throws {ReadStoreUnavailable} that says what is wrong with the URL or with the server behind it
 */
export async function openMongoStores(
  options: MongoOptions,
): Promise<{ readStore: ReadStore; documents: DocumentStore }> {
  const connection = await MongoConnection.open(options);
  try {
    return { readStore: await MongoReadStore.open(connection), documents: await GridFsDocuments.open(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/**
 * Opens the storage of documents alone, for somebody who only reads: not even an index is made.
 * @throws {ReadStoreUnavailable} that says what is wrong with the URL or with the server behind it
 */
export async function openMongoDocuments(
  options: MongoOptions,
): Promise<{ documents: Pick<DocumentStore, 'get' | 'has'>; close: () => Promise<void> }> {
  const connection = await MongoConnection.open(options);
  return { documents: GridFsDocuments.asTheyAre(connection), close: () => connection.close() };
}
