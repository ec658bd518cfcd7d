import { setImmediate as nextTurn } from 'node:timers/promises';

import {
  categoryOf,
  ChainVerifier,
  DamagedEvent,
  decode,
  eventId,
  type RecordedEvent,
  subjectOf,
} from '@seatledger/event-store';

import { nameOf } from '../evidence';
import { type EventHistory } from '../history';
import { type StoredNumber } from '../numbers';
import { type Anchor, anchorOf } from './anchor';
import { FactLog } from './fact-log';
import { type Failure, failureAt, reasonOf } from './failure';
import { NumberBook } from './numbers';

/** What every event must be, whichever stream it is in; and what is noted of it on the way. */
export class EventScan {
  readonly numbers = new NumberBook();
  /** Every workspace that has any events. */
  readonly workspaces = new Set<string>();
  readonly chain = new ChainVerifier();
  /** Facts, when they are wanted again. */
  readonly facts: FactLog | undefined;
  /** Of the latest command in each stream, how many events it had so far. */
  private readonly commands = new Map<string, { readonly id: string; events: number }>();

  constructor(options: { readonly keepFacts?: boolean } = {}) {
    this.facts = options.keepFacts === true ? new FactLog() : undefined;
  }

  take(recorded: RecordedEvent): Failure[] {
    const failures: Failure[] = [];
    const fault = this.chain.take(recorded);
    if (fault !== undefined) failures.push(failureAt('chain', recorded, fault.message));
    else if (!this.hasItsId(recorded)) {
      failures.push(failureAt('event', recorded, `its id ${recorded.id} is not the one that its content gives`));
    }
    try {
      const stored = decode(recorded);
      this.facts?.note(stored);
      if (stored.event.type === 'InvoiceNumberAssigned') {
        failures.push(...this.numbers.take(stored as StoredNumber));
      }
    } catch (error) {
      this.facts?.lacks(recorded.stream);
      failures.push(failureAt('event', recorded, reasonOf(error)));
    }
    if (recorded.revision === 0) this.note(recorded.stream);
    return failures;
  }

  /** Ids derive from command, place and hash, so that an append that is repeated is known again. */
  private hasItsId({ stream, id, metadata }: RecordedEvent): boolean {
    const { $causationId: command, hash } = metadata;
    const before = this.commands.get(stream);
    const index = before?.id === command ? before.events : 0;
    if (before?.id === command) before.events += 1;
    else this.commands.set(stream, { id: command, events: 1 });
    return id === eventId(command, index, hash) || (index > 0 && id === eventId(command, 0, hash));
  }

  private note(stream: string): void {
    switch (categoryOf(stream)) {
      case 'workspace':
      case 'contract':
      case 'billing':
        this.workspaces.add(subjectOf(stream));
        return;
      default:
    }
  }
}

export interface ScanOptions {
  /** Set where positions are 1, 2, 3, ... without a gap: the last that was ever given. */
  readonly lastPositionGiven?: number;
  readonly anchors?: readonly Anchor[];
}

/** Reads the whole history once, in its global order. Yields what is wrong and how far it is. */
export async function* scanAll(
  history: EventHistory,
  scan: EventScan,
  until: number,
  { lastPositionGiven, anchors = [] }: ScanOptions,
): AsyncGenerator<{ readonly failures: Failure[]; readonly position: number }> {
  const pending = [...anchors].sort((a, b) => a.position - b.position);
  let last = 0;
  const expectGap = lastPositionGiven !== undefined;
  for (let after = 0, atEnd = false; after < until && !atEnd;) {
    const failures: Failure[] = [];
    const page = await readPage(history, after, failures);
    for (const event of page.events) {
      if (event.position > until) break;
      while (pending[0] !== undefined && pending[0].position < event.position) {
        failures.push(...compareAnchor(pending[0], scan, last));
        pending.shift();
      }
      if (expectGap && event.position > last + 1 && !page.damaged.has(last + 1)) {
        failures.push(missing(last + 1, event.position - 1, `before ${nameOf(event)}`));
      }
      last = event.position;
      failures.push(...scan.take(event));
    }
    for (const position of page.damaged) last = Math.max(last, position);
    ({ position: after, atEnd } = page);
    yield { failures, position: Math.min(after, until) };
    await nextTurn();
  }
  const failures = pending.flatMap((anchor) => compareAnchor(anchor, scan, last));
  if (lastPositionGiven !== undefined && lastPositionGiven > last && lastPositionGiven <= until) {
    failures.push(missing(last + 1, lastPositionGiven, 'at the end'));
  }
  yield { failures, position: until };
}

function missing(from: number, to: number, where: string): Failure {
  const what = from === to ? `the event at position ${from} is` : `the events at positions ${from} to ${to} are`;
  return { check: 'order', concerns: `position ${from}`, detail: `${what} not there any more, ${where}` };
}

function compareAnchor(anchor: Anchor, { chain }: EventScan, last: number): Failure[] {
  const now = anchorOf(Math.min(last, anchor.position), chain.heads);
  if (now.position === anchor.position && now.digest === anchor.digest) return [];
  const detail =
    now.position < anchor.position
      ? `the history up to position ${anchor.position} was anchored, but it ends at ${now.position}`
      : `the history up to position ${anchor.position} is not the one that was anchored (${anchor.digest}); it comes to ${now.digest}`;
  return [{ check: 'anchor', concerns: `position ${anchor.position}`, detail }];
}

/** Events read at a time: more are not read quicker, and take more memory. */
const PAGE = 250;

interface Page {
  readonly events: readonly RecordedEvent[];
  readonly position: number;
  readonly atEnd: boolean;
  /** Positions of events that cannot be read. */
  readonly damaged: ReadonlySet<number>;
}

/** A page; of one with an event that cannot even be read, what comes before it, and that it is so. */
async function readPage(history: EventHistory, after: number, failures: Failure[]): Promise<Page> {
  try {
    return { ...(await history.readAll({ after, limit: PAGE })), damaged: new Set() };
  } catch (error) {
    if (!(error instanceof DamagedEvent)) throw error;
    const events: RecordedEvent[] = [];
    for (let position = after; ;) {
      try {
        const page = await history.readAll({ after: position, limit: 1 });
        events.push(...page.events);
        position = page.position;
      } catch (inner) {
        if (!(inner instanceof DamagedEvent)) throw inner;
        failures.push(
          failureAt('event', inner, `the event at position ${inner.position} cannot be read: it is no JSON`),
        );
        return { events, position: inner.position, atEnd: false, damaged: new Set([inner.position]) };
      }
    }
  }
}

/** Reads some streams whole, for a verification that is not of everything. */
export async function scanStreams(
  history: EventHistory,
  streams: readonly string[],
  scan: EventScan,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const stream of streams) {
    for (let from = 0; ; from += PAGE) {
      const events = await history.readStream(stream, { from, limit: PAGE });
      for (const event of events) failures.push(...scan.take(event));
      if (events.length < PAGE) break;
      await nextTurn();
    }
  }
  return failures;
}

/** Reads all numbers that were assigned. */
export async function scanNumbers(history: EventHistory, scan: EventScan): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (let after = 0, atEnd = false; !atEnd;) {
    const page = await history.readAll({ after, limit: PAGE, streamPrefixes: ['numbers-'] });
    for (const event of page.events) failures.push(...scan.take(event));
    ({ position: after, atEnd } = page);
    await nextTurn();
  }
  return failures;
}
