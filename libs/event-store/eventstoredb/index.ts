/** The event store on an EventStoreDB server or cluster, 23.10 or newer. */
export { type EventStoreDbOptions, openEventStoreDb } from './event-store';
export { BadConnectionString, parseConnectionString } from './connection-string';
