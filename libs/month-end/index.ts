/**
 * The month close as a durable process: closing, numbering, issuing, rendering and delivering,
 * each step an event that another start or another process can go on from.
 */
export * from './billed-units';
export * from './billing-facts';
export * from './billing-steps';
export * from './closings';
export * from './delivery/mail';
export * from './delivery/outbox';
export * from './delivery/smtp';
export * from './due-months';
export * from './month-closing';
export * from './ports';
export * from './work-runner';
