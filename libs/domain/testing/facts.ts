import { DateTime } from 'luxon';

import { type BillingMonth } from '../billing/billing-month';
import { billMonth } from '../billing/close';
import { type BillEvent, type MonthBill } from '../billing/events';
import { billingFactsOf } from '../billing/facts';
import { type BilledDocument, type BillingState, evolveBilling, NOTHING_BILLED } from '../billing/state';
import { type ContractOpened } from '../contract/events';
import { evolveContract } from '../contract/evolve';
import { type OpenedContract } from '../contract/state';
import { type BillTo, type Buyer, type ContractTerms } from '../contract/terms';
import { formatInstant, type Instant } from '../event';
import { type Seller } from '../invoice/events';
import { type WorkspaceEvent } from '../workspace/events';
import { evolveWorkspace } from '../workspace/evolve';
import { emptyWorkspace, type WorkspaceState } from '../workspace/state';

/** An instant written as local time, `2026-03-31 23:59:59`. */
export function localTime(text: string, zone: string): Instant {
  const time = DateTime.fromSQL(text, { zone });
  if (!time.isValid) throw new Error(`no local time: ${text} in ${zone}`);
  return time.toMillis();
}

export const berlin = (text: string): Instant => localTime(text, 'Europe/Berlin');

/** Facts of a workspace, each at a local time of Berlin or at an instant. */
type When = string | Instant;
const instantOf = (when: When): Instant => (typeof when === 'string' ? berlin(when) : when);

export const started = (at: When = '2026-01-01 00:00', name = 'Acme'): WorkspaceEvent => ({
  type: 'WorkspaceStarted',
  data: { workspaceId: 'W', name, startedAt: formatInstant(instantOf(at)) },
  occurredAt: instantOf(at),
});
export const teamCreated = (teamId: string, at: When, name = `Team ${teamId}`): WorkspaceEvent => ({
  type: 'TeamCreated',
  data: { teamId, name },
  occurredAt: instantOf(at),
});
export const teamRenamed = (teamId: string, at: When, name: string): WorkspaceEvent => ({
  type: 'TeamRenamed',
  data: { teamId, name },
  occurredAt: instantOf(at),
});
export const teamArchived = (teamId: string, at: When): WorkspaceEvent => ({
  type: 'TeamArchived',
  data: { teamId },
  occurredAt: instantOf(at),
});
export const teamRestored = (teamId: string, at: When): WorkspaceEvent => ({
  type: 'TeamRestored',
  data: { teamId },
  occurredAt: instantOf(at),
});
export const memberAdded = (memberId: string, at: When): WorkspaceEvent => ({
  type: 'MemberAdded',
  data: { memberId, ...encryptedDataOf(memberId) },
  occurredAt: instantOf(at),
});
export const memberRemoved = (memberId: string, at: When): WorkspaceEvent => ({
  type: 'MemberRemoved',
  data: { memberId },
  occurredAt: instantOf(at),
});
export const memberErased = (memberId: string, at: When, keyGeneration = 0): WorkspaceEvent => ({
  type: 'MemberErased',
  data: { memberId, keyGeneration },
  occurredAt: instantOf(at),
});
export const memberPlaced = (memberId: string, teamId: string, at: When): WorkspaceEvent => ({
  type: 'MemberPlaced',
  data: { teamId, memberId },
  occurredAt: instantOf(at),
});
export const memberWithdrawn = (memberId: string, teamId: string, at: When): WorkspaceEvent => ({
  type: 'MemberWithdrawn',
  data: { teamId, memberId },
  occurredAt: instantOf(at),
});

/** What stands for the encrypted name and address of a member in tests. */
export const encryptedDataOf = (memberId: string): { name: string; email: string } => ({
  name: `encrypted name of ${memberId}`,
  email: `encrypted email of ${memberId}`,
});

export const workspaceOf = (events: readonly WorkspaceEvent[]): WorkspaceState =>
  events.reduce(evolveWorkspace, emptyWorkspace());

export const GERMAN_ADDRESS: BillTo = {
  name: 'Muster GmbH',
  street: 'Hafenweg 1',
  postalCode: '48155',
  city: 'Münster',
  country: 'DE',
};
export const AUSTRIAN_ADDRESS: BillTo = {
  name: 'Beispiel AG',
  street: 'Ring 1',
  postalCode: '1010',
  city: 'Wien',
  country: 'AT',
  vatId: 'ATU12345675',
};
export const SWISS_ADDRESS: BillTo = {
  name: 'Exempel SA',
  street: 'Quai 1',
  postalCode: '1201',
  city: 'Genève',
  country: 'CH',
};

const business = (billTo: BillTo): Buyer => ({ ...billTo, buyerKind: 'business' });
export const GERMAN_BUYER = business(GERMAN_ADDRESS);
export const AUSTRIAN_BUSINESS = business(AUSTRIAN_ADDRESS);
export const SWISS_BUYER = business(SWISS_ADDRESS);

export const SELLER: Seller = {
  name: 'Lizenzen GmbH',
  street: 'Domplatz 1',
  postalCode: '48143',
  city: 'Münster',
  country: 'DE',
  vatId: 'DE123456788',
  contact: { name: 'Buchhaltung', phone: '+49 251 1', email: 'rechnung@example.com' },
  bank: { holder: 'Lizenzen GmbH', iban: 'DE02120300000000202051' },
};

/** Terms of 10.00 EUR a team, counted at the month's end. */
export const termsWith = (other: Partial<ContractTerms> = {}): ContractTerms => ({
  variant: 'team',
  countingRule: 'month-end',
  unitPriceMinor: 1000,
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  language: 'de',
  paymentTermDays: 14,
  holdForApproval: false,
  annexOfUnits: false,
  buyerKind: 'business',
  ...other,
});

export const contractOpened = (
  terms: Partial<ContractTerms> = {},
  other: Partial<ContractOpened['data']> = {},
): ContractOpened => ({
  type: 'ContractOpened',
  data: {
    workspaceId: 'W',
    firstMonth: '2026-01',
    enterprise: false,
    terms: termsWith(terms),
    billTo: GERMAN_ADDRESS,
    ...other,
  },
  occurredAt: berlin('2026-01-01 00:00'),
});

export const openedContract = (terms: Partial<ContractTerms> = {}): OpenedContract => {
  const contract = evolveContract(undefined, contractOpened(terms));
  if (contract === undefined) throw new Error('not opened');
  return contract;
};

/** How a test bills a month otherwise than for 10.00 EUR a team to a buyer in Germany. */
export interface BillingInput {
  readonly terms?: ContractTerms;
  readonly buyer?: Buyer;
  /** False after the contract's last month. */
  readonly billed?: boolean;
  readonly adjustmentWindowMonths?: number;
}

/** The bills of one workspace as its stream tells of them, for tests that close month by month. */
export class ClosingBooks {
  state: BillingState = NOTHING_BILLED;

  /** Bills a month as the closing would, without writing it down. */
  bill(month: BillingMonth, workspace: WorkspaceState, input: BillingInput = {}): MonthBill {
    const { terms = termsWith(), buyer = GERMAN_BUYER, billed = true, adjustmentWindowMonths = 12 } = input;
    const { buyerKind, ...billTo } = buyer;
    const contract: OpenedContract = {
      ...openedContract(),
      firstMonth: '2000-01',
      openingTerms: { ...terms, buyerKind },
      billTo,
    };
    const facts = billingFactsOf(this.state, month, {
      workspaceId: 'W',
      workspace,
      workspaceRevision: 0,
      contract,
      contractRevision: 0,
      adjustmentWindowMonths,
    });
    return billMonth(this.state, facts, month, billed);
  }

  close(month: BillingMonth, workspace: WorkspaceState, input: BillingInput = {}): MonthBill {
    if (this.state.months.has(month)) throw new Error(`${month} is closed`);
    const data = this.bill(month, workspace, input);
    this.record({ type: 'MonthClosed', data, occurredAt: 0 });
    return data;
  }

  /** Cancels one of the documents that stand for a month, by default the first. */
  cancel(month: BillingMonth, reissue: boolean, document = this.standing(month)[0]): void {
    if (document === undefined) throw new Error(`${month} has no document`);
    const { billRevision, document: index } = document;
    const data = { month, billRevision, document: index, invoiceNumber: `RE-${month}`, reason: 'wrong', reissue };
    this.record({ type: 'BillCancelled', data, occurredAt: 0 });
  }

  rebill(month: BillingMonth, workspace: WorkspaceState, input: BillingInput = {}): MonthBill {
    const cancelled = this.state.documents.find(
      (document) => document.month === month && document.cancelled?.reissue === true && document.rebilled !== true,
    );
    if (cancelled === undefined) throw new Error(`${month} is not to be billed again`);
    const { billRevision, document, isOwn } = cancelled;
    const bill = this.bill(month, workspace, { ...input, billed: isOwn });
    this.record({ type: 'MonthRebilled', data: { ...bill, replaces: { billRevision, document } }, occurredAt: 0 });
    return bill;
  }

  /** The documents of a month's bills that were not cancelled. */
  standing(month: BillingMonth): BilledDocument[] {
    return this.state.documents.filter((document) => document.month === month && document.cancelled === undefined);
  }

  private record(event: BillEvent): void {
    this.state = evolveBilling(this.state, event, this.state.revision + 1);
  }
}
