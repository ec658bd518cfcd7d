import { readFileSync } from 'node:fs';

import { type Anchor, type Checked, type Failure, parseAnchor, verify, type VerifyStep } from '@seatledger/audit';
import { type Command } from 'commander';

import { CliError } from '../cli-error';
import { monthOption } from '../options';
import { withProgress } from '../progress';
import { print, printJson } from './columns';
import { type AuditData, dataOption, type DataOptions, withData } from './data';

interface VerifyOptions extends DataOptions {
  readonly workspace?: string;
  readonly month?: string;
  readonly invoice?: string;
  readonly anchors?: string;
  readonly json?: boolean;
}

export function addVerify(audit: Command): void {
  audit
    .command('verify')
    .description('derive everything again from the events; ends with 1 when anything does not hold')
    .addOption(dataOption())
    .option('--workspace <id>', 'only a workspace')
    .option('--month <month>', 'only a month, such as 2026-03', monthOption)
    .option('--invoice <number>', 'only an invoice and what it rests on')
    .option('--anchors <file>', 'a file of anchors that were taken before, one a line')
    .option('--json', 'the result as JSON')
    .action((options: VerifyOptions) => withData(options, (data) => run(data, options)));
}

async function run(data: AuditData, options: VerifyOptions): Promise<void> {
  const { workspace, month, invoice, json = false } = options;
  const isPart = workspace !== undefined || invoice !== undefined;
  if (isPart && options.anchors !== undefined) {
    throw new CliError('Anchors are of the whole history: leave out --workspace and --invoice.');
  }
  const { history, documents, embedded } = data;
  const steps = verify(
    {
      history,
      documents,
      now: Date.now(),
      anchors: anchorsOf(options.anchors),
      ...(embedded === undefined ? {} : { embedded }),
    },
    {
      ...(workspace === undefined ? {} : { workspaceId: workspace }),
      ...(month === undefined ? {} : { month }),
      ...(invoice === undefined ? {} : { invoiceNumber: invoice }),
    },
  );
  const failures: Failure[] = [];
  const checked = await withProgress('verifying {bar} {value}/{total} {detail}', (bar) =>
    follow(steps, failures, ({ done, total, of }) => {
      bar.setTotal(Math.max(1, total));
      bar.update(done, { detail: of });
    }),
  );
  if (json) printJson({ checked, failures });
  else {
    for (const { check, concerns, detail } of failures) print(`FAILED ${check}: ${concerns}: ${detail}\n`);
    print(`${summary(checked)}\n`);
  }
  if (failures.length > 0) {
    throw new CliError(`${failures.length} ${failures.length === 1 ? 'thing does' : 'things do'} not hold.`);
  }
}

async function follow(
  steps: AsyncGenerator<VerifyStep, Checked>,
  failures: Failure[],
  onProgress: (step: Extract<VerifyStep, { kind: 'progress' }>) => void,
): Promise<Checked> {
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
    if (step.value.kind === 'failure') failures.push(step.value.failure);
    else onProgress(step.value);
  }
}

const summary = (checked: Checked): string =>
  `checked ${Object.entries(checked)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`;

function anchorsOf(file: string | undefined): Anchor[] {
  if (file === undefined) return [];
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseAnchor);
  } catch (error) {
    throw new CliError(`${file} holds no anchors: ${error instanceof Error ? error.message : String(error)}`);
  }
}
