/**
 * An invoice in the words of EN 16931-1, as plain data: what both syntaxes are written from and
 * what the rules are checked on. The BT and BG numbers are the standard's. Amounts are integer
 * minor units of `currency`, quantities and rates decimal strings, days `2026-03-31`.
 */
export interface EInvoice {
  /** BT-1. */
  readonly number: string;
  /** BT-2. */
  readonly issueDate: string;
  /** BT-3, UNTDID 1001: 380 commercial invoice, 384 corrected invoice. */
  readonly typeCode: string;
  /** BT-5, ISO 4217. */
  readonly currency: string;
  /** BT-9; absent when nothing is to be paid. */
  readonly dueDate?: string;
  /** BT-72: the last day of what was supplied. */
  readonly deliveredOn: string;
  /** BT-10: the Leitweg-ID or the buyer's own reference. */
  readonly buyerReference: string;
  /** BT-12: the contract's number at the buyer. */
  readonly contractReference?: string;
  /** BT-13. */
  readonly purchaseOrder?: string;
  /** BT-19: the buyer's cost centre or account. */
  readonly accountingReference?: string;
  /** BT-22. */
  readonly note: string;
  /** BG-3: the invoices that this one cancels or corrects. */
  readonly precedingInvoices: readonly PrecedingInvoice[];
  /** BG-14; absent when lines are of other periods. */
  readonly period?: Period;
  /** BG-4. */
  readonly seller: ESeller;
  /** BG-7. */
  readonly buyer: EBuyer;
  /** BG-16. */
  readonly payment: Payment;
  /** BG-20. */
  readonly allowances: readonly Allowance[];
  /** BG-23. */
  readonly vatBreakdown: readonly VatSubtotal[];
  /** BG-22. */
  readonly totals: DocumentTotals;
  /** BG-25. */
  readonly lines: readonly ELine[];
}

export interface PrecedingInvoice {
  /** BT-25. */
  readonly number: string;
  /** BT-26. */
  readonly issueDate?: string;
}

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** BT-34, BT-49: an address and its scheme of the EAS code list. */
export interface ElectronicAddress {
  readonly scheme: string;
  readonly address: string;
}

export interface EParty {
  /** BT-27, BT-44. */
  readonly name: string;
  /** BT-29, BT-46. */
  readonly identifiers: readonly string[];
  /** BT-31, BT-48. */
  readonly vatId?: string;
  readonly electronicAddress?: ElectronicAddress;
  /** BG-5, BG-8. */
  readonly address: {
    readonly street: string;
    /** BT-36, BT-51. */
    readonly additionalStreet?: string;
    readonly city: string;
    readonly postalCode: string;
    /** ISO 3166-1 alpha-2. */
    readonly country: string;
  };
}

export interface EBuyer extends EParty {
  /** BT-56. */
  readonly contactName?: string;
}

export interface ESeller extends EParty {
  /** BT-30: register court and number. */
  readonly legalRegistration?: string;
  /** BT-32: the tax office's number. */
  readonly taxNumber?: string;
  /** BT-33. */
  readonly legalInformation?: string;
  /** BG-6. */
  readonly contact: { readonly name: string; readonly phone: string; readonly email: string };
}

export interface Payment {
  /** BT-81, UNTDID 4461. */
  readonly meansCode: string;
  /** BT-82. */
  readonly meansText: string;
  /** BT-83: what the payer is to name. */
  readonly remittance: string;
  /** BG-17. */
  readonly account?: { readonly iban: string; readonly holder: string; readonly bic?: string };
  /** BT-20. */
  readonly terms: string;
}

/** A VAT category of UNTDID 5305; a line or allowance of category O has no rate. */
export interface VatTreatment {
  readonly category: string;
  readonly rate?: string;
}

export interface Allowance extends VatTreatment {
  /** BT-92. */
  readonly amountMinor: number;
  /** BT-93 and BT-94; absent where the amount, rounded to whole units, is not close enough to them. */
  readonly share?: { readonly baseMinor: number; readonly percent: string };
  /** BT-97. */
  readonly reason: string;
  /** BT-98, UNTDID 5189. */
  readonly reasonCode: string;
}

export interface VatSubtotal {
  /** BT-118. */
  readonly category: string;
  /** BT-119; also for category O, as XRechnung asks (BR-DE-14). */
  readonly rate: string;
  /** BT-116. */
  readonly taxableMinor: number;
  /** BT-117. */
  readonly taxMinor: number;
  /** BT-120. */
  readonly exemptionReason?: string;
  /** BT-121, VATEX code list. */
  readonly exemptionCode?: string;
}

export interface DocumentTotals {
  /** BT-106. */
  readonly linesMinor: number;
  /** BT-107; absent without allowances. */
  readonly allowancesMinor?: number;
  /** BT-109. */
  readonly netMinor: number;
  /** BT-110. */
  readonly taxMinor: number;
  /** BT-111, in euro cents, where the invoice is in another currency: then BT-6 is the euro. */
  readonly euroTaxMinor?: number;
  /** BT-112. */
  readonly grossMinor: number;
  /** BT-115. */
  readonly payableMinor: number;
}

export interface ELine extends VatTreatment {
  /** BT-126: the position on the printed invoice. */
  readonly id: string;
  /** BT-127. */
  readonly note?: string;
  /** BT-129; negative where something is taken back. */
  readonly quantity: string;
  /** BT-130, UN/ECE Recommendation 20. */
  readonly unitCode: string;
  /** BT-131. */
  readonly netMinor: number;
  /** BT-146, never negative. */
  readonly priceMinor: number;
  /** BT-149: the quantity that the price is for; absent for 1. */
  readonly priceBase?: string;
  /** BG-26. */
  readonly period: Period;
  /** BT-153. */
  readonly name: string;
  /** BG-32: how the units were counted. */
  readonly attributes: readonly Attribute[];
}

export interface Attribute {
  /** BT-160. */
  readonly name: string;
  /** BT-161. */
  readonly value: string;
}
