import {
  buyerFor,
  contractWarnings,
  deliveryOf,
  eInvoiceFormatOf,
  type Instant,
  mailboxesAt,
  monthOf,
  type OpenedContract,
  termsFor,
} from '@seatledger/domain';

/** The contract with the terms of the current month, and the months from which terms hold. */
export function contractView(contract: OpenedContract, revision: number, now: Instant) {
  const { workspaceId, firstMonth, lastMonth, enterprise, billTo } = contract;
  const current = monthOf(now, contract.openingTerms.timeZone);
  const month = current < firstMonth ? firstMonth : current;
  const from = [
    firstMonth,
    ...contract.changes.map(({ effectiveFrom }) => effectiveFrom).filter((start) => start > firstMonth),
  ];
  const view = (of: string) => {
    const terms = termsFor(contract, of);
    return {
      ...terms,
      delivery: deliveryOf(terms),
      eInvoice: eInvoiceFormatOf(terms, buyerFor(contract, of)),
      invoiceMailboxes: terms.invoiceMailboxes ?? { to: [], cc: [] },
    };
  };
  return {
    workspaceId,
    revision,
    enterprise,
    firstMonth,
    lastMonth: lastMonth ?? null,
    ...view(month),
    billTo,
    invoiceMailbox: mailboxesAt(contract, now)?.to[0] ?? null,
    warnings: contractWarnings(contract),
    terms: [...new Set(from)].sort().map((effectiveFrom) => ({ effectiveFrom, ...view(effectiveFrom) })),
  };
}
