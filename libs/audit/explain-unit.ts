import {
  activityOf,
  type BillingMonth,
  boundsOf,
  type CountingRule,
  countMonth,
  dayBoundsOf,
  formatInstant,
  formatQuantity,
  type Instant,
  type LicenseVariant,
  notFound,
  peakOf,
  termsFor,
  unitOf,
  type WorkspaceEvent,
} from '@seatledger/domain';
import { type StoredEvent } from '@seatledger/event-store';

import { booksBefore, contractAt, readBooks, validBill } from './books';
import { type Evidence, evidenceOf } from './evidence';
import { type EventHistory, type KnownAt, replayWorkspace } from './history';

/** An interval in which a unit was active, and the events that made it begin and end. */
export interface ExplainedInterval {
  readonly from: string;
  /** Null: it had not ended by what was known. */
  readonly to: string | null;
  readonly opened: readonly Evidence[];
  readonly closed: readonly Evidence[];
}

export interface UnitExplanation {
  readonly workspaceId: string;
  readonly month: BillingMonth;
  /** `closed`: as the closing saw it, unless another time was asked for. */
  readonly status: 'open' | 'closed';
  readonly unitId: string;
  readonly variant: LicenseVariant;
  readonly countingRule: CountingRule;
  readonly timeZone: string;
  /** The month's first instant, and the first one after it. */
  readonly from: string;
  readonly to: string;
  /** Where the rule looks at one instant: the unit counts when it is active at it. */
  readonly countedAt?: string;
  /** Where the rule counts days: on how many of the month's days the unit was active. */
  readonly days?: { readonly active: number; readonly of: number };
  readonly counts: boolean;
  readonly quantity: string;
  /** One sentence: why it counts, or why not. */
  readonly reason: string;
  /** Those that meet the month, whole: they may begin before it and end after it. */
  readonly intervals: readonly ExplainedInterval[];
  /** Revision of the last fact that was known. */
  readonly revision: number;
}

const BEGINNING: Instant = -8.64e15;
const END: Instant = 8.64e15;

const OPENING: ReadonlySet<string> = new Set(['TeamCreated', 'TeamRestored', 'MemberAdded', 'MemberPlaced']);
const CLOSING: ReadonlySet<string> = new Set(['TeamArchived', 'MemberRemoved', 'MemberWithdrawn']);

/**
 * Why a unit counts for a month or does not: its intervals and the events behind them. For a
 * closed month as the closing saw it, unless asked for another time.
 * @throws {DomainError} `unknown-workspace`, `unknown-revision`, `unknown-contract`, `unknown-unit`
 */
export async function explainUnit(
  history: EventHistory,
  workspaceId: string,
  month: BillingMonth,
  unitId: string,
  askedFor: KnownAt,
): Promise<UnitExplanation> {
  const books = await readBooks(history, workspaceId);
  const closing = validBill(books, month);
  const isAskedFor = askedFor.revision !== undefined || askedFor.recordedBefore !== undefined;
  const knownAt = isAskedFor || closing === undefined ? askedFor : { revision: closing.bill.workspaceRevision };
  const facts = new FactsOfUnit(unitId);
  const { state, revision, unknownFrom } = await replayWorkspace(history, workspaceId, knownAt, (stored) =>
    facts.note(stored),
  );
  const contract = contractAt(booksBefore(books, unknownFrom ?? Infinity, knownAt.recordedBefore).contract);
  const terms = closing?.bill.terms ?? (contract && termsFor(contract, month));
  if (terms === undefined) throw notFound('unknown-contract', 'No contract of the workspace was known then.');
  const { variant, countingRule, timeZone } = terms;
  const unit = unitOf(state, variant, unitId);
  if (unit === undefined) {
    throw notFound(
      'unknown-unit',
      `By what was known then, there is no ${variant === 'team' ? 'team' : 'member'} with this id.`,
    );
  }

  const { start, end } = boundsOf(month, timeZone);
  const activity = activityOf(unit, BEGINNING, END);
  const related = facts.of(variant);
  const intervals: ExplainedInterval[] = [];
  for (let i = 0; i < activity.length; i += 2) {
    const from = activity[i] ?? END;
    const to = activity[i + 1] ?? END;
    if (from >= end || to <= start) continue;
    intervals.push({
      from: formatInstant(from),
      to: to === END ? null : formatInstant(to),
      opened: related.filter(({ event }) => event.occurredAt === from && OPENING.has(event.type)).map(evidenceOf),
      closed: related.filter(({ event }) => event.occurredAt === to && CLOSING.has(event.type)).map(evidenceOf),
    });
  }
  const quantity = countMonth(state, month, terms).units.find((counted) => counted.unitId === unitId)?.quantity ?? 0;
  const at = instantOf(countingRule, start, end, () => peakOf(state, month, terms));
  const days = countingRule === 'prorated-daily' ? daysOf(activity, dayBoundsOf(month, timeZone)) : undefined;
  const explanation = {
    workspaceId,
    month,
    status: closing === undefined ? ('open' as const) : ('closed' as const),
    unitId,
    variant,
    countingRule,
    timeZone,
    from: formatInstant(start),
    to: formatInstant(end),
    ...(at === undefined ? {} : { countedAt: formatInstant(at) }),
    ...(days === undefined ? {} : { days }),
    counts: quantity > 0,
    quantity: formatQuantity(quantity),
    intervals,
    revision,
  };
  return { ...explanation, reason: reasonOf(explanation) };
}

/** The facts that a unit's intervals can rest on, noted while a workspace is replayed. */
class FactsOfUnit {
  private readonly own: StoredEvent<WorkspaceEvent>[] = [];
  private readonly byTeam = new Map<string, StoredEvent<WorkspaceEvent>[]>();
  private readonly teamsOfMember = new Set<string>();

  constructor(private readonly unitId: string) {}

  note(stored: StoredEvent<WorkspaceEvent>): void {
    const { event } = stored;
    switch (event.type) {
      case 'TeamCreated':
      case 'TeamArchived':
      case 'TeamRestored': {
        const { teamId } = event.data;
        const known = this.byTeam.get(teamId);
        if (known === undefined) this.byTeam.set(teamId, [stored]);
        else known.push(stored);
        return;
      }
      case 'MemberPlaced':
      case 'MemberWithdrawn':
        if (event.data.memberId !== this.unitId) return;
        this.teamsOfMember.add(event.data.teamId);
        this.own.push(stored);
        return;
      case 'MemberAdded':
      case 'MemberRemoved':
        if (event.data.memberId === this.unitId) this.own.push(stored);
        return;
      case 'WorkspaceStarted':
      case 'TeamRenamed':
      case 'MemberUpdated':
      case 'MemberErased':
        return;
    }
  }

  of(variant: LicenseVariant): readonly StoredEvent<WorkspaceEvent>[] {
    if (variant === 'team') return this.byTeam.get(this.unitId) ?? [];
    const teams = [...this.teamsOfMember].flatMap((teamId) => this.byTeam.get(teamId) ?? []);
    return [...this.own, ...teams].sort((a, b) => a.revision - b.revision);
  }
}

/** The instant that a rule looks at; undefined where it looks at the whole month. */
function instantOf(
  rule: CountingRule,
  start: Instant,
  end: Instant,
  peak: () => Instant | undefined,
): Instant | undefined {
  switch (rule) {
    case 'month-start':
      return start;
    case 'month-end':
      return end - 1;
    case 'peak':
      return peak();
    case 'any-time':
    case 'prorated-daily':
      return undefined;
  }
}

function daysOf(activity: readonly Instant[], dayBounds: readonly Instant[]): { active: number; of: number } {
  let active = 0;
  for (let day = 0; day + 1 < dayBounds.length; day += 1) {
    const from = dayBounds[day] ?? END;
    const to = dayBounds[day + 1] ?? END;
    if (activity.some((at, i) => i % 2 === 0 && at < to && (activity[i + 1] ?? END) > from)) active += 1;
  }
  return { active, of: dayBounds.length - 1 };
}

function reasonOf(explained: Omit<UnitExplanation, 'reason'>): string {
  const { variant, countingRule, countedAt, days, counts, intervals, quantity } = explained;
  const unit = variant === 'team' ? 'The team' : 'The member';
  if (countingRule === 'any-time') {
    return counts ? `${unit} was active in the month.` : `${unit} was not active at any instant of the month.`;
  }
  if (countingRule === 'prorated-daily') {
    return `${unit} was active on ${days?.active} of the month's ${days?.of} days: ${quantity}.`;
  }
  const at = countedAt === undefined ? 'no instant, as nobody was active' : countedAt;
  const rule = {
    'month-start': `at the month's first instant (${at})`,
    'month-end': `at the month's last instant (${at})`,
    peak: `when most were active at once (${at})`,
  }[countingRule];
  if (counts) return `${unit} was active ${rule}.`;
  return `${unit} was not active ${rule}${intervals.length > 0 ? ', though at other times of the month' : ''}.`;
}
