import path from 'node:path';

import { type IssuedInvoice } from '@seatledger/domain';
import { facturXXml } from '@seatledger/e-invoice';
import {
  endLeftoverBrowsers,
  findBrowsers,
  Finisher,
  FINISHING_MEMORY,
  type Log,
  MAX_HTML,
  MAX_WAITING,
  PrintPool,
  RenderError,
  SILENT,
  TIME_LIMIT,
  Turns,
} from '@seatledger/pdf';

import { InvoiceHtml } from './template/invoice-html';
import { type AnnexUnit } from './view/annex';

/** An invoice's document. */
export interface RenderedDocument {
  readonly pdf: Uint8Array;
  /** Of the PDF's bytes, hexadecimal. */
  readonly sha256: string;
  readonly pages: number;
  /** What the bytes depend on besides the invoice: versions of template, font and browser. */
  readonly renderer: string;
}

export interface InvoiceRenderer {
  /**
   * Prints an invoice; with an annex it lists the units billed. Documents wait for their turn.
   * @throws {TemplateError} a template fails on the invoice
   * @throws {BrowserUnavailable} there is no browser; the message says what to install
   * @throws {RenderError} it could not be printed; `no-glyph`: no font has one of its characters
   */
  render(invoice: IssuedInvoice, annex?: readonly AnnexUnit[]): Promise<RenderedDocument>;
  /** The HTML that is printed: self-contained, without scripts. @throws {TemplateError} */
  html(invoice: IssuedInvoice, annex?: readonly AnnexUnit[]): string;
  /** Documents that wait for their turn. */
  queued(): number;
  /** Starts the browser, so that the first document does not wait for it. */
  ready(): Promise<void>;
  /** Ends the browser; documents not yet printed are refused. */
  close(): Promise<void>;
}

export interface InvoiceRendererOptions {
  /** Folder for the unpacked browser and what it writes; shared by processes. */
  readonly cacheDir: string;
  /** Templates in place of the own ones, file by file (`TEMPLATE_DIR`). */
  readonly templateDir?: string;
  /** The browser to use (`PUPPETEER_EXECUTABLE_PATH`); else one is found. */
  readonly executablePath?: string;
  /** Documents printed at the same time: two are fastest on two cores. */
  readonly pages?: number;
  /** For printing a document and again for finishing it, in milliseconds. */
  readonly timeLimit?: number;
  /** Of the browser, in bytes; known on Linux only. */
  readonly memoryLimit?: number;
  readonly logger?: Log;
}

/** @throws {TemplateError} the templates cannot be used */
export function createInvoiceRenderer(options: InvoiceRendererOptions): InvoiceRenderer {
  const { cacheDir, executablePath, pages = 2, timeLimit = TIME_LIMIT, logger = SILENT } = options;
  const html = new InvoiceHtml(options.templateDir);
  const pool = new PrintPool({
    cacheDir: path.resolve(cacheDir),
    pages,
    timeLimit,
    ...(options.memoryLimit === undefined ? {} : { memoryLimit: options.memoryLimit }),
    log: logger,
    async *programs() {
      const ended = await endLeftoverBrowsers(path.join(path.resolve(cacheDir), 'browsers'));
      if (ended > 0) logger.warn({ browsers: ended }, 'ended browsers that a killed process had left');
      yield* findBrowsers({
        cacheDir: path.resolve(cacheDir),
        ...(executablePath === undefined ? {} : { executablePath }),
      });
    },
  });
  const finisher = new Finisher({ timeLimit, memoryLimit: FINISHING_MEMORY, log: logger });
  // A page goes on to the next document while the last is finished, but not further ahead.
  const turns = new Turns(2 * pages, MAX_WAITING);
  return {
    html: (invoice, annex) => html.of(invoice, annex),
    render: (invoice, annex) =>
      turns.take(async () => {
        // The first document starts both at the same time; what fails here, fails again below.
        finisher.ready().catch(() => undefined);
        const toPrint = html.toPrint(invoice, annex);
        const printed = await pool.print(() => limited(toPrint.html));
        const { lacksGlyphs, ...finished } = await finisher.finish(printed.pdf, {
          author: invoice.seller.name,
          language: invoice.language,
          day: invoice.issueDate,
          invoiceXml: facturXXml(invoice),
          // What an installation's own templates make has not been judged.
          isAccessible: options.templateDir === undefined,
        });
        if (lacksGlyphs) throw new RenderError('no-glyph', noGlyph(toPrint.uncovered()));
        return { ...finished, renderer: `${toPrint.version}, ${printed.browser}, ${finisher.version}` };
      }),
    queued: () => turns.queued + pool.queued,
    async ready() {
      await Promise.all([pool.ready(), finisher.ready()]);
    },
    async close() {
      turns.close();
      await Promise.all([pool.close(), finisher.close()]);
    },
  };
}

/** A box in place of a character would be another text, and PDF/A does not allow it. */
function noGlyph(uncovered: readonly string[]): string {
  const named = uncovered.slice(0, MAX_NAMED).map((char) => `${char} (${codeOf(char)})`);
  const which = named.length === 0 ? 'some of its characters' : named.join(', ');
  return `No font here has ${which}. Change the text, or install a font (Debian: fonts-noto-core), and retry.`;
}

const MAX_NAMED = 10;

const codeOf = (char: string): string => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function limited(html: string): string {
  if (html.length <= MAX_HTML) return html;
  throw new RenderError('too-large', `The document's HTML has ${html.length} characters; ${MAX_HTML} are allowed.`);
}
