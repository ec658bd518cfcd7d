/**
 * The audit: recount a month as it was known, explain a unit or an invoice, verify everything.
 * It only reads, and takes nothing for granted but the events themselves.
 */
export type { EventHistory, KnownAt } from './history';
export * from './evidence';
export * from './recount';
export * from './explain-unit';
export * from './explain-invoice';
