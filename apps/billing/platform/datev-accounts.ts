import { readFileSync } from 'node:fs';

import { type DatevAccounts, DEFAULT_DATEV_ACCOUNTS } from '@seatledger/exports';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const ledgerAccount = Type.String({ pattern: '^[0-9]{4,8}$' });
const debtorAccount = Type.String({ pattern: '^[1-9][0-9]{4,8}$' });
const rate = Type.String({
  pattern: '^[1-9][0-9]{0,3}[.][0-9]{2,6}$|^0[.][0-9]{0,5}[1-9][0-9]{0,5}$',
  rule: 'must be a text with a point and 2 to 6 decimals such as "0.9374"',
});

const AccountsFile = Type.Object(
  {
    consultant: Type.Integer({ minimum: 1001, maximum: 9_999_999 }),
    client: Type.Integer({ minimum: 1, maximum: 99_999 }),
    chart: Type.Optional(Type.String({ pattern: '^[0-9]{2}$' })),
    accountLength: Type.Optional(Type.Integer({ minimum: 4, maximum: 8 })),
    fiscalYearStart: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
    revenue: Type.Optional(Type.Record(Type.String({ pattern: '^(S|AE|O)( [0-9]{1,2})?$' }), ledgerAccount)),
    firstDebtor: Type.Optional(Type.Integer({ minimum: 10_000, maximum: 699_999_999 })),
    debtors: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }), debtorAccount)),
    exchangeRates: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[1-9][0-9]{3}-(0[1-9]|1[0-2])$' }),
        Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), rate),
      ),
    ),
  },
  { additionalProperties: false },
);

/** The accounts file is not as it must be. */
export class DatevAccountsError extends Error {}

/** The defaults unless a file is given; what a file leaves out has its default. @throws {DatevAccountsError} */
export function readDatevAccounts(file: string | undefined): DatevAccounts {
  if (file === undefined) return DEFAULT_DATEV_ACCOUNTS;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new DatevAccountsError(`${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const fault = Value.Errors(AccountsFile, content).First();
  if (fault !== undefined) {
    const { rule = fault.message } = fault.schema as { rule?: string };
    throw new DatevAccountsError(`${file}: ${fault.path || 'the whole'}: ${rule}`);
  }
  const given = content as Static<typeof AccountsFile>;
  return {
    ...DEFAULT_DATEV_ACCOUNTS,
    ...given,
    revenue: { ...DEFAULT_DATEV_ACCOUNTS.revenue, ...given.revenue },
  };
}
