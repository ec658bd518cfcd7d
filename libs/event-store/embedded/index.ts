/** The embedded event store: streams in one SQLite file, without a server. */
export { type EmbeddedEventStore, type EmbeddedEventStoreOptions, openEmbeddedEventStore } from './event-store';
export { DamagedEvent, type EmbeddedHistory, openEmbeddedHistory } from './history';
