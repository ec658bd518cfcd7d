/**
 * The event store: the port and its adapters (embedded/), the events' schemas and versions, the
 * hash chain, and the eventStore that puts them together for the other libraries.
 */
export * from './canonical-json';
export * from './chain';
export * from './chain-verifier';
export * from './codec';
export * from './copy';
export * from './embedded';
export * from './encrypting';
export * from './event-id';
export * from './event-store';
export * from './eventstoredb';
export * from './personal-data';
export * from './port';
export * from './schemas/describe';
export * from './schemas/events';
export * from './schemas/personal-properties';
export * from './schemas/types';
export * from './streams';
