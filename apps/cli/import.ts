import { createReadStream, existsSync, statSync } from 'node:fs';
import { type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { type Command } from 'commander';

import { Aborted, type Api, apiFromEnvironment } from './api';
import { CliError, reasonOf } from './cli-error';

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

/** Streams a file to the service. @throws {CliError} when the file cannot be read, or not every command got its answer */
export async function importFile(api: Api, file: string, onLines?: (lines: number) => void): Promise<ImportReport> {
  if (!existsSync(file)) throw new CliError(`${file}: there is no such file.`);
  const report: ImportReport = { lines: 0, changed: 0, unchanged: 0, refused: new Map(), broken: [] };
  const sent = new CommandCount();
  let why = 'the service ended its answer too early';
  try {
    await api.stream('product', '/v1/commands', counted(readChunks(file), sent), (line) => {
      note(report, JSON.parse(line) as LineResult);
      onLines?.(1);
    });
  } catch (error) {
    // A request whose body fails looks as if the service had failed.
    if (sent.failure instanceof UnreadableFile) throw sent.failure;
    if (!(error instanceof Aborted)) throw error;
    why = error.message;
  }
  // A service that stops, or anything in between, may end the answer: only the count says that all was answered.
  if (!sent.isWhole || report.lines < sent.commands) {
    const commands = await allOf(file, sent);
    throw new CliError(
      `${file}: ${commands - report.lines} of ${commands} commands got no answer: ${why}. ` +
        'Run the import again: a command with a key of its own has its effect only once.',
    );
  }
  return report;
}

/** Counts lines that are not blank: each is answered with one line. */
class CommandCount {
  isWhole = false;
  failure: unknown;
  private ended = 0;
  private isBlank = true;

  get commands(): number {
    return this.ended + (this.isBlank ? 0 : 1);
  }

  take(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte > SPACE) this.isBlank = false;
      else if (byte === LINE_END) {
        if (!this.isBlank) this.ended += 1;
        this.isBlank = true;
      }
    }
  }
}

const SPACE = 32;
const LINE_END = 10;

async function* counted(chunks: AsyncIterable<Uint8Array>, count: CommandCount): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      count.take(chunk);
      yield chunk;
    }
  } catch (error) {
    count.failure = error;
    throw error;
  }
  count.isWhole = true;
}

/** The commands of the whole file; what comes through a pipe cannot be read again, and counts as far as it was sent. */
async function allOf(file: string, sent: CommandCount): Promise<number> {
  if (sent.isWhole || !statSync(file).isFile()) return sent.commands;
  const all = new CommandCount();
  for await (const chunk of readChunks(file)) all.take(chunk);
  return all.commands;
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

class UnreadableFile extends CliError {}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  const unzip = file.endsWith('.gz') ? createGunzip() : undefined;
  // A pipe hands data on, but no error.
  if (unzip !== undefined) source.once('error', (error) => unzip.destroy(error));
  const stream: Readable = unzip === undefined ? source : source.pipe(unzip);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw new UnreadableFile(`${file} cannot be read: ${reasonOf(error)}.`);
  }
}

function describe({ lines, changed, unchanged, refused }: ImportReport): string {
  const refusals = [...refused].map(([code, count]) => `${count} ${code}`).join(', ');
  const total = [...refused.values()].reduce((sum, count) => sum + count, 0);
  return `${lines} commands, ${changed} changed something, ${unchanged} did not, ${total} refused${
    refusals === '' ? '' : ` (${refusals})`
  }`;
}
