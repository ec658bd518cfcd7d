import { type ContractEvent } from './events';
import { type ContractState, type OpenedContract } from './state';

/** Folds a recorded event into the contract; the state given is left as it was. */
export function evolveContract(state: ContractState, event: ContractEvent): ContractState {
  if (event.type === 'ContractOpened') {
    const { workspaceId, firstMonth, enterprise, terms, billTo, invoiceMailbox } = event.data;
    return {
      workspaceId,
      firstMonth,
      enterprise,
      openingTerms: terms,
      changes: [],
      billTo,
      ...(invoiceMailbox === undefined ? {} : { invoiceMailbox }),
    };
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
      return { ...contract, invoiceMailbox: event.data.email };
    case 'BillingAddressChanged':
      return { ...contract, billTo: event.data.billTo };
    case 'ContractTerminated':
      return { ...contract, lastMonth: event.data.lastMonth };
    case 'TermsLocked':
      return { ...contract, lockedThrough: event.data.month };
  }
}
