import {
  ADJUSTMENT_WINDOW_MONTHS,
  conflict,
  type ContractCommand,
  contractDecider,
  type ContractEvent,
  type ContractState,
  decideMonth,
  deserializeWorkspace,
  type DomainError,
  evolveMonth,
  type InvoiceCommand,
  invoiceDecider,
  type InvoiceEvent,
  type InvoiceState,
  type MonthCommand,
  type MonthEvent,
  type MonthState,
  pruneSettled,
  type SerializedWorkspace,
  serializeWorkspace,
  WORKSPACE_STATE_VERSION,
  type WorkspaceCommand,
  workspaceDecider,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { contractStream, invoiceStream, workspaceStream } from '@seatledger/event-store';
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

export const monthAggregate: AggregateDefinition<MonthState, MonthCommand, MonthEvent> = {
  initial: () => undefined,
  evolve: evolveMonth,
  decide: decideMonth,
  stream: (subject) => `month-${subject}`,
  sizeOf: (state) => 1 + (state?.bill.lines.length ?? 0),
};

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
