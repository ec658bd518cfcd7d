import {
  type BillDocumentRef,
  type BillingMonth,
  digestOf,
  emptyWorkspace,
  evolveWorkspace,
  formatQuantity,
  isWithinContract,
  type LicenseVariant,
  type ListedUnit,
  listUnits,
  type MonthBill,
  termsFor,
  type WorkspaceEvent,
  type WorkspaceState,
} from '@seatledger/domain';
import { type EventStore, workspaceStream } from '@seatledger/event-store';

import { type MonthClosing } from './month-closing';
import { type Commands, type PersonalDataReader } from './ports';

/** A billed unit as people see it: personal data decrypted, null once erased. */
export interface BilledUnit {
  readonly unitId: string;
  readonly name: string | null;
  readonly quantity: string;
  readonly email?: string | null;
  readonly teams?: readonly string[];
  /** The names of these teams, in the same order. */
  readonly teamNames?: readonly string[];
}

export interface BilledUnits {
  readonly variant: LicenseVariant;
  /** False: a preview of an open month. */
  readonly closed: boolean;
  readonly units: readonly BilledUnit[];
}

/** The recorded history gives other units than were billed: something was tampered with. */
export class UnitsDiffer extends Error {
  constructor(workspaceId: string, month: BillingMonth) {
    super(`the history of ${workspaceId} does not give the units that ${month} was closed with`);
    this.name = 'UnitsDiffer';
  }
}

/** Lists a month's units: of a closed one exactly those that it was closed with. */
export class UnitLists {
  constructor(
    private readonly eventStore: EventStore,
    private readonly months: MonthClosing,
    private readonly commands: Pick<Commands, 'contracts' | 'workspaces'>,
    private readonly personalData: PersonalDataReader,
  ) {}

  /** Undefined when the workspace has no contract. @throws {UnitsDiffer} */
  async list(workspaceId: string, month: BillingMonth): Promise<BilledUnits | undefined> {
    const closed = await this.months.closedMonth(workspaceId, month);
    if (closed !== undefined) {
      const { variant } = closed.bill.terms;
      const units = await this.listBilled(closed.bill);
      return { variant, closed: true, units: await this.decrypted(workspaceId, units) };
    }
    const contract = await this.commands.contracts.inspect(workspaceId, (state) => state);
    if (contract === undefined) return undefined;
    const terms = termsFor(contract, month);
    // After the contract's end nothing is billed for the units that there still are.
    const units = isWithinContract(contract, month)
      ? await this.commands.workspaces.inspect(workspaceId, (state) => listUnits(state, month, terms))
      : [];
    return { variant: terms.variant, closed: false, units: await this.decrypted(workspaceId, units) };
  }

  /** Those of one bill of a month, also when it was cancelled or billed again since. @throws {UnitsDiffer} */
  async listOfBill(workspaceId: string, ref: BillDocumentRef): Promise<BilledUnit[]> {
    const { bill } = await this.months.document(workspaceId, ref);
    return this.decrypted(workspaceId, await this.listBilled(bill));
  }

  /** Replays the history up to where the bill saw it. */
  private async listBilled(bill: MonthBill): Promise<ListedUnit[]> {
    if (!bill.withinContract) return [];
    const state = await this.stateAt(bill.workspaceId, bill.workspaceRevision);
    const units = listUnits(state, bill.month, bill.terms);
    if (digestOf(units) !== bill.unitsDigest) throw new UnitsDiffer(bill.workspaceId, bill.month);
    return units;
  }

  private async stateAt(workspaceId: string, revision: number): Promise<WorkspaceState> {
    const state = emptyWorkspace();
    for (const stored of await this.eventStore.read(workspaceStream(workspaceId))) {
      if (stored.revision > revision) break;
      evolveWorkspace(state, stored.event as WorkspaceEvent);
    }
    return state;
  }

  private async decrypted(workspaceId: string, units: readonly ListedUnit[]): Promise<BilledUnit[]> {
    const members = units.flatMap(({ unitId, name, email }) =>
      email === undefined ? [] : [{ memberId: unitId, texts: [name, email] }],
    );
    const decrypt = await this.personalData.memberDecrypter(workspaceId, members);
    return units.map(({ unitId, quantity, name, email, teams = [], teamNames = teams }) => {
      const listed = { unitId, quantity: formatQuantity(quantity) };
      if (email === undefined) return { ...listed, name };
      return {
        ...listed,
        name: decrypt(unitId, name),
        email: decrypt(unitId, email),
        teams,
        teamNames,
      };
    });
  }
}
