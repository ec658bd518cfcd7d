/**
 * The audit: recount a month as it was known, explain a unit or an invoice, verify everything.
 * It only reads, and takes nothing for granted but the events themselves.
 */
export { type BundleFile, makeBundle } from './bundle/bundle';
export * from './evidence';
export * from './explain-invoice';
export * from './explain-unit';
export { type EventHistory, type EvidenceKeys, historyOf, type KnownAt } from './history';
export * from './recount';
export { type Anchor, parseAnchor, takeAnchor } from './verify/anchor';
export type { DocumentReader } from './verify/documents';
export type { Check, Failure } from './verify/failure';
export { type Checked, verify, type VerifyParts, type VerifyScope, type VerifyStep } from './verify/verify';
export { chartOf } from './what-if/chart';
export { type Cost, type OtherTerms, type WhatIf, whatIf, type WhatIfMonth } from './what-if/what-if';
