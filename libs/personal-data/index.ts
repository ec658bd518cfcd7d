/** Personal data of members and buyers: encrypted with keys of their own, erased by destroying these. */
export * from './personal-data';
export * from './key-store';
export * from './file-key-store';
export { MongoKeyStore } from './mongodb-key-store';
export * from './master-key';
