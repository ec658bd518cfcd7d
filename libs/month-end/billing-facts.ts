import { type ReadBillingFacts } from '@seatledger/command-handling';
import { ADJUSTMENT_WINDOW_MONTHS, billingFactsOf, notFound, type OpenedContract } from '@seatledger/domain';

import { type Commands } from './ports';

/** The contract of a workspace. @throws {DomainError} `unknown-contract` */
export async function contractOf(
  { contracts }: Pick<Commands, 'contracts'>,
  workspaceId: string,
): Promise<{ contract: OpenedContract; revision: number }> {
  const found = await contracts.inspect(workspaceId, (contract, revision) => ({ contract, revision }));
  const { contract, revision } = found;
  if (contract === undefined) throw notFound('unknown-contract', `The workspace ${workspaceId} has no contract.`);
  return { contract, revision };
}

/**
 * Reads the agreement and counts the months that a bill needs, from the history itself and never from a
 * read model that may lag.
 */
export function billingFactsReader(
  commands: Pick<Commands, 'contracts' | 'workspaces'>,
  adjustmentWindowMonths = ADJUSTMENT_WINDOW_MONTHS,
): ReadBillingFacts {
  return async (workspaceId, state, month) => {
    const { contract, revision: contractRevision } = await contractOf(commands, workspaceId);
    return commands.workspaces.inspect(workspaceId, (workspace, workspaceRevision) =>
      billingFactsOf(state, month, {
        workspaceId,
        workspace,
        workspaceRevision,
        contract,
        contractRevision,
        adjustmentWindowMonths,
      }),
    );
  };
}
