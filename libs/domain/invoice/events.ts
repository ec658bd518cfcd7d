import { type BillingMonth } from '../billing/billing-month';
import { type MonthLine, type Totals } from '../billing/events';
import {
  type Buyer,
  type CountingRule,
  type Delivery,
  type EInvoiceFormat,
  type InvoiceMailboxes,
  type Language,
  type LicenseVariant,
  type References,
} from '../contract/terms';
import { type DomainEvent } from '../event';
import { type EuroTax } from '../tax/euro-tax';

/** The seller as it is on the invoice (§ 14 (4) UStG). */
export interface Seller {
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
  /** USt-IdNr. (§ 27a UStG). */
  readonly vatId: string;
  /** Steuernummer of the tax office. */
  readonly taxNumber?: string;
  /** Register court and number, `Amtsgericht Münster, HRB 12345`. */
  readonly register?: string;
  readonly managers?: string;
  /** For questions about invoices (XRechnung BR-DE-5 to BR-DE-7). */
  readonly contact: { readonly name: string; readonly phone: string; readonly email: string };
  readonly bank: { readonly holder: string; readonly iban: string; readonly bic?: string };
  /** An SVG image as text. */
  readonly logoSvg?: string;
}

export type InvoiceKind = 'invoice' | 'cancellation' | 'credit-note';

export interface InvoiceLine extends MonthLine {
  /** In the invoice's language. */
  readonly description: string;
}

/** An earlier invoice, of which a line corrects what it billed (§ 31 (5) UStDV). */
export interface CorrectedInvoice {
  readonly number: string;
  readonly issueDate: string;
  /** The month that is corrected. */
  readonly month: BillingMonth;
}

/** How the structured invoice was made and checked before the invoice was issued. */
export interface EInvoiceCheck {
  /** Version of the writers: the same version makes the same XML of the same invoice. */
  readonly writer: number;
  /** The rules that it passed: `built-in 1`, and the official rule files with their SHA-256. */
  readonly passed: readonly string[];
}

/** Everything that an invoice says, fixed when it is issued. */
export interface IssuedInvoice extends Totals {
  readonly number: string;
  readonly kind: InvoiceKind;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly month: BillingMonth;
  /** First and last day of the month that was supplied, or of the months that are settled, `2026-03-01`. */
  readonly servicePeriod: { readonly from: string; readonly to: string };
  /** Day in the seller's time zone, `2026-04-01`. */
  readonly issueDate: string;
  readonly dueDate: string;
  readonly paymentTermDays: number;
  readonly language: Language;
  readonly seller: Seller;
  readonly buyer: Buyer;
  readonly references?: References;
  readonly variant: LicenseVariant;
  readonly countingRule: CountingRule;
  readonly units: number;
  readonly quantity: string;
  readonly unitsDigest: string;
  readonly lines: readonly InvoiceLine[];
  readonly delivery: readonly Delivery[];
  readonly eInvoiceFormat: EInvoiceFormat;
  readonly annexOfUnits: boolean;
  /** Revision, in the stream of the workspace's bills, of the bill that it invoices. */
  readonly billRevision: number;
  /** Which of the bill's documents it is, from 0. */
  readonly billDocument: number;
  /** The VAT in euro where the invoice is in another currency and charges German VAT. */
  readonly euroTax?: EuroTax;
  /** The invoice that this cancellation cancels (§ 31 (5) UStDV). */
  readonly cancels?: string;
  /** The invoices that it cancels, or that its adjustments correct; none when it corrects nothing. */
  readonly corrects?: readonly CorrectedInvoice[];
  /** Where the buyer takes invoices, at the time of issue; absent when the contract names no mailbox. */
  readonly invoiceMailbox?: string;
  /** Absent for an invoice that was issued before there were structured ones. */
  readonly eInvoice?: EInvoiceCheck;
  /** Why it is cancelled. */
  readonly reason?: string;
  /** The cancelled invoice in whose place it is issued. */
  readonly replaces?: string;
}

export type InvoiceIssued = DomainEvent<'InvoiceIssued', IssuedInvoice>;

/** A document of the invoice was made and stored; from now on it is that document. */
export type InvoiceRendered = DomainEvent<
  'InvoiceRendered',
  {
    readonly sha256: string;
    readonly bytes: number;
    readonly pages: number;
    /** What its bytes depend on besides the invoice: template, fonts and browser. */
    readonly renderer: string;
    /** The XRechnung, an original as the PDF is: written once, and never again. */
    readonly xml: { readonly sha256: string; readonly bytes: number };
  }
>;
/** The document could not be made, and is not tried again until a delivery is asked for. */
export type InvoiceRenderingFailed = DomainEvent<
  'InvoiceRenderingFailed',
  { readonly attempts: number; readonly reason: string }
>;

/** The workspace's administrators can download it. */
export type InvoicePublished = DomainEvent<'InvoicePublished', Record<string, never>>;
/**
 * An e-mail is about to be handed over. When no outcome follows, none is known: the mail may
 * have been accepted, and is not sent again without being asked for.
 */
export type InvoiceDeliveryStarted = DomainEvent<
  'InvoiceDeliveryStarted',
  {
    readonly attempt: number;
    readonly recipient: string;
    /** Those besides the first; absent when there are none. */
    readonly otherRecipients?: InvoiceMailboxes;
    readonly messageId: string;
  }
>;
export type InvoiceSent = DomainEvent<
  'InvoiceSent',
  {
    readonly attempt: number;
    readonly recipient: string;
    readonly otherRecipients?: InvoiceMailboxes;
    /** Those that the mail server did not take it for, although it took it for others. */
    readonly refusedRecipients?: readonly string[];
    readonly messageId: string;
    /** `smtp`, or `outbox` for a file in the outbox folder. */
    readonly transport: 'smtp' | 'outbox';
  }
>;
export type InvoiceDeliveryFailed = DomainEvent<
  'InvoiceDeliveryFailed',
  {
    readonly attempt: number;
    readonly recipient: string | null;
    readonly reason: string;
    /** refused: for good. temporary: it is tried again. uncertain: it may have arrived. */
    readonly outcome: 'refused' | 'temporary' | 'uncertain';
  }
>;
/** Accounting asked for another delivery, or for another try at the document. */
export type InvoiceResendRequested = DomainEvent<'InvoiceResendRequested', { readonly request: number }>;
export type InvoiceCancelled = DomainEvent<'InvoiceCancelled', { readonly reason: string; readonly reissue: boolean }>;

/** One invoice, in its stream `invoice-RE-2026-000001`. */
export type InvoiceEvent =
  | InvoiceIssued
  | InvoiceRendered
  | InvoiceRenderingFailed
  | InvoicePublished
  | InvoiceDeliveryStarted
  | InvoiceSent
  | InvoiceDeliveryFailed
  | InvoiceResendRequested
  | InvoiceCancelled;
