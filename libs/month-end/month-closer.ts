import {
  addMonths,
  adjustedBefore,
  ADJUSTMENT_WINDOW_MONTHS,
  asClosed,
  billedMonthsBefore,
  billMonth,
  buyerFor,
  type BillingMonth,
  type ClosedMonth,
  conflict,
  type CountedUnit,
  endOfMonth,
  evolveMonth,
  isWithinContract,
  type MonthBill,
  type MonthEvent,
  monthsBetween,
  monthsLookedAt,
  notFound,
  type OpenedContract,
  type DomainError,
  termsFor,
} from '@seatledger/domain';
import { type EventStore, monthStream, RevisionConflict, type StoredEvent } from '@seatledger/event-store';

import { type Clock, type ContractHistory, type WorkspaceHistory } from './ports';

export interface MonthCloserOptions {
  /** How many months back a closing recounts. */
  readonly adjustmentWindowMonths?: number;
}

export type CloseResult =
  | { readonly outcome: 'closed' | 'nothing-to-bill'; readonly bill: MonthBill; readonly position: number }
  | { readonly outcome: 'already-closed' }
  /** Before the contract's first month, or after its last with nothing left to settle. */
  | { readonly outcome: 'not-billed' };

export interface MonthPreview {
  readonly bill: MonthBill;
  readonly units: readonly CountedUnit[];
}

/**
 * Bills months from the history itself, never from a read model that may lag. Safe against
 * others doing the same: a month's stream can only be begun once.
 */
export class MonthCloser {
  private readonly adjustmentWindowMonths: number;
  /** The latest of those that bill a workspace, which the next one waits for. */
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly eventStore: EventStore,
    private readonly workspaces: WorkspaceHistory,
    private readonly contracts: ContractHistory,
    private readonly clock: Clock,
    options: MonthCloserOptions = {},
  ) {
    this.adjustmentWindowMonths = options.adjustmentWindowMonths ?? ADJUSTMENT_WINDOW_MONTHS;
  }

  /**
   * Closes a month, and before it the months that were missed, in order.
   * @throws {DomainError} `unknown-contract`, or `month-not-over`
   */
  close(workspaceId: string, month: BillingMonth, correlationId: string): Promise<CloseResult> {
    return this.inTurn(workspaceId, () => this.closeWithMissed(workspaceId, month, correlationId));
  }

  private async closeWithMissed(workspaceId: string, month: BillingMonth, correlationId: string): Promise<CloseResult> {
    const { contract } = await this.contractOf(workspaceId);
    if (month < contract.firstMonth) return { outcome: 'not-billed' };
    this.refuseOpen(contract, month);
    const earlier = await this.earlierClosing(workspaceId, month, correlationId);
    if (earlier !== undefined) return earlier;
    for (const missed of await this.missedMonths(contract, month)) {
      await this.closeOne(workspaceId, missed, correlationId);
    }
    return this.closeOne(workspaceId, month, correlationId);
  }

  /** What closing the month now would bill; nothing is written. */
  async preview(workspaceId: string, month: BillingMonth): Promise<MonthPreview> {
    const found = (await this.previews(workspaceId, month)).get(month);
    if (found === undefined) throw new Error(`there is no preview of ${month}`);
    return found;
  }

  /**
   * The same of each open month up to this one, in order. Closing a month first closes those before
   * it, which take the adjustments: a month's preview depends on theirs.
   */
  async previews(workspaceId: string, through: BillingMonth): Promise<Map<BillingMonth, MonthPreview>> {
    const { contract, revision } = await this.contractOf(workspaceId);
    const previews = new Map<BillingMonth, MonthPreview>();
    const assumed: ClosedMonth[] = [];
    for (const month of [...(await this.missedMonths(contract, through)), through]) {
      const preview = await this.bill(contract, revision, month, assumed);
      previews.set(month, preview);
      assumed.push(asClosed(preview.bill));
    }
    return previews;
  }

  /** A month that is closed, undefined while it is open. */
  async closedMonth(workspaceId: string, month: BillingMonth): Promise<ClosedMonth | undefined> {
    const events = await this.eventStore.read(monthStream(workspaceId, month));
    return events.reduce<ClosedMonth | undefined>(
      (state, { event, revision }) => evolveMonth(state, event as MonthEvent, revision),
      undefined,
    );
  }

  /** One of the bills that a month was given, whatever became of it since. */
  async billAt(workspaceId: string, month: BillingMonth, revision: number): Promise<MonthBill> {
    return billIn(await this.eventStore.read(monthStream(workspaceId, month)), revision);
  }

  /** The closed months of a workspace from one of them on. */
  async closedMonthsFrom(workspaceId: string, first: BillingMonth): Promise<ClosedMonth[]> {
    const { contract } = await this.contractOf(workspaceId);
    return this.closedOf(workspaceId, monthsBetween(first, contract.lockedThrough ?? first));
  }

  /**
   * Bills a cancelled month anew from the facts known now. Resolves with the event's position. Where
   * another process closes a later month at the same moment, both may bill the same adjustment; the
   * next closing settles it, as it settles everything.
   */
  rebill(workspaceId: string, month: BillingMonth, correlationId: string): Promise<number> {
    return this.inTurn(workspaceId, () => this.billAnew(workspaceId, month, correlationId));
  }

  private async billAnew(workspaceId: string, month: BillingMonth, correlationId: string): Promise<number> {
    const closed = await this.closedMonth(workspaceId, month);
    if (closed?.cancelled?.reissue !== true) return 0;
    const { contract, revision } = await this.contractOf(workspaceId);
    const { bill } = await this.bill(contract, revision, month);
    const commandId = `rebill:${workspaceId}:${month}`;
    const position = await this.appendUnlessDone(workspaceId, month, closed.revision, 'MonthRebilled', {
      bill,
      commandId,
      correlationId,
    });
    return position ?? 0;
  }

  /** @throws {DomainError} `month-not-over`, by the time zone of the workspace's contract */
  async refuseOpenMonth(workspaceId: string, month: BillingMonth): Promise<void> {
    const { contract } = await this.contractOf(workspaceId);
    this.refuseOpen(contract, month);
  }

  /** Bills of a workspace depend on one another: in this process they are made one by one. */
  private inTurn<Result>(workspaceId: string, bill: () => Promise<Result>): Promise<Result> {
    const turn = (this.turns.get(workspaceId) ?? Promise.resolve()).then(bill);
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (this.turns.get(workspaceId) === ended) this.turns.delete(workspaceId);
      });
    this.turns.set(workspaceId, ended);
    return turn;
  }

  private async closeOne(workspaceId: string, month: BillingMonth, correlationId: string): Promise<CloseResult> {
    const before = await this.contractOf(workspaceId);
    if (!isWithinContract(before.contract, month)) {
      const { bill } = await this.bill(before.contract, before.revision, month);
      if (hasNothingToClose(bill)) return { outcome: 'not-billed' };
    }
    await this.contracts.lockTerms(workspaceId, month, correlationId);
    const { contract, revision } = await this.contractOf(workspaceId);
    const { bill } = await this.bill(contract, revision, month);
    // The contract may have been ended in between.
    if (hasNothingToClose(bill)) return { outcome: 'not-billed' };
    const position = await this.appendUnlessDone(workspaceId, month, 'no-stream', 'MonthClosed', {
      bill,
      commandId: `close:${workspaceId}:${month}`,
      correlationId,
    });
    if (position !== undefined) return closedWith(bill, position);
    return (await this.earlierClosing(workspaceId, month, correlationId)) ?? { outcome: 'already-closed' };
  }

  /** What became of the month when it is closed already: by a part of this very run, or by another. */
  private async earlierClosing(
    workspaceId: string,
    month: BillingMonth,
    correlationId: string,
  ): Promise<CloseResult | undefined> {
    const [closing] = await this.eventStore.read(monthStream(workspaceId, month));
    if (closing?.event.type !== 'MonthClosed') return undefined;
    if (closing.metadata.$correlationId !== correlationId) return { outcome: 'already-closed' };
    return closedWith(closing.event.data, closing.position);
  }

  /**
   * The month's bill by the facts known now.
   * @param assumed months to be taken for closed although they are not
   */
  private async bill(
    contract: OpenedContract,
    contractRevision: number,
    month: BillingMonth,
    assumed: readonly ClosedMonth[] = [],
  ): Promise<MonthPreview> {
    const { workspaceId } = contract;
    const closedMonths = [...(await this.closedMonthsAround(contract, month)), ...assumed];
    return this.workspaces.inspect(workspaceId, (workspace, workspaceRevision) => {
      const { bill, count } = billMonth({
        workspaceId,
        month,
        terms: termsFor(contract, month),
        buyer: buyerFor(contract, month),
        workspace,
        workspaceRevision,
        contractRevision,
        billed: isWithinContract(contract, month),
        closedMonths,
        adjustmentWindowMonths: this.adjustmentWindowMonths,
      });
      return { bill, units: count.units };
    });
  }

  /** The closed months that the bill of a month depends on. */
  private async closedMonthsAround(contract: OpenedContract, month: BillingMonth): Promise<ClosedMonth[]> {
    const { workspaceId } = contract;
    const oldest = addMonths(month, -this.adjustmentWindowMonths);
    const months = monthsLookedAt(contract, month, this.adjustmentWindowMonths);
    const closed = await this.closedOf(
      workspaceId,
      months.filter((other) => other >= oldest),
    );
    // Most bills depend on no older ones: they are not read for nothing.
    if (adjustedBefore(closed, oldest).size === 0) return closed;
    const older = months.filter((other) => other < oldest);
    return [...(await this.closedOf(workspaceId, older)), ...closed];
  }

  private async closedOf(workspaceId: string, months: readonly BillingMonth[]): Promise<ClosedMonth[]> {
    const found = await Promise.all(months.map((month) => this.closedMonth(workspaceId, month)));
    return found.filter((closed) => closed !== undefined);
  }

  /** The months before this one that are not closed, in order. */
  private async missedMonths(contract: OpenedContract, month: BillingMonth): Promise<BillingMonth[]> {
    const { workspaceId, firstMonth, lockedThrough } = contract;
    // All months before the one whose terms were fixed last are closed; that one may be under way.
    const first = lockedThrough === undefined || lockedThrough < firstMonth ? firstMonth : lockedThrough;
    const months = billedMonthsBefore(contract, month, first);
    const isFirstClosed = months[0] !== undefined && (await this.closedMonth(workspaceId, months[0])) !== undefined;
    return isFirstClosed ? months.slice(1) : months;
  }

  private refuseOpen(contract: OpenedContract, month: BillingMonth): void {
    if (endOfMonth(contract, month) <= this.clock()) return;
    throw monthNotOver(month);
  }

  private async contractOf(workspaceId: string): Promise<{ contract: OpenedContract; revision: number }> {
    const found = await this.contracts.find(workspaceId);
    if (found === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');
    return found;
  }

  /** The event's position; undefined when another process was first. */
  private async appendUnlessDone(
    workspaceId: string,
    month: BillingMonth,
    expected: number | 'no-stream',
    type: 'MonthClosed' | 'MonthRebilled',
    { bill, commandId, correlationId }: { bill: MonthBill; commandId: string; correlationId: string },
  ): Promise<number | undefined> {
    try {
      const { position } = await this.eventStore.append(monthStream(workspaceId, month), expected, [
        {
          origin: { commandId, correlationId, actor: 'closing' },
          events: [{ type, data: bill, occurredAt: this.clock() }],
        },
      ]);
      return position;
    } catch (error) {
      if (error instanceof RevisionConflict) return undefined;
      throw error;
    }
  }
}

/** After the contract's last month there is only something to close where late facts made a difference. */
export const hasNothingToClose = ({ withinContract, lines }: MonthBill): boolean =>
  !withinContract && lines.length === 0;

const closedWith = (bill: MonthBill, position: number): CloseResult => ({
  outcome: bill.lines.length > 0 ? 'closed' : 'nothing-to-bill',
  bill,
  position,
});

/** The bill that an event of a month's stream made. @throws when it made none */
export function billIn(month: readonly StoredEvent[], revision: number): MonthBill {
  const event = month[revision]?.event;
  if (event?.type === 'MonthClosed' || event?.type === 'MonthRebilled') return event.data;
  throw new Error(`no bill at ${month[0]?.stream ?? 'an open month'}@${revision}`);
}

export function monthNotOver(month: BillingMonth): DomainError {
  return conflict('month-not-over', `${month} is not over in the contract's time zone.`);
}
