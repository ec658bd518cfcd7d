import { writeFile } from 'node:fs/promises';

import { type Command } from 'commander';

import { apiFromEnvironment } from './api';
import { monthOption } from './options';

interface DatevOptions {
  readonly month: string;
  readonly out?: string;
  readonly with?: string;
  readonly url?: string;
  readonly key?: string;
}

export function addExport(program: Command): void {
  const exporting = program.command('export').description("files for the accountant's own software");
  exporting
    .command('datev')
    .description('the booking batch of the invoices issued in a month (EXTF, Windows-1252)')
    .requiredOption('--month <month>', 'such as 2026-03', monthOption)
    .option('--with <parts>', 'debtors, documents or debtors,documents: a ZIP with master data, or PDFs and XMLs, too')
    .option('--out <file>', 'where to; DATEV finds EXTF_*.csv (default: EXTF_Buchungsstapel_MONTH.csv)')
    .option('--url <url>', 'where the service is')
    .option('--key <key>', 'an API key of the role accounting')
    .action(async ({ month, out, with: parts, ...options }: DatevOptions) => {
      const file = out ?? (parts === undefined ? `EXTF_Buchungsstapel_${month}.csv` : `DATEV_${month}.zip`);
      const query = new URLSearchParams({ month, ...(parts === undefined ? {} : { with: parts }) });
      const batch = await apiFromEnvironment(options).download('accounting', `/v1/exports/datev?${query.toString()}`);
      await writeFile(file, batch);
      process.stdout.write(`${file}: ${batch.byteLength} bytes\n`);
    });
}
