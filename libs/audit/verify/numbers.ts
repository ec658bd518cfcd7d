import { invoiceNumber } from '@seatledger/domain';

import { nameOf } from '../evidence';
import { type NumberSubject, type StoredNumber, subjectOfNumber } from '../numbers';
import { type Failure, failureAt } from './failure';

/** A number as it was assigned, and what for. */
export interface Assignment {
  readonly stored: StoredNumber;
  readonly subject: NumberSubject | undefined;
}

/**
 * The series of numbers: without gap from 1, each number made of the series' prefix, the year and
 * its place, dates that never go back, and one number for one subject (§ 14 (4) no. 4 UStG).
 */
export class NumberBook {
  private readonly byNumber = new Map<string, Assignment>();
  private readonly bySubject = new Map<string, Assignment>();
  private readonly byWorkspace = new Map<string, Assignment[]>();
  private readonly latest = new Map<string, { readonly sequence: number; readonly date: string }>();

  /** Takes the next number of its series. */
  take(stored: StoredNumber): Failure[] {
    const { number, sequence, subject, issueDate } = stored.event.data;
    const failures: Failure[] = [];
    const fail = (detail: string): void =>
      void failures.push(failureAt('number', stored, detail, { invoiceNumber: number }));

    const [, prefix = '', year = ''] = /^series-(.+)_(\d{4})$/.exec(stored.stream) ?? [];
    const before = this.latest.get(stored.stream) ?? { sequence: 0, date: `${year}-01-01` };
    this.latest.set(stored.stream, { sequence, date: issueDate });
    if (sequence !== before.sequence + 1) fail(`number ${sequence} follows ${before.sequence}: the series has a gap`);
    if (issueDate < before.date)
      fail(`its date ${issueDate} lies before ${before.date}, the date of the number before`);
    if (issueDate.slice(0, 4) !== year) fail(`its date ${issueDate} is not in the year of ${stored.stream}`);
    const expected = invoiceNumber(prefix, `${year}-01-01`, sequence);
    if (number !== expected) fail(`the number ${number} is where ${expected} belongs`);

    const assignment = { stored, subject: subjectOfNumber(subject) };
    if (assignment.subject === undefined) fail(`nobody knows what "${subject}" is`);
    for (const [other, what] of [
      [this.byNumber.get(number), `${number} was assigned before`],
      [this.bySubject.get(subject), `${subject} has a number already`],
    ] as const) {
      if (other !== undefined) fail(`${what}, by ${nameOf(other.stored)}`);
    }
    this.byNumber.set(number, assignment);
    this.bySubject.set(subject, assignment);
    if (assignment.subject?.kind === 'bill') {
      const { workspaceId } = assignment.subject;
      const known = this.byWorkspace.get(workspaceId);
      if (known === undefined) this.byWorkspace.set(workspaceId, [assignment]);
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

  forBill(workspaceId: string, month: string, billRevision: number): Assignment | undefined {
    return this.bySubject.get(`bill:${workspaceId}_${month}#${billRevision}`);
  }

  forCancellationOf(number: string): Assignment | undefined {
    return this.bySubject.get(`cancel:${number}`);
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
    return [...this.bySubject.values()].filter(
      ({ subject }) => subject?.kind === 'cancellation' && !this.byNumber.has(subject.cancels),
    );
  }
}
