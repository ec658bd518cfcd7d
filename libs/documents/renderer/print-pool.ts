import { type BrowserProgram, BrowserUnavailable } from '../browser/program';
import { launchBrowser, type RunningBrowser } from '../browser/launch';
import { type Log } from '../log';
import { MOST_WAITING, PRINTS_PER_PAGE } from './limits';
import { PrintPage } from './print-page';
import { RenderError } from './render-error';

export interface PrintPoolOptions {
  readonly cacheDir: string;
  readonly program: () => Promise<BrowserProgram>;
  readonly pages: number;
  /** Per document, in milliseconds. */
  readonly timeLimit: number;
  readonly log: Log;
}

/** One printed document, and the browser that printed it. */
export interface Printed {
  readonly pdf: Uint8Array;
  readonly browser: string;
}

/** A browser with its idle pages. A broken one is replaced as a whole. */
interface Session {
  readonly running: RunningBrowser;
  readonly idle: PrintPage[];
}

/**
 * Prints on a few reused pages of one browser. The browser starts with the first document; when
 * it dies or stops answering, a document is tried once more on a fresh one.
 */
export class PrintPool {
  private session: Promise<Session> | undefined;
  private busy = 0;
  private readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private readonly ending = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly options: PrintPoolOptions) {}

  /**
   * Prints what `html` gives, which is called only when it is its turn.
   * @throws {RenderError} it was not printed
   * @throws {BrowserUnavailable} there is no browser, or it does not start
   * @throws what `html` throws
   */
  async print(html: () => string): Promise<Printed> {
    await this.turn();
    try {
      const source = html();
      try {
        return await this.printOnce(source);
      } catch (error) {
        if (isFinal(error) || this.closed) throw error;
        this.options.log.warn({ error: String(error) }, 'printing failed, trying once more on a fresh browser');
        return await this.printOnce(source);
      }
    } finally {
      this.next();
    }
  }

  /** Starts the browser, if it does not run. */
  async ready(): Promise<void> {
    await this.current();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0)) reject(closedError());
    const session = await this.session?.catch(() => undefined);
    this.session = undefined;
    await session?.running.end();
    await Promise.all(this.ending);
  }

  private async turn(): Promise<void> {
    if (this.closed) throw closedError();
    if (this.busy < this.options.pages) {
      this.busy += 1;
      return;
    }
    if (this.waiting.length >= MOST_WAITING) {
      throw new RenderError('overloaded', `${this.waiting.length} documents wait to be printed already`);
    }
    await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Hands this turn to who waits longest. */
  private next(): void {
    const longest = this.waiting.shift();
    if (longest === undefined) this.busy -= 1;
    else longest.resolve();
  }

  private async printOnce(html: string): Promise<Printed> {
    const session = await this.current();
    try {
      return await withTimeLimit(this.options.timeLimit, this.printOn(session, html));
    } catch (error) {
      // Whatever went wrong, neither the page nor the browser can be trusted any more.
      await this.discard(session);
      if (this.closed) throw closedError();
      if (isFinal(error)) throw error;
      throw new RenderError('failed', `The browser failed: ${String(error)}`, { cause: error });
    }
  }

  private async printOn(session: Session, html: string): Promise<Printed> {
    const { browser, version } = session.running;
    const page = session.idle.pop() ?? (await PrintPage.open(browser));
    const pdf = await page.print(html);
    if (page.printed < PRINTS_PER_PAGE) session.idle.push(page);
    else await page.close();
    return { pdf, browser: version };
  }

  private current(): Promise<Session> {
    if (this.closed) return Promise.reject(closedError());
    this.session ??= this.start().catch((error: unknown) => {
      this.session = undefined;
      throw error;
    });
    return this.session;
  }

  private async start(): Promise<Session> {
    const { cacheDir, program, log } = this.options;
    const found = await program();
    const started = performance.now();
    const running = await launchBrowser(found, cacheDir, log);
    const session: Session = { running, idle: [] };
    running.browser.once('disconnected', () => void this.discard(session));
    const milliseconds = Math.round(performance.now() - started);
    log.info({ browser: running.version, source: found.source, milliseconds }, 'browser started');
    return session;
  }

  /** Ends a browser; the next document starts another. */
  private async discard(session: Session): Promise<void> {
    const current = await this.session?.catch(() => undefined);
    if (current !== session) return;
    this.session = undefined;
    const ended = session.running.end();
    this.ending.add(ended);
    await ended.finally(() => this.ending.delete(ended));
  }
}

/** Whether a fresh browser would not help. */
const isFinal = (error: unknown): boolean =>
  error instanceof BrowserUnavailable || (error instanceof RenderError && error.failure !== 'failed');

const closedError = (): RenderError => new RenderError('closed', 'The renderer is closed.');

async function withTimeLimit<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new RenderError('too-slow', `Printing took longer than ${milliseconds / 1000} s.`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    // What comes of it after the limit is of no use.
    work.catch(() => undefined);
  }
}
