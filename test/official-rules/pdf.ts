import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import {
  createInvoiceRenderer,
  PREVIEW_KINDS,
  type PreviewInvoice,
  previewInvoice,
} from '@seatledger/invoice-documents';

import { type Judge, type Judgement } from './java';

/** Prints one document of each kind in both languages, and has veraPDF judge them. */
export async function judgePdfs(judge: Judge, folder: string): Promise<Judgement> {
  const documents = LANGUAGES.flatMap((language) =>
    PREVIEW_KINDS.map((kind) => ({ name: `${kind}-${language}`, ...previewInvoice(kind, language) })),
  );
  const files = await printed(documents, folder);
  const findings = [...(await judge('PdfRules', files)), ...(await judge('FacturXRules', files))];
  const missed = [...(await missedFaults(judge, files, folder)), ...(await missedInXml(judge, folder))];
  return { documents: files.length, findings, missed };
}

type Printable = Pick<PreviewInvoice, 'invoice'> & Partial<PreviewInvoice>;

const LANGUAGES = ['de', 'en'] as const;

async function printed(documents: readonly (Printable & { name: string })[], folder: string): Promise<string[]> {
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

/** A negative control for what is embedded: an invoice whose gross amount is another than its net and VAT. */
async function missedInXml(judge: Judge, folder: string): Promise<string[]> {
  const { invoice } = previewInvoice('team', 'de');
  const broken = { ...invoice, grossMinor: invoice.grossMinor + 100 };
  const files = await printed([{ name: 'fault-totals', invoice: broken }], folder);
  const found = await judge('FacturXRules', files);
  return found.some(({ rule }) => rule === 'BR-CO-15') ? [] : ['factur-x: BR-CO-15'];
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
