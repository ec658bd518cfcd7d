import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type BundleFile, makeBundle } from '@seatledger/audit';
import { type Command } from 'commander';
import { zipSync } from 'fflate';

import { CliError } from '../cli-error';
import { print } from './columns';
import { dataOption, type DataOptions, withData } from './data';

interface BundleOptions extends DataOptions {
  readonly invoice: string;
  readonly out?: string;
}

export function addBundle(audit: Command): void {
  audit
    .command('bundle')
    .description('all that an invoice rests on, with a program that proves it offline with Node alone')
    .requiredOption('--invoice <number>')
    .option('--out <folder or .zip>', 'by default a new folder evidence-NUMBER')
    .addOption(dataOption())
    .action((options: BundleOptions) =>
      withData(options, async ({ history, documents }) => {
        const { invoice, out = `evidence-${invoice}` } = options;
        if (existsSync(out)) throw new CliError(`${out} exists already; name another --out.`);
        const files = await makeBundle(history, documents, invoice);
        if (out.endsWith('.zip')) writeZip(out, files);
        else writeFolder(out, files);
        print(
          `wrote ${files.length} files to ${out}; prove it with: node ${out.endsWith('.zip') ? '' : `${out}/`}verify.mjs\n`,
        );
      }),
    );
}

function writeFolder(folder: string, files: readonly BundleFile[]): void {
  for (const { name, content } of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function writeZip(file: string, files: readonly BundleFile[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const content = Object.fromEntries(files.map(({ name, content }) => [name, new Uint8Array(content)]));
  // The same bundle is the same bytes, whenever it is made.
  writeFileSync(file, zipSync(content, { mtime: new Date(1980, 0, 1) }));
}
