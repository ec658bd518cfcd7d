import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import {
  createInvoiceRenderer,
  PREVIEW_KINDS,
  previewInvoice,
  type PreviewInvoice,
} from '@seatledger/invoice-documents';

import { type Finding, type Judge } from './java';

/** What the judging of PDFs came to. */
export interface PdfJudgement {
  readonly documents: number;
  readonly findings: readonly Finding[];
  /** Faults made on purpose that no judge found. */
  readonly missed: readonly string[];
}

/** Prints one document of each kind in both languages, and has veraPDF judge them. */
export async function judgePdfs(judge: Judge, folder: string): Promise<PdfJudgement> {
  const documents = LANGUAGES.flatMap((language) =>
    PREVIEW_KINDS.map((kind) => ({ name: `${kind}-${language}`, ...previewInvoice(kind, language) })),
  );
  const files = await printed(documents, folder);
  const findings = await judge('PdfRules', files);
  return { documents: files.length, findings, missed: await missedFaults(judge, files, folder) };
}

const LANGUAGES = ['de', 'en'] as const;

async function printed(documents: readonly (PreviewInvoice & { name: string })[], folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const renderer = createInvoiceRenderer({ cacheDir: path.join(folder, 'cache') });
  const files: string[] = [];
  try {
    for (const { name, invoice, annex } of documents) {
      const file = path.join(folder, `${name}.pdf`);
      writeFileSync(file, (await renderer.render(invoice, annex)).pdf);
      files.push(file);
    }
  } finally {
    await renderer.close();
  }
  return files;
}

/** Of the same length each, so that nothing in the file moves. */
const FAULTS = [
  ['3u', '/GTS_PDFA1', '/GTS_PDFX1'],
  ['3u', '<pdfaid:part>3', '<pdfaid:part>2'],
  ['3a', '/Marked true', '/Marked null'],
  ['3a', '<pdfaid:conformance>A', '<pdfaid:conformance>B'],
  ['ua1', '<pdfuaid:part>1', '<pdfuaid:part>7'],
  ['ua1', '/DisplayDocTitle true', '/DisplayDocTitle null'],
] as const;

/** Negative controls: a judge that finds nothing in these has judged nothing. */
async function missedFaults(judge: Judge, [sound = '']: readonly string[], folder: string): Promise<string[]> {
  const source = readFileSync(sound, 'latin1');
  const faulty = FAULTS.map(([rules, from, to], index) => {
    if (!source.includes(from)) throw new Error(`${sound} has no ${from}`);
    const file = path.join(folder, `fault-${index}.pdf`);
    writeFileSync(file, source.replace(from, to), 'latin1');
    return { rules, file, fault: `${rules}: ${to}` };
  });
  const found = await judge(
    'PdfRules',
    faulty.map(({ file }) => file),
  );
  const isFound = (fault: { rules: string; file: string }): boolean =>
    found.some(({ file, rules }) => file === fault.file && rules === fault.rules);
  return faulty.filter((fault) => !isFound(fault)).map(({ fault }) => fault);
}
