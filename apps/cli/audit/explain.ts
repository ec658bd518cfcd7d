import {
  type Evidence,
  explainInvoice,
  explainUnit,
  type InvoiceExplanation,
  type LineExplanation,
  type UnitExplanation,
} from '@seatledger/audit';
import { type Command } from 'commander';

import { CliError } from '../cli-error';
import { money } from '../money';
import { monthOption } from '../options';
import { columns, print, printJson } from './columns';
import { dataOption, withData } from './data';
import { knownAtOf, type KnownOptions, RECORDED_BEFORE, REVISION } from './recount';

interface ExplainOptions extends KnownOptions {
  readonly workspace?: string;
  readonly month?: string;
  readonly unit?: string;
  readonly invoice?: string;
}

export function addExplain(audit: Command): void {
  audit
    .command('explain')
    .description('why a unit counts for a month, or why each line is on an invoice')
    .addOption(dataOption())
    .option('--invoice <number>', 'an invoice, line by line')
    .option('--workspace <id>', 'with --month and --unit: why this team or member counts, or does not')
    .option('--month <month>', 'such as 2026-03', monthOption)
    .option('--unit <id>', "a team's or a member's id")
    .addOption(REVISION)
    .addOption(RECORDED_BEFORE)
    .option('--json', 'with all events, as JSON')
    .action((options: ExplainOptions) =>
      withData(options, async ({ history }) => {
        const { invoice, workspace, month, unit, json } = options;
        if (invoice !== undefined) {
          const explained = await explainInvoice(history, invoice);
          if (json === true) printJson(explained);
          else print(describeInvoice(explained));
        } else if (workspace !== undefined && month !== undefined && unit !== undefined) {
          const explained = await explainUnit(history, workspace, month, unit, knownAtOf(options));
          if (json === true) printJson(explained);
          else print(describeUnit(explained));
        } else {
          throw new CliError('Name an --invoice, or a --workspace with its --month and a --unit.');
        }
      }),
    );
}

function describeUnit(explained: UnitExplanation): string {
  const { workspaceId, month, unitId, timeZone, from, to, intervals, reason, quantity, status, revision } = explained;
  const parts = [
    `${workspaceId}, ${month} (${timeZone}: from ${from} to before ${to}), unit ${unitId}\n`,
    `By the facts up to revision ${revision}${status === 'closed' ? '' : ', the month being open'}: quantity ${quantity}.\n`,
    `${reason}\n`,
  ];
  for (const interval of intervals) {
    parts.push(`Active from ${interval.from} to ${interval.to ?? 'further notice'}:\n`);
    parts.push(columns(eventRows([...interval.opened, ...interval.closed])));
  }
  return parts.join('');
}

/** How many units or late facts are listed without --json. */
const LISTED = 20;

function describeInvoice(explained: InvoiceExplanation): string {
  const { invoice, number, bill, contract, factsThrough, units, lines, events } = explained;
  const listed = units
    .slice(0, LISTED)
    .map(({ unitId, quantity }) => `${unitId}${quantity === '1' ? '' : ` (${quantity})`}`);
  const more = units.length > LISTED ? `, and ${units.length - LISTED} more` : '';
  return [
    `${invoice.number}, ${invoice.kind} for ${invoice.workspaceId}, ${invoice.month}: ${money(invoice.grossMinor, invoice.currency)} gross\n`,
    ...(invoice.cancels === undefined ? [] : [`It cancels ${invoice.cancels}: ${invoice.reason ?? ''}\n`]),
    'It rests on:\n',
    columns(
      eventRows([
        ...(number === undefined ? [] : [number]),
        bill,
        ...contract.slice(-1),
        ...(factsThrough === undefined ? [] : [factsThrough]),
      ]),
    ),
    `Units counted (${units.length}): ${listed.join(', ')}${more}\n`,
    ...lines.map((line) => describeLine(line, invoice.currency)),
    'What was recorded about it:\n',
    columns(eventRows(events)),
  ].join('');
}

function describeLine(explained: LineExplanation, currency: string): string {
  const { line, reason } = explained;
  const head = `${line.description}: ${line.quantity}, ${money(line.netMinor, currency)} net\n  ${reason}\n`;
  if (explained.kind === 'own') return head;
  const { owed, billed, lateFacts } = explained;
  const rows = [
    ['its facts come to', `${owed.quantity}`, money(owed.netMinor, currency)],
    ...billed.map((part) => [`billed with ${part.month}`, part.quantity, money(part.netMinor, currency)]),
  ];
  const more = lateFacts.length > LISTED ? `  and ${lateFacts.length - LISTED} more late facts\n` : '';
  return `${head}${columns(rows, [1, 2])}${columns(eventRows(lateFacts.slice(0, LISTED)))}${more}`;
}

const eventRows = (events: readonly Evidence[]): string[][] =>
  events.map(({ stream, revision, type, occurredAt, recordedAt, actor }) => [
    `${stream}@${revision}`,
    type,
    `in effect ${occurredAt}`,
    `recorded ${recordedAt}`,
    `by ${actor}`,
  ]);
