import { type ChildProcess, spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';

import { type ConnectionTransport } from 'puppeteer';

import { PipeTransport } from './pipe-transport';

/** Characters that are kept of what a browser says. */
const MAX_KEPT = 16_384;
/** Lines, and characters, that are passed on of it. */
const MAX_LINES = 3;
const MAX_PASSED_ON = 600;
/** How long to wait for the last words of a browser that has ended, in ms: a helper may hold the pipe open. */
const LAST_WORDS_MS = 500;

/** A browser's process: the pipes by which it is driven, and what it says. */
export class BrowserProcess {
  readonly transport: ConnectionTransport;
  /** Resolves with how it ended, and with its last words. */
  readonly ended: Promise<string>;
  private said = '';

  private constructor(private readonly child: ChildProcess) {
    const { stderr, stdio } = child;
    const [, , , commands, answers] = stdio;
    if (!(commands instanceof Writable) || !(answers instanceof Readable)) throw new Error('a pipe is missing');
    this.transport = new PipeTransport(commands, answers);
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-MAX_KEPT);
    });
    this.ended = this.howItEnds();
  }

  static start(executable: string, args: readonly string[], env: Record<string, string>): BrowserProcess {
    const child = spawn(executable, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      // The leader of a process group, so that it can be killed together with its helpers.
      detached: process.platform !== 'win32',
    });
    return new BrowserProcess(child);
  }

  /** Undefined when the program could not be run at all. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** What it last said that helps, in one line. */
  get lastWords(): string {
    const lines = this.said.split('\n').map((line) => line.replace(LOG_PREFIX, '').trim());
    const telling = lines.filter((line) => line !== '' && !STACK_TRACE.test(line));
    return telling.slice(-MAX_LINES).join(' ').slice(0, MAX_PASSED_ON);
  }

  private async howItEnds(): Promise<string> {
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    const end = await new Promise<string>((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('exit', (code, signal) => {
        resolve(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`);
      });
    });
    await Promise.race([closed, after(LAST_WORDS_MS)]);
    return this.lastWords === '' ? end : `${end}: ${this.lastWords}`;
  }
}

/** `[1234:1234:1130/221500.123456:ERROR:headless_shell.cc(42)] ` */
const LOG_PREFIX = /^\[[\d:/.]+:[A-Z]+:[^\]]*\] /;
const STACK_TRACE = /^(#\d+ 0x|Received signal|\[end of stack trace\]|\s*(r\d+|[a-z]{2,3}): [0-9a-f]{16}|Task trace:)/;

export const after = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
