import { type CommandOutcome, type ReadBillingFacts } from '@seatledger/command-handling';
import {
  type BillDocumentRef,
  type BilledDocument,
  billedMonthsBefore,
  type BillingMonth,
  type BillingState,
  billMonth,
  type ClosedMonth,
  type CountedUnit,
  documentAt,
  evolveBilling,
  hasNothingToClose,
  isWithinContract,
  type MonthBill,
  type OpenedContract,
  requireOver,
} from '@seatledger/domain';
import { billingStream, type EventStore } from '@seatledger/event-store';

import { contractOf } from './billing-facts';
import { type Clock, type Commands } from './ports';

export type CloseResult =
  | { readonly outcome: 'closed' | 'nothing-to-bill'; readonly bill: MonthBill; readonly position: number }
  | { readonly outcome: 'already-closed' }
  /** Before the contract's first month, or after its last with nothing left to settle. */
  | { readonly outcome: 'not-billed' };

export interface MonthPreview {
  readonly bill: MonthBill;
  readonly units: readonly CountedUnit[];
}

/** Who a command comes from where a step of the closing sends it. */
export const contextOf = (correlationId: string) => ({ actor: 'closing', correlationId });

/** The answer to a command. @throws {DomainError} it was refused */
export function answerOf(outcome: CommandOutcome) {
  if (outcome.status === 'refused') throw outcome.problem;
  return outcome.answer;
}

/** Closes months of workspaces, in order, and shows what closing them would bill. */
export class MonthClosing {
  constructor(
    private readonly commands: Commands,
    private readonly readFacts: ReadBillingFacts,
    private readonly eventStore: Pick<EventStore, 'read'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Closes a month, and before it the months that were missed, in order.
   * @throws {DomainError} `unknown-contract`, or `month-not-over`
   */
  async close(workspaceId: string, month: BillingMonth, correlationId: string): Promise<CloseResult> {
    const { contract } = await contractOf(this.commands, workspaceId);
    if (month < contract.firstMonth) return { outcome: 'not-billed' };
    requireOver({ contract }, month, this.clock());
    const state = await this.stateOf(workspaceId);
    if (state.months.has(month)) return this.earlierClosing(workspaceId, state, month, correlationId);
    for (const missed of missedMonths(contract, state, month)) await this.closeOne(workspaceId, missed, correlationId);
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
    const { contract } = await contractOf(this.commands, workspaceId);
    let state = await this.stateOf(workspaceId);
    const previews = new Map<BillingMonth, MonthPreview>();
    for (const month of [...missedMonths(contract, state, through), through]) {
      const facts = await this.readFacts(workspaceId, state, month);
      const withOwn = isWithinContract(facts.contract, month);
      const bill = billMonth(state, facts, month, withOwn);
      previews.set(month, { bill, units: withOwn ? (facts.counts.get(month)?.units ?? []) : [] });
      state = evolveBilling(state, { type: 'MonthClosed', data: bill, occurredAt: 0 }, state.revision + 1);
    }
    return previews;
  }

  /** @throws {DomainError} `unknown-contract` */
  async contractOf(workspaceId: string): Promise<OpenedContract> {
    return (await contractOf(this.commands, workspaceId)).contract;
  }

  /** The bills of a workspace as they stand. */
  stateOf(workspaceId: string): Promise<BillingState> {
    return this.commands.billing.inspect(workspaceId, (state) => state);
  }

  /** A month that is closed, undefined while it is open. */
  async closedMonth(workspaceId: string, month: BillingMonth): Promise<ClosedMonth | undefined> {
    return (await this.stateOf(workspaceId)).months.get(month);
  }

  /** A document of a bill, whatever became of it since. @throws when there is none */
  async document(workspaceId: string, ref: BillDocumentRef): Promise<BilledDocument> {
    const found = documentAt(await this.stateOf(workspaceId), ref);
    if (found === undefined)
      throw new Error(`${workspaceId} has no bill of ${ref.month} at revision ${ref.billRevision}`);
    return found;
  }

  /**
   * Bills a cancelled document again from the facts known now. Resolves with the event's position, 0
   * when that was done already.
   */
  async rebill(workspaceId: string, ref: BillDocumentRef, correlationId: string): Promise<number> {
    const { month, billRevision, document } = ref;
    const commandId = `rebill:${workspaceId}:${month}:${billRevision}.${document}`;
    const command = { type: 'RebillMonth', month, billRevision, document } as const;
    const outcome = await this.commands.billing.submit(workspaceId, commandId, command, contextOf(correlationId));
    return answerOf(outcome).position ?? 0;
  }

  /** @throws {DomainError} `month-not-over`, by the time zone of the workspace's contract */
  async requireOver(workspaceId: string, month: BillingMonth): Promise<void> {
    requireOver(await contractOf(this.commands, workspaceId), month, this.clock());
  }

  private async closeOne(workspaceId: string, month: BillingMonth, correlationId: string): Promise<CloseResult> {
    if (await this.hasNothingToClose(workspaceId, month)) return { outcome: 'not-billed' };
    await this.lockTerms(workspaceId, month, correlationId);
    const commandId = `close:${workspaceId}:${month}`;
    const command = { type: 'CloseMonth', month } as const;
    const outcome = await this.commands.billing.submit(workspaceId, commandId, command, contextOf(correlationId));
    const { changed, position = 0 } = answerOf(outcome);
    const state = await this.stateOf(workspaceId);
    const closed = state.months.get(month);
    // The contract may have been ended in between.
    if (closed === undefined) return { outcome: 'not-billed' };
    return changed ? closedWith(closed.bill, position) : this.earlierClosing(workspaceId, state, month, correlationId);
  }

  /** After the contract's last month its terms are locked only where there is something to settle. */
  private async hasNothingToClose(workspaceId: string, month: BillingMonth): Promise<boolean> {
    const { contract } = await contractOf(this.commands, workspaceId);
    if (isWithinContract(contract, month)) return false;
    const state = await this.stateOf(workspaceId);
    const facts = await this.readFacts(workspaceId, state, month);
    return hasNothingToClose(billMonth(state, facts, month, false));
  }

  /** From here on the terms of the month and of those before it stand. */
  private async lockTerms(workspaceId: string, month: BillingMonth, correlationId: string): Promise<void> {
    const commandId = `lock-terms:${workspaceId}:${month}`;
    const command = { type: 'LockTerms', month } as const;
    answerOf(await this.commands.contracts.submit(workspaceId, commandId, command, contextOf(correlationId)));
  }

  /** What became of the month when it is closed already: by a part of this very run, or by another. */
  private async earlierClosing(
    workspaceId: string,
    state: BillingState,
    month: BillingMonth,
    correlationId: string,
  ): Promise<CloseResult> {
    const first = state.documents.find((document) => document.month === month)?.billRevision;
    const revision = first ?? state.months.get(month)?.billRevision ?? 0;
    const [closing] = await this.eventStore.read(billingStream(workspaceId), revision);
    const isOurs = closing?.event.type === 'MonthClosed' && closing.metadata.$correlationId === correlationId;
    return isOurs ? closedWith(closing.event.data, closing.position) : { outcome: 'already-closed' };
  }
}

/** The months before this one that are not closed, in order. */
const missedMonths = (contract: OpenedContract, state: BillingState, month: BillingMonth): BillingMonth[] =>
  billedMonthsBefore(contract, month, contract.firstMonth).filter((missed) => !state.months.has(missed));

const closedWith = (bill: MonthBill, position: number): CloseResult => ({
  outcome: bill.documents.length > 0 ? 'closed' : 'nothing-to-bill',
  bill,
  position,
});
