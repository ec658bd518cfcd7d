import { addMonths, type BillingMonth, monthOf } from '../billing/billing-month';
import { type Instant } from '../event';
import { buyerWarnings, type ContractWarning } from './buyer';
import { type TermsChange } from './events';
import { type BillTo, type Buyer, type ContractTerms, type InvoiceMailboxes } from './terms';

export interface OpenedContract {
  readonly workspaceId: string;
  readonly firstMonth: BillingMonth;
  readonly enterprise: boolean;
  readonly openingTerms: ContractTerms;
  /** In the order in which they were recorded. */
  readonly changes: readonly { readonly effectiveFrom: BillingMonth; readonly changes: TermsChange }[];
  readonly billTo: BillTo;
  readonly lastMonth?: BillingMonth;
  /** Terms up to this month can no longer change: it is closed, or being closed. */
  readonly lockedThrough?: BillingMonth;
}

/** Undefined until a contract is opened. */
export type ContractState = OpenedContract | undefined;

/** The terms that hold for a month: the opening terms with all changes effective by then. */
export function termsFor(contract: OpenedContract, month: BillingMonth): ContractTerms {
  let terms = contract.openingTerms;
  // Of two changes the one effective later wins, and of the same month the one recorded later.
  const effective = contract.changes
    .filter(({ effectiveFrom }) => effectiveFrom <= month)
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : a.effectiveFrom > b.effectiveFrom ? 1 : 0));
  for (const { changes } of effective) terms = applyChange(terms, changes);
  return terms;
}

/** The months from which terms hold that are still to be billed: the next one to close, and those of later changes. */
export function monthsToCome(contract: OpenedContract): BillingMonth[] {
  const { firstMonth, lockedThrough } = contract;
  const next = lockedThrough === undefined || lockedThrough < firstMonth ? firstMonth : addMonths(lockedThrough, 1);
  const later = contract.changes.map(({ effectiveFrom }) => effectiveFrom).filter((month) => month > next);
  return [...new Set([next, ...later])].sort();
}

/** What to remark about a contract, each thing once. */
export function contractWarnings(contract: OpenedContract): ContractWarning[] {
  const found = monthsToCome(contract).flatMap((month) => buyerWarnings(buyerFor(contract, month), month));
  return [...new Map(found.map((warning) => [warning.code, warning])).values()];
}

/** The buyer that a month is billed to. */
export const buyerFor = (contract: OpenedContract, month: BillingMonth): Buyer => ({
  ...contract.billTo,
  buyerKind: termsFor(contract, month).buyerKind,
});

/** Where invoices go that are sent at an instant; undefined while the contract names no mailbox. */
export const mailboxesAt = (contract: OpenedContract, now: Instant): InvoiceMailboxes | undefined =>
  termsFor(contract, monthOf(now, contract.openingTerms.timeZone)).invoiceMailboxes;

export function applyChange(terms: ContractTerms, changes: TermsChange): ContractTerms {
  const changed: Record<string, unknown> = { ...terms };
  for (const [term, value] of Object.entries(changes)) {
    if (value === null) delete changed[term];
    else changed[term] = value;
  }
  return changed as unknown as ContractTerms;
}
