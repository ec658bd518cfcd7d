/** The embedded read store: documents in one SQLite file, without a server. */
export { type EmbeddedReadStoreOptions, openEmbeddedReadStore } from './read-store';
