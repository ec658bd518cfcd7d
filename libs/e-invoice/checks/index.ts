import { type EInvoice } from '../model';
import { CODE_RULES } from './codes';
import { GERMAN_RULES } from './germany';
import { MANDATORY_RULES } from './mandatory';
import { type Finding, type Rule } from './rule';
import { DECIMALS_RULES, TOTALS_RULES } from './totals';
import { VAT_RULES } from './vat';

export type { Finding } from './rule';

/** Raised when the built-in rules refuse or let through something else than before. */
export const BUILT_IN_RULES_VERSION = 3;

/**
 * The rules of EN 16931 (BR), XRechnung (BR-DE) and Peppol that can concern what the writers
 * write. Rules on what the model has no room for (payees, cards, charges, attachments) are not
 * here, nor those that the writers keep by their form: each line has a period (BR-DE-TMP-32).
 */
export const BUILT_IN_RULES: readonly Rule[] = [
  ...MANDATORY_RULES,
  ...TOTALS_RULES,
  ...DECIMALS_RULES,
  ...VAT_RULES,
  ...CODE_RULES,
  ...GERMAN_RULES,
];

/** What is wrong with an invoice; nothing when it keeps all rules. */
export function checkEInvoice(invoice: EInvoice): Finding[] {
  return BUILT_IN_RULES.flatMap(({ id, text, broken }) =>
    broken(invoice).map((at): Finding => ({ rule: id, text, at })),
  );
}
