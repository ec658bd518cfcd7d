import { type BillingMonth } from '../billing/billing-month';
import { type DomainEvent } from '../event';
import { type BillTo, type ContractTerms } from './terms';

export type ContractOpened = DomainEvent<
  'ContractOpened',
  {
    readonly workspaceId: string;
    readonly firstMonth: BillingMonth;
    /** An individual enterprise agreement. */
    readonly enterprise: boolean;
    readonly terms: ContractTerms;
    readonly billTo: BillTo;
  }
>;

/** A term that is null is taken away: no tiers, no discount, delivery by variant. */
export type TermsChange = {
  readonly [Term in keyof ContractTerms]?: ContractTerms[Term] | null;
};

export type ContractTermsChanged = DomainEvent<
  'ContractTermsChanged',
  { readonly effectiveFrom: BillingMonth; readonly changes: TermsChange }
>;
export type InvoiceMailboxChanged = DomainEvent<'InvoiceMailboxChanged', { readonly email: string }>;
export type BillingAddressChanged = DomainEvent<'BillingAddressChanged', { readonly billTo: BillTo }>;
export type ContractTerminated = DomainEvent<'ContractTerminated', { readonly lastMonth: BillingMonth }>;
/**
 * The closing of a month began: from here on its terms no longer change, also while the closing is
 * still under way in another process.
 */
export type TermsLocked = DomainEvent<'TermsLocked', { readonly month: BillingMonth }>;

/** What a workspace pays for and how, in its stream `contract-W`. */
export type ContractEvent =
  | ContractOpened
  | ContractTermsChanged
  | InvoiceMailboxChanged
  | BillingAddressChanged
  | ContractTerminated
  | TermsLocked;
