/**
 * The billing domain: pure functions over plain data. No framework, no clock, no I/O; times and
 * ids come in as arguments. One folder per concept, read in the order events, commands, state,
 * decide, evolve, decider.
 */
export * from './domain-error';
export * from './event';
export * from './decider';
export * from './defined';
export * from './workspace/events';
export * from './workspace/commands';
export * from './workspace/state';
export * from './workspace/decide';
export * from './workspace/evolve';
export * from './workspace/decider';
export * from './workspace/prune';
export * from './workspace/serialize';
export * from './contract/terms';
export * from './contract/code-lists';
export * from './contract/events';
export * from './contract/commands';
export * from './contract/state';
export * from './contract/decide';
export * from './contract/evolve';
export * from './contract/decider';
export * from './counting/timeline';
export * from './counting/activity';
export * from './counting/count';
export * from './counting/list';
export * from './pricing/money';
export * from './pricing/price';
export * from './tax/vat';
export * from './month/billing-month';
export * from './month/events';
export * from './month/commands';
export * from './month/state';
export * from './month/decide';
export * from './month/close';
export * from './month/due';
export * from './month/closing-run';
export * from './invoice/events';
export * from './invoice/commands';
export * from './invoice/state';
export * from './invoice/decide';
export * from './invoice/decider';
export * from './invoice/issue';
export * from './invoice/corrections';
export * from './invoice/describe';
