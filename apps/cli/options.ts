import { isBillingMonth } from '@seatledger/domain';

import { CliError } from './cli-error';

/** A month given on the command line. @throws {CliError} */
export function monthOption(value: string): string {
  if (isBillingMonth(value)) return value;
  throw new CliError(`${value} is not a month such as 2026-03.`);
}

/** A day given on the command line. @throws {CliError} */
export function dayOption(value: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : NaN;
  // Date would make 2 March of 30 February.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(value)) return value;
  throw new CliError(`${value} is not a day such as 2026-12-31.`);
}

/** A time given on the command line. @throws {CliError} */
export function timeOption(value: string): number {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    ? Date.parse(value)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw new CliError(`${value} is not a time such as 2026-04-01T00:00:00Z.`);
}

/** A whole number given on the command line. @throws {CliError} */
export function wholeOption(value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new CliError(`${value} is not a whole number.`);
}
