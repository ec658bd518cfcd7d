import { type BillingMonth } from '../billing/billing-month';
import {
  AUSTRIAN_ADDRESS,
  contractOpened,
  GERMAN_ADDRESS,
  localTime,
  SWISS_ADDRESS,
  termsWith,
} from '../testing/facts';
import { givenContract, NOW } from '../testing/given';
import { type AskedTerms, type OpenContract } from './commands';
import { defaultVariant } from './decide';
import { type ContractEvent, type TermsChange } from './events';
import { contractWarnings, termsFor } from './state';
import { type BillTo, type BuyerKind, type ContractTerms, deliveryOf, type PriceStep } from './terms';

const open = (terms: Partial<AskedTerms> = {}, other: Partial<OpenContract> = {}): OpenContract => ({
  type: 'OpenContract',
  workspaceId: 'W',
  workspaceStartedAt: localTime('2026-01-01 00:00', 'Europe/Berlin'),
  terms: { unitPriceMinor: 1000, currency: 'EUR', ...terms },
  firstMonth: '2026-01',
  billTo: GERMAN_ADDRESS,
  ...other,
});
const opened = (
  terms: Partial<ContractTerms> = {},
  other: Parameters<typeof contractOpened>[1] = {},
): ContractEvent => ({
  ...contractOpened(terms, other),
  occurredAt: NOW,
});
const changed = (effectiveFrom: BillingMonth, changes: TermsChange): ContractEvent => ({
  type: 'ContractTermsChanged',
  data: { effectiveFrom, changes },
  occurredAt: NOW,
});
const change = (effectiveFrom: BillingMonth, changes: TermsChange) =>
  ({ type: 'ChangeTerms', effectiveFrom, changes }) as const;
const fixed = (month: BillingMonth): ContractEvent => ({ type: 'TermsLocked', data: { month }, occurredAt: NOW });
const terminated = (lastMonth: BillingMonth): ContractEvent => ({
  type: 'ContractTerminated',
  data: { lastMonth },
  occurredAt: NOW,
});

const MAILBOX = { invoiceMailboxes: { to: ['rechnung@example.com'], cc: [] } } as const;

describe('the variant of a contract that does not name one', () => {
  it.each([
    ['2023-02-28 23:59:59.999', 'Europe/Berlin', false, 'user'],
    ['2023-03-01 00:00:00.000', 'Europe/Berlin', false, 'team'],
    ['2023-02-28 23:59:59.999', 'America/New_York', false, 'user'],
    ['2023-03-01 00:00:00.000', 'America/New_York', false, 'team'],
    ['2023-03-01 00:00:00.000', 'Europe/Berlin', true, 'user'],
  ])('of a workspace started at %s in %s (enterprise: %s) is %s', (start, zone, enterprise, variant) => {
    expect(defaultVariant(localTime(start, zone), zone, enterprise)).toBe(variant);
  });
  it('depends on the zone of the contract', () => {
    const start = localTime('2023-03-01 00:00', 'Europe/Berlin');
    expect(defaultVariant(start, 'America/New_York', false)).toBe('user');
    expect(defaultVariant(start, 'Pacific/Kiritimati', false)).toBe('team');
  });
});

describe('OpenContract', () => {
  it('stores all terms, given or by default', () => {
    givenContract([]).when(open()).then(opened());
  });
  it('bills a workspace of before 1 March 2023 by user, at any time of the month', () => {
    const workspaceStartedAt = localTime('2023-02-28 12:00', 'Europe/Berlin');
    givenContract([])
      .when(open(MAILBOX, { workspaceStartedAt }))
      .then(opened({ ...MAILBOX, variant: 'user', countingRule: 'any-time' }));
  });
  it('bills an enterprise agreement by user unless agreed otherwise', () => {
    givenContract([])
      .when(open(MAILBOX, { enterprise: true }))
      .then(opened({ ...MAILBOX, variant: 'user', countingRule: 'any-time' }, { enterprise: true }));
    givenContract([])
      .when(open({}, { enterprise: true, variant: 'team' }))
      .then(opened({}, { enterprise: true }));
  });
  it('takes what is agreed', () => {
    const agreed = {
      countingRule: 'peak',
      timeZone: 'Pacific/Apia',
      currency: 'USD',
      language: 'en',
      delivery: ['download', 'email'],
      paymentTermDays: 30,
      holdForApproval: true,
      annexOfUnits: true,
      freeUnits: 1,
      minimumUnits: 2,
      discount: { percent: '10.00', firstMonth: '2026-01' },
      tiers: { mode: 'volume', steps: [{ unitPriceMinor: 5 }] },
      buyerKind: 'public',
      eInvoice: 'both',
      references: { purchaseOrder: 'PO 7', contract: 'R-12', costCentre: '4711', supplierNumber: '70001' },
      invoiceMailboxes: { to: ['billing@example.com', 'ap@example.com'], cc: ['audit@example.com'] },
    } as const;
    givenContract([])
      .when(open(agreed, { variant: 'user' }))
      .then(opened({ ...agreed, variant: 'user' }));
  });
  it('changes nothing when the contract is as asked for, also after a change', () => {
    givenContract([opened()]).when(open()).thenNothing();
    givenContract([opened(), changed('2026-03', { unitPriceMinor: 2000 })])
      .when(open({ unitPriceMinor: 2000 }))
      .thenNothing();
  });
  it('is refused when there is one with other terms', () => {
    givenContract([opened()])
      .when(open({ unitPriceMinor: 1 }))
      .thenRefused('contract-exists');
    givenContract([opened()])
      .when(open({}, { firstMonth: '2026-02' }))
      .thenRefused('contract-exists');
    givenContract([opened(), changed('2026-03', { unitPriceMinor: 2000 })])
      .when(open())
      .thenRefused('contract-exists');
  });
  it('is refused without a mailbox where invoices go by e-mail', () => {
    givenContract([])
      .when(open({}, { variant: 'user' }))
      .thenRefused('mailbox-missing');
    givenContract([])
      .when(open({ delivery: ['email'] }))
      .thenRefused('mailbox-missing');
    givenContract([])
      .when(open({ delivery: ['download'] }, { variant: 'user' }))
      .then(opened({ delivery: ['download'], variant: 'user', countingRule: 'any-time' }));
  });
  describe('to a kind of buyer', () => {
    const to = (buyerKind: BuyerKind, billTo: Partial<BillTo>) =>
      givenContract([]).when(open({ buyerKind }, { billTo: { ...GERMAN_ADDRESS, ...billTo } }));
    const VAT_ID = 'ATU12345675';
    it.each<[BuyerKind, Partial<BillTo>, string]>([
      ['consumer', { country: 'AT' }, 'oss-not-supported'],
      ['consumer', { country: 'AT', vatId: VAT_ID }, 'oss-not-supported'],
      ['consumer', { country: 'MC', postalCode: '98000' }, 'oss-not-supported'],
      ['public', { country: 'AT' }, 'oss-not-supported'],
      ['consumer', { country: 'CH' }, 'consumer-abroad-not-supported'],
      ['consumer', { postalCode: '78266' }, 'consumer-abroad-not-supported'],
      ['public', { reference: '04011000-1234512345-07' }, 'leitweg-id-invalid'],
      ['public', { reference: 'Kst. 4711' }, 'leitweg-id-invalid'],
    ])('%s %j is refused', (buyerKind, billTo, code) => to(buyerKind, billTo).thenRefused(code));
    it.each<[BuyerKind, Partial<BillTo>]>([
      ['consumer', {}],
      ['public', {}],
      ['public', { reference: '04011000-1234512345-06' }],
      ['public', { country: 'AT', vatId: VAT_ID, reference: '04011000-1234512345-07' }],
      ['public', { country: 'CH' }],
      ['business', { country: 'AT' }],
      ['business', { reference: '04011000-1234512345-07' }],
    ])('%s %j is taken', (buyerKind, billTo) => {
      to(buyerKind, billTo).then(opened({ buyerKind }, { billTo: { ...GERMAN_ADDRESS, ...billTo } }));
    });
    it('is held to by later changes of kind and address', () => {
      const austrian = givenContract([opened({}, { billTo: AUSTRIAN_ADDRESS })]);
      austrian.when(change('2026-03', { buyerKind: 'consumer' })).thenRefused('oss-not-supported');
      givenContract([opened(), changed('2026-03', { buyerKind: 'consumer' })])
        .when({ type: 'ChangeBillingAddress', billTo: AUSTRIAN_ADDRESS })
        .thenRefused('oss-not-supported');
    });
  });
  it.each<[Partial<AskedTerms>, boolean]>([
    [{ unitPriceMinor: 7_205_759_403 }, true],
    [{ unitPriceMinor: 7_205_759_404 }, false],
    [{ unitPriceMinor: 1_000_000_000_000, minimumUnits: 10_000_000 }, false],
    [{ unitPriceMinor: 1_000_000_000, minimumUnits: 7_205_760 }, false],
    [{ unitPriceMinor: 0, tiers: { mode: 'volume', steps: [{ unitPriceMinor: 1_000_000_000_000 }] } }, false],
    [
      { tiers: { mode: 'volume', steps: [{ upTo: 7000, unitPriceMinor: 1_000_000_000_000 }, { unitPriceMinor: 1 }] } },
      true,
    ],
    [
      { tiers: { mode: 'volume', steps: [{ upTo: 7300, unitPriceMinor: 1_000_000_000_000 }, { unitPriceMinor: 1 }] } },
      false,
    ],
    [
      {
        tiers: { mode: 'graduated', steps: [{ upTo: 7000, unitPriceMinor: 1_000_000_000_000 }, { unitPriceMinor: 1 }] },
      },
      true,
    ],
    [
      {
        tiers: {
          mode: 'graduated',
          steps: [{ upTo: 7000, unitPriceMinor: 1_000_000_000_000 }, { unitPriceMinor: 1_000_000_000 }],
        },
      },
      false,
    ],
  ])('of prices %j stays in the safe range: %s', (terms, isSafe) => {
    const expectation = givenContract([]).when(open(terms));
    if (isSafe) expectation.then(opened(terms));
    else expectation.thenRefused('amount-too-large');
  });
  it.each(['Etc/GMT+2', 'Etc/GMT-14', 'Etc/UTC', 'UTC'])('takes the time zone %p', (timeZone) =>
    givenContract([]).when(open({ timeZone })).then(opened({ timeZone })),
  );
  it('is refused for months without known tax rates', () => {
    givenContract([])
      .when(open({}, { firstMonth: '2006-12' }))
      .thenRefused('first-month-too-early');
  });
  it.each(['Europe/Neverland', '', 'GMT+2', 'UTC+1', '+02:00', '-0500', '+02'])(
    'refuses the time zone %p',
    (timeZone) => givenContract([]).when(open({ timeZone })).thenRefused('unknown-time-zone'),
  );
  it.each(['XYZ', 'eur', '', 'DEM', 'XXX', 'XTS', 'XAU'])('refuses the currency %p', (currency) =>
    givenContract([]).when(open({ currency })).thenRefused('unknown-currency'),
  );
  it.each(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND', 'CLF', 'UYW'])(
    'refuses the currency %p, whose amounts no e-invoice can hold',
    (currency) => givenContract([]).when(open({ currency })).thenRefused('currency-too-fine'),
  );
  it('refuses a buyer in no country', () =>
    givenContract([])
      .when({ ...open({}), billTo: { ...GERMAN_ADDRESS, country: 'XK' } })
      .thenRefused('unknown-country'));
  it.each(['0', '-1', '100.01', 'NaN', 'Infinity', 'ten', '1e1', ''])('refuses a discount of %p per cent', (percent) =>
    givenContract([])
      .when(open({ discount: { percent, firstMonth: '2026-01' } }))
      .thenRefused('bad-discount'),
  );
  it('refuses a discount that ends before it begins', () => {
    const discount = { percent: '10', firstMonth: '2026-03', lastMonth: '2026-02' };
    givenContract([]).when(open({ discount })).thenRefused('bad-discount');
  });
  it.each<[string, PriceStep[]]>([
    ['no step', []],
    ['a last step that ends', [{ upTo: 5, unitPriceMinor: 1 }]],
    ['an open step before the last', [{ unitPriceMinor: 1 }, { unitPriceMinor: 1 }]],
    ['an empty first step', [{ upTo: 0, unitPriceMinor: 1 }, { unitPriceMinor: 1 }]],
    ['steps that do not grow', [{ upTo: 5, unitPriceMinor: 1 }, { upTo: 5, unitPriceMinor: 1 }, { unitPriceMinor: 1 }]],
  ])('refuses tiers with %s', (_what, steps) => {
    givenContract([])
      .when(open({ tiers: { mode: 'graduated', steps } }))
      .thenRefused('bad-tiers');
  });
  it.each([
    ['AT', 'DE123', 'vat-id-of-another-country'],
    ['GR', 'GR123', 'vat-id-of-another-country'],
    ['MC', 'ATU12345675', 'vat-id-of-another-country'],
    ['AT', 'AT12345', 'vat-id-invalid'],
    ['AT', 'ATU12345678', 'vat-id-invalid'],
    ['DE', 'DE123456789', 'vat-id-invalid'],
    ['CH', 'DE123456789', 'vat-id-invalid'],
  ])('refuses for a buyer in %s the VAT id %s', (country, vatId, code) => {
    const billTo = { ...AUSTRIAN_ADDRESS, country, vatId };
    givenContract([]).when(open({}, { billTo })).thenRefused(code);
  });
  it.each([
    ['GR', 'EL123456783'],
    ['MC', 'FR44732829320'],
    ['AT', 'ATU12345675'],
    ['CH', 'CHE-123'],
    ['GB', 'XI123'],
  ])('takes for a buyer in %s the VAT id %s', (country, vatId) => {
    const billTo = { ...AUSTRIAN_ADDRESS, country, vatId };
    givenContract([]).when(open({}, { billTo })).then(opened({}, { billTo }));
  });
});

describe('without a contract', () => {
  it.each([
    change('2026-02', {}),
    { type: 'ChangeInvoiceMailbox', email: 'a@example.com' } as const,
    { type: 'ChangeBillingAddress', billTo: GERMAN_ADDRESS } as const,
    { type: 'TerminateContract', lastMonth: '2026-02' } as const,
    { type: 'LockTerms', month: '2026-02' } as const,
  ])('$type is refused', (command) => givenContract([]).when(command).thenRefused('unknown-contract'));
  it('no other event can be folded', () => {
    expect(() => givenContract([fixed('2026-01')])).toThrow('history begins with TermsLocked');
  });
});

describe('ChangeTerms', () => {
  it('changes terms from the first day of a month that is not closed', () => {
    givenContract([opened(), fixed('2026-02')])
      .when(change('2026-03', { unitPriceMinor: 2000 }))
      .then(changed('2026-03', { unitPriceMinor: 2000 }));
  });
  it('is refused for a month that is closed or being closed', () => {
    const contract = givenContract([opened(), fixed('2026-02')]);
    contract.when(change('2026-02', { unitPriceMinor: 2000 })).thenRefused('month-closed');
    contract.when(change('2026-01', { unitPriceMinor: 2000 })).thenRefused('month-closed');
  });
  it('changes nothing when the terms are the same, in whatever order they are written', () => {
    const discount = { percent: '10', firstMonth: '2026-01' };
    givenContract([opened({ discount })])
      .when(change('2026-02', { unitPriceMinor: 1000, discount: { firstMonth: '2026-01', percent: '10' } }))
      .thenNothing();
    givenContract([opened()])
      .when(change('2026-02', { tiers: null }))
      .thenNothing();
  });
  it('brings the counting rule of a new variant, unless one is given', () => {
    const contract = givenContract([opened(MAILBOX)]);
    contract
      .when(change('2026-02', { variant: 'user' }))
      .then(changed('2026-02', { variant: 'user', countingRule: 'any-time' }));
    contract
      .when(change('2026-02', { variant: 'user', countingRule: 'peak' }))
      .then(changed('2026-02', { variant: 'user', countingRule: 'peak' }));
  });
  it('to e-mail needs a mailbox', () => {
    const contract = givenContract([opened()]);
    contract.when(change('2026-02', { variant: 'user' })).thenRefused('mailbox-missing');
    contract.when(change('2026-02', { delivery: ['download', 'email'] })).thenRefused('mailbox-missing');
    givenContract([opened({ ...MAILBOX, variant: 'user' })])
      .when(change('2026-07', { invoiceMailboxes: null }))
      .thenRefused('mailbox-missing');
    givenContract([opened(), { type: 'InvoiceMailboxChanged', data: { email: 'a@b.example' }, occurredAt: NOW }])
      .when(change('2026-07', { delivery: ['email'] }))
      .then(changed('2026-07', { delivery: ['email'] }));
  });
  it('keeps a counting rule that was agreed', () => {
    givenContract([opened({ ...MAILBOX, countingRule: 'prorated-daily' })])
      .when(change('2026-02', { variant: 'user' }))
      .then(changed('2026-02', { variant: 'user' }));
  });
  it('takes a term away with null, or back to its default', () => {
    givenContract([opened({ freeUnits: 3, countingRule: 'peak', language: 'en', paymentTermDays: 30 })])
      .when(change('2026-02', { freeUnits: null, countingRule: null, language: null, paymentTermDays: null }))
      .then(changed('2026-02', { freeUnits: null, countingRule: 'month-end', language: 'de', paymentTermDays: 14 }));
    givenContract([opened({ holdForApproval: true, annexOfUnits: true })])
      .when(change('2026-02', { holdForApproval: null, annexOfUnits: null }))
      .then(changed('2026-02', { holdForApproval: false, annexOfUnits: false }));
  });
  it.each<TermsChange>([{ variant: null }, { unitPriceMinor: null }, { currency: null }])(
    'does not take away what has no default: %j',
    (changes) => givenContract([opened()]).when(change('2026-02', changes)).thenRefused('term-required'),
  );
  it('is refused when a later change no longer fits', () => {
    const tiers = { mode: 'graduated', steps: [{ upTo: 5, unitPriceMinor: 1 }] } as const;
    givenContract([opened(), changed('2026-06', { unitPriceMinor: 1 })])
      .when(change('2026-03', { tiers }))
      .thenRefused('bad-tiers');
  });

  describe('of currency and time zone', () => {
    it('is free while no month is closed', () => {
      givenContract([opened()])
        .when(change('2026-01', { currency: 'CHF', timeZone: 'Europe/Zurich' }))
        .then(changed('2026-01', { currency: 'CHF', timeZone: 'Europe/Zurich' }));
    });
    it('is refused once a month is closed', () => {
      const contract = givenContract([opened(), fixed('2026-01')]);
      contract.when(change('2026-03', { currency: 'USD' })).thenRefused('term-fixed');
      contract.when(change('2026-03', { timeZone: 'Asia/Tokyo' })).thenRefused('term-fixed');
    });
    it('is refused for later months than the first, which would be closed by then', () => {
      const contract = givenContract([opened()]);
      contract.when(change('2026-02', { currency: 'USD' })).thenRefused('term-fixed');
      contract.when(change('2026-02', { timeZone: 'Asia/Tokyo' })).thenRefused('term-fixed');
    });
    it('is refused when a later change holds the contract to the old one', () => {
      givenContract([opened(), changed('2026-06', { currency: 'EUR', unitPriceMinor: 1 })])
        .when(change('2026-01', { currency: 'USD' }))
        .thenRefused('term-fixed');
    });
  });

  it('keeps the terms of the months before, and the latest of the same month wins', () => {
    const { state } = givenContract([
      opened(),
      changed('2026-05', { unitPriceMinor: 5 }),
      changed('2026-03', { unitPriceMinor: 3, freeUnits: 1 }),
      changed('2026-05', { unitPriceMinor: 6 }),
    ]);
    const prices = ['2026-02', '2026-03', '2026-04', '2026-05'].map((month) => termsFor(state!, month).unitPriceMinor);
    expect(prices).toEqual([1000, 3, 3, 6]);
    expect(termsFor(state!, '2026-05').freeUnits).toBe(1);
    expect(termsFor(state!, '2026-02')).toEqual(termsWith());
  });
});

describe('warnings', () => {
  const codesOf = (terms: Partial<ContractTerms>, billTo: BillTo, ...changes: ContractEvent[]) => {
    const { state } = givenContract([opened(terms, { billTo }), ...changes]);
    return contractWarnings(state!).map(({ code }) => code);
  };
  const { vatId: _vatId, ...withoutVatId } = AUSTRIAN_ADDRESS;
  it('name a business of another member state without a VAT id', () => {
    expect(codesOf({}, withoutVatId)).toEqual(['vat-id-missing']);
    expect(codesOf({}, AUSTRIAN_ADDRESS)).toEqual([]);
    expect(codesOf({}, GERMAN_ADDRESS)).toEqual([]);
    expect(codesOf({}, SWISS_ADDRESS)).toEqual([]);
    const moved: ContractEvent = { type: 'BillingAddressChanged', data: { billTo: AUSTRIAN_ADDRESS }, occurredAt: NOW };
    expect(codesOf({}, withoutVatId, moved)).toEqual([]);
  });
  it('name a missing Leitweg-ID, and a reference that looks like a broken one', () => {
    const broken = { ...GERMAN_ADDRESS, reference: '04011000-1234512345-07' };
    expect(codesOf({}, broken)).toEqual(['leitweg-id-invalid']);
    expect(codesOf({}, { ...GERMAN_ADDRESS, reference: 'Kst. 4711' })).toEqual([]);
    expect(codesOf({ buyerKind: 'public' }, GERMAN_ADDRESS)).toEqual(['leitweg-id-missing']);
  });
});

describe('master data', () => {
  it('changes the invoice mailbox, once', () => {
    const command = { type: 'ChangeInvoiceMailbox', email: 'b@example.com' } as const;
    const event: ContractEvent = {
      type: 'InvoiceMailboxChanged',
      data: { email: 'b@example.com' },
      occurredAt: NOW,
    };
    givenContract([opened()]).when(command).then(event);
    givenContract([opened(), event]).when(command).thenNothing();
  });
  it('changes the billing address, once', () => {
    const command = { type: 'ChangeBillingAddress', billTo: SWISS_ADDRESS } as const;
    const event: ContractEvent = { type: 'BillingAddressChanged', data: { billTo: SWISS_ADDRESS }, occurredAt: NOW };
    givenContract([opened()]).when(command).then(event);
    givenContract([opened(), event]).when(command).thenNothing();
  });
  it("refuses another country's VAT id", () => {
    const billTo = { ...AUSTRIAN_ADDRESS, vatId: 'IT123' };
    givenContract([opened()]).when({ type: 'ChangeBillingAddress', billTo }).thenRefused('vat-id-of-another-country');
  });
});

describe('TerminateContract', () => {
  const end = (lastMonth: BillingMonth) => ({ type: 'TerminateContract', lastMonth }) as const;

  it('ends with a month, also with the one closed last', () => {
    givenContract([opened()]).when(end('2026-01')).then(terminated('2026-01'));
    givenContract([opened(), fixed('2026-02')])
      .when(end('2026-02'))
      .then(terminated('2026-02'));
  });
  it('changes nothing with the same month', () => {
    givenContract([opened(), terminated('2026-02'), fixed('2026-04')])
      .when(end('2026-02'))
      .thenNothing();
  });
  it('may be moved while the last month is not passed', () => {
    givenContract([opened(), terminated('2026-05'), fixed('2026-02')])
      .when(end('2026-03'))
      .then(terminated('2026-03'));
    givenContract([opened(), terminated('2026-05'), fixed('2026-05')])
      .when(end('2026-08'))
      .then(terminated('2026-08'));
  });
  it('is refused before the first month, in a closed one, and after an end that was settled', () => {
    givenContract([opened()]).when(end('2025-12')).thenRefused('last-month-before-first');
    givenContract([opened(), fixed('2026-03')])
      .when(end('2026-02'))
      .thenRefused('month-closed');
    givenContract([opened(), terminated('2026-02'), fixed('2026-04')])
      .when(end('2026-08'))
      .thenRefused('contract-ended');
  });
});

describe('LockTerms', () => {
  it('fixes a month, and with it those before', () => {
    givenContract([opened()]).when({ type: 'LockTerms', month: '2026-02' }).then(fixed('2026-02'));
    givenContract([opened(), fixed('2026-02')])
      .when({ type: 'LockTerms', month: '2026-02' })
      .thenNothing();
    givenContract([opened(), fixed('2026-02')])
      .when({ type: 'LockTerms', month: '2026-01' })
      .thenNothing();
  });
});

describe('delivery', () => {
  it.each([
    ['team', undefined, ['download']],
    ['user', undefined, ['email']],
    ['team', ['email', 'download'], ['email', 'download']],
  ] as const)('of variant %s, agreed %p, is %p', (variant, agreed, expected) => {
    expect(deliveryOf(termsWith({ variant, ...(agreed === undefined ? {} : { delivery: agreed }) }))).toEqual(expected);
  });
});
