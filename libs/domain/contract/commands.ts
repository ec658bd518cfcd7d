import { type BillingMonth } from '../billing/billing-month';
import { type Instant } from '../event';
import { type TermsChange } from './events';
import { type BillTo, type ContractTerms, type LicenseVariant } from './terms';

/** Terms as asked for: what is absent gets its default. */
export type AskedTerms = Pick<ContractTerms, 'unitPriceMinor' | 'currency'> &
  Partial<Omit<ContractTerms, 'unitPriceMinor' | 'currency'>>;

export interface OpenContract {
  readonly type: 'OpenContract';
  readonly workspaceId: string;
  /** When the workspace started: decides the default variant. */
  readonly workspaceStartedAt: Instant;
  readonly enterprise?: boolean;
  readonly variant?: LicenseVariant;
  readonly terms: AskedTerms;
  readonly firstMonth: BillingMonth;
  readonly billTo: BillTo;
}
export interface ChangeTerms {
  readonly type: 'ChangeTerms';
  readonly effectiveFrom: BillingMonth;
  readonly changes: TermsChange;
}
export interface ChangeInvoiceMailbox {
  readonly type: 'ChangeInvoiceMailbox';
  readonly email: string;
}
export interface ChangeBillingAddress {
  readonly type: 'ChangeBillingAddress';
  readonly billTo: BillTo;
}
export interface TerminateContract {
  readonly type: 'TerminateContract';
  readonly lastMonth: BillingMonth;
}
/** Given by the closing before it counts a month. */
export interface LockTerms {
  readonly type: 'LockTerms';
  readonly month: BillingMonth;
}

export type ContractCommand =
  OpenContract | ChangeTerms | ChangeInvoiceMailbox | ChangeBillingAddress | TerminateContract | LockTerms;
