import { type Buyer, type IssuedInvoice, type Seller, type TaxTreatment } from '@seatledger/domain';

import { checkEInvoice, type Finding } from './checks';
import { einvoiceOf } from './from-invoice';

/**
 * What keeps a seller's invoices from being issued: rules that a plain invoice breaks because of
 * the seller alone. Better told at the start than by every invoice of a closing.
 */
export function sellerFindings(seller: Seller): Finding[] {
  const specimens = [
    specimen(seller, { category: 'S', rate: '19' }, { ...ADDRESS, country: 'DE' }),
    specimen(seller, { category: 'O', rate: '0' }, { ...ADDRESS, country: 'CH' }),
  ];
  const found = specimens.flatMap((invoice) => checkEInvoice(einvoiceOf(invoice)));
  return [...new Map(found.map((finding) => [finding.rule, finding])).values()];
}

const ADDRESS = {
  buyerKind: 'business' as const,
  name: 'Specimen',
  street: 'Specimen 1',
  postalCode: '10000',
  city: 'Specimen',
};

function specimen(seller: Seller, tax: TaxTreatment, buyer: Buyer): IssuedInvoice {
  const taxMinor = tax.category === 'S' ? 19 : 0;
  const totals = { netMinor: 100, taxMinor };
  return {
    number: 'XX-2026-000000',
    kind: 'invoice',
    workspaceId: 'specimen',
    workspaceName: 'Specimen',
    month: '2026-01',
    servicePeriod: { from: '2026-01-01', to: '2026-01-31' },
    issueDate: '2026-02-01',
    dueDate: '2026-02-15',
    paymentTermDays: 14,
    language: 'de',
    seller,
    buyer,
    variant: 'team',
    countingRule: 'month-end',
    units: 1,
    quantity: '1',
    unitsDigest: '',
    lines: [
      { kind: 'license', month: '2026-01', quantity: '1', unitPriceMinor: 100, netMinor: 100, tax, description: 'x' },
    ],
    currency: 'EUR',
    taxes: [{ ...tax, ...totals }],
    ...totals,
    grossMinor: 100 + taxMinor,
    delivery: ['download'],
    eInvoiceFormat: 'zugferd',
    annexOfUnits: false,
    billRevision: 0,
    billDocument: 0,
  };
}
