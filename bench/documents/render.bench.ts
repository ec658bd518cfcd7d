/**
 * Finished PDFs per second: an invoice of one page, and one of ten pages with its annex. Ours are
 * whole documents: view, template, printing, PDF/A-3 with the e-invoice inside, hash. The peers
 * print the same HTML in the two usual ways, a browser for each invoice or a page for each, and
 * finish nothing; they work on two documents at a time, which is fastest. All in turns, round by
 * round. Run it with `node -r ./scripts/load-sources.cjs bench/documents/render.bench.ts [folder]`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createInvoiceRenderer } from '@seatledger/invoice-documents';

import { annexOf, sampleInvoice, userInvoice } from '../../libs/invoice-documents/testing';
import { browserForPeers } from '../../libs/pdf/testing';
import { type BenchOptions, type Measurement, print, rate, type Row, runRounds } from '../measure';
import { plainPdf } from '../peers/pdfmake';

const PEERS_AT_ONCE = 2;
/** As many as the service asks for at a time. */
const OURS_AT_ONCE = 6;

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const cacheDir = mkdtempSync(path.join(folder, 'render-'));
  const peers = await browserForPeers(cacheDir);
  const renderer = createInvoiceRenderer({ cacheDir });
  const annex = annexOf(310, true);
  const kinds = [
    { pages: 'one page', count: 80, invoice: sampleInvoice(), units: undefined },
    { pages: 'ten pages', count: 24, invoice: userInvoice(), units: annex },
  ];
  const shared = await peers.launch();
  const reused = [await shared.openPage(), await shared.openPage()];
  const plain = plainPdf();
  const measurements = kinds.flatMap(({ pages, count, invoice, units }): Measurement[] => {
    const html = renderer.html(invoice, units);
    const durability = 'in memory';
    const many = (share: number): number => Math.max(OURS_AT_ONCE, Math.round(count * share * scale));
    return [
      {
        name: `${pages}, a browser each`,
        data: 'not finished',
        durability,
        measure: () => manyAtOnce(PEERS_AT_ONCE, many(0.1), () => peers.printInOwnBrowser(html)),
      },
      {
        name: `${pages}, a page each`,
        data: 'not finished',
        durability,
        measure: () => manyAtOnce(PEERS_AT_ONCE, many(0.25), () => shared.print(html)),
      },
      {
        name: `${pages}, printed alone`,
        data: 'not finished, on the two reused pages: what the browser leaves to gain',
        durability,
        measure: () => printAlone(reused, hiddenOnScreen(html), many(0.5)),
      },
      {
        name: `${pages}, pdfmake`,
        data: 'for reference: a plain table, neither laid out nor finished',
        durability,
        measure: () => manyAtOnce(PEERS_AT_ONCE, many(1), () => plain(invoice, units)),
      },
      {
        name: pages,
        data: 'finished',
        durability,
        ratioTo: [`${pages}, a browser each`, `${pages}, a page each`, `${pages}, printed alone`],
        measure: () => manyAtOnce(OURS_AT_ONCE, many(1), () => renderer.render(invoice, units)),
      },
    ];
  });
  try {
    for (const { invoice, units } of kinds) await renderer.render(invoice, units);
    return [await firstDocuments(cacheDir, rounds), ...(await runRounds(measurements, 'PDFs/s', rounds))];
  } finally {
    await Promise.all([renderer.close(), shared.close()]);
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

/** From nothing to the first finished document: browser and thread have to start. */
async function firstDocuments(cacheDir: string, rounds: number): Promise<Row> {
  const first: Measurement = {
    name: 'first document',
    data: 'one page, finished; the bundled browser is unpacked already',
    durability: 'in memory',
    async measure() {
      const renderer = createInvoiceRenderer({ cacheDir });
      const start = performance.now();
      await renderer.render(sampleInvoice());
      const milliseconds = performance.now() - start;
      await renderer.close();
      return milliseconds;
    },
  };
  const [row] = await runRounds([first], 'ms', rounds);
  if (row === undefined) throw new Error('nothing was measured');
  return row;
}

/** As it is sent to be printed: laid out once, for paper. */
const hiddenOnScreen = (html: string): string =>
  html.replace('</head>', '<style>@media screen{html{display:none}}</style></head>');

function printAlone(pages: readonly { print: (html: string) => Promise<unknown> }[], html: string, count: number) {
  const each = Math.ceil(count / pages.length);
  return rate(each * pages.length, async () => {
    await Promise.all(
      pages.map(async (page) => {
        for (let index = 0; index < each; index += 1) await page.print(html);
      }),
    );
  });
}

function manyAtOnce(atOnce: number, count: number, make: () => Promise<unknown>): Promise<number> {
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await make();
    }
  };
  return rate(count, async () => {
    await Promise.all(Array.from({ length: atOnce }, worker));
  });
}

if (require.main === module) void run({ folder: process.argv[2] ?? tmpdir() }).then(print);
