/**
 * Entry point for the test code of other packages, of test/ and of bench/; nothing in the product imports it.
 * The embedded store alone, without the billing events that come through the main entry point, starts
 * quickly in a process that is about to be killed.
 */
export * from './embedded';
export * from './event-store.contract';
export * from './eventstoredb';
export * from './port';
