/**
 * Carrying commands out: load the subject, decide, append, answer; conflicts, idempotency keys
 * and the encryption of personal data. What a command means is decided in the domain.
 */
export * from './aggregate';
export * from './context';
export * from './erasures';
export * from './queue';
export * from './queues';
export * from './snapshots';
export * from './subjects';
