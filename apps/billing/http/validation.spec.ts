import { type TSchema } from '@sinclair/typebox';

import { BillingAddressBody, ChangeTermsBody, OpenContractBody } from '../contracts/schemas';
import { CancelBody } from '../invoices/schemas';
import { BatchBody, COMMANDS } from '../workspaces/schemas';
import { ListQuery } from './paging';
import { Id, InvoiceNumber } from './schema';
import { InvalidRequest, parse } from './validation';

const TERMS = { firstMonth: '2026-01', unitPriceMinor: 100, currency: 'EUR' };
const BILL_TO = { name: 'A', street: 'S', postalCode: '1', city: 'C', country: 'DE' };

function faultsOf(schema: TSchema, value: unknown): string[] {
  try {
    parse(schema, value);
  } catch (error) {
    if (error instanceof InvalidRequest) return error.faults.map(({ path, message }) => `${path} ${message}`.trim());
    throw error;
  }
  return [];
}

describe('what is said of a request that is not valid', () => {
  it.each<[unknown, string]>([
    ['', '/name must have 1 to 200 characters, not only blanks'],
    ['  ', '/name must have 1 to 200 characters, not only blanks'],
    ['x'.repeat(201), '/name must have 1 to 200 characters, not only blanks'],
    ['a\u0007', '/name must be text without control characters'],
    ['\ud800', '/name must be whole Unicode characters'],
    [5, '/name must be text'],
    [undefined, '/name is required'],
  ])('of the name %j', (name, fault) => {
    const command = { type: 'CreateTeam', workspaceId: 'w', teamId: 't', name };
    // As it comes in: what is undefined is not there.
    expect(faultsOf(COMMANDS.CreateTeam, JSON.parse(JSON.stringify(command)))).toEqual([fault]);
  });

  it.each<[string, TSchema, unknown, string]>([
    ['a reason', CancelBody, { reason: ' ' }, '/reason must have 1 to 500 characters, not only blanks'],
    [
      'a postal code',
      BillingAddressBody,
      { billTo: { ...BILL_TO, postalCode: '1'.repeat(21) } },
      '/billTo/postalCode must have 1 to 20 characters, not only blanks',
    ],
    [
      'a VAT id',
      BillingAddressBody,
      { billTo: { ...BILL_TO, vatId: '1' } },
      '/billTo/vatId must be a VAT id such as DE123456788',
    ],
    ['an id', Id, 'a b', 'must be an id: 1 to 64 of A-Z a-z 0-9 _ -'],
    ['an invoice number', InvoiceNumber, 'x', 'must be an invoice number such as RE-2026-000001'],
    [
      'a currency',
      OpenContractBody,
      { ...TERMS, billTo: BILL_TO, currency: 'euro' },
      '/currency must be an ISO 4217 code such as EUR',
    ],
    [
      'a percentage',
      OpenContractBody,
      { ...TERMS, billTo: BILL_TO, discount: { percent: '10%', firstMonth: '2026-01' } },
      '/discount/percent must be a percentage such as 10.00',
    ],
    ['a limit', ListQuery, { limit: '0' }, '/limit must be a whole number from 1 to 1000'],
    ['no term', ChangeTermsBody, { effectiveFrom: '2026-05' }, 'must name a term to change besides effectiveFrom'],
    ['no commands', BatchBody, { commands: [] }, '/commands Expected array length to be greater or equal to 1'],
    [
      'an address',
      COMMANDS.UpdateMember,
      { type: 'UpdateMember', workspaceId: 'w', memberId: 'm', email: `${'x'.repeat(260)}@x.example` },
      '/email must be an e-mail address of at most 254 characters',
    ],
    [
      'a key',
      COMMANDS.ArchiveTeam,
      { type: 'ArchiveTeam', workspaceId: 'w', teamId: 't', key: '' },
      '/key must have 1 to 128 characters',
    ],
  ])('of %s', (_what, schema, value, fault) => {
    expect(faultsOf(schema, value)).toEqual([fault]);
  });
});
