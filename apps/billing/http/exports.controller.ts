import { CLOCK, type Clock } from '../infrastructure/clock';
import { configuration, type Configuration } from '@seatledger/configuration';
import { ReadModels } from '../infrastructure/projections.module';
import { BillingQueries } from '@seatledger/projections';
import { EventStore } from '@seatledger/event-store';
import { datevBatch, DatevError, type DatevInvoice, DebtorAccounts } from '@seatledger/exports';
import { type BillingMonth, ruleViolated } from '@seatledger/domain';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';

import { Roles } from './auth';
import { DatevQuery } from './queries';
import { validated } from './validation';

const PAGE = 1000;

/** Files for the accountant's own software. */
@Controller('v1/exports')
@Roles('accounting')
export class ExportsController {
  constructor(
    private readonly eventStore: EventStore,
    private readonly billingQueries: BillingQueries,
    private readonly runners: ReadModels,
    @Inject(configuration.KEY) private readonly config: Configuration,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('datev')
  async datev(@Query() given: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply) {
    const { month } = validated(DatevQuery, given, '/query');
    const { clock, billingQueries, eventStore, runners } = this;
    const { datevAccounts } = this.config;
    // A batch that lacks the latest invoices would never be completed.
    await runners.billing.reached(await eventStore.storage.head(), 5000);
    const batch = await refusing(async () => {
      const debtors = new DebtorAccounts(datevAccounts);
      const invoices: DatevInvoice[] = [];
      let after: string | undefined;
      do {
        const { items, next } = await billingQueries.invoices({}, PAGE, after);
        for (const { state } of items) {
          const { invoice } = state;
          const debtor = debtors.of(invoice.workspaceId);
          if (isIssuedIn(month, invoice)) invoices.push({ invoice, debtor });
        }
        after = next ?? undefined;
      } while (after !== undefined);
      return datevBatch(month, invoices, datevAccounts, clock());
    });
    void reply
      .type('text/csv; charset=windows-1252')
      // DATEV finds the file by this beginning.
      .header('content-disposition', `attachment; filename="EXTF_Buchungsstapel_${month}.csv"`);
    return Buffer.from(batch);
  }
}

const isIssuedIn = (month: BillingMonth, { issueDate }: { readonly issueDate: string }): boolean =>
  issueDate.startsWith(month);

/** What the accounts file lacks is told to whoever asked. */
async function refusing<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof DatevError)
      throw ruleViolated('datev-accounts-incomplete', `DATEV_ACCOUNTS_FILE: ${error.message}.`);
    throw error;
  }
}
