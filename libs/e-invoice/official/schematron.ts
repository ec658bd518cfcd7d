import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { onEnd } from '@seatledger/threads';

import { type Finding } from '../checks';

/** A file of rules cannot be used. */
export class RulesUnusable extends Error {}

type Answer =
  | { readonly broken: readonly { readonly rule: string | null; readonly text?: string }[] }
  | { readonly failed: string };

interface Request {
  readonly xml: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A published Schematron file, run in a thread. Documents are checked one after the other, each
 * in about a second for UBL and several for CII. A thread that dies is started again.
 */
export class Schematron {
  private readonly waiting: Request[] = [];
  private thread: Worker | undefined;
  private closed = false;

  private constructor(
    private readonly file: string,
    /** The file's name, its version where it tells one, and its SHA-256. */
    readonly version: string,
    private readonly warnings: ReadonlySet<string>,
  ) {}

  /** Reads the file and tries it. @throws {RulesUnusable} */
  static async load(file: string): Promise<Schematron> {
    let source: string;
    try {
      source = await readFile(file, 'utf8');
    } catch (error) {
      throw new RulesUnusable(`${file} cannot be read`, { cause: error });
    }
    const named = /Schematron version (\S+)/.exec(source)?.[1];
    const sha256 = createHash('sha256').update(source).digest('hex');
    const version = [path.basename(file), ...(named === undefined ? [] : [named]), `sha256:${sha256}`].join(' ');
    const schematron = new Schematron(file, version, warningsIn(source));
    await schematron.start();
    return schematron;
  }

  /** The rules that a document breaks; warnings are none. @throws when it could not be checked */
  async check(xml: string): Promise<Finding[]> {
    const answer = await this.ask(xml);
    if ('failed' in answer) throw new Error(`${path.basename(this.file)}: ${answer.failed}`);
    return answer.broken
      .filter(({ rule }) => !this.warnings.has(rule ?? ''))
      .map(({ rule, text }) => ({ rule: rule ?? '', text: plain(text ?? ''), at: '' }));
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.thread?.terminate();
  }

  private ask(xml: string): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ xml, resolve, reject });
      if (this.waiting.length === 1) this.next();
    });
  }

  /** Sends the first that waits; the thread has one at a time. */
  private next(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      this.thread?.unref();
      return;
    }
    this.start().then(
      (thread) => {
        thread.ref();
        thread.postMessage(first.xml);
      },
      (error: Error) => this.fail(error),
    );
  }

  private async start(): Promise<Worker> {
    if (this.closed) throw new RulesUnusable(`${this.file} is closed`);
    if (this.thread !== undefined) return this.thread;
    const thread = new Worker(path.join(__dirname, 'rules-thread.cjs'), { workerData: { file: this.file } });
    await new Promise<void>((resolve, reject) => {
      thread.once('message', () => resolve());
      onEnd(thread, (reason) => reject(new RulesUnusable(`${this.file}: ${reason}`)));
    });
    thread.unref();
    thread.on('message', (answer: Answer) => {
      this.waiting.shift()?.resolve(answer);
      this.next();
    });
    onEnd(thread, (reason) => {
      if (this.thread === thread) this.thread = undefined;
      this.fail(new Error(`${this.file}: the thread ended: ${reason}`));
    });
    this.thread = thread;
    return thread;
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

/** Ids of the rules that are only warnings or information. */
function warningsIn(source: string): ReadonlySet<string> {
  const asserts = source.match(/<assert\b[^>]*/g) ?? [];
  const mild = asserts.filter((tag) => /\bflag="(warning|information)"/.test(tag));
  return new Set(mild.map((tag) => /\bid="([^"]*)"/.exec(tag)?.[1] ?? ''));
}

/** `[BR-02]-An Invoice shall ...` without the id that is distinguished. */
const plain = (text: string): string =>
  text
    .replace(/^\s*\[[^\]]*\]\s*-?\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
