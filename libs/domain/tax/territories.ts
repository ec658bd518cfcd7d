/** Where an address lies for VAT, and whether that is within the Union's VAT area. */
export interface VatTerritory {
  /** A member state's code (`FR`, also for Monaco), another country's (`CH`), or the name of an exception (`Helgoland`). */
  readonly code: string;
  readonly isInEu: boolean;
}

/** What decides the territory of an address. */
export interface Place {
  /** ISO 3166-1 alpha-2, with XI for Northern Ireland. */
  readonly country: string;
  readonly postalCode?: string;
}

/** Since when a state belongs to the Union's VAT area, and until when; days included. */
interface Membership {
  readonly country: string;
  readonly from?: string;
  readonly until?: string;
}

/** VAT territories are those of Art. 5 to 7 of Directive 2006/112/EC; accessions and the withdrawal by their treaties. */
const MEMBERS: ReadonlyMap<string, Membership> = new Map(
  [
    ...'AT BE BG CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'
      .split(' ')
      .map((country): Membership => ({ country })),
    // Treaty of accession of 2011, OJ L 112 of 24 April 2012.
    { country: 'HR', from: '2013-07-01' },
    // Art. 126 and 127 of the withdrawal agreement, OJ L 29 of 31 January 2020.
    { country: 'GB', until: '2020-12-31' },
  ].map((membership) => [membership.country, membership]),
);

/** Countries of their own that are part of a state's VAT territory (Art. 7 of the directive). */
const TREATED_AS: ReadonlyMap<string, string> = new Map([
  ['MC', 'FR'],
  ['IM', 'GB'],
  // Northern Ireland is in the Union for goods only (protocol on Ireland/Northern Ireland, Art. 8).
  ['XI', 'GB'],
]);

/** A part of a country that does not belong to its VAT territory, told by its postal codes. */
interface Exception {
  readonly country: string;
  readonly postalCodes: RegExp;
  readonly name: string;
}

/** Art. 6 of the directive, § 1 (2) UStG; overseas countries by Art. 355 TFEU; states that share a neighbour's postal codes. */
const EXCEPTIONS: readonly Exception[] = [
  { country: 'DE', postalCodes: /^(78266|8238)$/, name: 'Büsingen' },
  { country: 'DE', postalCodes: /^27498$/, name: 'Helgoland' },
  { country: 'ES', postalCodes: /^3[58]\d{3}$/, name: 'Canary Islands' },
  { country: 'ES', postalCodes: /^51\d{3}$/, name: 'Ceuta' },
  { country: 'ES', postalCodes: /^52\d{3}$/, name: 'Melilla' },
  { country: 'IT', postalCodes: /^23041$/, name: 'Livigno' },
  { country: 'IT', postalCodes: /^(22061|6911)$/, name: 'Campione d’Italia' },
  { country: 'IT', postalCodes: /^4789\d$/, name: 'SM' },
  { country: 'IT', postalCodes: /^00120$/, name: 'VA' },
  { country: 'FI', postalCodes: /^22\d{3}$/, name: 'AX' },
  { country: 'GR', postalCodes: /^6308[67]$/, name: 'Mount Athos' },
  { country: 'FR', postalCodes: /^971\d\d$/, name: 'GP' },
  { country: 'FR', postalCodes: /^972\d\d$/, name: 'MQ' },
  { country: 'FR', postalCodes: /^973\d\d$/, name: 'GF' },
  { country: 'FR', postalCodes: /^974\d\d$/, name: 'RE' },
  { country: 'FR', postalCodes: /^975\d\d$/, name: 'PM' },
  { country: 'FR', postalCodes: /^976\d\d$/, name: 'YT' },
  { country: 'FR', postalCodes: /^977\d\d$/, name: 'BL' },
  { country: 'FR', postalCodes: /^978\d\d$/, name: 'MF' },
  { country: 'FR', postalCodes: /^986\d\d$/, name: 'WF' },
  { country: 'FR', postalCodes: /^987\d\d$/, name: 'PF' },
  { country: 'FR', postalCodes: /^988\d\d$/, name: 'NC' },
  { country: 'DK', postalCodes: /^39\d\d$/, name: 'GL' },
  { country: 'GB', postalCodes: /^GY\d/, name: 'GG' },
  { country: 'GB', postalCodes: /^JE\d/, name: 'JE' },
];

/** The VAT territory of an address on a day (`2026-03-31`). */
export function vatTerritoryOf({ country, postalCode = '' }: Place, day: string): VatTerritory {
  const code = plain(postalCode);
  const exception = EXCEPTIONS.find((each) => each.country === country && each.postalCodes.test(code));
  if (exception !== undefined) return { code: exception.name, isInEu: false };
  const state = TREATED_AS.get(country) ?? country;
  return { code: state, isInEu: isMember(state, day) };
}

function isMember(state: string, day: string): boolean {
  const membership = MEMBERS.get(state);
  if (membership === undefined) return false;
  const { from = day, until = day } = membership;
  return from <= day && day <= until;
}

/** Without blanks and the sign of a country that some write before it (`D-78266`). */
const plain = (postalCode: string): string =>
  postalCode
    .normalize('NFKC')
    .toUpperCase()
    .replace(/^\s*[A-Z]{1,3}-/, '')
    .replace(/[^0-9A-Z]/g, '');
