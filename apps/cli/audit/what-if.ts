import { writeFileSync } from 'node:fs';

import { chartOf, type OtherTerms, type WhatIf, whatIf } from '@seatledger/audit';
import { type Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';

import { CliError } from '../cli-error';
import { money } from '../money';
import { monthOption, wholeOption } from '../options';
import { columns, print } from './columns';
import { dataOption, type DataOptions, withData } from './data';

interface WhatIfOptions extends DataOptions {
  readonly workspace: string;
  readonly from: string;
  readonly to: string;
  readonly variant?: 'team' | 'user';
  readonly rule?: Exclude<OtherTerms['countingRule'], undefined>;
  readonly price?: number;
  readonly csv?: string;
  readonly svg?: string;
}

const RULES = ['month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'];

export function addWhatIf(audit: Command): void {
  audit
    .command('what-if')
    .description('what the same history would have cost under other terms, month by month')
    .requiredOption('--workspace <id>')
    .requiredOption('--from <month>', 'first month, such as 2025-01', monthOption)
    .requiredOption('--to <month>', 'last month', monthOption)
    .addOption(new Option('--variant <variant>', 'count teams or members').choices(['team', 'user']))
    .addOption(new Option('--rule <rule>', 'counting rule').choices(RULES))
    .addOption(
      new Option('--price <minor>', 'price of a unit in minor units, in place of tiers too').argParser(wholeOption),
    )
    .option('--csv <file>', 'write the table as CSV')
    .option('--svg <file>', 'draw it')
    .addOption(dataOption())
    .action((options: WhatIfOptions) =>
      withData(options, async ({ history }) => {
        const { workspace, from, to, variant, rule, price } = options;
        const terms: OtherTerms = {
          ...(variant === undefined ? {} : { variant }),
          ...(rule === undefined ? {} : { countingRule: rule }),
          ...(price === undefined ? {} : { unitPriceMinor: price }),
        };
        if (Object.keys(terms).length === 0)
          throw new CliError('Name what is to be otherwise: --variant, --rule or --price.');
        const result = await whatIf(history, workspace, { from, to }, terms, Date.now());
        print(table(result));
        if (options.csv !== undefined) write(options.csv, csv(result));
        if (options.svg !== undefined) write(options.svg, svg(result));
      }),
    );
}

function table({ workspaceId, currency, months, agreedNetMinor, otherwiseNetMinor }: WhatIf): string {
  const amount = (minor: number): string => money(minor, currency);
  const rows = months.map(({ month, status, agreed, otherwise }) => [
    month,
    status,
    `${agreed.variant} ${agreed.countingRule}`,
    agreed.quantity,
    amount(agreed.netMinor),
    `${otherwise.variant} ${otherwise.countingRule}`,
    otherwise.quantity,
    amount(otherwise.netMinor),
    amount(otherwise.netMinor - agreed.netMinor),
  ]);
  const head = ['month', '', 'agreed', 'quantity', 'net', 'otherwise', 'quantity', 'net', 'difference'];
  const sum = [
    'all',
    '',
    '',
    '',
    amount(agreedNetMinor),
    '',
    '',
    amount(otherwiseNetMinor),
    amount(otherwiseNetMinor - agreedNetMinor),
  ];
  return `${workspaceId}, net, by the facts known now, without adjustments of other months\n${columns([head, ...rows, sum], [3, 4, 6, 7, 8])}`;
}

const csv = ({ currency, months }: WhatIf): string =>
  stringify(
    months.map(({ month, status, agreed, otherwise, billedNetMinor }) => ({
      month,
      status,
      currency,
      agreedVariant: agreed.variant,
      agreedRule: agreed.countingRule,
      agreedQuantity: agreed.quantity,
      agreedNetMinor: agreed.netMinor,
      billedNetMinor: billedNetMinor ?? '',
      otherwiseVariant: otherwise.variant,
      otherwiseRule: otherwise.countingRule,
      otherwiseQuantity: otherwise.quantity,
      otherwiseNetMinor: otherwise.netMinor,
      differenceMinor: otherwise.netMinor - agreed.netMinor,
    })),
    { header: true, record_delimiter: 'windows' },
  );

function svg(result: WhatIf): string {
  const { variant, countingRule, unitPriceMinor } = result.terms;
  const otherwise = [
    variant,
    countingRule,
    unitPriceMinor === undefined ? undefined : money(unitPriceMinor, result.currency),
  ];
  return chartOf(result, (minor) => money(minor, result.currency), {
    agreed: 'as agreed',
    otherwise: `otherwise: ${otherwise.filter((term) => term !== undefined).join(', ')}`,
  });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  print(`wrote ${file}\n`);
}
