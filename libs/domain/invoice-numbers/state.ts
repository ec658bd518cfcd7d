import { type InvoiceNumberEvent, type NumberedDocument } from './events';

export interface AssignedNumber {
  readonly number: string;
  readonly issueDate: string;
}

/** The numbers of a seller. Grows with every invoice: folding changes it in place. */
export interface InvoiceNumberState {
  /** Day of the latest number; empty before the first. */
  latestDate: string;
  /** Its place in its year. */
  latestSequence: number;
  readonly byDocument: Map<string, AssignedNumber>;
}

export const noNumbers = (): InvoiceNumberState => ({ latestDate: '', latestSequence: 0, byDocument: new Map() });

/** Tells documents apart; a document that asks again is known by it. */
export const documentKeyOf = (document: NumberedDocument): string =>
  document.kind === 'cancellation'
    ? document.cancels
    : `${document.workspaceId}/${document.month}/${document.billRevision}/${document.document}`;

export const numberOf = (state: InvoiceNumberState, document: NumberedDocument): AssignedNumber | undefined =>
  state.byDocument.get(documentKeyOf(document));

export function evolveInvoiceNumbers(state: InvoiceNumberState, { data }: InvoiceNumberEvent): InvoiceNumberState {
  const { number, issueDate, sequence, document } = data;
  state.byDocument.set(documentKeyOf(document), { number, issueDate });
  state.latestDate = issueDate;
  state.latestSequence = sequence;
  return state;
}
