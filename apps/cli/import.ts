import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { canonicalJson } from '@seatledger/event-store';
import { type Command } from 'commander';

import { Aborted, type Api, apiFromEnvironment } from './api';
import { CliError, reasonOf } from './cli-error';
import { withProgress } from './progress';

/** What became of the lines of a file. */
export interface ImportReport {
  lines: number;
  /** Commands that changed something, now or when they were sent before under their key. */
  changed: number;
  /** How many of these were sent before. */
  replayed: number;
  unchanged: number;
  /** Refusals by code. */
  refused: Map<string, number>;
  /** The first lines that were not even commands. */
  broken: string[];
}

/** A command that was refused, as it stands in the file of refusals. */
interface RefusedLine {
  /** From 1, blank lines included. */
  readonly line: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** The line as it was. */
  readonly text: string;
}

interface ImportOptions {
  readonly onLines?: (lines: number) => void;
  readonly onRefused?: (refused: RefusedLine) => void;
  /** Whether commands without a key get one made of their content, so that sending them again has no effect. */
  readonly makesKeys?: boolean;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('send commands to the service: NDJSON files, also .gz, one command a line')
    .argument('<files...>')
    .option(
      '--errors <folder>',
      'where NAME.refused.ndjson lists what was refused, with the reason; default: beside the file',
    )
    .option('--url <url>', 'where the service is')
    .option('--key <key>', 'an API key of the role product')
    .action(async (files: string[], options: { errors?: string; url?: string; key?: string }) => {
      const api = apiFromEnvironment(options);
      for (const file of files) {
        const refusals = new RefusalFile(
          path.join(options.errors ?? path.dirname(file), `${path.basename(file)}.refused.ndjson`),
        );
        const run = (onLines?: (lines: number) => void): Promise<ImportReport> =>
          importFile(api, file, {
            ...(onLines === undefined ? {} : { onLines }),
            onRefused: (refused) => refusals.add(refused),
            makesKeys: true,
          });
        const report = await (process.stderr.isTTY ? withCount(run) : run()).finally(() => refusals.close());
        process.stdout.write(`${file}: ${describe(report)}\n`);
        for (const broken of report.broken) process.stderr.write(`${file}: ${broken}\n`);
        if (report.refused.size === 0) continue;
        process.stderr.write(`${file}: each refused command is listed with its reason in ${refusals.file}.\n`);
        process.exitCode = 1;
      }
    });
}

const withCount = (run: (onLines: (lines: number) => void) => Promise<ImportReport>): Promise<ImportReport> =>
  withProgress('{detail} commands', (bar) => {
    let lines = 0;
    return run((count) => bar.update({ detail: String((lines += count)) }));
  });

/** Made with the first refusal. */
class RefusalFile {
  private stream: WriteStream | undefined;

  constructor(readonly file: string) {}

  add({ text, ...why }: RefusedLine): void {
    this.stream ??= createWriteStream(this.file);
    this.stream.write(`${JSON.stringify({ ...why, command: text })}\n`);
  }

  async close(): Promise<void> {
    if (this.stream === undefined) return;
    this.stream.end();
    await finished(this.stream);
  }
}

/**
 * Streams a file to the service.
 * @throws {CliError} when the file cannot be read, or not every command got its answer
 */
export async function importFile(api: Api, file: string, options: ImportOptions = {}): Promise<ImportReport> {
  if (!existsSync(file)) throw new CliError(`${file}: there is no such file.`);
  const report: ImportReport = { lines: 0, changed: 0, replayed: 0, unchanged: 0, refused: new Map(), broken: [] };
  // A refusal is remembered under its key: what was refused by an earlier import is asked again under the next one.
  let retried: (() => SentLine)[] = [];
  const keys = options.makesKeys === true ? new ContentKeys() : undefined;
  const note = (sent: SentLine, result: LineResult): void => {
    if (result.status === 'rejected' && result.replayed === true && sent.underNextKey) retried.push(sent.underNextKey);
    else noteResult(report, sent, result, options);
  };
  await send(api, file, readLines(file, keys), note, () => report.lines + retried.length);
  while (retried.length > 0) {
    const again = retried.map((underNextKey) => underNextKey());
    retried = [];
    await send(api, file, again, note, () => again.length);
  }
  return report;
}

/** One pass over some lines. @param answered how many of them had their answer when the service ended too early */
async function send(
  api: Api,
  file: string,
  lines: AsyncIterable<SentLine> | Iterable<SentLine>,
  note: (sent: SentLine, result: LineResult) => void,
  answered: () => number,
): Promise<void> {
  const waiting: SentLine[] = [];
  const sent = { isWhole: false, failure: undefined as unknown };
  let why = 'the service ended its answer too early';
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const line of lines) {
        waiting.push(line);
        yield line.bytes;
      }
      sent.isWhole = true;
    } catch (error) {
      sent.failure = error;
      throw error;
    }
  }
  try {
    await api.stream('product', '/v1/commands', body(), (line) => {
      const first = waiting.shift();
      if (first !== undefined) note(first, JSON.parse(line) as LineResult);
    });
  } catch (error) {
    // A request whose body fails looks as if the service had failed.
    if (sent.failure instanceof UnreadableFile) throw sent.failure;
    if (!(error instanceof Aborted)) throw error;
    why = error.message;
  }
  // A service that stops, or anything in between, may end the answer: only the count says that all was answered.
  if (sent.isWhole && waiting.length === 0) return;
  const commands = await commandsOf(file, answered() + waiting.length);
  throw new CliError(
    `${file}: ${commands - answered()} of ${commands} commands got no answer: ${why}. ` +
      'Run the import again: each command has its effect only once.',
  );
}

/** A command on its way. */
interface SentLine {
  readonly number: number;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The same under another key; undefined where its key was not made of its content. */
  readonly underNextKey?: () => SentLine;
}

const LINE_END = 10;

/** The lines that are not blank, each with its key. */
async function* readLines(file: string, keys: ContentKeys | undefined): AsyncGenerator<SentLine> {
  let number = 0;
  for await (const bytes of splitLines(readChunks(file))) {
    number += 1;
    const text = bytes.toString('utf8');
    if (text.trim() === '') continue;
    // Text that is no command, or not even UTF-8, is sent as it is: the service says what is wrong with it.
    const command = keys === undefined || text.includes('\ufffd') ? undefined : commandIn(text);
    yield keys === undefined || command === undefined || 'key' in command
      ? { number, text, bytes: Buffer.concat([bytes, LINE_BREAK]) }
      : keyedLine(number, text, command, keys.keyOf(command));
  }
}

const LINE_BREAK = Buffer.from('\n');

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END, start)) {
      yield rest.subarray(start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
  if (rest.length > 0) yield rest;
}

function keyedLine(number: number, text: string, command: object, contentKey: string, attempt = 1): SentLine {
  const key = attempt === 1 ? contentKey : `${contentKey}.try-${attempt}`;
  return {
    number,
    text,
    bytes: Buffer.from(`${JSON.stringify({ ...command, key })}\n`),
    underNextKey: () => keyedLine(number, text, command, contentKey, attempt + 1),
  };
}

function commandIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keys of commands, made of their content, never of file or line. One that names no instant takes effect when it
 * arrives: the same again in one file is meant again, and told apart by how often it came before.
 */
class ContentKeys {
  private readonly times = new Map<string, number>();

  keyOf(command: object): string {
    const content = createHash('sha256').update(canonicalJson(command)).digest('hex').slice(0, 40);
    if ('occurredAt' in command || 'startedAt' in command) return content;
    const time = (this.times.get(content) ?? 0) + 1;
    this.times.set(content, time);
    return time === 1 ? content : `${content}.time-${time}`;
  }
}

/** The commands of the whole file; what comes through a pipe cannot be read again, and counts as far as it was sent. */
async function commandsOf(file: string, sent: number): Promise<number> {
  if (!statSync(file).isFile()) return sent;
  let commands = 0;
  for await (const _line of readLines(file, undefined)) commands += 1;
  return commands;
}

interface LineResult {
  readonly status: 'accepted' | 'rejected';
  readonly changed?: boolean;
  readonly replayed?: true;
  readonly problem?: {
    readonly code: string;
    readonly detail: string;
    readonly errors?: { path: string; message: string }[];
  };
}

const BROKEN_SHOWN = 10;

function noteResult(
  report: ImportReport,
  { number, text }: SentLine,
  { status, changed, replayed, problem }: LineResult,
  { onLines, onRefused }: ImportOptions,
): void {
  report.lines += 1;
  onLines?.(1);
  if (status === 'accepted') {
    if (changed === true) report.changed += 1;
    else report.unchanged += 1;
    if (changed === true && replayed === true) report.replayed += 1;
    return;
  }
  const { code, detail, errors } = problem ?? { code: 'unknown', detail: '' };
  report.refused.set(code, (report.refused.get(code) ?? 0) + 1);
  onRefused?.({ line: number, code, detail, ...(errors === undefined ? {} : { errors }), text });
  if (code === 'invalid-request' && report.broken.length < BROKEN_SHOWN) {
    const why = errors?.map(({ path: place, message }) => `${place} ${message}`).join('; ') ?? '';
    report.broken.push(`${detail} (${why})`);
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

function describe({ lines, changed, replayed, unchanged, refused }: ImportReport): string {
  const refusals = [...refused].map(([code, count]) => `${count} ${code}`).join(', ');
  const total = [...refused.values()].reduce((sum, count) => sum + count, 0);
  return `${lines} commands, ${changed - replayed} new, ${unchanged + replayed} known, ${total} refused${
    refusals === '' ? '' : ` (${refusals})`
  }`;
}
