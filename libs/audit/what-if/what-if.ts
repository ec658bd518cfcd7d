import {
  type BillingMonth,
  boundsOf,
  buyerFor,
  type ContractTerms,
  type CountingRule,
  countMonth,
  defaultCountingRule,
  formatQuantity,
  type Instant,
  isWithinContract,
  type LicenseVariant,
  monthsBetween,
  notFound,
  ownLines,
  standingNetMinor,
  termsFor,
  type WorkspaceState,
} from '@seatledger/domain';

import { billingBefore, contractAt, readBooks } from '../books';
import { type EventHistory, replayWorkspace } from '../history';

/** The terms to imagine; what is absent stays as it was agreed. */
export interface OtherTerms {
  readonly variant?: LicenseVariant;
  /** By default, where the variant changes, the new variant's own rule. */
  readonly countingRule?: CountingRule;
  /** Replaces tiers as well. Free units, minimum and discount stay. */
  readonly unitPriceMinor?: number;
}

/** What a month comes to by its facts and some terms. Net, without adjustments of other months. */
export interface Cost {
  readonly variant: LicenseVariant;
  readonly countingRule: CountingRule;
  readonly units: number;
  readonly quantity: string;
  readonly netMinor: number;
}

export interface WhatIfMonth {
  readonly month: BillingMonth;
  readonly status: 'open' | 'closed';
  readonly agreed: Cost;
  readonly otherwise: Cost;
  /** What stands for the month over all bills; null while it is open. */
  readonly billedNetMinor: number | null;
}

export interface WhatIf {
  readonly workspaceId: string;
  readonly currency: string;
  readonly terms: OtherTerms;
  readonly months: readonly WhatIfMonth[];
  readonly agreedNetMinor: number;
  readonly otherwiseNetMinor: number;
}

/**
 * What the same history would have cost under other terms, month by month, by the facts known now.
 * Months outside the contract, and those that have not begun, are left out.
 * @throws {DomainError} `unknown-workspace`, `unknown-contract`, or `no-months` when none is left
 */
export async function whatIf(
  history: EventHistory,
  workspaceId: string,
  { from, to }: { readonly from: BillingMonth; readonly to: BillingMonth },
  terms: OtherTerms,
  now: Instant,
): Promise<WhatIf> {
  const { state } = await replayWorkspace(history, workspaceId, {});
  const books = await readBooks(history, workspaceId);
  const contract = contractAt(books.contract);
  if (contract === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');
  const billing = billingBefore(books);
  const months = monthsBetween(from, to)
    .filter((month) => isWithinContract(contract, month))
    .filter((month) => boundsOf(month, termsFor(contract, month).timeZone).start <= now)
    .map((month): WhatIfMonth => {
      const bill = billing.months.get(month)?.bill;
      const agreed = { ...termsFor(contract, month), ...bill?.terms };
      const buyer = bill?.buyer ?? buyerFor(contract, month);
      return {
        month,
        status: bill === undefined ? 'open' : 'closed',
        agreed: costOf(state, month, agreed, buyer),
        otherwise: costOf(state, month, changed(agreed, terms), buyer),
        billedNetMinor: bill === undefined ? null : standingNetMinor(billing, month),
      };
    });
  if (months.length === 0) throw notFound('no-months', `The contract bills no month from ${from} to ${to}.`);
  return {
    workspaceId,
    currency: contract.openingTerms.currency,
    terms,
    months,
    agreedNetMinor: months.reduce((sum, { agreed }) => sum + agreed.netMinor, 0),
    otherwiseNetMinor: months.reduce((sum, { otherwise }) => sum + otherwise.netMinor, 0),
  };
}

function changed(agreed: ContractTerms, { variant, countingRule, unitPriceMinor }: OtherTerms): ContractTerms {
  const isOtherVariant = variant !== undefined && variant !== agreed.variant;
  const { tiers, ...flat } = agreed;
  return {
    ...flat,
    ...(unitPriceMinor === undefined && tiers !== undefined ? { tiers } : {}),
    unitPriceMinor: unitPriceMinor ?? agreed.unitPriceMinor,
    variant: variant ?? agreed.variant,
    countingRule: countingRule ?? (isOtherVariant ? defaultCountingRule(variant) : agreed.countingRule),
  };
}

function costOf(
  state: WorkspaceState,
  month: BillingMonth,
  terms: ContractTerms,
  buyer: Parameters<typeof ownLines>[3],
): Cost {
  const { variant, countingRule } = terms;
  const count = countMonth(state, month, terms);
  const netMinor = ownLines(month, count, terms, buyer).reduce((sum, line) => sum + line.netMinor, 0);
  return { variant, countingRule, units: count.units.length, quantity: formatQuantity(count.quantity), netMinor };
}
