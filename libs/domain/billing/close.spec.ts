import { evolveContract } from '../contract/evolve';
import { type ContractTerms } from '../contract/terms';
import { digestOf } from '../counting/count';
import {
  AUSTRIAN_BUSINESS,
  ClosingBooks,
  contractOpened,
  GERMAN_BUYER,
  memberAdded,
  memberPlaced,
  openedContract,
  started,
  SWISS_BUYER,
  teamArchived,
  teamCreated,
  termsWith,
  workspaceOf,
} from '../testing/facts';
import { type WorkspaceEvent } from '../workspace/events';
import { billMonth, RULES_VERSION, totalsOf } from './close';
import { endOfMonth, isWithinContract, nextMonthToClose } from './due';
import { type MonthBill } from './events';
import { billingFactsOf } from './facts';
import { evolveBilling, linesOf as linesOfBill, NOTHING_BILLED, ownDocumentOf } from './state';

const S = { category: 'S', rate: '19' };
const AE = { category: 'AE', rate: '0' };

const A = teamCreated('A', '2026-01-01 00:00');
const lateB = teamCreated('B', '2026-01-10 00:00');
const lateC = teamCreated('C', '2026-01-10 00:00');
const withTeams = (...events: WorkspaceEvent[]) => workspaceOf([started(), A, ...events]);

/** Lines as `license 2026-01 2 = 2000`. */
const linesOf = (bill: MonthBill): string[] =>
  linesOfBill(bill).map(({ kind, month, quantity, netMinor }) => `${kind} ${month} ${quantity} = ${netMinor}`);

describe('closing a month', () => {
  it('records all that an auditor needs', () => {
    const discount = { percent: '10.00', firstMonth: '2026-01' };
    const terms = termsWith({ freeUnits: 0, minimumUnits: 3, discount, delivery: ['email'] });
    const facts = billingFactsOf(NOTHING_BILLED, '2026-01', {
      workspaceId: 'W',
      workspace: withTeams(lateB),
      workspaceRevision: 7,
      contract: openedContract(terms),
      contractRevision: 2,
      adjustmentWindowMonths: 12,
    });
    const bill = billMonth(NOTHING_BILLED, facts, '2026-01', true);
    const { language, delivery, paymentTermDays, holdForApproval, annexOfUnits, buyerKind: _kind, ...price } = terms;
    const totals = {
      currency: 'EUR',
      taxes: [{ ...S, netMinor: 2700, taxMinor: 513 }],
      netMinor: 2700,
      taxMinor: 513,
      grossMinor: 3213,
    };
    expect(bill).toStrictEqual({
      workspaceId: 'W',
      workspaceName: 'Acme',
      month: '2026-01',
      terms: price,
      invoicing: { language, delivery, paymentTermDays, holdForApproval, annexOfUnits },
      buyer: GERMAN_BUYER,
      withinContract: true,
      rulesVersion: RULES_VERSION,
      workspaceRevision: 7,
      contractRevision: 2,
      adjustmentWindowMonths: 12,
      units: 2,
      quantity: '2',
      unitsDigest: digestOf(facts.counts.get('2026-01')?.units ?? []),
      documents: [
        {
          buyer: GERMAN_BUYER,
          lines: [
            { kind: 'license', month: '2026-01', quantity: '2', unitPriceMinor: 1000, netMinor: 2000, tax: S },
            { kind: 'minimum', month: '2026-01', quantity: '1', unitPriceMinor: 1000, netMinor: 1000, tax: S },
            { kind: 'discount', month: '2026-01', quantity: '1', percent: '10.00', netMinor: -300, tax: S },
          ],
          ...totals,
        },
      ],
      ...totals,
    });
  });

  it('with nothing to bill has no lines and totals of zero', () => {
    const bill = new ClosingBooks().close('2026-01', workspaceOf([started()]));
    expect(bill).toMatchObject({ units: 0, quantity: '0', documents: [], taxes: [], netMinor: 0, grossMinor: 0 });
  });
  it('of a workspace without any fact goes by its id', () => {
    expect(new ClosingBooks().close('2026-01', workspaceOf([])).workspaceName).toBe('W');
  });
  it('without units bills the minimum', () => {
    const terms = termsWith({ minimumUnits: 2 });
    expect(linesOf(new ClosingBooks().close('2026-01', workspaceOf([started()]), { terms }))).toEqual([
      'minimum 2026-01 2 = 2000',
    ]);
  });
});

describe('late facts', () => {
  it('are billed by the next closing, once', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    expect(linesOf(books.close('2026-02', withTeams(lateB)))).toEqual([
      'license 2026-02 2 = 2000',
      'adjustment 2026-01 1 = 1000',
    ]);
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual(['license 2026-03 2 = 2000']);
  });
  it('are credited by the next closing', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    const archived = withTeams(teamArchived('A', '2026-01-20 00:00'));
    const bill = books.close('2026-02', archived);
    expect(linesOf(bill)).toEqual(['adjustment 2026-01 -1 = -1000']);
    expect(bill).toMatchObject({ netMinor: -1000, taxMinor: -190, grossMinor: -1190 });
  });
  it('are priced by the terms of their month, with its tiers, minimum and discount', () => {
    const books = new ClosingBooks();
    const discount = { percent: '10', firstMonth: '2026-01', lastMonth: '2026-01' };
    books.close('2026-01', withTeams(), { terms: termsWith({ minimumUnits: 2, discount }) });
    const later = { terms: termsWith({ unitPriceMinor: 9 }) };
    // The second team was in the minimum; the third costs 10.00 less 10 %.
    expect(linesOf(books.close('2026-02', withTeams(lateB), later))).toEqual(['license 2026-02 2 = 18']);
    expect(linesOf(books.close('2026-03', withTeams(lateB, lateC), later))).toEqual([
      'license 2026-03 3 = 27',
      'adjustment 2026-01 2 = 900',
      'adjustment 2026-02 1 = 9',
    ]);
  });
  it('are counted by the variant and the rule of their month', () => {
    const books = new ClosingBooks();
    const user: Partial<ContractTerms> = { variant: 'user', countingRule: 'any-time' };
    books.close('2026-01', withTeams(), { terms: termsWith(user) });
    const state = withTeams(memberAdded('M', '2026-01-01 00:00'), memberPlaced('M', 'A', '2026-01-05 00:00'));
    const bill = books.close('2026-02', state);
    expect(linesOf(bill)).toEqual(['license 2026-02 1 = 1000', 'adjustment 2026-01 1 = 1000']);
    // Which the bill's own terms do not tell.
    expect(linesOfBill(bill).map(({ variant }) => variant)).toEqual([undefined, 'user']);
    const next = books.bill('2026-03', withTeams(lateB, teamArchived('A', '2026-02-03 00:00')));
    expect(linesOf(next)).toEqual(['license 2026-03 1 = 1000', 'adjustment 2026-01 -1 = -1000']);
    expect(linesOfBill(next)[1]?.variant).toBe('user');
  });
  it('are taken off as what they counted when their month is billed again by another variant', () => {
    const books = new ClosingBooks();
    const user: Partial<ContractTerms> = { variant: 'user', countingRule: 'any-time' };
    const early = [memberAdded('L', '2026-01-01 00:00'), memberPlaced('L', 'A', '2026-01-05 00:00')];
    books.close('2026-01', withTeams(...early), { terms: termsWith(user) });
    const state = withTeams(...early, memberAdded('M', '2026-01-01 00:00'), memberPlaced('M', 'A', '2026-01-05 00:00'));
    books.close('2026-02', state);
    books.cancel('2026-01', true);
    expect(linesOfBill(books.bill('2026-01', state))).toMatchObject([
      { kind: 'license', month: '2026-01', quantity: '1' },
      { kind: 'adjustment', month: '2026-01', quantity: '-1', variant: 'user' },
    ]);
  });
  it('are taxed by the rate and the buyer of their month', () => {
    const books = new ClosingBooks();
    const early = workspaceOf([started('2020-01-01 00:00'), teamCreated('A', '2020-01-01 00:00')]);
    const late = workspaceOf([
      started('2020-01-01 00:00'),
      teamCreated('A', '2020-01-01 00:00'),
      teamCreated('B', '2020-11-01 00:00'),
    ]);
    books.close('2020-11', early, { buyer: AUSTRIAN_BUSINESS });
    books.close('2020-12', early);
    const bill = books.close('2021-01', late, { buyer: SWISS_BUYER });
    expect(linesOfBill(bill).map(({ month, tax }) => [month, tax.category, tax.rate])).toEqual([
      ['2021-01', 'O', '0'],
      ['2020-11', 'AE', '0'],
      ['2020-12', 'S', '16'],
    ]);
    expect(bill.taxMinor).toBe(160);
  });
  it('make no line when they change no amount', () => {
    const books = new ClosingBooks();
    const terms = termsWith({ freeUnits: 5 });
    books.close('2026-01', withTeams(), { terms });
    expect(linesOf(books.close('2026-02', withTeams(lateB), { terms }))).toEqual([]);
  });
  it('are looked for in the closed months of the last twelve', () => {
    const books = new ClosingBooks();
    for (const month of ['2026-01', '2026-02']) books.close(month, withTeams());
    expect(linesOf(books.bill('2027-01', withTeams(lateB)))).toEqual([
      'license 2027-01 2 = 2000',
      'adjustment 2026-01 1 = 1000',
      'adjustment 2026-02 1 = 1000',
    ]);
    expect(linesOf(books.bill('2027-02', withTeams(lateB)))).toEqual([
      'license 2027-02 2 = 2000',
      'adjustment 2026-02 1 = 1000',
    ]);
    expect(linesOf(books.bill('2026-03', withTeams(lateB), { adjustmentWindowMonths: 1 }))).toEqual([
      'license 2026-03 2 = 2000',
      'adjustment 2026-02 1 = 1000',
    ]);
  });
});

describe('after the last month', () => {
  it('only differences are settled', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    expect(linesOf(books.bill('2026-02', withTeams(), { billed: false }))).toEqual([]);
    const bill = books.close('2026-02', withTeams(lateB), { billed: false });
    expect(linesOf(bill)).toEqual(['adjustment 2026-01 1 = 1000']);
    expect(bill).toMatchObject({ withinContract: false, units: 0, quantity: '0' });
  });
  it('a month that was only a settlement is not billed by a later one', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.close('2026-02', withTeams(lateB), { billed: false });
    expect(linesOf(books.bill('2026-03', withTeams(lateB), { billed: false }))).toEqual([]);
  });
});

describe('a cancelled invoice', () => {
  it('that is not issued again leaves its month unbilled for good', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.cancel('2026-01', false);
    expect(linesOf(books.close('2026-02', withTeams(lateB)))).toEqual(['license 2026-02 2 = 2000']);
  });
  it('gives back what stood on it for other months', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.close('2026-02', withTeams(lateB));
    books.cancel('2026-02', false);
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual([
      'license 2026-03 2 = 2000',
      'adjustment 2026-01 1 = 1000',
    ]);
  });
  it('takes with it what other invoices charged for its month', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    expect(linesOf(books.close('2026-02', withTeams(lateB)))).toContain('adjustment 2026-01 1 = 1000');
    books.cancel('2026-01', false);
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual([
      'license 2026-03 2 = 2000',
      'adjustment 2026-01 -1 = -1000',
    ]);
    expect(linesOf(books.close('2026-04', withTeams(lateB)))).toEqual(['license 2026-04 2 = 2000']);
  });
  it('takes with it what other invoices credited for its month', () => {
    const books = new ClosingBooks();
    const archived = withTeams(lateB, teamArchived('B', '2026-01-20 00:00'));
    books.close('2026-01', withTeams(lateB));
    expect(linesOf(books.close('2026-02', archived))).toContain('adjustment 2026-01 -1 = -1000');
    books.cancel('2026-01', false);
    expect(linesOf(books.close('2026-03', archived))).toEqual([
      'license 2026-03 1 = 1000',
      'adjustment 2026-01 1 = 1000',
    ]);
    expect(linesOf(books.close('2026-04', archived))).toEqual(['license 2026-04 1 = 1000']);
  });
  it('is billed again from the facts of today', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.cancel('2026-01', true);
    expect(linesOf(books.rebill('2026-01', withTeams(lateB)))).toEqual(['license 2026-01 2 = 2000']);
    expect(linesOf(books.close('2026-02', withTeams(lateB)))).toEqual(['license 2026-02 2 = 2000']);
  });
  it('is left alone by closings until it is billed again', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.cancel('2026-01', true);
    expect(linesOf(books.close('2026-02', withTeams(lateB)))).toEqual(['license 2026-02 2 = 2000']);
    expect(linesOf(books.rebill('2026-01', withTeams(lateB)))).toEqual(['license 2026-01 2 = 2000']);
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual(['license 2026-03 2 = 2000']);
  });
  it('billed again takes off what later invoices brought for its month', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.close('2026-02', withTeams(lateB));
    books.cancel('2026-01', true);
    expect(linesOf(books.rebill('2026-01', withTeams(lateB)))).toEqual([
      'license 2026-01 2 = 2000',
      'adjustment 2026-01 -1 = -1000',
    ]);
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual(['license 2026-03 2 = 2000']);
  });
  it('billed again for another buyer takes off the tax that the first one was charged', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.close('2026-02', withTeams(lateB));
    books.cancel('2026-01', true);
    const bill = books.rebill('2026-01', withTeams(lateB), { buyer: AUSTRIAN_BUSINESS });
    expect(linesOfBill(bill).map(({ netMinor, tax }) => ({ netMinor, tax }))).toEqual([
      { netMinor: 2000, tax: AE },
      { netMinor: -1000, tax: S },
    ]);
    expect(bill.taxMinor).toBe(-190);
  });
  it('billed again brings its adjustments again, unless a closing did so first', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    books.close('2026-02', withTeams(lateB));
    books.cancel('2026-02', true);
    expect(linesOf(books.bill('2026-02', withTeams(lateB)))).toContain('adjustment 2026-01 1 = 1000');
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toContain('adjustment 2026-01 1 = 1000');
    expect(linesOf(books.rebill('2026-02', withTeams(lateB)))).toEqual(['license 2026-02 2 = 2000']);
  });
  it('may be cancelled and billed again once more', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    for (const units of [2, 2]) {
      books.cancel('2026-01', true);
      expect(linesOf(books.rebill('2026-01', withTeams(lateB)))).toEqual([`license 2026-01 ${units} = 2000`]);
    }
  });
});

describe('documents', () => {
  const identities = (bill: MonthBill) =>
    bill.documents.map(({ buyer, lines }) => [buyer.vatId ?? buyer.country, lines.map(({ month }) => month)]);

  it('are one where the buyer stays the same for tax, whatever else changes about it', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    const buyer = { ...GERMAN_BUYER, street: 'Neue Straße 2' };
    const bill = books.close('2026-02', withTeams(lateB), { buyer });
    expect(identities(bill)).toEqual([['DE', ['2026-02', '2026-01']]]);
    expect(bill.documents[0]?.buyer).toEqual(buyer);
  });
  it.each([
    ['another VAT id', { ...AUSTRIAN_BUSINESS, vatId: 'ATU22222226' }],
    ['another country', GERMAN_BUYER],
    ['another kind of buyer', { ...AUSTRIAN_BUSINESS, buyerKind: 'public' as const }],
    ['a place outside the scope of VAT', SWISS_BUYER],
  ])('are one for each tax identity: %s', (_what, buyer) => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams(), { buyer: AUSTRIAN_BUSINESS });
    const bill = books.close('2026-02', withTeams(lateB), { buyer });
    expect(bill.documents.map((document) => document.buyer)).toEqual([buyer, AUSTRIAN_BUSINESS]);
    expect(identities(bill).map(([, months]) => months)).toEqual([['2026-02'], ['2026-01']]);
    expect(bill.netMinor).toBe(3000);
    // Both stand for what they say: nothing is left for the next closing.
    expect(linesOf(books.close('2026-03', withTeams(lateB), { buyer }))).toEqual(['license 2026-03 2 = 2000']);
  });
  it('are there for corrections alone where nothing is billed to the buyer of today', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams(), { buyer: AUSTRIAN_BUSINESS });
    const archived = withTeams(teamArchived('A', '2026-01-20 00:00'));
    const bill = books.close('2026-02', archived);
    expect(bill.documents.map(({ buyer, grossMinor }) => [buyer, grossMinor])).toEqual([[AUSTRIAN_BUSINESS, -1000]]);
  });
  it('when cancelled for good, leave the month alone that they do not bill', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams(), { buyer: AUSTRIAN_BUSINESS });
    books.close('2026-02', withTeams(lateB));
    const [, correction] = books.standing('2026-02');
    books.cancel('2026-02', false, correction);
    // Its adjustment is owed again, and February keeps its own document.
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual([
      'license 2026-03 2 = 2000',
      'adjustment 2026-01 1 = 1000',
    ]);
  });
  it('when billed again, bring their adjustments alone', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams(), { buyer: AUSTRIAN_BUSINESS });
    books.close('2026-02', withTeams(lateB));
    books.cancel('2026-02', true, books.standing('2026-02')[1]);
    expect(linesOf(books.rebill('2026-02', withTeams(lateB)))).toEqual(['adjustment 2026-01 1 = 1000']);
    expect(ownDocumentOf(books.state, '2026-02')?.cancelled).toBeUndefined();
    expect(linesOf(books.close('2026-03', withTeams(lateB)))).toEqual(['license 2026-03 2 = 2000']);
  });
  it('say what an adjustment comes of', () => {
    const books = new ClosingBooks();
    books.close('2026-01', withTeams());
    expect(linesOfBill(books.close('2026-02', withTeams(lateB)))[1]?.difference).toEqual({
      owedQuantity: '2',
      owedNetMinor: 2000,
      billedQuantity: '1',
      billedNetMinor: 1000,
    });
  });
});

describe('the state of bills', () => {
  const bill = new ClosingBooks().bill('2026-01', withTeams());
  const held = { ...bill, invoicing: { ...bill.invoicing, holdForApproval: true } };
  const ref = { month: '2026-01', billRevision: 0, document: 0 };

  it('is approved by itself unless its contract holds it', () => {
    const closed = evolveBilling(NOTHING_BILLED, { type: 'MonthClosed', data: bill, occurredAt: 0 }, 0);
    expect(closed.documents).toMatchObject([{ ...ref, approved: true, isHeld: false, isOwn: true }]);
    const waiting = evolveBilling(NOTHING_BILLED, { type: 'MonthClosed', data: held, occurredAt: 0 }, 0);
    expect(waiting.documents).toMatchObject([{ approved: false, isHeld: true }]);
    const approved = evolveBilling(waiting, { type: 'BillApproved', data: ref, occurredAt: 0 }, 1);
    expect(approved).toMatchObject({ documents: [{ ...ref, approved: true }], revision: 1 });
  });
  it('knows no approval of a bill that there is not', () => {
    expect(() => evolveBilling(NOTHING_BILLED, { type: 'BillApproved', data: ref, occurredAt: 0 }, 0)).toThrow(
      'there is no document 0 of 2026-01 at revision 0',
    );
  });
});

describe('when a month is closed', () => {
  const contract = openedContract();
  it('is in order from the first month on', () => {
    expect(nextMonthToClose(contract, undefined)).toBe('2026-01');
    expect(nextMonthToClose(contract, '2026-12')).toBe('2027-01');
  });
  it('is after its end where the contract is', () => {
    expect(endOfMonth(contract, '2026-03')).toBe(Date.parse('2026-03-31T22:00:00Z'));
    expect(endOfMonth(openedContract({ timeZone: 'Pacific/Pago_Pago' }), '2026-03')).toBe(
      Date.parse('2026-04-01T11:00:00Z'),
    );
  });
  it('depends on the first and the last month', () => {
    const ended = evolveContract(evolveContract(undefined, contractOpened()), {
      type: 'ContractTerminated',
      data: { lastMonth: '2026-03' },
      occurredAt: 0,
    });
    const months = ['2025-12', '2026-01', '2026-03', '2026-04'];
    expect(months.map((month) => isWithinContract(ended!, month))).toEqual([false, true, true, false]);
    expect(isWithinContract(contract, '2099-01')).toBe(true);
  });
});

describe('totals', () => {
  it('add up over categories with credits', () => {
    const lines = [
      { netMinor: -1000, tax: { category: 'S', rate: '19' } as const },
      { netMinor: 1000, tax: { category: 'O', rate: '0' } as const },
    ];
    expect(totalsOf(lines, 'EUR')).toMatchObject({ netMinor: 0, taxMinor: -190, grossMinor: -190 });
  });
});
