import { givenNumbers, NOW } from '../testing/given';
import { type InvoiceNumberAssigned, type NumberedDocument } from './events';

const bill = (month: string): NumberedDocument => ({
  kind: 'bill',
  workspaceId: 'W',
  month,
  billRevision: 0,
  document: 0,
});
const cancellation: NumberedDocument = { kind: 'cancellation', cancels: 'RE-2026-000001' };
const assigned = (number: string, document: NumberedDocument, issueDate: string): InvoiceNumberAssigned => ({
  type: 'InvoiceNumberAssigned',
  data: { number, sequence: Number(number.slice(-6)), document, issueDate },
  occurredAt: NOW,
});
const assign = (today: string, ...documents: NumberedDocument[]) =>
  ({ type: 'AssignNumbers', prefix: 'RE', documents, today }) as const;

const first = assigned('RE-2026-000001', bill('2026-11'), '2026-12-01');

describe('the numbers of a seller', () => {
  it('are given in the order of the documents, without gap', () => {
    givenNumbers([])
      .when(assign('2026-12-01', bill('2026-11'), cancellation))
      .then(first, assigned('RE-2026-000002', cancellation, '2026-12-01'));
  });
  it('belong to a document for good', () => {
    givenNumbers([first])
      .when(assign('2027-01-02', bill('2026-11')))
      .thenNothing();
    givenNumbers([first])
      .when(assign('2026-12-31', bill('2026-11'), bill('2026-12'), bill('2026-12')))
      .then(assigned('RE-2026-000002', bill('2026-12'), '2026-12-31'));
  });
  it('begin again with the year of the issue date', () => {
    givenNumbers([first])
      .when(assign('2027-01-01', bill('2026-12')))
      .then(assigned('RE-2027-000001', bill('2026-12'), '2027-01-01'));
  });
  it('never go back: the first number of a year ends the year before it, whatever a clock that is behind says', () => {
    const newYear = assigned('RE-2027-000001', bill('2026-12'), '2027-01-01');
    givenNumbers([first, newYear])
      .when(assign('2026-12-31', cancellation))
      .then(assigned('RE-2027-000002', cancellation, '2027-01-01'));
    givenNumbers([first, newYear])
      .when(assign('2026-12-31', bill('2026-12')))
      .thenNothing();
  });
});
