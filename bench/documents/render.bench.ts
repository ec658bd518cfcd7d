/**
 * Finished PDFs per second: an invoice of one page, and one of ten pages with its annex. The
 * figures are those of a whole `render()`: view, template, printing, hash and page count.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createInvoiceRenderer } from '@seatledger/documents';

import { annexOf, sampleInvoice, userInvoice } from '../../libs/documents/testing';

export interface RenderRow {
  readonly name: string;
  readonly pages: number;
  readonly bytes: number;
  /** Documents per second, a figure for each round in the order measured. */
  readonly samples: readonly number[];
  readonly median: number;
}

/** Two documents are printed at the same time, as in the service; the browser is warm. */
export async function run({ folder, rounds = 5 }: { folder: string; rounds?: number }): Promise<RenderRow[]> {
  mkdirSync(folder, { recursive: true });
  const cacheDir = mkdtempSync(path.join(folder, 'render-'));
  const renderer = createInvoiceRenderer({ cacheDir });
  const annex = annexOf(310, true);
  const kinds = [
    { name: 'one page', count: 100, render: () => renderer.render(sampleInvoice()) },
    { name: 'ten pages', count: 30, render: () => renderer.render(userInvoice(), annex) },
  ];
  try {
    const rows: RenderRow[] = [];
    for (const { name, count, render } of kinds) {
      const { pages, pdf } = await render();
      const samples: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const start = performance.now();
        await Promise.all(Array.from({ length: count }, render));
        samples.push((count / (performance.now() - start)) * 1000);
      }
      const median = [...samples].sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
      rows.push({ name, pages, bytes: pdf.byteLength, samples, median });
    }
    return rows;
  } finally {
    await renderer.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? tmpdir() }).then((rows) => {
    for (const { name, pages, bytes, median, samples } of rows) {
      const all = samples.map((sample) => sample.toFixed(1)).join(', ');
      console.log(`${name}: ${median.toFixed(1)}/s (${pages} pages, ${bytes} bytes; rounds: ${all})`);
    }
  });
}
