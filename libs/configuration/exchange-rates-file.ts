import { readFileSync, statSync } from 'node:fs';

import { CURRENCIES, type ExchangeRate, ExchangeRates, isBillingMonth, NO_EXCHANGE_RATES } from '@seatledger/domain';
import { plainToInstance } from 'class-transformer';
import { IsString, Length, Matches, ValidateBy, validateSync } from 'class-validator';

import { ConfigurationFileError, faultsOf } from './faults';
import { parseJson } from './json-file';

const VARIABLE = 'EXCHANGE_RATES_FILE';

const Passes = (rule: string, check: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: 'passes', validator: { validate: check, defaultMessage: () => rule } });

class RateEntry {
  @Passes('must be a month such as "2026-03"', (value) => typeof value === 'string' && isBillingMonth(value))
  month!: string;

  @Passes(
    'must be a currency of ISO 4217 other than the euro, such as "CHF"',
    (value) => typeof value === 'string' && CURRENCIES.has(value) && value !== 'EUR',
  )
  currency!: string;

  /** What one euro was worth. */
  @Matches(/^(?=.*[1-9])[0-9]{1,8}([.][0-9]{1,8})?$/, { message: 'must be a text with a point such as "0.9374"' })
  perEuro!: string;

  @IsString({ message: 'must say where the rate was published' })
  @Length(1, 200, { message: 'must say where the rate was published, in at most 200 characters' })
  source!: string;
}

/** The rates as they are now. */
export type CurrentExchangeRates = () => ExchangeRates;

/**
 * The rates of a file, which is read again when it changes. A file that was broken since is told
 * to `onFailure`, and the rates read last hold on.
 * @throws {ConfigurationFileError} when it is broken from the start
 */
export function openExchangeRates(
  file: string | undefined,
  onFailure: (error: unknown) => void = () => undefined,
): CurrentExchangeRates {
  if (file === undefined) return () => NO_EXCHANGE_RATES;
  let version = versionOf(file);
  let rates = readExchangeRates(file);
  return () => {
    try {
      const found = versionOf(file);
      if (found === version) return rates;
      // Told once for each version, not with each question.
      version = found;
      rates = readExchangeRates(file);
    } catch (error) {
      onFailure(error);
    }
    return rates;
  };
}

function versionOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file);
  return `${mtimeMs}/${size}/${ino}`;
}

/** @throws {ConfigurationFileError} naming every field that is wrong */
export function readExchangeRates(file: string): ExchangeRates {
  const parsed = parseJson(VARIABLE, file, readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed)) throw new ConfigurationFileError(VARIABLE, `${file}: must be a list`);
  const entries = parsed.map((entry: unknown) => plainToInstance(RateEntry, isRecord(entry) ? entry : {}));
  const faults = [...entries.flatMap(faultsOfEntry), ...repeated(entries)];
  if (faults.length === 0) return new ExchangeRates(entries.map(rateOf));
  throw new ConfigurationFileError(VARIABLE, `${file}: ${faults.join('; ')}`);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rateOf = ({ month, currency, perEuro, source }: RateEntry): ExchangeRate => ({
  month,
  currency,
  perEuro,
  source,
});

function faultsOfEntry(entry: RateEntry, index: number): string[] {
  const errors = validateSync(entry, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  return faultsOf(errors, `[${index}]`).map((fault) =>
    fault.replace(/property \S+ should not exist$/, 'is not a known field'),
  );
}

function repeated(entries: readonly RateEntry[]): string[] {
  const keys = entries.map(({ month, currency }) => `${currency} for ${month}`);
  const twice = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  return [...twice].map((key) => `there are two rates of ${key}`);
}
