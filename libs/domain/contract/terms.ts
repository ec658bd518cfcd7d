import { type BillingMonth } from '../billing/billing-month';

export type LicenseVariant = 'team' | 'user';

export type CountingRule = 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';

export type Language = 'de' | 'en';

/** A way for an invoice to reach its workspace. */
export type Delivery = 'download' | 'email';

/** The last step has no `upTo`. */
export interface PriceStep {
  /** Last unit of the step, included. */
  readonly upTo?: number;
  readonly unitPriceMinor: number;
}

/** graduated: each step's part at its own price; volume: all at the price of the step reached. */
export interface PriceTiers {
  readonly mode: 'graduated' | 'volume';
  readonly steps: readonly PriceStep[];
}

export interface Discount {
  /** Decimal string, `"10.00"`. */
  readonly percent: string;
  readonly firstMonth: BillingMonth;
  readonly lastMonth?: BillingMonth;
}

/** business: buys for its business. public: a public body. consumer: buys for private use. */
export type BuyerKind = 'business' | 'public' | 'consumer';

/** What mails carry: the PDF with its XML inside (ZUGFeRD), the XRechnung alone, or both. */
export type EInvoiceFormat = 'zugferd' | 'xrechnung' | 'both';

/** The address on the invoice. */
export interface BillTo {
  readonly name: string;
  readonly street: string;
  /** Second line of the address (EN 16931 BT-51). */
  readonly addressLine2?: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly vatId?: string;
  /** Who is asked for at the buyer (EN 16931 BT-56). */
  readonly contact?: string;
  /** The buyer's id in the seller's books, such as a customer number (EN 16931 BT-46). */
  readonly buyerId?: string;
  /** The buyer's own reference or Leitweg-ID (EN 16931 BT-10). */
  readonly reference?: string;
}

/** The buyer as it is on the invoice. */
export interface Buyer extends BillTo {
  readonly buyerKind: BuyerKind;
}

/** What the buyer wants to find on the invoice. */
export interface References {
  /** EN 16931 BT-13. */
  readonly purchaseOrder?: string;
  /** EN 16931 BT-12. */
  readonly contract?: string;
  /** The buyer's cost centre or account (EN 16931 BT-19). */
  readonly costCentre?: string;
  /** The seller's number at the buyer (EN 16931 BT-29). */
  readonly supplierNumber?: string;
}

/** Where the buyer takes invoices; the first of `to` is the invoice mailbox. */
export interface InvoiceMailboxes {
  readonly to: readonly string[];
  readonly cc: readonly string[];
}

/** What a month's price depends on; recorded with its closing. */
export interface PriceTerms {
  readonly variant: LicenseVariant;
  readonly countingRule: CountingRule;
  readonly unitPriceMinor: number;
  readonly tiers?: PriceTiers;
  readonly freeUnits?: number;
  readonly minimumUnits?: number;
  readonly discount?: Discount;
  /** ISO 4217. */
  readonly currency: string;
  readonly timeZone: string;
}

/** How a month's bill becomes an invoice; recorded with its closing. */
export interface InvoicingTerms {
  readonly language: Language;
  /** Absent: by variant, `team` downloads and `user` gets e-mail. */
  readonly delivery?: readonly Delivery[];
  readonly paymentTermDays: number;
  /** The bill waits for accounting before it becomes an invoice. */
  readonly holdForApproval: boolean;
  /** The invoice lists the units that it bills. */
  readonly annexOfUnits: boolean;
  /** Absent: by buyer, a public body in Germany gets an XRechnung and others ZUGFeRD. */
  readonly eInvoice?: EInvoiceFormat;
  readonly references?: References;
}

/** What may differ from month to month. */
export interface ContractTerms extends PriceTerms, InvoicingTerms {
  readonly buyerKind: BuyerKind;
  /** Absent: the contract names no mailbox. */
  readonly invoiceMailboxes?: InvoiceMailboxes;
}

export const defaultCountingRule = (variant: LicenseVariant): CountingRule =>
  variant === 'team' ? 'month-end' : 'any-time';

export const deliveryOf = (terms: Pick<ContractTerms, 'variant' | 'delivery'>): readonly Delivery[] =>
  terms.delivery ?? (terms.variant === 'team' ? ['download'] : ['email']);

export const eInvoiceFormatOf = (terms: Pick<InvoicingTerms, 'eInvoice'>, buyer: Buyer): EInvoiceFormat =>
  terms.eInvoice ?? (buyer.buyerKind === 'public' && buyer.country === 'DE' ? 'xrechnung' : 'zugferd');
