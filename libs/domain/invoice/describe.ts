import { type Language, type LicenseVariant, type PriceTerms } from '../contract/terms';
import { type BillingMonth } from '../month/billing-month';
import { type MonthLine } from '../month/events';

const UNIT_LICENSES: Record<Language, Record<LicenseVariant, string>> = {
  de: { team: 'Team-Lizenzen', user: 'Nutzer-Lizenzen' },
  en: { team: 'Team licenses', user: 'User licenses' },
};

/**
 * What a line says on the invoice. An adjustment names its month; it is never called
 * „Gutschrift", which means self-billing in German VAT law (§ 14 (2) UStG).
 */
export function describeLine(
  line: Pick<MonthLine, 'kind' | 'month' | 'netMinor' | 'percent'>,
  terms: Pick<PriceTerms, 'variant'>,
  language: Language,
): string {
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
