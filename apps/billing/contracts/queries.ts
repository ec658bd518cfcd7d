import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ContractWarning, contractWarnings, notFound } from '@seatledger/domain';
import { type ContractHistory } from '@seatledger/month-end';

import { CLOCK, type Clock } from '../infrastructure/clock';
import { CONTRACT_HISTORY } from '../infrastructure/month-end.module';
import { WorkspaceReads } from '../workspaces/workspace-reads';
import { contractView } from './contract-view';

type ContractView = ReturnType<typeof contractView>;

export class GetContract extends Query<ContractView> {
  constructor(readonly workspaceId: string) {
    super();
  }
}

/** From the history itself, which is never behind. */
@QueryHandler(GetContract)
export class GetContractHandler implements IQueryHandler<GetContract> {
  constructor(
    private readonly reads: WorkspaceReads,
    @Inject(CONTRACT_HISTORY) private readonly contracts: ContractHistory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ workspaceId }: GetContract): Promise<ContractView> {
    await this.reads.checkKnown(workspaceId);
    const found = await this.contracts.find(workspaceId);
    if (found === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');
    return contractView(found.contract, found.revision, this.clock());
  }
}

/** What is remarkable about a contract. */
export class GetContractWarnings extends Query<ContractWarning[]> {
  constructor(readonly workspaceId: string) {
    super();
  }
}

@QueryHandler(GetContractWarnings)
export class GetContractWarningsHandler implements IQueryHandler<GetContractWarnings> {
  constructor(@Inject(CONTRACT_HISTORY) private readonly contracts: ContractHistory) {}

  async execute({ workspaceId }: GetContractWarnings): Promise<ContractWarning[]> {
    const found = await this.contracts.find(workspaceId);
    return found === undefined ? [] : contractWarnings(found.contract);
  }
}
