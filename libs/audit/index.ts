/**
 * The audit: recount a month as it was known, explain a unit or an invoice, verify everything.
 * It only reads, and takes nothing for granted but the events themselves.
 */
export { type EventHistory, type EvidenceKeys, historyOf, type KnownAt } from './history';
export * from './evidence';
export * from './recount';
export * from './explain-unit';
export * from './explain-invoice';
export { type Anchor, parseAnchor, takeAnchor } from './verify/anchor';
export type { Check, Failure } from './verify/failure';
export type { DocumentReader } from './verify/documents';
export { type Checked, verify, type VerifyParts, type VerifyScope, type VerifyStep } from './verify/verify';
export { type Cost, type OtherTerms, whatIf, type WhatIf, type WhatIfMonth } from './what-if/what-if';
export { chartOf } from './what-if/chart';
export { type BundleFile, makeBundle } from './bundle/bundle';
