/**
 * The read store: documents that projections keep, found by a few declared indexes; and the storage
 * of finished documents, by their hash.
 */
export * from './port';
export * from './embedded';
export { DamagedDocument, type DocumentStore, UnknownDocument } from './documents/port';
export { openDocumentFolder } from './documents/folder';
