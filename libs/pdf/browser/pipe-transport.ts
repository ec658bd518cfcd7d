import { type Readable, type Writable } from 'node:stream';

import { type ConnectionTransport } from 'puppeteer';

const END = 0;

/** Chromium's `--remote-debugging-pipe`: JSON texts, each followed by a zero byte. */
export class PipeTransport implements ConnectionTransport {
  onmessage?: (message: string) => void;
  onclose?: () => void;
  /** The beginning of a message whose end has not come yet. */
  private parts: Buffer[] = [];

  constructor(
    private readonly commands: Writable,
    private readonly answers: Readable,
  ) {
    // What cannot be written any more is known by the end of the answers.
    commands.on('error', () => undefined);
    answers.on('error', () => undefined);
    answers.on('data', (chunk: Buffer) => this.read(chunk));
    answers.on('close', () => this.onclose?.());
  }

  send(message: string): void {
    this.commands.write(`${message}\0`);
  }

  close(): void {
    this.commands.destroy();
    this.answers.destroy();
  }

  private read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(END); end !== -1; end = chunk.indexOf(END, start)) {
      this.parts.push(chunk.subarray(start, end));
      const message = Buffer.concat(this.parts).toString('utf8');
      this.parts = [];
      start = end + 1;
      // One a turn, so that what follows of one message is done before the next.
      setImmediate(() => this.onmessage?.(message));
    }
    if (start < chunk.length) this.parts.push(chunk.subarray(start));
  }
}
