import path from 'node:path';

import { money } from '../money';
import { type DemoFigures, type InvoiceFigures } from './figures';

const number = new Intl.NumberFormat('en');

/** Prints what came out of the demo, and how to look further. */
export function printTable(figures: DemoFigures, milliseconds: number): void {
  const { imported, time, months, invoices, workspaces, delivered, dataDir } = figures;
  const refused = [...imported.refused.values()].reduce((sum, count) => sum + count, 0);
  const units = months.reduce((sum, month) => sum + month.units, 0);
  const documents = invoices.filter(({ document }) => document !== null);
  const mails = invoices.flatMap(({ deliveries }) =>
    deliveries.filter(({ kind, outcome }) => kind === 'email' && outcome === 'done'),
  );
  const rows: [string, string][] = [
    ['workspaces', number.format(workspaces.length)],
    ['commands', `${number.format(imported.lines)} (${number.format(refused)} refused, as they should be)`],
    ['months closed', number.format(months.length)],
    ['units billed', number.format(units)],
    ['invoices', `${number.format(invoices.length)} (${countOf(invoices, 'credit-note')} of them credit notes)`],
    ...moneyRows(invoices),
    ['PDFs', number.format(documents.length)],
    ...examples(documents, figures),
    figures.mails === 'SMTP'
      ? ['mails', `${number.format(mails.length)} sent by SMTP_URL`]
      : ['mails in the outbox', `${number.format(mails.length)} in ${path.join(dataDir, 'outbox')}`],
    ['commands/s imported', perSecond(imported.lines, time.import)],
    ['months/s closed', perSecond(months.length, time.close)],
    ['invoices/s rendered', perSecond(delivered, time.render)],
    ['seconds in all', (milliseconds / 1000).toFixed(1)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  process.stdout.write(`\n${lines.join('\n')}\n\n${howToGoOn(dataDir)}\n`);
}

/** What was invoiced, by variant and currency. */
function moneyRows(invoices: readonly InvoiceFigures[]): [string, string][] {
  const sums = new Map<string, { currency: string; net: number; gross: number }>();
  for (const { variant, currency, netMinor, grossMinor } of invoices) {
    const key = `${variant} licenses, ${currency}`;
    const sum = sums.get(key) ?? { currency, net: 0, gross: 0 };
    sums.set(key, { currency, net: sum.net + netMinor, gross: sum.gross + grossMinor });
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { currency, net, gross }]) => [key, `${money(net, currency)} net, ${money(gross, currency)} gross`]);
}

function examples(documents: readonly InvoiceFigures[], figures: DemoFigures): [string, string][] {
  return (['team', 'user'] as const).flatMap((variant): [string, string][] => {
    const last = documents.filter((invoice) => invoice.variant === variant).at(-1);
    if (last?.document === undefined || last.document === null) return [];
    return [[`  ${last.number}, ${variant}`, placeOf(last.document.sha256, figures)]];
  });
}

const placeOf = (sha256: string, { documents, dataDir }: DemoFigures): string =>
  documents === 'MongoDB'
    ? `${sha256}.pdf in MongoDB (GridFS)`
    : path.join(dataDir, 'documents', sha256.slice(0, 2), `${sha256}.pdf`);

/** A word as a shell reads it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function howToGoOn(dataDir: string): string {
  return `Look further, with the service on this data:
  DATA_DIR=${quoted(dataDir)} BILLING_API_KEYS=accounting:me npm start
  curl -H 'Authorization: Bearer me' 'http://127.0.0.1:3000/v1/invoices?limit=5'
  curl -H 'Authorization: Bearer me' http://127.0.0.1:3000/v1/invoices/RE-${new Date().getFullYear()}-000001/pdf -o invoice.pdf`;
}

const countOf = (invoices: readonly InvoiceFigures[], kind: string): number =>
  invoices.filter((invoice) => invoice.kind === kind).length;

const perSecond = (count: number, milliseconds: number): string =>
  number.format(Math.round((count / Math.max(1, milliseconds)) * 1000));
