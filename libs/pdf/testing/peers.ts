import { type Browser } from 'puppeteer';

import { findBrowser } from '../browser/find-browser';
import { launchBrowser } from '../browser/launch';
import { SILENT } from '../log';
import { PrintPage } from '../printing/print-page';

/**
 * How invoices are printed without a pool, for benchmarks: the same browser, started in the same
 * way, and Puppeteer's own `page.pdf()`.
 */
export async function browserForPeers(cacheDir: string) {
  const program = await findBrowser({ cacheDir });
  const launch = async () => {
    const running = await launchBrowser(program, cacheDir, SILENT);
    return {
      print: (html: string) => printOnOwnPage(running.browser, html),
      /** A page as the pool uses it, for printing alone: what is left when nothing is finished. */
      openPage: () => PrintPage.open(running.browser),
      close: () => running.end(),
    };
  };
  return {
    launch,
    async printInOwnBrowser(html: string): Promise<Uint8Array> {
      const own = await launch();
      try {
        return await own.print(html);
      } finally {
        await own.close();
      }
    },
  };
}

async function printOnOwnPage(browser: Browser, html: string): Promise<Uint8Array> {
  const page = await browser.newPage();
  try {
    await page.setContent(html, { waitUntil: 'load' });
    return await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
  } finally {
    await page.close();
  }
}
