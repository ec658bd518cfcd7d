import path from 'node:path';

import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type Configuration, configuration } from '@seatledger/configuration';
import { openEInvoiceRules } from '@seatledger/e-invoice';
import { createInvoiceRenderer, type InvoiceRenderer } from '@seatledger/invoice-documents';
import { type Logger } from 'pino';

import { LOG } from './log';
import { Metrics } from './metrics';
import { DATA_DIR, StoresModule } from './stores.module';

export type EInvoiceRules = Awaited<ReturnType<typeof openEInvoiceRules>>;

export const INVOICE_RENDERER = Symbol('invoice renderer');
export const E_INVOICE_RULES = Symbol('e-invoice rules');

/** What prints invoices, and what checks e-invoices before they are issued. */
@Module({
  imports: [StoresModule],
  providers: [
    {
      provide: INVOICE_RENDERER,
      inject: [configuration.KEY, DATA_DIR, LOG],
      useFactory: ({ browser, templateDir }: Configuration, dataDir: string, logger: Logger) =>
        createInvoiceRenderer({
          cacheDir: path.join(dataDir, 'cache'),
          logger,
          ...(browser === undefined ? {} : { executablePath: browser }),
          ...(templateDir === undefined ? {} : { templateDir }),
        }),
    },
    {
      provide: E_INVOICE_RULES,
      inject: [configuration.KEY],
      useFactory: ({ einvoiceRulesDir: rulesDir }: Configuration) =>
        openEInvoiceRules(rulesDir === undefined ? {} : { rulesDir }),
    },
  ],
  exports: [INVOICE_RENDERER, E_INVOICE_RULES],
})
export class InvoiceDocumentsModule implements OnApplicationShutdown {
  constructor(
    @Inject(INVOICE_RENDERER) private readonly renderer: InvoiceRenderer,
    @Inject(E_INVOICE_RULES) private readonly rules: EInvoiceRules,
    metrics: Metrics,
  ) {
    metrics.queueSize('print', () => renderer.queued());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.renderer.close();
    await this.rules.close();
  }
}
