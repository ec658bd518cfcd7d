import { type KnownAt, type Recount, recountMonth } from '@seatledger/audit';
import { describeLine, linesOf } from '@seatledger/domain';
import { type Command, Option } from 'commander';

import { money } from '../money';
import { monthOption, timeOption, wholeOption } from '../options';
import { columns, print, printJson } from './columns';
import { dataOption, type DataOptions, withData } from './data';

export interface KnownOptions extends DataOptions {
  readonly revision?: number;
  readonly recordedBefore?: number;
  readonly json?: boolean;
}

/** Options that say what is to be taken as known. */
export const REVISION = new Option(
  '--revision <number>',
  "known up to this revision of the workspace's history",
).argParser(wholeOption);
export const RECORDED_BEFORE = new Option('--recorded-before <time>', 'known before this time').argParser(timeOption);

export const knownAtOf = ({ revision, recordedBefore }: KnownOptions): KnownAt => ({
  ...(revision === undefined ? {} : { revision }),
  ...(recordedBefore === undefined ? {} : { recordedBefore }),
});

export function addRecount(audit: Command): void {
  audit
    .command('recount')
    .description('count and price a month again, as it was known at a time or as it is known now')
    .argument('<workspace>')
    .argument('<month>', 'such as 2026-03', monthOption)
    .addOption(dataOption())
    .addOption(REVISION)
    .addOption(RECORDED_BEFORE)
    .option('--json', 'all figures, as JSON')
    .action((workspaceId: string, month: string, options: KnownOptions) =>
      withData(options, async ({ history }) => {
        const recount = await recountMonth(history, workspaceId, month, knownAtOf(options));
        if (options.json === true) printJson(recount);
        else print(describe(recount));
      }),
    );
}

function describe({ bill, closing, differsFromClosing, difference, settlement }: Recount): string {
  const amount = (minor: number): string => money(minor, bill.currency);
  const lines = linesOf(bill).map((line) => [
    describeLine(line, bill.terms, 'en'),
    line.quantity,
    line.unitPriceMinor === undefined ? '' : amount(line.unitPriceMinor),
    amount(line.netMinor),
  ]);
  const sums = [
    ['net', '', '', amount(bill.netMinor)],
    ['tax', '', '', amount(bill.taxMinor)],
    ['gross', '', '', amount(bill.grossMinor)],
  ];
  const parts = [
    `${bill.workspaceId}, ${bill.month}: ${bill.units} units, quantity ${bill.quantity}, by the rule ${bill.terms.countingRule}\n`,
    `known: facts up to revision ${bill.workspaceRevision}, contract up to revision ${bill.contractRevision}\n`,
    columns([...lines, ...sums], [1, 2, 3]),
    `  SHA-256 of the units: ${bill.unitsDigest}\n`,
  ];
  if (closing === undefined) return [...parts, 'The month is open: this is what closing it would bill.\n'].join('');
  const { stream, revision, metadata } = closing.stored;
  const { workspaceRevision, grossMinor } = closing.bill;
  parts.push(
    `Closed by ${stream}@${revision} on ${metadata.recordedAt}, from the facts up to revision ${workspaceRevision}: ${amount(grossMinor)} gross.\n`,
    differsFromClosing ? 'This recount DIFFERS from the closing:\n' : 'This recount is the same as the closing.\n',
  );
  if (differsFromClosing && difference !== undefined) {
    const money = [
      ['own lines', amount(difference.ownNetMinor)],
      ['adjustments of other months', amount(difference.adjustmentsNetMinor)],
      ['gross', amount(difference.grossMinor)],
    ];
    const units = difference.units.map(({ unitId, closed, recounted }) => [
      `unit ${unitId}`,
      `${closed} -> ${recounted}`,
    ]);
    parts.push(columns([...money, ...units], [1]));
  }
  if (settlement !== undefined) {
    const { billedNetMinor, owedNetMinor, outstandingNetMinor } = settlement;
    parts.push(
      `Over all bills known then ${bill.month} was billed with ${amount(billedNetMinor)} net; its facts come to ${amount(owedNetMinor)}: ` +
        `${outstandingNetMinor === 0 ? 'nothing is outstanding' : `${amount(outstandingNetMinor)} outstanding`}.\n`,
    );
  }
  return parts.join('');
}
