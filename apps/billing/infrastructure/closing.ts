import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { type ReadBillingFacts } from '@seatledger/command-handling';
import { type SellerConfiguration } from '@seatledger/configuration';
import { type BillingMonth } from '@seatledger/domain';
import { type EventStore } from '@seatledger/event-store';
import {
  BillingSteps,
  type BillingStepsParts,
  Closings,
  type Commands,
  type ContractHistory,
  type Log,
  MonthClosing,
  type PersonalDataReader,
  type StepEnded,
  UnitLists,
  WorkRunner,
} from '@seatledger/month-end';
import { type BillingQueries, type ReadModel } from '@seatledger/projections';
import { type ReadStore } from '@seatledger/read-store';
import { Leases } from '@seatledger/work-queue';

export interface ClosingOptions extends Pick<
  BillingStepsParts,
  'renderer' | 'documents' | 'mailer' | 'clock' | 'checkBeforeIssue' | 'exchangeRates'
> {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly commands: Commands;
  readonly readFacts: ReadBillingFacts;
  readonly billing: ReadModel;
  readonly billingQueries: BillingQueries;
  readonly personalData: PersonalDataReader;
  readonly seller: SellerConfiguration;
  readonly log: Log;
  readonly deliverFromMonth?: BillingMonth;
  /** How long a step is leased to this process, in ms, unless it is renewed. */
  readonly lease?: number;
  readonly retryDelay?: number;
  readonly onStep?: (step: StepEnded) => void;
  readonly onWorkspace?: (outcome: string) => void;
}

/** Puts the month close together: what closes months, and what works off the steps that follow. */
export async function openClosing(options: ClosingOptions) {
  const { eventStore, readStore, commands, readFacts, billing, billingQueries, clock, log } = options;
  const { deliverFromMonth, checkBeforeIssue, retryDelay, onStep, onWorkspace, seller } = options;
  const months = new MonthClosing(commands, readFacts, eventStore, clock);
  const units = new UnitLists(eventStore, months, commands, options.personalData);
  const steps = new BillingSteps({
    commands,
    months,
    numberPrefix: seller.numberPrefix,
    renderer: options.renderer,
    documents: options.documents,
    mailer: options.mailer,
    units,
    ...(checkBeforeIssue === undefined ? {} : { checkBeforeIssue }),
    seller: () => seller.seller,
    ...(options.exchangeRates === undefined ? {} : { exchangeRates: options.exchangeRates }),
    ...(seller.mail === undefined ? {} : { sender: seller.mail }),
    clock,
  });
  const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
  const leases = new Leases(readStore, owner, clock, options.lease);
  await leases.open();
  const closings = new Closings({
    commands,
    eventStore,
    months,
    clock,
    log,
    async workspacesWithContract() {
      await billing.reached(await eventStore.storage.head(), 60_000);
      return billingQueries.workspacesWithContract();
    },
    async invoicesIssued(position, signal) {
      while (!signal.aborted && !(await billing.reached(position, 1000)));
      // A bill that fails to become an invoice must not keep the run from its end.
      while (!signal.aborted && (await billingQueries.billsToIssue()) > (await leases.failingCount('issue'))) {
        await billing.changed(AbortSignal.any([signal, AbortSignal.timeout(250)]));
      }
    },
    ...(onWorkspace === undefined ? {} : { onWorkspace }),
  });
  const work = new WorkRunner(
    { store: readStore, leases, steps, closings, clock, log },
    {
      ...(deliverFromMonth === undefined ? {} : { deliverFromMonth }),
      ...(retryDelay === undefined ? {} : { retryDelay }),
      ...(onStep === undefined ? {} : { onStep }),
      changed: (signal, isLowPriority) => billing.changed(signal, isLowPriority),
      reflected: () => billing.status().checkpoint,
      head: () => eventStore.storage.head(),
    },
  );
  const contracts: ContractHistory = {
    find: (workspaceId) =>
      commands.contracts.inspect(workspaceId, (contract, revision) =>
        contract === undefined ? undefined : { contract, revision },
      ),
  };
  return {
    contracts,
    closer: months,
    units,
    steps,
    work,
    closings,

    /** Ends what is under way at a point that another start, or another process, goes on from. */
    async close(): Promise<void> {
      await closings.stop();
      await work.stop();
      await leases.close();
    },
  };
}
