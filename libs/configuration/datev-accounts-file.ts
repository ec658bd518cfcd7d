import { readFileSync } from 'node:fs';

import { type DatevAccounts, DEFAULT_DATEV_ACCOUNTS } from '@seatledger/exports';
import { IsInt, IsOptional, Matches, Max, Min, ValidateBy } from 'class-validator';

import { parseFile } from './json-file';

const Whole = (min: number, max: number): PropertyDecorator => {
  const message = `must be a whole number from ${min} to ${max}`;
  return (target, property) => {
    for (const check of [IsInt({ message }), Min(min, { message }), Max(max, { message })]) check(target, property);
  };
};

/** What is wrong with a value; nothing where it is right. */
type Check = (value: unknown) => string | undefined;

const text =
  (pattern: RegExp, rule: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `must be ${rule}`;

/** Values by keys; the message names the first that is wrong. */
const record =
  (key: RegExp, keyRule: string, check: Check): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `must be an object by ${keyRule}`;
    for (const [name, entry] of Object.entries(value)) {
      if (!key.test(name)) return `has the key ${name}, which must be ${keyRule}`;
      const fault = check(entry);
      if (fault !== undefined) return `at ${name} ${fault}`;
    }
    return undefined;
  };

const Checked = (check: Check): PropertyDecorator =>
  ValidateBy({
    name: 'checked',
    validator: {
      validate: (value: unknown) => check(value) === undefined,
      defaultMessage: (given) => check(given?.value) ?? '',
    },
  });

class DatevAccountsFile {
  /** Beraternummer. */
  @Whole(1001, 9_999_999) consultant!: number;
  /** Mandantennummer. */
  @Whole(1, 99_999) client!: number;
  @IsOptional() @Matches(/^[0-9]{2}$/, { message: 'must be two digits such as "03"' }) declare chart?: string;
  @IsOptional() @Whole(4, 8) declare accountLength?: number;
  @IsOptional() @Whole(1, 12) declare fiscalYearStart?: number;
  @IsOptional()
  @Checked(
    record(
      /^(S|AE|O)( [0-9]{1,2})?$/,
      'a VAT category, with its rate or without, such as "S 19"',
      text(/^[0-9]{4,8}$/, 'an account of 4 to 8 digits as text, such as "8400"'),
    ),
  )
  declare revenue?: Readonly<Record<string, string>>;
  @IsOptional() @Whole(10_000, 699_999_999) declare firstDebtor?: number;
  @IsOptional()
  @Checked(
    record(
      /^[A-Za-z0-9_-]{1,64}$/,
      'the id of a workspace',
      text(/^[1-9][0-9]{4,8}$/, 'an account of 5 to 9 digits as text, such as "10042"'),
    ),
  )
  declare debtors?: Readonly<Record<string, string>>;
  @IsOptional() @Checked(() => 'belongs into EXCHANGE_RATES_FILE') declare exchangeRates?: unknown;
}

/**
 * The defaults unless a file is given; what a file leaves out has its default.
 * @throws {ConfigurationFileError} naming every field that is wrong
 */
export function readDatevAccounts(file: string | undefined): DatevAccounts {
  if (file === undefined) return DEFAULT_DATEV_ACCOUNTS;
  const content = parseFile('DATEV_ACCOUNTS_FILE', file, readFileSync(file, 'utf8'), DatevAccountsFile);
  const { revenue = {}, debtors = {}, exchangeRates: _elsewhere, ...given } = content;
  return {
    ...DEFAULT_DATEV_ACCOUNTS,
    ...given,
    // From here on maps: a workspace may be named like anything that objects have by themselves.
    revenue: new Map([...DEFAULT_DATEV_ACCOUNTS.revenue, ...Object.entries(revenue)]),
    debtors: new Map(Object.entries(debtors)),
  };
}
