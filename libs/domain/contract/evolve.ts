import { monthOf } from '../billing/billing-month';
import { type Instant } from '../event';
import { type ContractEvent } from './events';
import { type ContractState, mailboxesAt, type OpenedContract } from './state';

/** Folds a recorded event into the contract; the state given is left as it was. */
export function evolveContract(state: ContractState, event: ContractEvent): ContractState {
  if (event.type === 'ContractOpened') {
    const { workspaceId, firstMonth, enterprise, terms, billTo } = event.data;
    return { workspaceId, firstMonth, enterprise, openingTerms: terms, changes: [], billTo };
  }
  if (state === undefined) throw new Error(`the contract's history begins with ${event.type}`);
  return evolveOpened(state, event);
}

function evolveOpened(
  contract: OpenedContract,
  event: Exclude<ContractEvent, { type: 'ContractOpened' }>,
): OpenedContract {
  switch (event.type) {
    case 'ContractTermsChanged':
      return { ...contract, changes: [...contract.changes, event.data] };
    case 'InvoiceMailboxChanged':
      return withMailbox(contract, event.data.email, event.occurredAt);
    case 'BillingAddressChanged':
      return { ...contract, billTo: event.data.billTo };
    case 'ContractTerminated':
      return { ...contract, lastMonth: event.data.lastMonth };
    case 'TermsLocked':
      return { ...contract, lockedThrough: event.data.month };
  }
}

/** The first mailbox is another from the month of the change on; a change that was agreed for later stays. */
function withMailbox(contract: OpenedContract, email: string, at: Instant): OpenedContract {
  const { to = [], cc = [] } = mailboxesAt(contract, at) ?? {};
  const month = monthOf(at, contract.openingTerms.timeZone);
  const effectiveFrom = month < contract.firstMonth ? contract.firstMonth : month;
  const changes = { invoiceMailboxes: { to: [email, ...to.slice(1)], cc } };
  return { ...contract, changes: [...contract.changes, { effectiveFrom, changes }] };
}
