import { type LicenseVariant } from '@seatledger/domain';
import { stringify } from 'csv-stringify/sync';

/** A unit billed in a month: a team, or a member with their address and teams. */
export interface Licensee {
  readonly unitId: string;
  /** Null, like the address, when the member was erased. */
  readonly name: string | null;
  /** Decimal string with a point. */
  readonly quantity: string;
  readonly email?: string | null;
  /** The names of a member's teams. */
  readonly teamNames?: readonly string[];
}

/**
 * Without it Excel takes UTF-8 for the system's code page and breaks umlauts. RFC 4180 is silent
 * about it; readers that know UTF-8 skip it.
 */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The licensees of a month as CSV: RFC 4180, UTF-8 with byte order mark, lines ended by CRLF.
 * Header `memberId,name,email,teams,quantity`, for team licenses `teamId,name,quantity`. A
 * member's teams are joined by `; `, by name.
 */
export function licenseesCsv(variant: LicenseVariant, units: readonly Licensee[]): string {
  const { header, rows } = licenseeTable(variant, units);
  // csv-stringify quotes only its own record delimiter by itself: a lone line feed needs it too.
  return BYTE_ORDER_MARK + stringify([header, ...rows], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

/** Header and rows of the list, the quantity last; no cell is a formula. */
export function licenseeTable(
  variant: LicenseVariant,
  units: readonly Licensee[],
): { header: readonly string[]; rows: readonly (readonly string[])[] } {
  const header =
    variant === 'user' ? ['memberId', 'name', 'email', 'teams', 'quantity'] : ['teamId', 'name', 'quantity'];
  const rows = units.map(({ unitId, name, email, teamNames = [], quantity }) =>
    variant === 'user'
      ? [unitId, name ?? '', email ?? '', teamNames.join('; '), quantity].map(defused)
      : [unitId, name ?? '', quantity].map(defused),
  );
  return { header, rows };
}

/**
 * Where a formula may begin: at a cell's beginning, and behind whatever a spreadsheet may take for the
 * end of a cell. A German Excel splits at semicolons, also inside of quotes that it does not see as such.
 */
const FORMULA_START = /(?<=^|[;\t\r\n])(?=[ \u00a0"']*[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;

/** An apostrophe keeps a spreadsheet from running a cell, or a part of it, as a formula. */
export const defused = (cell: string): string => cell.replace(FORMULA_START, "'");
