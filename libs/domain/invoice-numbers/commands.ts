import { type NumberedDocument } from './events';

/** Numbers for documents, in their order; those that have one keep it. */
export interface AssignNumbers {
  readonly type: 'AssignNumbers';
  readonly prefix: string;
  readonly documents: readonly NumberedDocument[];
  /** The day at the seller's place. */
  readonly today: string;
}

export type InvoiceNumberCommand = AssignNumbers;
