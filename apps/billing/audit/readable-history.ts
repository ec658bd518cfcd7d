/** The history as an auditor reads it: what events say of buyers decrypted. */
export const READABLE_HISTORY = Symbol('readable history');
