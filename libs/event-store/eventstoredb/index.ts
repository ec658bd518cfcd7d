/** The event store on an EventStoreDB server or cluster, 23.10 or newer. */
export { BadConnectionString, parseConnectionString } from './connection-string';
export { type EventStoreDbOptions, openEventStoreDb } from './event-store';
