import { isUtf8 } from 'node:buffer';
import { PassThrough, type Readable } from 'node:stream';

/** A line of text; without it where it cannot be read. */
export interface Line {
  readonly text: string;
  readonly fault?: string;
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Some editors and spreadsheets begin a file with a mark that is no part of its text. */
const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;

/** The lines of a stream of UTF-8 text. One that is aborted ends with its error, or when it was cut, not with half a line. */
export async function* linesOf(stream: Readable, longest: number, isCut = () => false): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let isFirst = true;
  const finish = (): Line => {
    const tooLong = length > longest;
    const bytes = isFirst ? withoutMark(Buffer.concat(parts)) : Buffer.concat(parts);
    isFirst = false;
    parts = [];
    length = 0;
    if (tooLong) return { text: '', fault: `is longer than ${longest} bytes` };
    return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { text: '', fault: 'is not UTF-8' };
  };
  const take = (part: Buffer): void => {
    length += part.length;
    if (length <= longest) parts.push(part);
    else parts = [];
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, end));
      from = end + 1;
      yield finish();
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (length > 0 && !isCut()) yield finish();
}

/** A stream up to where it is when a signal comes. */
export interface Cuttable {
  readonly stream: Readable;
  /** Whether the signal came before the end: then the last line may be half of one. */
  readonly isCut: () => boolean;
}

export function untilAborted(stream: Readable, signal: AbortSignal): Cuttable {
  const through = new PassThrough();
  let cut = false;
  const stop = (): void => {
    if (stream.readableEnded) return;
    cut = true;
    stream.unpipe(through);
    through.end();
  };
  signal.addEventListener('abort', stop, { once: true });
  through.once('close', () => signal.removeEventListener('abort', stop));
  stream.once('error', (error) => through.destroy(error));
  stream.once('close', () => {
    if (!stream.readableEnded && !cut) through.destroy(new Error('the stream was aborted'));
  });
  stream.pipe(through);
  if (signal.aborted) stop();
  return { stream: through, isCut: () => cut };
}

/**
 * Hands out results in the order in which they were asked for, as soon as they are there, and
 * makes the asker wait while too many are outstanding.
 */
export class OrderedResults<Result> {
  private readonly pending: Promise<Result>[] = [];
  private ended = false;
  private failure: { readonly error: unknown } | undefined;
  private added: (() => void) | undefined;
  private room: (() => void) | undefined;

  constructor(private readonly window: number) {}

  async add(result: Promise<Result>): Promise<void> {
    this.pending.push(result);
    this.added?.();
    if (this.pending.length >= this.window) {
      await new Promise<void>((resolve) => {
        this.room = resolve;
      });
    }
  }

  end(): void {
    this.ended = true;
    this.added?.();
  }

  fail(error: unknown): void {
    this.failure = { error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Result[]> {
    for (;;) {
      if (this.pending.length > 0) {
        // What was asked for together is usually answered together.
        const some = await Promise.all(this.pending.slice(0, 500));
        void this.pending.splice(0, some.length);
        this.room?.();
        yield some;
      } else if (this.ended) {
        if (this.failure !== undefined) throw this.failure.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.added = resolve;
        });
        this.added = undefined;
      }
    }
  }
}
