import { documentKeyOf, invoiceNumber, type NumberedDocument } from '@seatledger/domain';
import { subjectOf } from '@seatledger/event-store';

import { nameOf } from '../evidence';
import { type StoredNumber } from '../numbers';
import { type Failure, failureAt } from './failure';

/** A number as it was assigned, and what for. */
export interface Assignment {
  readonly stored: StoredNumber;
  readonly document: NumberedDocument;
}

/**
 * The numbers of a seller: without gap from 1 in each year, each made of prefix, year and place, dates
 * that never go back, and one number for one document (§ 14 (4) no. 4 UStG).
 */
export class NumberBook {
  private readonly byNumber = new Map<string, Assignment>();
  private readonly byDocument = new Map<string, Assignment>();
  private readonly byWorkspace = new Map<string, Assignment[]>();
  private readonly latest = new Map<string, { readonly sequence: number; readonly date: string }>();

  /** Takes the next number of its seller. */
  take(stored: StoredNumber): Failure[] {
    const { number, sequence, document, issueDate } = stored.event.data;
    const failures: Failure[] = [];
    const fail = (detail: string): void =>
      void failures.push(failureAt('number', stored, detail, { invoiceNumber: number }));

    const prefix = subjectOf(stored.stream);
    const year = issueDate.slice(0, 4);
    const before = this.latest.get(prefix) ?? { sequence: 0, date: '' };
    this.latest.set(prefix, { sequence, date: issueDate });
    const last = before.date.slice(0, 4) === year ? before.sequence : 0;
    if (sequence !== last + 1) fail(`number ${sequence} of ${year} follows ${last}: the series has a gap`);
    if (issueDate < before.date)
      fail(`its date ${issueDate} lies before ${before.date}, the date of the number before`);
    const expected = invoiceNumber(prefix, issueDate, sequence);
    if (number !== expected) fail(`the number ${number} is where ${expected} belongs`);

    const assignment = { stored, document };
    const key = documentKeyOf(document);
    for (const [other, what] of [
      [this.byNumber.get(number), `${number} was assigned before`],
      [this.byDocument.get(key), `${key} has a number already`],
    ] as const) {
      if (other !== undefined) fail(`${what}, by ${nameOf(other.stored)}`);
    }
    this.byNumber.set(number, assignment);
    this.byDocument.set(key, assignment);
    if (document.kind === 'bill') {
      const known = this.byWorkspace.get(document.workspaceId);
      if (known === undefined) this.byWorkspace.set(document.workspaceId, [assignment]);
      else known.push(assignment);
    }
    return failures;
  }

  get size(): number {
    return this.byNumber.size;
  }

  numbered(number: string): Assignment | undefined {
    return this.byNumber.get(number);
  }

  of(document: NumberedDocument): Assignment | undefined {
    return this.byDocument.get(documentKeyOf(document));
  }

  forCancellationOf(number: string): Assignment | undefined {
    return this.of({ kind: 'cancellation', cancels: number });
  }

  /** The numbers of a workspace's bills, and of the cancellations of those. */
  ofWorkspace(workspaceId: string): Assignment[] {
    const bills = this.byWorkspace.get(workspaceId) ?? [];
    return bills.flatMap((assignment) => {
      const cancellation = this.forCancellationOf(assignment.stored.event.data.number);
      return cancellation === undefined ? [assignment] : [assignment, cancellation];
    });
  }

  /** The workspaces that numbers were assigned for. */
  workspaces(): string[] {
    return [...this.byWorkspace.keys()];
  }

  /** Cancellations of numbers that are no invoice of any workspace. */
  strayCancellations(): Assignment[] {
    return [...this.byDocument.values()].filter(
      ({ document }) => document.kind === 'cancellation' && !this.byNumber.has(document.cancels),
    );
  }
}
