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
  /** What an adjustment comes of: what the month's facts say now, less what stood for it before. */
  readonly difference?: Difference;
  readonly netMinor: number;
  readonly tax: TaxTreatment;
}

export interface Difference {
  readonly owedQuantity: string;
  readonly owedNetMinor: number;
  readonly billedQuantity: string;
  readonly billedNetMinor: number;
}

export interface Totals {
  readonly currency: string;
  readonly taxes: readonly TaxSubtotal[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

/** The part of a month's bill that becomes one document: a supply belongs to the buyer that it was made to. */
export interface BillDocument extends Totals {
  readonly buyer: Buyer;
  /** In the order of the document: the month's own, then adjustments by month. */
  readonly lines: readonly MonthLine[];
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
  /** One for each tax identity, the month's own first; none when there is nothing to bill. */
  readonly documents: readonly BillDocument[];
}

/** Names a document of a bill, in the stream of its workspace's bills. */
export interface BillDocumentRef {
  readonly month: BillingMonth;
  /** Revision of the event that holds the bill. */
  readonly billRevision: number;
  /** Its place among the bill's documents, from 0. */
  readonly document: number;
}

/** The month's units and amounts are fixed for good. */
export type MonthClosed = DomainEvent<'MonthClosed', MonthBill>;

/** Accounting approved a document of a contract with `holdForApproval`: it may be invoiced. */
export type BillApproved = DomainEvent<'BillApproved', BillDocumentRef>;

/** Accounting sent a document back instead of approving it: its lines are not billed until it is billed again. */
export type DraftReturned = DomainEvent<'DraftReturned', BillDocumentRef & { readonly reason: string }>;

/** The invoice of a bill's document was cancelled: its lines are no longer billed. */
export type BillCancelled = DomainEvent<
  'BillCancelled',
  BillDocumentRef & {
    readonly invoiceNumber: string;
    readonly reason: string;
    /** Whether it is to be billed again from today's facts. */
    readonly reissue: boolean;
  }
>;

/** A cancelled document, or a returned draft, is billed again from the facts known now. */
export type MonthRebilled = DomainEvent<
  'MonthRebilled',
  MonthBill & { readonly replaces: Omit<BillDocumentRef, 'month'> }
>;

/** The bills of one workspace, in its stream `billing-W`. */
export type BillEvent = MonthClosed | BillApproved | DraftReturned | BillCancelled | MonthRebilled;
