import { type Browser, type CDPSession, type Page } from 'puppeteer';

/**
 * Runs apart from the document's own scripts, which are off. A font is loaded only when a layout
 * asks for it, and a print does not wait for it: a cold browser would print another font.
 */
const LOAD_FONTS = 'Promise.all([...document.fonts].map((font) => font.load())).then(() => undefined)';

/**
 * A browser page that prints HTML, again and again. It runs no script of the HTML and loads
 * nothing but `data:`; what it prints cannot reach the network, a file or another document.
 */
export class PrintPage {
  private uses = 0;

  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
    /** Never resolves; rejects when the page's process dies, where calls would hang. */
    private readonly crash: Promise<never>,
  ) {}

  static async open(browser: Browser): Promise<PrintPage> {
    const page = await browser.newPage();
    const crash = new Promise<never>((_resolve, reject) => page.once('error', reject));
    crash.catch(() => undefined);
    await page.setJavaScriptEnabled(false);
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const settled = request.url().startsWith('data:') ? request.continue() : request.abort('blockedbyclient');
      settled.catch(() => undefined);
    });
    return new PrintPage(page, await page.createCDPSession(), crash);
  }

  /** How many documents it printed. */
  get printed(): number {
    return this.uses;
  }

  async print(html: string): Promise<Uint8Array> {
    this.uses += 1;
    return Promise.race([this.printNow(html), this.crash]);
  }

  private async printNow(html: string): Promise<Uint8Array> {
    await this.page.setContent(html, { waitUntil: 'load' });
    await this.page.evaluate(LOAD_FONTS);
    const { data } = await this.session.send('Page.printToPDF', {
      printBackground: true,
      preferCSSPageSize: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    });
    return Buffer.from(data, 'base64');
  }

  async close(): Promise<void> {
    await this.page.close().catch(() => undefined);
  }
}
