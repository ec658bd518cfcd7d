import { setTimeout as delay } from 'node:timers/promises';

import { invoiceNumber } from '@seatledger/domain';
import { type EventStore, RevisionConflict, seriesStream } from '@seatledger/event-store';

import { type Clock } from './ports';

export interface AssignedNumber {
  readonly number: string;
  readonly issueDate: string;
}

interface Series {
  revision: number;
  latestDate: string;
  readonly bySubject: Map<string, AssignedNumber>;
}

const MAX_ATTEMPTS = 50;

/**
 * Assigns invoice numbers: gapless and unique per prefix and year of the issue date, with dates
 * that never go back (§ 14 (4) no. 4 UStG). A subject that has a number keeps it, whoever asks
 * again, so that a process that died after the assignment leaves no gap.
 */
export class NumberSeries {
  private readonly series = new Map<string, Series>();
  /** One assignment at a time in this process; others are met at the expected revision. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly eventStore: EventStore,
    private readonly prefix: string,
    private readonly clock: Clock,
  ) {}

  /** Numbers for the subjects, in their order, in one append. */
  assign(subjects: readonly string[], today: string, correlationId: string): Promise<Map<string, AssignedNumber>> {
    const assigned = this.turn.then(() => this.assignNow(subjects, today, correlationId));
    this.turn = assigned.catch(() => undefined);
    return assigned;
  }

  /** The number that a subject has in the series of some years; undefined when it has none. */
  find(subject: string, firstYear: string, lastYear: string): Promise<AssignedNumber | undefined> {
    const found = this.turn.then(() => this.findNow(subject, firstYear, lastYear));
    this.turn = found.catch(() => undefined);
    return found;
  }

  private async findNow(subject: string, firstYear: string, lastYear: string): Promise<AssignedNumber | undefined> {
    for (let year = Number(firstYear); year <= Number(lastYear); year += 1) {
      const found = (await this.load(String(year))).bySubject.get(subject);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private async assignNow(
    subjects: readonly string[],
    today: string,
    correlationId: string,
  ): Promise<Map<string, AssignedNumber>> {
    const year = today.slice(0, 4);
    for (let tries = 1; ; tries += 1) {
      // A number assigned just before the turn of the year is found in the old year's series.
      const lastYear = await this.load(String(Number(year) - 1));
      const series = await this.load(year);
      const known = (subject: string): AssignedNumber | undefined =>
        series.bySubject.get(subject) ?? lastYear.bySubject.get(subject);
      const fresh = [...new Set(subjects)].filter((subject) => known(subject) === undefined);
      if (fresh.length > 0) {
        try {
          await this.append(year, series, fresh, today, correlationId);
        } catch (error) {
          if (!(error instanceof RevisionConflict) || tries === MAX_ATTEMPTS) throw error;
          await delay(Math.random() * 10);
          continue;
        }
      }
      return new Map(
        subjects.map((subject) => {
          const assigned = known(subject);
          if (assigned === undefined) throw new Error(`no number for ${subject}`);
          return [subject, assigned];
        }),
      );
    }
  }

  private async append(
    year: string,
    series: Series,
    subjects: readonly string[],
    today: string,
    correlationId: string,
  ): Promise<void> {
    const issueDate = today > series.latestDate ? today : series.latestDate;
    const entries = subjects.map((subject, index) => {
      const sequence = series.revision + 2 + index;
      const number = invoiceNumber(this.prefix, issueDate, sequence);
      return {
        origin: { commandId: `number:${subject}`, correlationId, actor: 'closing' },
        events: [
          {
            type: 'InvoiceNumberAssigned' as const,
            data: { number, sequence, subject, issueDate },
            occurredAt: this.clock(),
          },
        ],
      };
    });
    const expected = series.revision === -1 ? 'no-stream' : series.revision;
    await this.eventStore.append(seriesStream(this.prefix, year), expected, entries);
    await this.load(year);
  }

  /** The series as its stream stands now. */
  private async load(year: string): Promise<Series> {
    const series = this.series.get(year) ?? {
      revision: -1,
      latestDate: `${year}-01-01`,
      bySubject: new Map<string, AssignedNumber>(),
    };
    this.series.set(year, series);
    const stream = seriesStream(this.prefix, year);
    for (const { event, revision } of await this.eventStore.read(stream, series.revision + 1)) {
      series.revision = revision;
      if (event.type !== 'InvoiceNumberAssigned') continue;
      const { number, subject, issueDate } = event.data;
      series.bySubject.set(subject, { number, issueDate });
      series.latestDate = issueDate;
    }
    return series;
  }
}
