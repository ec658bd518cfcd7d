import { type Buyer, type InvoicingTerms, type LicenseVariant, type PriceTerms } from '../contract/terms';
import { type DomainEvent } from '../event';
import { type TaxSubtotal, type TaxTreatment } from '../tax/vat';
import { type BillingMonth } from './billing-month';

/** A line that a month is billed by. Quantities are decimal strings, amounts minor units. */
export interface MonthLine {
  readonly kind: 'license' | 'minimum' | 'discount' | 'adjustment';
  /** The month that the line is for: for an adjustment the closed one that it corrects. */
  readonly month: BillingMonth;
  readonly quantity: string;
  /** What an adjustment's quantity counts, where its month was billed by another variant than this one. */
  readonly variant?: LicenseVariant;
  readonly unitPriceMinor?: number;
  /** A discount's percentage. */
  readonly percent?: string;
  readonly netMinor: number;
  readonly tax: TaxTreatment;
}

export interface Totals {
  readonly currency: string;
  readonly taxes: readonly TaxSubtotal[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

/** What a month is billed for, and all that an auditor needs to derive it again. */
export interface MonthBill extends Totals {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly month: BillingMonth;
  /** The terms that priced the month's own lines; later recounts of the month use them too. */
  readonly terms: PriceTerms;
  readonly invoicing: InvoicingTerms;
  /** The buyer at the closing, whose place decides the month's tax. */
  readonly buyer: Buyer;
  /** False for a month after the contract's last, closed only to settle earlier ones. */
  readonly withinContract: boolean;
  /** How this software counted and priced: see docs/billing-rules.md. */
  readonly rulesVersion: number;
  /** Last event of the workspace's stream that was seen; -1 for none. */
  readonly workspaceRevision: number;
  /** Last event of the contract's stream that was seen. */
  readonly contractRevision: number;
  /** How many months back closed months were recounted, for the adjustment lines. */
  readonly adjustmentWindowMonths: number;
  readonly units: number;
  readonly quantity: string;
  readonly unitsDigest: string;
  /** In the order of the invoice; none when there is nothing to bill. */
  readonly lines: readonly MonthLine[];
}

/** The month's units and amounts are fixed for good. */
export type MonthClosed = DomainEvent<'MonthClosed', MonthBill>;

/** Accounting approved the bill of a contract with `holdForApproval`: it may be invoiced. */
export type MonthBillApproved = DomainEvent<
  'MonthBillApproved',
  { readonly workspaceId: string; readonly month: BillingMonth }
>;

/** The invoice of the month's bill was cancelled: its own lines are no longer billed. */
export type MonthBillCancelled = DomainEvent<
  'MonthBillCancelled',
  {
    readonly workspaceId: string;
    readonly month: BillingMonth;
    readonly invoiceNumber: string;
    readonly reason: string;
    /** Whether the month is to be billed anew from today's facts. */
    readonly reissue: boolean;
  }
>;

/** The month is billed anew from the facts known now, in place of its cancelled bill. */
export type MonthRebilled = DomainEvent<'MonthRebilled', MonthBill>;

/** One billing month of a workspace, in its stream `month-W_2026-03`. */
export type MonthEvent = MonthClosed | MonthBillApproved | MonthBillCancelled | MonthRebilled;
