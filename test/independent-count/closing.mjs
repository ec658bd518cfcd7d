// Closing a month: its own lines, and what late facts changed in the closed months of the last twelve.

import { isBilled, termsOf } from './contracts.mjs';
import { monthLines, netOf, taxesOn, taxOf } from './money.mjs';
import { addMonths, billedUnits, calendarOf, decimal, digestOf, totalOf } from './units.mjs';

/**
 * The lines that settle what earlier months should have cost by the facts known today. A fact changes a month only
 * when it lies before the month's end: where none such arrived since the last look, there is nothing to recount.
 */
function adjustments(workspace, contract, month) {
  const lines = [];
  for (let earlier = addMonths(month, -12); earlier < month; earlier = addMonths(earlier, 1)) {
    const closing = contract.closed.get(earlier);
    if (closing === undefined || !closing.billed) continue;
    const { end } = calendarOf(earlier, closing.terms.timeZone);
    const late = workspace.arrived.slice(closing.looked).some((at) => at < end);
    closing.looked = workspace.arrived.length;
    if (!late) continue;

    const counted = totalOf(billedUnits(workspace, closing.terms, earlier));
    const net = netOf(monthLines(closing.terms, earlier, counted)) - closing.netSoFar;
    if (net === 0n) continue;
    const quantity = counted - closing.quantitySoFar;
    lines.push({ kind: 'adjustment', month: earlier, quantity, net, tax: closing.tax });
    closing.netSoFar += net;
    closing.quantitySoFar += quantity;
  }
  return lines;
}

function outcomeOf(lines, gross) {
  if (lines.length === 0) return 'nothing-to-bill';
  return gross < 0n ? 'credit-note' : 'invoice';
}

/** Closes one month and answers what it bills, or null when the month is not closed at all. */
function closeMonth(workspace, contract, month) {
  const terms = termsOf(contract, month);
  const tax = taxOf(contract.billTo, calendarOf(month, terms.timeZone).lastDay);
  const billed = isBilled(contract, month);
  const units = billed ? billedUnits(workspace, terms, month) : [];
  const quantity = totalOf(units);
  const own = billed ? monthLines(terms, month, quantity).map((line) => ({ ...line, tax })) : [];
  const lines = [...own, ...adjustments(workspace, contract, month)];
  if (!billed && lines.length === 0) return null;

  contract.closed.set(month, {
    terms,
    tax,
    billed,
    netSoFar: netOf(own),
    quantitySoFar: quantity,
    looked: workspace.arrived.length,
  });

  const taxes = taxesOn(lines);
  const net = netOf(lines);
  const taxSum = taxes.reduce((sum, group) => sum + group.tax, 0n);
  return {
    units: units.length,
    quantity: decimal(quantity),
    unitIds: units.map(({ unitId }) => unitId),
    unitsDigest: digestOf(units),
    lines: lines.map((line) => ({
      kind: line.kind,
      month: line.month,
      quantity: decimal(line.quantity),
      netMinor: Number(line.net),
    })),
    taxes: taxes.map((group) => ({
      category: group.category,
      rate: String(group.rate),
      netMinor: Number(group.net),
      taxMinor: Number(group.tax),
    })),
    netMinor: Number(net),
    taxMinor: Number(taxSum),
    grossMinor: Number(net + taxSum),
    currency: terms.currency,
    variant: terms.variant,
    outcome: outcomeOf(lines, net + taxSum),
  };
}

/** Closes, in order, every month up to `until` that was not tried yet, and answers `[month, closing]` of each. */
export function closeUntil(workspace, contract, until) {
  const closings = [];
  let month = contract.tried === null ? contract.opened.firstMonth : addMonths(contract.tried, 1);
  for (; month <= until; month = addMonths(month, 1)) {
    const closing = closeMonth(workspace, contract, month);
    if (closing !== null) closings.push([month, closing]);
    contract.tried = month;
  }
  return closings;
}
