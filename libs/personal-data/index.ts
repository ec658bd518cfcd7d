/** Personal data of members and buyers: encrypted with keys of their own, erased by destroying these. */
export * from './file-key-store';
export * from './key-store';
export * from './master-key';
export { MongoKeyStore } from './mongodb-key-store';
export * from './personal-data';
