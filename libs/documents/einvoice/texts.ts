import { type Language } from '@seatledger/domain';

interface EInvoiceTexts {
  readonly exemption: { readonly AE: string; readonly O: string };
  readonly managers: string;
  readonly means: { readonly transfer: string; readonly clearing: string };
  readonly terms: {
    /** Takes the day as `2026-04-15`. */
    readonly due: (day: string) => string;
    readonly now: string;
    readonly nothing: string;
    readonly credit: string;
  };
  readonly quantityDifference: string;
  readonly cancels: (number: string) => string;
  readonly corrects: (numbers: string) => string;
  readonly replaces: (number: string) => string;
  readonly reason: (reason: string) => string;
}

/** Words of the structured invoice: part of its writers, so that the same version writes the same. */
export const EINVOICE_TEXTS: Readonly<Record<Language, EInvoiceTexts>> = {
  de: {
    exemption: {
      AE: 'Steuerschuldnerschaft des Leistungsempfängers (Reverse charge)',
      O: 'Nicht im Inland steuerbare Leistung (§ 3a Abs. 2 UStG)',
    },
    managers: 'Geschäftsführung',
    means: { transfer: 'Überweisung', clearing: 'Verrechnung' },
    terms: {
      due: (day) => `Zahlbar bis ${day.split('-').reverse().join('.')} ohne Abzug.`,
      now: 'Zahlbar sofort ohne Abzug.',
      nothing: 'Es ist kein Betrag zu zahlen.',
      credit: 'Der Betrag wird mit offenen Forderungen verrechnet oder erstattet.',
    },
    quantityDifference: 'Mengendifferenz',
    cancels: (number) => `Storno der Rechnung ${number}.`,
    corrects: (numbers) => `Berichtigt: ${numbers}.`,
    replaces: (number) => `Ersetzt die stornierte Rechnung ${number}.`,
    reason: (reason) => `Grund: ${reason}`,
  },
  en: {
    exemption: {
      AE: 'Reverse charge (Steuerschuldnerschaft des Leistungsempfängers)',
      O: 'Not taxable in Germany (§ 3a (2) UStG)',
    },
    managers: 'Managing directors',
    means: { transfer: 'Credit transfer', clearing: 'Clearing between partners' },
    terms: {
      due: (day) => `Payable by ${day} without deduction.`,
      now: 'Payable immediately without deduction.',
      nothing: 'No amount is due.',
      credit: 'The amount is set off against open claims or refunded.',
    },
    quantityDifference: 'Difference in quantity',
    cancels: (number) => `Cancels invoice ${number}.`,
    corrects: (numbers) => `Corrects: ${numbers}.`,
    replaces: (number) => `Replaces the cancelled invoice ${number}.`,
    reason: (reason) => `Reason: ${reason}`,
  },
};
