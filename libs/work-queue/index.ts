/** Which process does which step of durable work, and what waits for another try. */
export * from './leases';
