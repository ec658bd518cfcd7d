import { type BillingMonth } from '../billing/billing-month';
import { type MonthLine } from '../billing/events';
import { type Language, type LicenseVariant, type PriceTerms } from '../contract/terms';
import { ofUnits, parseQuantity, type Quantity } from '../pricing/money';

const UNIT_LICENSES: Record<Language, Record<LicenseVariant, string>> = {
  de: { team: 'Team-Lizenzen', user: 'Nutzer-Lizenzen' },
  en: { team: 'Team licenses', user: 'User licenses' },
};

type DescribedLine = Pick<MonthLine, 'kind' | 'month' | 'netMinor' | 'percent'>;
type DescribedTerms = Pick<PriceTerms, 'variant' | 'tiers'>;

/** What a month's lines say; those of graduated tiers name theirs: `1–3`, `4–5`, `ab 6`. */
export function describeLines(
  lines: readonly (DescribedLine & Pick<MonthLine, 'quantity'>)[],
  terms: DescribedTerms,
  language: Language,
): string[] {
  let before: Quantity = 0;
  return lines.map((line) => {
    const description = describeLine(line, terms, language);
    if (line.kind !== 'license') return description;
    const range = tierAt(before, terms);
    before += parseQuantity(line.quantity);
    return range === undefined ? description : `${description}, ${describeTier(range, language)}`;
  });
}

interface TierRange {
  /** First unit, from 1. */
  readonly from: number;
  /** Last unit; absent in the last tier. */
  readonly to?: number;
}

/** The graduated tier of the units after the first ones. */
function tierAt(before: Quantity, { tiers }: DescribedTerms): TierRange | undefined {
  if (tiers?.mode !== 'graduated' || tiers.steps.length < 2) return undefined;
  let from = 1;
  for (const { upTo } of tiers.steps) {
    if (upTo === undefined) return { from };
    if (before < ofUnits(upTo)) return { from, to: upTo };
    from = upTo + 1;
  }
  return undefined;
}

function describeTier({ from, to }: TierRange, language: Language): string {
  const word = language === 'de' ? 'Staffel' : 'tier';
  if (to === undefined) return `${word} ${language === 'de' ? 'ab' : 'from'} ${from}`;
  return `${word} ${from === to ? from : `${from}–${to}`}`;
}

/**
 * What a line says on the invoice. An adjustment names its month; it is never called
 * „Gutschrift", which means self-billing in German VAT law (§ 14 (2) UStG).
 */
export function describeLine(line: DescribedLine, terms: Pick<DescribedTerms, 'variant'>, language: Language): string {
  const licenses = UNIT_LICENSES[language][terms.variant];
  switch (line.kind) {
    case 'license':
      return `${licenses} ${line.month}`;
    case 'minimum':
      return language === 'de' ? `Mindestabnahme ${line.month}, Differenz` : `Minimum ${line.month}, shortfall`;
    case 'discount': {
      const percent = formatPercent(line.percent ?? '0', language);
      return language === 'de' ? `Rabatt ${percent} %` : `Discount ${percent}%`;
    }
    case 'adjustment':
      return describeAdjustment(line.month, line.netMinor, language);
  }
}

function describeAdjustment(month: BillingMonth, netMinor: number, language: Language): string {
  if (language === 'de') return `${netMinor < 0 ? 'Korrektur' : 'Nachberechnung'} ${month}`;
  return `${netMinor < 0 ? 'Correction' : 'Additional charge'} ${month}`;
}

/** `"10.00"` -> `10`, `"7.50"` -> `7,5` in German. */
function formatPercent(percent: string, language: Language): string {
  const short = percent.includes('.') ? percent.replace(/\.?0+$/, '') : percent;
  return language === 'de' ? short.replace('.', ',') : short;
}
