import { type OpenedContract } from '../contract/state';
import { countMonth } from '../counting/count';
import { type WorkspaceState } from '../workspace/state';
import { type BillingMonth } from './billing-month';
import { type BillingFacts, countsNeeded } from './close';
import { type BillingState } from './state';

export interface KnownFacts extends Omit<BillingFacts, 'workspaceName' | 'counts'> {
  readonly workspace: WorkspaceState;
  readonly contract: OpenedContract;
}

/**
 * Counts what the bill of a month needs counted, by the facts that are known.
 * @throws {HistoryPruned} the workspace's state no longer holds one of the months
 */
export function billingFactsOf(state: BillingState, month: BillingMonth, known: KnownFacts): BillingFacts {
  const { workspace, ...facts } = known;
  const needed = countsNeeded(state, known.contract, month, known.adjustmentWindowMonths);
  return {
    ...facts,
    workspaceName: workspace.started?.name ?? known.workspaceId,
    counts: new Map([...needed].map(([counted, terms]) => [counted, countMonth(workspace, counted, terms)])),
  };
}
