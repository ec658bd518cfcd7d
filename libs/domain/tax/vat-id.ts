import { validate as austrian } from 'stdnum/lib/cjs/at/uid';
import { validate as belgian } from 'stdnum/lib/cjs/be/vat';
import { validate as bulgarian } from 'stdnum/lib/cjs/bg/vat';
import { validate as cypriot } from 'stdnum/lib/cjs/cy/vat';
import { validate as czech } from 'stdnum/lib/cjs/cz/dic';
import { validate as german } from 'stdnum/lib/cjs/de/vat';
import { validate as danish } from 'stdnum/lib/cjs/dk/cvr';
import { validate as estonian } from 'stdnum/lib/cjs/ee/kmkr';
import { validate as spanish } from 'stdnum/lib/cjs/es/nif';
import { validate as finnish } from 'stdnum/lib/cjs/fi/alv';
import { validate as french } from 'stdnum/lib/cjs/fr/tva';
import { validate as greek } from 'stdnum/lib/cjs/gr/vat';
import { validate as croatian } from 'stdnum/lib/cjs/hr/oib';
import { validate as hungarian } from 'stdnum/lib/cjs/hu/anum';
import { validate as irish } from 'stdnum/lib/cjs/ie/vat';
import { validate as italian } from 'stdnum/lib/cjs/it/iva';
import { validate as lithuanian } from 'stdnum/lib/cjs/lt/pvm';
import { validate as luxembourgish } from 'stdnum/lib/cjs/lu/tva';
import { validate as latvian } from 'stdnum/lib/cjs/lv/pvn';
import { validate as maltese } from 'stdnum/lib/cjs/mt/vat';
import { validate as dutch } from 'stdnum/lib/cjs/nl/btw';
import { validate as polish } from 'stdnum/lib/cjs/pl/nip';
import { validate as portuguese } from 'stdnum/lib/cjs/pt/nif';
import { validate as romanian } from 'stdnum/lib/cjs/ro/cif';
import { validate as swedish } from 'stdnum/lib/cjs/se/vat';
import { validate as slovenian } from 'stdnum/lib/cjs/si/ddv';

type Check = (number: string) => boolean;

const by =
  (form: RegExp, validate: (number: string) => { readonly isValid: boolean }): Check =>
  (number) =>
    form.test(number) && validate(number).isValid;

/**
 * The VAT ids of the member states by their prefix: the form as VIES publishes it, and the check digits.
 * What stands behind the prefix is given to the library, which reads some ids without it only.
 */
const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['AT', by(/^U\d{8}$/, austrian)],
  ['BE', by(/^[01]\d{9}$/, belgian)],
  ['BG', by(/^\d{9,10}$/, bulgarian)],
  ['CY', by(/^\d{8}[A-Z]$/, cypriot)],
  ['CZ', (number) => by(/^\d{8,10}$/, czech)(number) || isSpecialCzech(number)],
  ['DE', by(/^\d{9}$/, german)],
  ['DK', by(/^\d{8}$/, danish)],
  ['EE', by(/^\d{9}$/, estonian)],
  ['EL', by(/^\d{9}$/, greek)],
  ['ES', by(/^[A-Z0-9]\d{7}[A-Z0-9]$/, spanish)],
  ['FI', by(/^\d{8}$/, finnish)],
  ['FR', by(/^[A-HJ-NP-Z0-9]{2}\d{9}$/, french)],
  ['HR', by(/^\d{11}$/, croatian)],
  ['HU', by(/^\d{8}$/, hungarian)],
  ['IE', by(/^(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])$/, irish)],
  ['IT', by(/^\d{11}$/, italian)],
  ['LT', by(/^(\d{9}|\d{12})$/, lithuanian)],
  ['LU', by(/^\d{8}$/, luxembourgish)],
  ['LV', by(/^\d{11}$/, latvian)],
  ['MT', by(/^\d{8}$/, maltese)],
  ['NL', by(/^[A-Z0-9+*]{9}B\d{2}$/, dutch)],
  ['PL', by(/^\d{10}$/, polish)],
  ['PT', by(/^\d{9}$/, portuguese)],
  ['RO', by(/^[1-9]\d{1,9}$/, romanian)],
  ['SE', by(/^\d{10}01$/, swedish)],
  ['SI', by(/^\d{8}$/, slovenian)],
  ['SK', isSlovak],
]);

/** Prefix of the VAT ids of a member state, by its territory's code: its own letters but for Greece. */
export const vatIdPrefixOf = (state: string): string => (state === 'GR' ? 'EL' : state);

/**
 * Whether a VAT id has the form and the check digits of its country; ids of countries outside the
 * Union are taken as given, for nothing rests on them.
 */
export function isVatIdWellFormed(vatId: string): boolean {
  const number = vatId.slice(2);
  const check = CHECKS.get(vatId.slice(0, 2));
  return check === undefined || (check(number) && /[1-9]/.test(number));
}

/** Nine digits that begin with 6, for persons without a birth number; the library's own check refuses true ones. */
function isSpecialCzech(number: string): boolean {
  if (!/^6\d{8}$/.test(number)) return false;
  const sum = [...number.slice(1, 8)].reduce((total, digit, index) => total + Number(digit) * (8 - index), 0);
  const beyond = sum % 11 === 0 ? 11 : 11 - (sum % 11);
  return (19 - beyond) % 10 === Number(number.at(-1));
}

/** A multiple of eleven; the library holds the third digit's rule against the first. */
function isSlovak(number: string): boolean {
  return /^[1-9]\d[2-47-9]\d{7}$/.test(number) && Number(number) % 11 === 0;
}
