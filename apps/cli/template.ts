import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { ConfigurationError, ConfigurationFileError, readConfiguration } from '@seatledger/configuration';
import { type Language } from '@seatledger/domain';
import {
  createInvoiceRenderer,
  type InvoiceRenderer,
  PREVIEW_KINDS,
  previewInvoice,
  type PreviewKind,
  TemplateError,
} from '@seatledger/invoice-documents';
import { BrowserUnavailable, RenderError } from '@seatledger/pdf';
import { type Command, Option } from 'commander';

import { CliError } from './cli-error';

const LANGUAGES: readonly Language[] = ['de', 'en'];

interface PreviewOptions {
  readonly kind: readonly PreviewKind[];
  readonly language: readonly Language[];
  readonly out: string;
}

export function addTemplate(program: Command): void {
  program
    .command('template')
    .description('work on invoice templates of your own')
    .command('preview')
    .description(
      'make made-up invoices with the templates of TEMPLATE_DIR and the seller of SELLER_FILE, as HTML and PDF',
    )
    .addOption(new Option('--kind <kinds...>', 'which ones').choices(PREVIEW_KINDS).default(PREVIEW_KINDS, 'all'))
    .addOption(new Option('--language <languages...>', 'in which').choices(LANGUAGES).default(LANGUAGES, 'both'))
    .option('--out <folder>', 'where the files go', 'template-preview')
    .action(preview);
}

async function preview({ kind, language, out }: PreviewOptions): Promise<void> {
  try {
    const config = readConfiguration(process.env);
    // Without a file the made-up invoices keep their made-up seller.
    const seller = config.sellerFile === undefined ? undefined : config.seller.seller;
    const renderer = createInvoiceRenderer({
      cacheDir: path.join(config.dataDir, 'cache'),
      ...(config.browser === undefined ? {} : { executablePath: config.browser }),
      ...(config.templateDir === undefined ? {} : { templateDir: config.templateDir }),
    });
    const wanted = kind.flatMap((each) => language.map((one) => [each, one] as const));
    try {
      await mkdir(out, { recursive: true });
      await Promise.all(
        wanted.map(([each, one]) =>
          write(renderer, path.join(out, `${each}.${one}`), previewInvoice(each, one, seller)),
        ),
      );
    } finally {
      await renderer.close();
    }
  } catch (error) {
    if (isForTheUser(error)) throw new CliError(error.message);
    throw error;
  }
}

type Preview = ReturnType<typeof previewInvoice>;

async function write(renderer: InvoiceRenderer, file: string, { invoice, annex }: Preview): Promise<void> {
  await writeFile(`${file}.html`, renderer.html(invoice, annex));
  const { pdf, pages } = await renderer.render(invoice, annex);
  await writeFile(`${file}.pdf`, pdf);
  process.stdout.write(`${file}.pdf  ${pages} ${pages === 1 ? 'page' : 'pages'}\n`);
}

const isForTheUser = (error: unknown): error is Error =>
  [TemplateError, RenderError, BrowserUnavailable, ConfigurationError, ConfigurationFileError].some(
    (kind) => error instanceof kind,
  );
