import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { type Command } from 'commander';

import { type Api } from '../api';
import { CliError } from '../cli-error';
import { closeMonth, type ClosingAnswer } from '../close';
import { importFile, type ImportReport } from '../import';
import { withProgress } from '../progress';
import { allInvoices, figuresOf, type InvoiceFigures } from './figures';
import { startService } from './service';
import { printTable } from './table';

interface DemoOptions {
  readonly all?: boolean;
  readonly data: string;
  readonly samples: string;
  readonly port?: string;
  readonly json?: string;
}

interface ContractAction {
  readonly chunk: string;
  readonly workspaceId: string;
  readonly action: 'open' | 'change' | 'billing-address' | 'invoice-mailbox' | 'terminate';
  readonly body: unknown;
}

const ROOT = path.join(__dirname, '../../../..');

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('a fresh service, 18 months of sample history, and the invoices of it')
    .option('--all', "render all invoices, not only the last month's")
    .option('--data <folder>', 'data folder, made again', 'demo-data')
    .option('--samples <folder>', 'the sample history', path.join(ROOT, 'samples'))
    .option('--port <port>', 'port of the service; default: a free one')
    .option('--json <file>', 'write the figures to a file')
    .action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  const began = performance.now();
  const { chunks, workspaceIds } = readSample(options.samples);
  const lastMonth = chunks.at(-1)?.month ?? '';
  const contracts = contractActions(options.samples);
  rmSync(options.data, { recursive: true, force: true });
  const service = await startService({
    DATA_DIR: options.data,
    ...(options.port === undefined ? {} : { PORT: options.port }),
    ...(options.all === true ? {} : { DELIVER_FROM_MONTH: lastMonth }),
  });
  const { api } = service;
  try {
    const imported = newReport();
    const time = { import: 0, close: 0, render: 0 };
    const closings = new Map<string, string>();
    const lines = chunks.reduce((sum, chunk) => sum + chunk.lines, 0);
    await withProgress(
      'importing and closing {bar} {percentage}% {detail}',
      async (bar) => {
        for (const { file, month } of chunks) {
          let start = performance.now();
          add(imported, await importFile(api, file, { onLines: (count) => bar.increment(count, { detail: month }) }));
          await applyContracts(api, contracts, month);
          time.import += performance.now() - start;

          start = performance.now();
          const closing = await closeMonth(api, month);
          closings.set(month, closing.closingId);
          if (closing.failed.length > 0) {
            const [first] = closing.failed;
            throw new CliError(`${month} of ${first?.workspaceId ?? ''} was not closed: ${first?.problem ?? ''}`);
          }
          time.close += performance.now() - start;
        }
        bar.update(lines);
      },
      lines,
    );

    const start = performance.now();
    const invoices = await delivered(api, closings, options.all === true ? undefined : lastMonth);
    time.render = performance.now() - start;
    const figures = await figuresOf(api, workspaceIds, {
      imported,
      time,
      delivered: invoices,
      dataDir: path.resolve(options.data),
      documents: isSet(process.env['MONGODB_URL']) ? 'MongoDB' : 'folder',
      mails: isSet(process.env['SMTP_URL']) ? 'SMTP' : 'outbox',
    });
    printTable(figures, performance.now() - began);
    if (options.json !== undefined) {
      const refused = Object.fromEntries(figures.imported.refused);
      const json = { ...figures, imported: { ...imported, refused } };
      writeFileSync(options.json, `${JSON.stringify(json, null, 2)}\n`);
    }
  } finally {
    await service.stop();
  }
}

interface Sample {
  /** Files of facts with their months and numbers of lines. */
  readonly chunks: readonly { file: string; month: string; lines: number }[];
  readonly workspaceIds: readonly string[];
}

function readSample(samples: string): Sample {
  const folder = path.join(samples, 'facts');
  if (!existsSync(folder)) throw new CliError(`${folder}: there is no sample history.`);
  const workspaceIds = new Set<string>();
  const chunks = readdirSync(folder)
    .filter((name) => /^\d{4}-\d{2}\.ndjson\.gz$/.test(name))
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      const commands = readCommands(file);
      for (const { type, workspaceId } of commands) {
        if (type === 'StartWorkspace') workspaceIds.add(workspaceId);
      }
      return { file, month: name.slice(0, 7), lines: commands.length };
    });
  return { chunks, workspaceIds: [...workspaceIds] };
}

/** @throws {CliError} naming the first line that is damaged */
function readCommands(file: string): { type: string; workspaceId: string }[] {
  let text: string;
  try {
    text = gunzipSync(readFileSync(file)).toString('utf8');
  } catch (error) {
    throw new CliError(`${file} is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as { type: string; workspaceId: string };
      } catch {
        throw new CliError(`${file}, line ${index + 1}, is damaged: it is not JSON.`);
      }
    });
}

function contractActions(samples: string): ContractAction[] {
  const file = path.join(samples, 'contracts.ndjson');
  if (!existsSync(file)) throw new CliError(`${file}: there is no such file.`);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as ContractAction;
      } catch {
        throw new CliError(`${file}, line ${index + 1}, is damaged: it is not JSON.`);
      }
    });
}

const CONTRACT_ROUTES: Record<ContractAction['action'], { method: string; path: string }> = {
  open: { method: 'PUT', path: '' },
  change: { method: 'POST', path: '/changes' },
  'billing-address': { method: 'PUT', path: '/billing-address' },
  'invoice-mailbox': { method: 'PUT', path: '/invoice-mailbox' },
  terminate: { method: 'POST', path: '/terminate' },
};

async function applyContracts(api: Api, actions: readonly ContractAction[], month: string): Promise<void> {
  for (const { chunk, workspaceId, action, body } of actions) {
    if (chunk !== month) continue;
    const { method, path: suffix } = CONTRACT_ROUTES[action];
    await api.call('accounting', method, `/v1/workspaces/${workspaceId}/contract${suffix}`, body);
  }
}

/** How often a step may fail before it is taken for the machine's fault, which would end no demo by itself. */
const MAX_ATTEMPTS = 3;

interface FailingStep {
  readonly step: string;
  readonly number: string | null;
  readonly attempts: number;
  readonly problem: string;
}

/**
 * Waits until the invoices are delivered, of one month or of all; answers how many.
 * @throws {CliError} one is not going to be, with the reason
 */
async function delivered(api: Api, closings: ReadonlyMap<string, string>, month: string | undefined): Promise<number> {
  return withProgress('rendering and delivering {bar} {value}/{total} {detail}', async (bar) => {
    for (;;) {
      const invoices = await allInvoices(api, month);
      const done = invoices.filter(({ status }) => status === 'delivered').length;
      const failed = invoices.find(({ status }) => status === 'delivery-failed');
      if (failed !== undefined) throw await undeliverable(api, failed, closings.get(failed.month));
      bar.setTotal(invoices.length);
      bar.update(done, { detail: detailOf(await failingSteps(api)) });
      if (done === invoices.length) return done;
      await delay(200);
    }
  });
}

async function failingSteps(api: Api): Promise<readonly FailingStep[]> {
  const { items } = await api.call<{ items: FailingStep[] }>('accounting', 'GET', '/v1/closings/parked');
  return items;
}

/** @throws {CliError} a step has failed too often */
function detailOf(failing: readonly FailingStep[]): string {
  const worst = failing.reduce<FailingStep | undefined>(
    (most, one) => (one.attempts > (most?.attempts ?? 0) ? one : most),
    undefined,
  );
  if (worst === undefined) return '';
  const { step, number, attempts, problem } = worst;
  const text = `${step}${number === null ? '' : ` ${number}`} failed ${attempts} times: ${problem}`;
  if (attempts >= MAX_ATTEMPTS) throw new CliError(text);
  return text;
}

async function undeliverable(
  api: Api,
  { number, workspaceId }: InvoiceFigures,
  closingId: string | undefined,
): Promise<CliError> {
  if (closingId === undefined) return new CliError(`${number} could not be delivered.`);
  const { failed } = await api.call<ClosingAnswer>('scheduler', 'GET', `/v1/closings/${closingId}`);
  const reason = failed.find((one) => one.workspaceId === workspaceId)?.problem ?? '';
  return new CliError(`${number} could not be delivered: ${reason}`);
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

const newReport = (): ImportReport => ({
  lines: 0,
  changed: 0,
  replayed: 0,
  unchanged: 0,
  refused: new Map(),
  broken: [],
});

function add(sum: ImportReport, part: ImportReport): void {
  sum.lines += part.lines;
  sum.changed += part.changed;
  sum.replayed += part.replayed;
  sum.unchanged += part.unchanged;
  sum.broken.push(...part.broken);
  for (const [code, count] of part.refused) sum.refused.set(code, (sum.refused.get(code) ?? 0) + count);
  const [broken] = part.broken;
  if (broken !== undefined) throw new CliError(`The sample is damaged: ${broken}`);
}
