import { addMonths, type BillingMonth, boundsOf, type Instant, monthOf } from '@seatledger/domain';

/** A contract, as far as it tells which months are to be closed. */
export interface ContractToClose {
  readonly workspaceId: string;
  readonly firstMonth: BillingMonth;
  readonly lastMonth: BillingMonth | null;
  readonly timeZone: string;
  readonly lastClosed: BillingMonth | null;
}

/** A month that is due for these workspaces; closing it closes the ones that were missed before it. */
export interface DueMonth {
  readonly month: BillingMonth;
  readonly workspaceIds: readonly string[];
}

export interface GraceOptions {
  /** How long after a month's end its closing waits for late facts, in ms. */
  readonly grace: number;
  /** For how many months after a contract's last one late facts may still be settled. */
  readonly adjustmentWindowMonths: number;
}

/** A run names its workspaces in one event, which must not grow without bound. */
const LARGEST_RUN = 5000;

/**
 * The months that are over where their contracts are, and their grace too, the oldest first: for
 * each contract the latest one, if it is not closed. What is due follows from the history alone,
 * so nothing is forgotten while nobody looks.
 */
export async function dueMonths(
  contracts: AsyncIterable<ContractToClose>,
  now: Instant,
  options: GraceOptions,
): Promise<DueMonth[]> {
  const byMonth = new Map<BillingMonth, string[]>();
  for await (const contract of contracts) {
    const month = latestDueMonth(contract, now, options);
    if (month === undefined) continue;
    const workspaceIds = byMonth.get(month);
    if (workspaceIds === undefined) byMonth.set(month, [contract.workspaceId]);
    else workspaceIds.push(contract.workspaceId);
  }
  return [...byMonth]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([month, workspaceIds]) =>
      Array.from({ length: Math.ceil(workspaceIds.length / LARGEST_RUN) }, (_, index) => ({
        month,
        workspaceIds: workspaceIds.slice(index * LARGEST_RUN, (index + 1) * LARGEST_RUN),
      })),
    );
}

function latestDueMonth(
  { timeZone, firstMonth, lastMonth, lastClosed }: ContractToClose,
  now: Instant,
  { grace, adjustmentWindowMonths }: GraceOptions,
): BillingMonth | undefined {
  const graceEnd = now - grace;
  let month = addMonths(monthOf(graceEnd, timeZone), -1);
  // Never a month that is not over, whatever the zone does at the turn.
  while (boundsOf(month, timeZone).end > graceEnd) month = addMonths(month, -1);
  if (month < firstMonth || (lastClosed !== null && month <= lastClosed)) return undefined;
  const isSettled = lastMonth !== null && lastClosed !== null && lastClosed >= lastMonth;
  if (isSettled && month > addMonths(lastMonth, adjustmentWindowMonths)) return undefined;
  return month;
}
