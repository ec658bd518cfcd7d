import { type CountingRule, type Language, type LicenseVariant } from '@seatledger/domain';

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
    readonly cancelled: string;
    /** Of a cancelled correction, whose credit is asked back under the cancellation's number. */
    readonly withdrawn: (number: string) => string;
  };
  readonly quantityDifference: string;
  readonly unitPrice: string;
  readonly workspace: (name: string, id: string) => string;
  readonly attributes: {
    readonly countingRule: string;
    readonly rules: Readonly<Record<LicenseVariant, Readonly<Record<CountingRule, string>>>>;
    readonly counted: string;
    readonly free: string;
  };
  readonly cancels: Readonly<Record<'invoice' | 'credit-note', (number: string) => string>>;
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
      cancelled: 'Der stornierte Betrag ist nicht mehr zu zahlen; bereits Gezahltes wird verrechnet oder erstattet.',
      withdrawn: (number) =>
        'Der Betrag zu Ihren Gunsten entfällt. Soweit er bereits verrechnet oder erstattet wurde, ' +
        `überweisen Sie ihn bitte unter Angabe der Nummer ${number}.`,
    },
    quantityDifference: 'Mengendifferenz',
    unitPrice: 'Einzelpreis',
    workspace: (name, id) => (name === id ? `Workspace ${id}.` : `Workspace ${name} (${id}).`),
    attributes: {
      countingRule: 'Zählregel',
      rules: {
        team: {
          'month-end': 'am Monatsende aktive Teams',
          'any-time': 'irgendwann im Monat aktive Teams',
          'month-start': 'am Monatsanfang aktive Teams',
          'prorated-daily': 'aktive Teams, anteilig nach aktiven Tagen',
          peak: 'höchste Zahl gleichzeitig aktiver Teams im Monat',
        },
        user: {
          'month-end': 'am Monatsende aktive Mitglieder',
          'any-time': 'irgendwann im Monat aktive Mitglieder',
          'month-start': 'am Monatsanfang aktive Mitglieder',
          'prorated-daily': 'aktive Mitglieder, anteilig nach aktiven Tagen',
          peak: 'höchste Zahl gleichzeitig aktiver Mitglieder im Monat',
        },
      },
      counted: 'Gezählte Einheiten',
      free: 'Davon frei',
    },
    cancels: {
      invoice: (number) => `Storno der Rechnung ${number}.`,
      'credit-note': (number) => `Storno der Rechnungskorrektur ${number}.`,
    },
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
      cancelled: 'The cancelled amount is no longer payable; what was paid already will be set off or refunded.',
      withdrawn: (number) =>
        'The amount in your favour no longer applies. As far as it was set off or refunded already, ' +
        `please transfer it, quoting the number ${number}.`,
    },
    quantityDifference: 'Difference in quantity',
    unitPrice: 'Unit price',
    workspace: (name, id) => (name === id ? `Workspace ${id}.` : `Workspace ${name} (${id}).`),
    attributes: {
      countingRule: 'Counting rule',
      rules: {
        team: {
          'month-end': 'teams active at the end of the month',
          'any-time': 'teams active at any time of the month',
          'month-start': 'teams active at the start of the month',
          'prorated-daily': 'active teams, in proportion to their active days',
          peak: 'highest number of teams active at the same time in the month',
        },
        user: {
          'month-end': 'members active at the end of the month',
          'any-time': 'members active at any time of the month',
          'month-start': 'members active at the start of the month',
          'prorated-daily': 'active members, in proportion to their active days',
          peak: 'highest number of members active at the same time in the month',
        },
      },
      counted: 'Counted units',
      free: 'Of which free',
    },
    cancels: {
      invoice: (number) => `Cancels invoice ${number}.`,
      'credit-note': (number) => `Cancels invoice correction ${number}.`,
    },
    corrects: (numbers) => `Corrects: ${numbers}.`,
    replaces: (number) => `Replaces the cancelled invoice ${number}.`,
    reason: (reason) => `Reason: ${reason}`,
  },
};
