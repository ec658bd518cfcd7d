import { buyerFor, type OpenedContract, termsFor } from '../contract/state';
import { type Buyer, type InvoicingTerms, type PriceTerms } from '../contract/terms';
import { type CountingTerms, digestOf, type MonthCount } from '../counting/count';
import { formatQuantity, parseQuantity, type Quantity } from '../pricing/money';
import { priceMonth } from '../pricing/price';
import { taxIdentityOf } from '../tax/tax-identity';
import { taxSubtotals, type TaxTreatment, taxTreatmentOf } from '../tax/vat';
import { addMonths, type BillingMonth } from './billing-month';
import { type BillDocument, type MonthBill, type MonthLine, type Totals } from './events';
import { type BillingState, type ClosedMonth, ownDocumentOf } from './state';

/** Raised when counting or pricing gives another result for the same facts and terms. */
export const RULES_VERSION = 1;

/** How many months back a closing recounts, unless it is told otherwise; its bill says how many. */
export const ADJUSTMENT_WINDOW_MONTHS = 12;

/** What bills are made of besides earlier bills: what is agreed, and what happened, as it is known. */
export interface BillingFacts {
  readonly workspaceId: string;
  readonly workspaceName: string;
  /** Last event of the workspace's stream that was seen; -1 for none. */
  readonly workspaceRevision: number;
  readonly contract: OpenedContract;
  readonly contractRevision: number;
  /** The counts of the months that {@link countsNeeded} names. */
  readonly counts: ReadonlyMap<BillingMonth, MonthCount>;
  readonly adjustmentWindowMonths: number;
}

/** The months that a bill of a month needs counted, and by which terms. */
export function countsNeeded(
  state: BillingState,
  contract: OpenedContract,
  month: BillingMonth,
  adjustmentWindowMonths: number,
): Map<BillingMonth, CountingTerms> {
  const needed = new Map<BillingMonth, CountingTerms>();
  for (const { bill } of recountedMonths(state, month, adjustmentWindowMonths)) needed.set(bill.month, bill.terms);
  return needed.set(month, termsFor(contract, month));
}

/**
 * What billing a month comes to: its own lines, and one for each closed month of the adjustment
 * window whose facts now say something else than was billed for it; one document for each tax identity.
 * @param withOwn false after the contract's last month, or for corrections alone: there are only adjustments
 */
export function billMonth(state: BillingState, facts: BillingFacts, month: BillingMonth, withOwn: boolean): MonthBill {
  const { contract, adjustmentWindowMonths } = facts;
  const terms = termsFor(contract, month);
  const buyer = buyerFor(contract, month);
  const count = withOwn ? countOf(facts, month) : { units: [], quantity: 0 };
  const own = withOwn ? ownLines(month, count, terms, buyer).map((line) => ({ line, buyer })) : [];
  const documents = documentsOf(month, buyer, [...own, ...adjustments(state, facts, month, withOwn)], terms.currency);
  return {
    workspaceId: facts.workspaceId,
    workspaceName: facts.workspaceName,
    month,
    terms: priceTermsOf(terms),
    invoicing: invoicingTermsOf(terms),
    buyer,
    withinContract: withOwn,
    rulesVersion: RULES_VERSION,
    workspaceRevision: facts.workspaceRevision,
    contractRevision: facts.contractRevision,
    adjustmentWindowMonths,
    units: count.units.length,
    quantity: formatQuantity(count.quantity),
    unitsDigest: digestOf(count.units),
    documents,
    ...sumOf(documents, terms.currency),
  };
}

/** A line with the buyer that its supply was made to. */
interface BilledLine {
  readonly line: MonthLine;
  readonly buyer: Buyer;
}

/** Groups lines by tax identity, the month's own first, the others by their oldest month. */
function documentsOf(
  month: BillingMonth,
  current: Buyer,
  billed: readonly BilledLine[],
  currency: string,
): BillDocument[] {
  const own = taxIdentityOf(month, current);
  const byIdentity = new Map<string, BilledLine[]>();
  for (const each of billed) {
    const identity = taxIdentityOf(each.line.month, each.buyer);
    byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), each]);
  }
  const ordered = [...byIdentity].sort(([a], [b]) => Number(b === own) - Number(a === own));
  return ordered.map(([identity, group]) => {
    const lines = group.map(({ line }) => line);
    return { buyer: buyerOf(identity, current, group), lines, ...totalsOf(lines, currency) };
  });
}

/** The buyer as it is known now, where tax takes it for the same; else as it was known last. */
function buyerOf(identity: string, current: Buyer, group: readonly BilledLine[]): Buyer {
  const isSame = group.every(({ line }) => taxIdentityOf(line.month, current) === identity);
  const [latest] = [...group].sort((a, b) => (a.line.month < b.line.month ? 1 : -1));
  return isSame || latest === undefined ? current : latest.buyer;
}

/** Net, tax and gross of some lines. */
export function totalsOf(lines: readonly Pick<MonthLine, 'netMinor' | 'tax'>[], currency: string): Totals {
  return withSums(currency, taxSubtotals(lines));
}

/** The totals of all documents together, each taxed on its own. */
export function sumOf(documents: readonly Totals[], currency: string): Totals {
  const sums = new Map<string, Totals['taxes'][number]>();
  for (const { category, rate, netMinor, taxMinor } of documents.flatMap(({ taxes }) => taxes)) {
    const key = `${category} ${rate}`;
    const sum = sums.get(key) ?? { category, rate, netMinor: 0, taxMinor: 0 };
    sums.set(key, { ...sum, netMinor: sum.netMinor + netMinor, taxMinor: sum.taxMinor + taxMinor });
  }
  return withSums(
    currency,
    [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum),
  );
}

function withSums(currency: string, taxes: Totals['taxes']): Totals {
  const netMinor = taxes.reduce((sum, tax) => sum + tax.netMinor, 0);
  const taxMinor = taxes.reduce((sum, tax) => sum + tax.taxMinor, 0);
  return { currency, taxes, netMinor, taxMinor, grossMinor: netMinor + taxMinor };
}

/** The lines that a month's count comes to under its terms, taxed by the month and its buyer. */
export function ownLines(
  month: BillingMonth,
  count: Pick<MonthCount, 'quantity'>,
  terms: PriceTerms,
  buyer: Buyer,
): MonthLine[] {
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

/** One line for each month, and each way it was taxed, for which something else stands than is owed. */
function adjustments(state: BillingState, facts: BillingFacts, month: BillingMonth, withOwn: boolean): BilledLine[] {
  const lines: BilledLine[] = [];
  for (const closed of adjustableMonths(state, month, facts.adjustmentWindowMonths)) {
    const owed = ownDocumentOf(state, closed.bill.month)?.cancelled === undefined ? owedFor(closed, facts) : undefined;
    lines.push(...differences(closed.bill.month, owed, standingFor(state, closed.bill.month)));
  }
  // Billed again, the month's own lines hold all of its facts: nothing may stand for it elsewhere.
  if (withOwn) lines.push(...differences(month, undefined, standingFor(state, month)));
  const { variant } = termsFor(facts.contract, month);
  return lines.map(({ line, buyer }) => ({ line: withVariant(line, state, variant), buyer }));
}

/** Says what an adjustment counts where its month's variant is not the bill's. */
function withVariant(line: MonthLine, state: BillingState, billed: MonthLine['variant']): MonthLine {
  const variant = state.months.get(line.month)?.bill.terms.variant;
  return variant === undefined || variant === billed ? line : { ...line, variant };
}

/**
 * The closed months that a bill of a month may adjust, oldest first: those of the window, and older
 * ones that a bill of the window has adjusted. Those that wait to be billed again are left alone.
 */
function adjustableMonths(state: BillingState, month: BillingMonth, windowMonths: number): ClosedMonth[] {
  const oldest = addMonths(month, -windowMonths);
  const before = adjustedBefore(state, oldest);
  return [...state.months.values()]
    .filter(({ bill }) => {
      if (bill.month >= month || !bill.withinContract) return false;
      const cancelled = ownDocumentOf(state, bill.month)?.cancelled;
      if (cancelled?.reissue === true) return false;
      if (bill.month >= oldest) return true;
      return cancelled === undefined ? before.get(bill.month) === true : before.has(bill.month);
    })
    .sort((a, b) => (a.bill.month < b.bill.month ? -1 : 1));
}

/** Those of them that are counted again: a month that was cancelled for good owes nothing. */
const recountedMonths = (state: BillingState, month: BillingMonth, windowMonths: number): ClosedMonth[] =>
  adjustableMonths(state, month, windowMonths).filter(
    ({ bill }) => ownDocumentOf(state, bill.month)?.cancelled === undefined,
  );

/**
 * The months before the adjustment window that bills of it have adjusted, which may concern them
 * still: with true where such a document was cancelled for good, so that its adjustment is owed again.
 */
function adjustedBefore(state: BillingState, oldest: BillingMonth): ReadonlyMap<BillingMonth, boolean> {
  const months = new Map<BillingMonth, boolean>();
  for (const { month: billed, content, cancelled } of state.documents) {
    if (billed < oldest) continue;
    const isOwedAgain = cancelled?.reissue === false;
    for (const { kind, month } of content.lines) {
      if (kind === 'adjustment' && month < oldest) months.set(month, isOwedAgain || months.get(month) === true);
    }
  }
  return months;
}

/** An amount for a month, as a buyer is taxed. */
interface Amount {
  readonly quantity: Quantity;
  readonly netMinor: number;
  readonly tax: TaxTreatment;
  readonly buyer: Buyer;
}

const keyOf = (month: BillingMonth, { buyer, tax }: Pick<Amount, 'buyer' | 'tax'>): string =>
  `${taxIdentityOf(month, buyer)} ${tax.category} ${tax.rate}`;

/** What a closed month comes to by the facts known now, under its own terms. */
function owedFor({ bill }: ClosedMonth, facts: BillingFacts): Amount {
  const { month, terms, buyer } = bill;
  const { quantity } = countOf(facts, month);
  return {
    quantity,
    netMinor: netOf(ownLines(month, { quantity }, terms, buyer)),
    tax: taxTreatmentOf(month, buyer),
    buyer,
  };
}

/** What stands for a month on all documents that were not cancelled, by identity and treatment. */
function standingFor(state: BillingState, month: BillingMonth): Map<string, Amount> {
  const sums = new Map<string, Amount>();
  for (const { content, cancelled } of state.documents) {
    if (cancelled !== undefined) continue;
    const { buyer } = content;
    for (const line of content.lines.filter((one) => one.month === month)) {
      const key = keyOf(month, { buyer, tax: line.tax });
      const sum = sums.get(key) ?? { quantity: 0, netMinor: 0, tax: line.tax, buyer };
      const quantity = line.kind === 'adjustment' ? parseQuantity(line.quantity) : 0;
      sums.set(key, { ...sum, buyer, quantity: sum.quantity + quantity, netMinor: sum.netMinor + line.netMinor });
    }
  }
  return withOwnQuantity(state, month, sums);
}

/** The month's own lines say what they are priced by; what was counted stands in the bill. */
function withOwnQuantity(state: BillingState, month: BillingMonth, sums: Map<string, Amount>): Map<string, Amount> {
  const closed = state.months.get(month);
  if (closed === undefined || ownDocumentOf(state, month)?.cancelled !== undefined) return sums;
  const { buyer } = closed.bill;
  const tax = taxTreatmentOf(month, buyer);
  const key = keyOf(month, { buyer, tax });
  const sum = sums.get(key) ?? { quantity: 0, netMinor: 0, tax, buyer };
  return sums.set(key, { ...sum, quantity: sum.quantity + parseQuantity(closed.bill.quantity) });
}

function differences(
  month: BillingMonth,
  owed: Amount | undefined,
  standing: ReadonlyMap<string, Amount>,
): BilledLine[] {
  const key = owed === undefined ? undefined : keyOf(month, owed);
  const others = [...standing].filter(([other]) => other !== key).map(([, amount]) => amount);
  const own = owed === undefined || key === undefined ? [] : [differenceLine(month, owed, standing.get(key))];
  return [
    ...own,
    ...others.map((amount) => differenceLine(month, { ...amount, quantity: 0, netMinor: 0 }, amount)),
  ].filter((line) => line !== undefined);
}

function differenceLine(month: BillingMonth, owed: Amount, billed?: Amount): BilledLine | undefined {
  const { quantity = 0, netMinor = 0 } = billed ?? {};
  if (owed.netMinor === netMinor) return undefined;
  const line: MonthLine = {
    kind: 'adjustment',
    month,
    quantity: formatQuantity(owed.quantity - quantity),
    difference: {
      owedQuantity: formatQuantity(owed.quantity),
      owedNetMinor: owed.netMinor,
      billedQuantity: formatQuantity(quantity),
      billedNetMinor: netMinor,
    },
    netMinor: owed.netMinor - netMinor,
    tax: owed.tax,
  };
  return { line, buyer: owed.buyer };
}

/** What stands for a month over all documents that were not cancelled, in minor units. */
export const standingNetMinor = (state: BillingState, month: BillingMonth): number =>
  [...standingFor(state, month).values()].reduce((sum, { netMinor }) => sum + netMinor, 0);

/**
 * What a closed month owes by its facts, in minor units; undefined while it waits to be billed again, and
 * for one that only settled others.
 */
export function owedNetMinor(
  state: BillingState,
  month: BillingMonth,
  count: (terms: CountingTerms) => Pick<MonthCount, 'quantity'>,
): number | undefined {
  const closed = state.months.get(month);
  if (closed?.bill.withinContract !== true) return undefined;
  const cancelled = ownDocumentOf(state, month)?.cancelled;
  if (cancelled !== undefined) return cancelled.reissue ? undefined : 0;
  const { terms, buyer } = closed.bill;
  return netOf(ownLines(month, count(terms), terms, buyer));
}

function countOf({ counts }: BillingFacts, month: BillingMonth): MonthCount {
  const count = counts.get(month);
  if (count === undefined) throw new Error(`${month} was not counted`);
  return count;
}

export const netOf = (lines: readonly Pick<MonthLine, 'netMinor'>[]): number =>
  lines.reduce((sum, { netMinor }) => sum + netMinor, 0);

/** After the contract's last month there is only something to close where late facts made a difference. */
export const hasNothingToClose = ({ withinContract, documents }: MonthBill): boolean =>
  !withinContract && documents.length === 0;

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
