import path from 'node:path';

import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { type DocumentStore } from '@seatledger/blob-store';
import {
  BillingQueue,
  ClosingQueue,
  ContractQueue,
  InvoiceNumberQueue,
  InvoiceQueue,
  type ReadBillingFacts,
  WorkspaceQueue,
} from '@seatledger/command-handling';
import {
  type Configuration,
  configuration,
  type CurrentExchangeRates,
  openExchangeRates,
} from '@seatledger/configuration';
import { defined } from '@seatledger/domain';
import { EventStore } from '@seatledger/event-store';
import { type InvoiceRenderer } from '@seatledger/invoice-documents';
import {
  BillingSteps,
  Closings,
  type Commands,
  type Mailer,
  MonthClosing,
  openOutbox,
  openSmtp,
  UnitLists,
  WorkRunner,
} from '@seatledger/month-end';
import { PersonalData } from '@seatledger/personal-data';
import { BillingQueries } from '@seatledger/projections';
import { type ReadStore } from '@seatledger/read-store';
import { type Logger } from 'pino';

import { CLOCK, type Clock } from './clock';
import { openClosing } from './closing';
import { ClosingSchedule } from './closing-schedule';
import { BILLING_FACTS, CommandHandlingModule } from './command-handling.module';
import {
  E_INVOICE_RULES,
  type EInvoiceRules,
  INVOICE_RENDERER,
  InvoiceDocumentsModule,
} from './invoice-documents.module';
import { LOG } from './log';
import { Metrics } from './metrics';
import { ProjectionsModule, READ_STORE, ReadModels } from './projections.module';
import { BLOB_STORE, DATA_DIR, StoresModule } from './stores.module';

type Closing = Awaited<ReturnType<typeof openClosing>>;

const MAILER = Symbol('mailer');
export const EXCHANGE_RATES = Symbol('exchange rates');
export const CONTRACT_HISTORY = Symbol('contract history');
const CLOSING = Symbol('closing');
const COMMANDS = Symbol('commands');

/** How long a start waits for the read models before it works off what is due, in milliseconds. */
const CATCH_UP_LIMIT = 60_000;

/** The process from an open month to a delivered invoice. */
@Module({
  imports: [StoresModule, CommandHandlingModule, ProjectionsModule, InvoiceDocumentsModule, ScheduleModule.forRoot()],
  providers: [
    {
      provide: MAILER,
      inject: [configuration.KEY, DATA_DIR],
      useFactory: ({ smtpUrl, seller: { mail } }: Configuration, dataDir: string) =>
        smtpUrl === undefined
          ? openOutbox(path.join(dataDir, 'outbox'))
          : openSmtp(smtpUrl, defined({ ehloName: mail?.ehloName })),
    },
    {
      provide: COMMANDS,
      inject: [WorkspaceQueue, ContractQueue, BillingQueue, InvoiceNumberQueue, InvoiceQueue, ClosingQueue],
      useFactory: (
        workspaces: WorkspaceQueue,
        contracts: ContractQueue,
        billing: BillingQueue,
        invoiceNumbers: InvoiceNumberQueue,
        invoices: InvoiceQueue,
        closings: ClosingQueue,
      ): Commands => ({ workspaces, contracts, billing, invoiceNumbers, invoices, closings }),
    },
    {
      provide: EXCHANGE_RATES,
      inject: [configuration.KEY, LOG],
      useFactory: ({ exchangeRatesFile }: Configuration, log: Logger) =>
        openExchangeRates(exchangeRatesFile, (error) =>
          log.error({ err: error }, 'EXCHANGE_RATES_FILE cannot be used; the rates read last hold on'),
        ),
    },
    {
      provide: CLOSING,
      inject: [
        configuration.KEY,
        EventStore,
        READ_STORE,
        COMMANDS,
        BILLING_FACTS,
        ReadModels,
        BillingQueries,
        PersonalData,
        INVOICE_RENDERER,
        BLOB_STORE,
        MAILER,
        E_INVOICE_RULES,
        EXCHANGE_RATES,
        Metrics,
        CLOCK,
        LOG,
      ],
      useFactory: (
        { seller, deliverFromMonth }: Configuration,
        eventStore: EventStore,
        readStore: ReadStore,
        commands: Commands,
        readFacts: ReadBillingFacts,
        { billing }: ReadModels,
        billingQueries: BillingQueries,
        personalData: PersonalData,
        renderer: InvoiceRenderer,
        documents: DocumentStore,
        mailer: Mailer,
        rules: EInvoiceRules,
        exchangeRates: CurrentExchangeRates,
        metrics: Metrics,
        clock: Clock,
        log: Logger,
      ) =>
        openClosing({
          eventStore,
          readStore,
          commands,
          readFacts,
          billing,
          billingQueries,
          personalData,
          renderer,
          documents,
          mailer,
          checkBeforeIssue: (draft) => rules.check(draft),
          exchangeRates,
          seller,
          clock,
          log,
          ...(deliverFromMonth === undefined ? {} : { deliverFromMonth }),
          onStep({ correlationId, ...step }) {
            metrics.step(step);
            log.debug({ correlationId, ...step }, 'a step of the closing ended');
          },
          onWorkspace: (outcome) => metrics.closed(outcome),
        }),
    },
    { provide: CONTRACT_HISTORY, inject: [CLOSING], useFactory: ({ contracts }: Closing) => contracts },
    { provide: MonthClosing, inject: [CLOSING], useFactory: ({ closer }: Closing) => closer },
    { provide: UnitLists, inject: [CLOSING], useFactory: ({ units }: Closing) => units },
    { provide: BillingSteps, inject: [CLOSING], useFactory: ({ steps }: Closing) => steps },
    { provide: Closings, inject: [CLOSING], useFactory: ({ closings }: Closing) => closings },
    { provide: WorkRunner, inject: [CLOSING], useFactory: ({ work }: Closing) => work },
    ClosingSchedule,
  ],
  exports: [CONTRACT_HISTORY, EXCHANGE_RATES, MonthClosing, UnitLists, BillingSteps, Closings, WorkRunner],
})
export class MonthEndModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private isStopped = false;

  constructor(
    @Inject(CLOSING) private readonly closing: Closing,
    @Inject(MAILER) private readonly mailer: Mailer,
    @Inject(LOG) private readonly log: Logger,
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
    billingQueries: BillingQueries,
    metrics: Metrics,
  ) {
    metrics.observe('due_work', 'Steps from a closed month to a delivered invoice that are due, by kind.', 'kind', () =>
      billingQueries.dueWork(),
    );
    metrics.observe('failing_work', 'Steps that failed and wait for another try, by kind.', 'kind', () =>
      closing.work.failingCounts(),
    );
    metrics.observe(
      'closing_progress',
      'Runs of the closing under way in this process, and their workspaces: all, done, failed.',
      'of',
      () => Object.entries(closing.closings.underWayCounts()),
    );
  }

  onApplicationBootstrap(): void {
    // Requests are served meanwhile.
    this.startWorking().catch((error: unknown) => {
      this.log.error({ err: error }, 'the work that is due could not be started');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    await this.closing.close();
    await this.mailer.close();
  }

  /** The steps that are due, also those that an earlier process left undone. */
  private async startWorking(): Promise<void> {
    await this.readModels.billing.reached(await this.eventStore.storage.head(), CATCH_UP_LIMIT);
    if (!this.isStopped) this.closing.work.start();
  }
}
