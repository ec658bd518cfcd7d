import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import {
  BillingSteps,
  type BillingStepsParts,
  Closings,
  type ContractHistory,
  type Log,
  MonthCloser,
  NumberSeries,
  type PersonalDataReader,
  type StepEnded,
  UnitLists,
  type WorkspaceHistory,
  WorkRunner,
} from '@seatledger/month-end';
import { Slots } from '@seatledger/work-queue';
import { type CommandQueue } from '@seatledger/command-handling';
import { type BillingMonth, type ContractCommand, type ContractEvent, type ContractState } from '@seatledger/domain';
import { type SellerConfiguration } from '@seatledger/configuration';
import { type EventStore } from '@seatledger/event-store';
import { type BillingQueries, type ReadModel } from '@seatledger/projections';
import { type ReadStore } from '@seatledger/read-store';

export interface ClosingOptions extends Pick<
  BillingStepsParts,
  'renderer' | 'documents' | 'mailer' | 'clock' | 'checkBeforeIssue'
> {
  readonly eventStore: EventStore;
  readonly readStore: ReadStore;
  readonly workspaces: WorkspaceHistory;
  readonly contractQueue: CommandQueue<ContractState, ContractCommand, ContractEvent>;
  readonly billing: ReadModel;
  readonly billingQueries: BillingQueries;
  readonly personalData: PersonalDataReader;
  readonly seller: SellerConfiguration;
  readonly log: Log;
  readonly adjustmentWindowMonths?: number;
  readonly deliverFromMonth?: BillingMonth;
  /** How long a step is leased to this process, in ms, unless it is renewed. */
  readonly lease?: number;
  readonly retryDelay?: number;
  readonly onStep?: (step: StepEnded) => void;
  readonly onWorkspace?: (outcome: string) => void;
}

/** Puts the month close together: what closes months, and what works off the steps that follow. */
export async function openClosing(options: ClosingOptions) {
  const { eventStore, readStore, workspaces, contractQueue, billing, billingQueries, clock, log } = options;
  const { adjustmentWindowMonths, deliverFromMonth, checkBeforeIssue, retryDelay, onStep, onWorkspace, seller } =
    options;
  const contracts: ContractHistory = {
    find: (workspaceId) =>
      contractQueue.inspect(workspaceId, (contract, revision) =>
        contract === undefined ? undefined : { contract, revision },
      ),
    async lockTerms(workspaceId, month, correlationId) {
      const context = { actor: 'closing', correlationId };
      const commandId = `fix-terms:${workspaceId}:${month}`;
      const outcome = await contractQueue.submit(workspaceId, commandId, { type: 'LockTerms', month }, context);
      if (outcome.status === 'refused') throw outcome.problem;
    },
  };
  const closer = new MonthCloser(
    eventStore,
    workspaces,
    contracts,
    clock,
    adjustmentWindowMonths === undefined ? {} : { adjustmentWindowMonths: adjustmentWindowMonths },
  );
  const units = new UnitLists(eventStore, closer, workspaces, contracts, options.personalData);
  const steps = new BillingSteps({
    eventStore,
    closer,
    contracts,
    numbers: new NumberSeries(eventStore, seller.numberPrefix, clock),
    renderer: options.renderer,
    documents: options.documents,
    mailer: options.mailer,
    units,
    ...(checkBeforeIssue === undefined ? {} : { checkBeforeIssue }),
    seller: () => seller.seller,
    ...(seller.mail === undefined ? {} : { sender: seller.mail }),
    clock,
  });
  const owner = `${hostname()}:${process.pid}:${randomUUID()}`;
  const slots = new Slots(readStore, owner, clock, options.lease);
  await slots.open();
  const closings = new Closings({
    eventStore,
    closer,
    clock,
    log,
    async workspacesWithContract() {
      await billing.reached(await eventStore.storage.head(), 60_000);
      return billingQueries.workspacesWithContract();
    },
    async invoicesIssued(position, signal) {
      while (!signal.aborted && !(await billing.reached(position, 1000)));
      // A bill that fails to become an invoice must not keep the run from its end.
      while (!signal.aborted && (await billingQueries.billsToIssue()) > (await slots.failingCount('issue'))) {
        await billing.changed(AbortSignal.any([signal, AbortSignal.timeout(250)]));
      }
    },
    ...(onWorkspace === undefined ? {} : { onWorkspace }),
  });
  const work = new WorkRunner(
    { store: readStore, slots, steps, closings, clock, log },
    {
      ...(deliverFromMonth === undefined ? {} : { deliverFromMonth }),
      ...(retryDelay === undefined ? {} : { retryDelay }),
      ...(onStep === undefined ? {} : { onStep }),
      changed: (signal, isLowPriority) => billing.changed(signal, isLowPriority),
      reflected: () => billing.status().checkpoint,
      head: () => eventStore.storage.head(),
    },
  );
  return {
    contracts,
    closer,
    units,
    steps,
    work,
    closings,

    /** Ends what is under way at a point that another start, or another process, goes on from. */
    async close(): Promise<void> {
      await closings.stop();
      await work.stop();
      await slots.close();
    },
  };
}
