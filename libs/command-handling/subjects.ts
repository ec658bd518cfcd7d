import {
  ADJUSTMENT_WINDOW_MONTHS,
  type AssignedNumber,
  type BillEvent,
  type BillingCommand,
  billingDecider,
  type BillingFacts,
  type BillingMonth,
  type BillingState,
  type ClosingCommand,
  closingDecider,
  type ClosingEvent,
  type ClosingState,
  conflict,
  type ContractCommand,
  contractDecider,
  type ContractEvent,
  type ContractState,
  deserializeWorkspace,
  type DomainError,
  type InvoiceCommand,
  invoiceDecider,
  type InvoiceEvent,
  type InvoiceNumberCommand,
  invoiceNumberDecider,
  type InvoiceNumberEvent,
  type InvoiceNumberState,
  type InvoiceState,
  pruneSettled,
  type SerializedWorkspace,
  serializeWorkspace,
  WORKSPACE_STATE_VERSION,
  type WorkspaceCommand,
  workspaceDecider,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import {
  billingStream,
  closingStream,
  contractStream,
  invoiceNumberStream,
  invoiceStream,
  workspaceStream,
} from '@seatledger/event-store';
import { KeyDestroyed, type PersonalData } from '@seatledger/personal-data';

import { type AggregateDefinition } from './aggregate';
import { type QueueHooks } from './queue';

/** @param adjustmentWindowMonths how many closed months a closing recounts: the state holds no more than it asks for */
export const workspaceAggregate = (
  adjustmentWindowMonths = ADJUSTMENT_WINDOW_MONTHS,
): AggregateDefinition<WorkspaceState, WorkspaceCommand, WorkspaceEvent> => ({
  ...workspaceDecider,
  stream: workspaceStream,
  sizeOf: ({ teams, members }) => teams.size + 3 * members.size,
  prune: (state) => pruneSettled(state, adjustmentWindowMonths),
  removedBy: (event) => (event.type === 'MemberRemoved' ? [event.data.memberId] : []),
  serialized: {
    version: WORKSPACE_STATE_VERSION,
    serialize: serializeWorkspace,
    deserialize: (serialized) => deserializeWorkspace(serialized as SerializedWorkspace),
  },
});

export const contractAggregate: AggregateDefinition<ContractState, ContractCommand, ContractEvent> = {
  ...contractDecider,
  stream: contractStream,
  sizeOf: (state) => 1 + (state?.changes.length ?? 0),
};

export const invoiceAggregate: AggregateDefinition<InvoiceState | undefined, InvoiceCommand, InvoiceEvent> = {
  ...invoiceDecider,
  stream: invoiceStream,
  sizeOf: (state) => 1 + (state?.invoice.lines.length ?? 0),
};

export const billingAggregate: AggregateDefinition<BillingState, BillingCommand, BillEvent> = {
  ...billingDecider,
  stream: billingStream,
  sizeOf: ({ documents }) => 1 + 4 * documents.length,
};

export const invoiceNumberAggregate: AggregateDefinition<InvoiceNumberState, InvoiceNumberCommand, InvoiceNumberEvent> =
  {
    ...invoiceNumberDecider,
    stream: invoiceNumberStream,
    sizeOf: () => 1,
    serialized: {
      version: 1,
      serialize: ({ byDocument, ...latest }) => ({ ...latest, numbers: [...byDocument] }),
      deserialize(serialized) {
        const { numbers, ...latest } = serialized as SerializedNumbers;
        return { ...latest, byDocument: new Map(numbers) };
      },
    },
  };

interface SerializedNumbers extends Omit<InvoiceNumberState, 'byDocument'> {
  readonly numbers: readonly (readonly [string, AssignedNumber])[];
}

export const closingAggregate: AggregateDefinition<ClosingState, ClosingCommand, ClosingEvent> = {
  ...closingDecider,
  stream: closingStream,
  sizeOf: () => 1,
};

/** A command on bills as it is asked for: what is known of the facts is added when its turn comes. */
export type BillingRequest = {
  [Type in BillingCommand['type']]: Omit<Extract<BillingCommand, { type: Type }>, 'facts'>;
}[BillingCommand['type']];

/** Reads what a bill of a month is made of besides the earlier bills. */
export type ReadBillingFacts = (workspaceId: string, state: BillingState, month: BillingMonth) => Promise<BillingFacts>;

const needsFacts = ({ type }: BillingRequest): boolean =>
  type === 'CloseMonth' || type === 'RebillMonth' || type === 'RecountDraft';

/** Closings count the facts as they stand, read again for each try. */
export function billingHooks(
  readFacts: ReadBillingFacts,
): QueueHooks<BillingState, BillingRequest, BillEvent, BillingCommand> {
  const facts = new WeakMap<BillingRequest, BillingFacts>();
  const factsOf = (request: BillingRequest): BillingFacts => {
    const known = facts.get(request);
    if (known === undefined) throw new Error(`${request.type} was not made ready`);
    return known;
  };
  return {
    async prepare(workspaceId, requests, state) {
      for (const request of requests) {
        if (!needsFacts(request)) continue;
        facts.set(request, await readFacts(workspaceId, state, request.month));
      }
    },
    encrypt(_workspaceId, request) {
      switch (request.type) {
        case 'CloseMonth':
        case 'RebillMonth':
        case 'RecountDraft':
          return { ...request, facts: factsOf(request) };
        case 'ApproveBill':
        case 'ReturnDraft':
        case 'CancelBill':
          return request;
      }
    },
    // What a closing counts depends on the bills before it.
    endsBatch: () => true,
    afterAppend: () => Promise.resolve(),
  };
}

/**
 * Personal data in commands comes in the clear and is encrypted before anything is decided; an
 * erasure destroys the key before it is answered.
 */
export function workspaceHooks(
  personalData: PersonalData,
): QueueHooks<WorkspaceState, WorkspaceCommand, WorkspaceEvent> {
  const generationOf = (state: WorkspaceState, memberId: string): number =>
    state.members.get(memberId)?.keyGeneration ?? 0;
  return {
    async prepare(workspaceId, commands, state) {
      const ids = commands.flatMap((command) =>
        command.type === 'AddMember' || command.type === 'UpdateMember'
          ? [{ memberId: command.memberId, generation: generationOf(state, command.memberId) }]
          : [],
      );
      await personalData.prepare(workspaceId, ids);
    },
    encrypt(workspaceId, command, state) {
      if (command.type !== 'AddMember' && command.type !== 'UpdateMember') return command;
      const { memberId, name, email } = command;
      const id = { memberId, generation: generationOf(state, memberId) };
      try {
        return {
          ...command,
          ...(name === undefined ? {} : { name: personalData.encrypt(workspaceId, id, name) }),
          ...(email === undefined ? {} : { email: personalData.encrypt(workspaceId, id, email) }),
        };
      } catch (error) {
        throw error instanceof KeyDestroyed ? keyDestroyed(memberId, state.members.has(memberId)) : error;
      }
    },
    endsBatch: ({ type }) => type === 'EraseMember',
    async afterAppend(workspaceId, events) {
      for (const { type, data } of events) {
        if (type !== 'MemberErased') continue;
        const { memberId, keyGeneration } = data;
        await personalData.destroy(workspaceId, { memberId, generation: keyGeneration });
      }
    },
  };
}

/** The newest keys are beside a history that was restored from before the erasure. */
function keyDestroyed(memberId: string, isKnown: boolean): DomainError {
  const remedy = isKnown ? 'erase the member again' : 'add the member under another id';
  return conflict(
    'member-key-destroyed',
    `The key of member ${memberId} was destroyed by an erasure that the history does not hold: ${remedy}.`,
  );
}

/** For subjects whose commands are recorded as they come. */
export function plainHooks<State, Command, Event>(): QueueHooks<State, Command, Event> {
  return {
    prepare: () => Promise.resolve(),
    encrypt: (_subjectId, command) => command,
    endsBatch: () => false,
    afterAppend: () => Promise.resolve(),
  };
}
