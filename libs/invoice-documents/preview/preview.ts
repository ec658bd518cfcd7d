import { type IssuedInvoice, type Language, type Seller } from '@seatledger/domain';

import { type AnnexUnit } from '../view/annex';
import {
  annexOf,
  cancellation,
  creditNote,
  longInvoice,
  notTaxable,
  reverseCharge,
  sampleInvoice,
  userInvoice,
} from './samples';

/** A made-up invoice to see templates with. */
export interface PreviewInvoice {
  readonly invoice: IssuedInvoice;
  readonly annex?: readonly AnnexUnit[];
}

/**
 * Made-up invoices by what they show: the usual one for teams and one for users with every kind
 * of line, one of many pages, foreign buyers, a credit note and a cancellation.
 */
const PREVIEWS = {
  team: (language) => ({ invoice: sampleInvoice({ language }) }),
  user: (language) => ({ invoice: userInvoice({ language }), annex: annexOf(24, true) }),
  long: (language) => ({ invoice: longInvoice({ language }), annex: annexOf(320, true) }),
  'reverse-charge': (language) => ({ invoice: reverseCharge(language) }),
  'not-taxable': (language) => ({ invoice: notTaxable({ language }) }),
  'credit-note': (language) => ({ invoice: creditNote({ language }) }),
  cancellation: (language) => ({ invoice: cancellation({ language }) }),
} satisfies Record<string, (language: Language) => PreviewInvoice>;

export type PreviewKind = keyof typeof PREVIEWS;

export const PREVIEW_KINDS = Object.keys(PREVIEWS) as readonly PreviewKind[];

/** A made-up invoice, in the name of a seller where one is given. */
export function previewInvoice(kind: PreviewKind, language: Language, seller?: Seller): PreviewInvoice {
  const preview: PreviewInvoice = PREVIEWS[kind](language);
  return seller === undefined ? preview : { ...preview, invoice: { ...preview.invoice, seller } };
}
