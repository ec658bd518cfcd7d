import { writeFile } from 'node:fs/promises';

import { type Command } from 'commander';

import { apiFromEnvironment } from './api';
import { monthOption } from './options';

interface DatevOptions {
  readonly month: string;
  readonly out?: string;
  readonly url?: string;
  readonly key?: string;
}

export function addExport(program: Command): void {
  const exporting = program.command('export').description("files for the accountant's own software");
  exporting
    .command('datev')
    .description('the booking batch of the invoices issued in a month (EXTF, Windows-1252)')
    .requiredOption('--month <month>', 'such as 2026-03', monthOption)
    .option('--out <file>', 'where to; DATEV finds EXTF_*.csv (default: EXTF_Buchungsstapel_MONTH.csv)')
    .option('--url <url>', 'where the service is')
    .option('--key <key>', 'an API key of the role accounting')
    .action(async ({ month, out, ...options }: DatevOptions) => {
      const file = out ?? `EXTF_Buchungsstapel_${month}.csv`;
      const batch = await apiFromEnvironment(options).download('accounting', `/v1/exports/datev?month=${month}`);
      await writeFile(file, batch);
      process.stdout.write(`${file}: ${batch.byteLength} bytes\n`);
    });
}
