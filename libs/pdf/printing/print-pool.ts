import { isRoot, launchFirst, type RunningBrowser } from '../browser/launch';
import { type BrowserProgram, BrowserUnavailable } from '../browser/program';
import { type Log } from '../log';
import { BROWSER_MEMORY, MAX_WAITING, PRINTS_PER_PAGE } from './limits';
import { PrintPage } from './print-page';
import { closedError, RenderError } from './render-error';
import { Turns } from './turns';

export interface PrintPoolOptions {
  readonly cacheDir: string;
  /** Those to try, in this order. */
  readonly programs: () => AsyncIterable<BrowserProgram>;
  readonly pages: number;
  /** Per document, in milliseconds. */
  readonly timeLimit: number;
  /** Of the browser, in bytes. */
  readonly memoryLimit?: number;
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
  readonly printing: Set<Print>;
  /** Never resolves; rejects when the browser is gone, where some calls would wait for ever. */
  readonly gone: Promise<never>;
}

interface Print {
  readonly html: string;
  /** Set when the browser was ended because of it. */
  takesTooMuch: boolean;
}

/** How often the browser's memory is looked at while it prints, in milliseconds. */
const MEMORY_INTERVAL = 500;

/**
 * Prints on a few reused pages of one browser. The browser starts with the first document; when
 * it dies or stops answering, a document is tried once more on a fresh one.
 */
export class PrintPool {
  private session: Promise<Session> | undefined;
  private readonly turns: Turns;
  private readonly ending = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly options: PrintPoolOptions) {
    this.turns = new Turns(options.pages, MAX_WAITING);
  }

  /**
   * Prints what `html` gives, which is called only when it is its turn.
   * @throws {RenderError} it was not printed
   * @throws {BrowserUnavailable} there is no browser, or it does not start
   * @throws what `html` throws
   */
  print(html: () => string): Promise<Printed> {
    return this.turns.take(async () => {
      const source = html();
      try {
        return await this.printOnce(source);
      } catch (error) {
        if (isFinal(error) || this.closed) throw error;
        this.options.log.warn({ error: String(error) }, 'printing failed, trying once more on a fresh browser');
        return await this.printOnce(source);
      }
    });
  }

  /** Documents that wait for their turn. */
  get queued(): number {
    return this.turns.queued;
  }

  /** Starts the browser, if it does not run. */
  async ready(): Promise<void> {
    await this.current();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.turns.close();
    const session = await this.session?.catch(() => undefined);
    this.session = undefined;
    await session?.running.end();
    await Promise.all(this.ending);
  }

  private async printOnce(html: string): Promise<Printed> {
    const session = await this.current();
    const print: Print = { html, takesTooMuch: false };
    session.printing.add(print);
    try {
      return await withTimeLimit(this.options.timeLimit, Promise.race([this.printOn(session, html), session.gone]));
    } catch (error) {
      const reason = await session.running.reasonOf(error);
      // Whatever went wrong, neither the page nor the browser can be trusted any more.
      await this.discard(session);
      if (this.closed) throw closedError();
      if (print.takesTooMuch) throw new RenderError('too-large', 'The document needs more memory than is allowed.');
      if (isFinal(error)) throw error;
      throw new RenderError('failed', `The browser failed: ${reason}`, { cause: error });
    } finally {
      session.printing.delete(print);
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

  /** Ends a browser that takes too much memory; the largest document is held to be the reason. */
  private async watchMemory(session: Session): Promise<void> {
    const { memoryLimit = BROWSER_MEMORY, log } = this.options;
    if (session.printing.size === 0) return;
    const memory = await session.running.memory();
    const [largest] = [...session.printing].sort((one, other) => other.html.length - one.html.length);
    if (memory <= memoryLimit || largest === undefined) return;
    largest.takesTooMuch = true;
    log.warn({ memory, memoryLimit }, 'the browser takes too much memory');
    await this.discard(session);
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
    const { cacheDir, programs, log } = this.options;
    const started = performance.now();
    const { running, source } = await launchFirst(programs(), cacheDir, log);
    const gone = running.gone.then((reason) => {
      throw new Error(`the browser is gone, ${reason}`);
    });
    const session: Session = { running, idle: [], printing: new Set(), gone };
    const watch = setInterval(() => void this.watchMemory(session), MEMORY_INTERVAL).unref();
    gone.catch(() => {
      clearInterval(watch);
      void this.discard(session);
    });
    const milliseconds = Math.round(performance.now() - started);
    log.info({ browser: running.version, source, milliseconds }, 'browser started');
    if (isRoot()) log.warn({}, 'the browser has no sandbox, since the service runs as root; run it as another user');
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
