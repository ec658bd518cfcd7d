import { createReadStream, existsSync } from 'node:fs';
import { type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { type Command } from 'commander';

import { type Api, apiFromEnvironment } from './api';
import { CliError } from './cli-error';

/** What became of the lines of a file. */
export interface ImportReport {
  lines: number;
  changed: number;
  unchanged: number;
  /** Refusals by code. */
  refused: Map<string, number>;
  /** The first lines that were not even commands. */
  broken: string[];
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('send commands to the service: NDJSON files, also .gz, one command a line')
    .argument('<files...>')
    .option('--url <url>', 'where the service is')
    .option('--key <key>', 'an API key of the role product')
    .action(async (files: string[], options: { url?: string; key?: string }) => {
      const api = apiFromEnvironment(options);
      for (const file of files) {
        const report = await importFile(api, file);
        process.stdout.write(`${file}: ${describe(report)}\n`);
        for (const broken of report.broken) process.stderr.write(`${file}: ${broken}\n`);
        if (report.broken.length > 0) process.exitCode = 1;
      }
    });
}

/** Streams a file to the service. @throws {CliError} when the file cannot be read */
export async function importFile(api: Api, file: string, onLines?: (lines: number) => void): Promise<ImportReport> {
  if (!existsSync(file)) throw new CliError(`${file}: there is no such file.`);
  const report: ImportReport = { lines: 0, changed: 0, unchanged: 0, refused: new Map(), broken: [] };
  const body = readChunks(file);
  await api.stream('product', '/v1/commands', body, (line) => {
    note(report, JSON.parse(line) as LineResult);
    onLines?.(1);
  });
  return report;
}

interface LineResult {
  readonly status: 'accepted' | 'rejected';
  readonly changed?: boolean;
  readonly problem?: {
    readonly code: string;
    readonly detail: string;
    readonly errors?: { path: string; message: string }[];
  };
}

const BROKEN_SHOWN = 10;

function note(report: ImportReport, { status, changed, problem }: LineResult): void {
  report.lines += 1;
  if (status === 'accepted') {
    if (changed === true) report.changed += 1;
    else report.unchanged += 1;
    return;
  }
  const code = problem?.code ?? 'unknown';
  report.refused.set(code, (report.refused.get(code) ?? 0) + 1);
  if (code === 'invalid-request' && report.broken.length < BROKEN_SHOWN) {
    const why = problem?.errors?.map(({ path, message }) => `${path} ${message}`).join('; ') ?? '';
    report.broken.push(`${problem?.detail ?? ''} (${why})`);
  }
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  const stream: Readable = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function describe({ lines, changed, unchanged, refused }: ImportReport): string {
  const refusals = [...refused].map(([code, count]) => `${count} ${code}`).join(', ');
  const total = [...refused.values()].reduce((sum, count) => sum + count, 0);
  return `${lines} commands, ${changed} changed something, ${unchanged} did not, ${total} refused${
    refusals === '' ? '' : ` (${refusals})`
  }`;
}
