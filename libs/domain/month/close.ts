import { type Buyer, type ContractTerms, type InvoicingTerms, type PriceTerms } from '../contract/terms';
import { countMonth, digestOf, type MonthCount } from '../counting/count';
import { formatQuantity, parseQuantity, type Quantity } from '../pricing/money';
import { priceMonth } from '../pricing/price';
import { taxSubtotals, type TaxTreatment, taxTreatmentOf } from '../tax/vat';
import { type WorkspaceState } from '../workspace/state';
import { addMonths, type BillingMonth } from './billing-month';
import { type MonthBill, type MonthLine, type Totals } from './events';
import { type ClosedMonth } from './state';

/** Raised when counting or pricing gives another result for the same facts and terms. */
export const RULES_VERSION = 1;

/** How many months back a closing recounts, unless it is told otherwise; its bill says how many. */
export const ADJUSTMENT_WINDOW_MONTHS = 12;

export interface BillingInput {
  readonly workspaceId: string;
  readonly month: BillingMonth;
  readonly terms: ContractTerms;
  readonly buyer: Buyer;
  /** The facts known, and the revision of the last. */
  readonly workspace: WorkspaceState;
  readonly workspaceRevision: number;
  readonly contractRevision: number;
  /** False after the contract's last month: then there are only adjustments. */
  readonly billed: boolean;
  /** The closed months that may be adjusted, with their states. */
  readonly closedMonths: readonly ClosedMonth[];
  readonly adjustmentWindowMonths?: number;
}

/**
 * What billing the month comes to: its own lines, and one for each closed month of the adjustment window
 * whose facts now say something else than was billed for it.
 */
export function billMonth(input: BillingInput): { bill: MonthBill; count: MonthCount } {
  const { workspaceId, month, terms, buyer, adjustmentWindowMonths = ADJUSTMENT_WINDOW_MONTHS } = input;
  const count: MonthCount = input.billed ? countMonth(input.workspace, month, terms) : { units: [], quantity: 0 };
  const own = input.billed ? ownLines(month, count, terms, buyer) : [];
  const lines = [...own, ...adjustmentLines(input, adjustmentWindowMonths).map((line) => withVariant(line, input))];
  return {
    count,
    bill: {
      workspaceId,
      workspaceName: input.workspace.started?.name ?? workspaceId,
      month,
      terms: priceTermsOf(terms),
      invoicing: invoicingTermsOf(terms),
      buyer,
      withinContract: input.billed,
      rulesVersion: RULES_VERSION,
      workspaceRevision: input.workspaceRevision,
      contractRevision: input.contractRevision,
      adjustmentWindowMonths,
      units: count.units.length,
      quantity: formatQuantity(count.quantity),
      unitsDigest: digestOf(count.units),
      lines,
      ...totalsOf(lines, terms.currency),
    },
  };
}

/** Net, tax and gross of some lines. */
export function totalsOf(lines: readonly Pick<MonthLine, 'netMinor' | 'tax'>[], currency: string): Totals {
  const taxes = taxSubtotals(lines);
  const netMinor = taxes.reduce((sum, tax) => sum + tax.netMinor, 0);
  const taxMinor = taxes.reduce((sum, tax) => sum + tax.taxMinor, 0);
  return { currency, taxes, netMinor, taxMinor, grossMinor: netMinor + taxMinor };
}

/** The lines that a month's count comes to under its terms, taxed by the month and its buyer. */
export function ownLines(month: BillingMonth, count: MonthCount, terms: PriceTerms, buyer: Buyer): MonthLine[] {
  const tax = taxTreatmentOf(month, buyer);
  return priceMonth(month, count.quantity, terms).map((line) => ({
    kind: line.kind,
    month,
    quantity: formatQuantity(line.quantity),
    ...(line.unitPriceMinor === undefined ? {} : { unitPriceMinor: line.unitPriceMinor }),
    ...(line.kind === 'discount' && terms.discount !== undefined ? { percent: terms.discount.percent } : {}),
    netMinor: line.netMinor,
    tax,
  }));
}

function adjustmentLines(input: BillingInput, adjustmentWindowMonths: number): MonthLine[] {
  const { month, workspace, closedMonths } = input;
  const oldest = addMonths(month, -adjustmentWindowMonths);
  const billed = billedPerMonth(closedMonths);
  const before = adjustedBefore(closedMonths, oldest);
  const lines: MonthLine[] = [];
  for (const { bill, cancelled } of inOrder(closedMonths)) {
    if (bill.month >= month || !bill.withinContract) continue;
    if (bill.month < oldest && !before.has(bill.month)) continue;
    if (cancelled !== undefined) {
      // It is billed anew in one piece, or stays unbilled: then nothing may stand for it elsewhere.
      if (!cancelled.reissue) lines.push(...withoutAdjustments(bill.month, closedMonths));
      continue;
    }
    if (bill.month < oldest && before.get(bill.month) !== true) continue;
    const count = countMonth(workspace, bill.month, bill.terms);
    const owed = ownLines(bill.month, count, bill.terms, bill.buyer);
    const line = differenceLine(
      bill.month,
      { quantity: count.quantity, netMinor: netOf(owed) },
      billed.get(bill.month) ?? NOTHING,
      taxTreatmentOf(bill.month, bill.buyer),
    );
    if (line !== undefined) lines.push(line);
  }
  // Billed anew, the month's own lines hold all of its facts.
  if (input.billed) lines.push(...withoutAdjustments(month, closedMonths));
  return lines;
}

/**
 * The months before the adjustment window that bills of it have adjusted, which may concern them still:
 * with true where such a bill was cancelled and is not made anew, so that its adjustment is owed again.
 */
export function adjustedBefore(
  closedMonths: readonly ClosedMonth[],
  oldest: BillingMonth,
): ReadonlyMap<BillingMonth, boolean> {
  const months = new Map<BillingMonth, boolean>();
  for (const { bill, cancelled } of closedMonths) {
    if (bill.month < oldest) continue;
    const isOwedAgain = cancelled?.reissue === false;
    for (const { kind, month } of bill.lines) {
      if (kind === 'adjustment' && month < oldest) months.set(month, isOwedAgain || months.get(month) === true);
    }
  }
  return months;
}

/** Says what an adjustment counts where its month's variant is not the bill's. */
function withVariant(line: MonthLine, { terms, closedMonths }: BillingInput): MonthLine {
  const variant = closedMonths.find(({ bill }) => bill.month === line.month)?.bill.terms.variant;
  return variant === undefined || variant === terms.variant ? line : { ...line, variant };
}

/** Takes off what stands for a month as adjustments on other bills, each as it was taxed. */
function withoutAdjustments(month: BillingMonth, closedMonths: readonly ClosedMonth[]): MonthLine[] {
  const sums = new Map<string, { tax: TaxTreatment; billed: Billed }>();
  for (const { bill, cancelled } of closedMonths) {
    if (cancelled !== undefined) continue;
    for (const line of bill.lines) {
      if (line.kind !== 'adjustment' || line.month !== month) continue;
      const { tax } = line;
      const key = `${tax.category} ${tax.rate}`;
      const billed = sums.get(key)?.billed ?? NOTHING;
      const quantity = billed.quantity + parseQuantity(line.quantity);
      sums.set(key, { tax, billed: { quantity, netMinor: billed.netMinor + line.netMinor } });
    }
  }
  return [...sums.values()]
    .map(({ tax, billed }) => differenceLine(month, NOTHING, billed, tax))
    .filter((line) => line !== undefined);
}

interface Billed {
  readonly quantity: Quantity;
  readonly netMinor: number;
}

const NOTHING: Billed = { quantity: 0, netMinor: 0 };

function differenceLine(month: BillingMonth, owed: Billed, billed: Billed, tax: TaxTreatment): MonthLine | undefined {
  if (owed.netMinor === billed.netMinor) return undefined;
  return {
    kind: 'adjustment',
    month,
    quantity: formatQuantity(owed.quantity - billed.quantity),
    netMinor: owed.netMinor - billed.netMinor,
    tax,
  };
}

/** What stands for each month on all bills that were not cancelled. */
export function billedPerMonth(closedMonths: readonly ClosedMonth[]): Map<BillingMonth, Billed> {
  const sums = new Map<BillingMonth, Billed>();
  const add = (month: BillingMonth, quantity: Quantity, netMinor: number): void => {
    const sum = sums.get(month) ?? NOTHING;
    sums.set(month, { quantity: sum.quantity + quantity, netMinor: sum.netMinor + netMinor });
  };
  for (const { bill, cancelled } of closedMonths) {
    if (cancelled !== undefined) continue;
    add(bill.month, parseQuantity(bill.quantity), 0);
    for (const { kind, month, quantity, netMinor } of bill.lines) {
      add(month, kind === 'adjustment' ? parseQuantity(quantity) : 0, netMinor);
    }
  }
  return sums;
}

const netOf = (lines: readonly MonthLine[]): number => lines.reduce((sum, { netMinor }) => sum + netMinor, 0);

const inOrder = (months: readonly ClosedMonth[]): ClosedMonth[] =>
  [...months].sort((a, b) => (a.bill.month < b.bill.month ? -1 : 1));

/** Of a contract's terms only what the price depends on. */
function priceTermsOf(terms: PriceTerms): PriceTerms {
  const { variant, countingRule, unitPriceMinor, currency, timeZone } = terms;
  const { tiers, freeUnits, minimumUnits, discount } = terms;
  return {
    variant,
    countingRule,
    unitPriceMinor,
    ...(tiers === undefined ? {} : { tiers }),
    ...(freeUnits === undefined ? {} : { freeUnits }),
    ...(minimumUnits === undefined ? {} : { minimumUnits }),
    ...(discount === undefined ? {} : { discount }),
    currency,
    timeZone,
  };
}

function invoicingTermsOf(terms: InvoicingTerms): InvoicingTerms {
  const { language, delivery, paymentTermDays, holdForApproval, annexOfUnits, eInvoice, references } = terms;
  return {
    language,
    ...(delivery === undefined ? {} : { delivery }),
    paymentTermDays,
    holdForApproval,
    annexOfUnits,
    ...(eInvoice === undefined ? {} : { eInvoice }),
    ...(references === undefined ? {} : { references }),
  };
}
