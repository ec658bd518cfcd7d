import { type Language } from '@seatledger/domain';

import type german from '../templates/texts/de.json';

/** The fixed words of a language, as in `templates/texts/de.json`. */
export type Texts = typeof german;

export type TextsByLanguage = Readonly<Record<Language, Texts>>;

/** Puts values in the places of `{name}`. @throws {Error} the text names a value that there is not */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`the text “${text}” has no value for {${name}}`);
    return value;
  });
}

interface Counted {
  readonly one: string;
  readonly many: string;
}

/** The form for a number, given as a decimal string: one, or everything else. */
export const formOf = (forms: Counted, quantity: string): string =>
  quantity === '1' || quantity === '-1' ? forms.one : forms.many;
