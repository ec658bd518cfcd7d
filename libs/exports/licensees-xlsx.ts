import { type LicenseVariant } from '@seatledger/domain';

import { type Licensee, licenseeTable } from './licensees-csv';

const WIDTHS = { user: [20, 32, 36, 32, 10], team: [20, 40, 10] };

/**
 * The licensees of a month as an Excel workbook: the same columns, rows and texts as the CSV, on
 * one sheet with a header that stays in sight. Quantities are numbers, everything else is text.
 * @param sheet the sheet's name, such as `2026-03 preview`
 */
export async function buildLicenseesXlsx(
  variant: LicenseVariant,
  units: readonly Licensee[],
  sheet: string,
): Promise<Buffer> {
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  const { header, rows } = licenseeTable(variant, units);
  const cells = rows.map((row) =>
    row.map((value, column) =>
      column === row.length - 1
        ? { type: Number, value: Number(value), format: '0.####' }
        : { type: String, value: printable(value) },
    ),
  );
  const titles = header.map((value) => ({ type: String, value, fontWeight: 'bold' }) as const);
  return writeXlsxFile([titles, ...cells], {
    sheet,
    stickyRowsCount: 1,
    columns: WIDTHS[variant].map((width) => ({ width })),
  }).toBuffer();
}

/** XML has no place for control characters other than tab and line breaks. */
const printable = (text: string): string => text.replace(/[\uFFFE\uFFFF]|(?![\t\n\r])\p{Cc}/gu, '');
