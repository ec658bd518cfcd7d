import fc from 'fast-check';

import { type Buyer, type ContractTerms, type PriceTiers } from '../contract/terms';
import { countMonth } from '../counting/count';
import { type Instant } from '../event';
import { taxIdentityOf } from '../tax/tax-identity';
import { AUSTRIAN_BUSINESS, berlin, ClosingBooks, GERMAN_BUYER, SWISS_BUYER, termsWith } from '../testing/facts';
import { commandOf, type RandomStep, RandomWorkspace, STEP_KINDS } from '../testing/random-history';
import { addMonths, type BillingMonth } from './billing-month';
import { ownLines } from './close';
import { type MonthBill, type MonthLine } from './events';
import { linesOf, ownDocumentOf } from './state';

const FIRST = '2026-01';
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
const ADD_TO_TEAM = 8;
const NOW = Date.UTC(2027, 0, 1);

const anyPrice = fc.integer({ min: 1, max: 999 });
const anyTiers: fc.Arbitrary<PriceTiers> = fc.record({
  mode: fc.constantFrom('graduated', 'volume'),
  steps: fc
    .tuple(anyPrice, anyPrice, anyPrice)
    .map(([a, b, c]) => [{ upTo: 1, unitPriceMinor: a }, { upTo: 3, unitPriceMinor: b }, { unitPriceMinor: c }]),
});
const anyTerms = fc
  .record(
    {
      variant: fc.constantFrom('team', 'user'),
      countingRule: fc.constantFrom('month-end', 'any-time', 'month-start', 'prorated-daily', 'peak'),
      unitPriceMinor: anyPrice,
      tiers: anyTiers,
      freeUnits: fc.nat(2),
      minimumUnits: fc.nat(3),
      discount: fc.record({
        percent: fc.integer({ min: 1, max: 100 }).map(String),
        firstMonth: fc.constantFrom(...MONTHS),
      }),
    },
    { requiredKeys: ['variant', 'countingRule', 'unitPriceMinor'] },
  )
  .map((terms): ContractTerms => termsWith(terms as Partial<ContractTerms>));
const OTHER_ID: Buyer = { ...AUSTRIAN_BUSINESS, vatId: 'ATU22222226' };
const anyBuyer: fc.Arbitrary<Buyer> = fc.constantFrom(GERMAN_BUYER, AUSTRIAN_BUSINESS, OTHER_ID, SWISS_BUYER);

const edges = MONTHS.map((month) => berlin(`${month}-01 00:00`));
const anyInstant: fc.Arbitrary<Instant> = fc.oneof(
  fc.integer({ min: edges[0]!, max: edges.at(-1)! }),
  fc.tuple(fc.constantFrom(...edges), fc.integer({ min: -1, max: 1 })).map(([at, by]) => at + by),
);
const anyStep = fc.record({ kind: fc.nat(STEP_KINDS - 1), team: fc.nat(2), member: fc.nat(3), at: anyInstant });
const anyDelay = fc.oneof(fc.constant(0), fc.nat(150 * 24 * 3_600_000));
const anyArrival = fc.integer({ min: edges[0]!, max: edges.at(-1)! });
const anyMonth = fc.constantFrom(...MONTHS);

type Action = { readonly arrives: Instant } & (
  | { readonly do: 'fact'; readonly step: RandomStep }
  | { readonly do: 'close'; readonly buyer: Buyer }
  | { readonly do: 'cancel'; readonly month: BillingMonth; readonly place: number; readonly reissue: boolean }
  | { readonly do: 'rebill'; readonly month: BillingMonth; readonly buyer: Buyer }
);
const anyFact = fc
  .tuple(anyStep, anyDelay)
  .map(([step, delay]): Action => ({ do: 'fact', step, arrives: step.at + delay }));
const anyClosing = fc.record({ do: fc.constant('close' as const), arrives: anyArrival, buyer: anyBuyer });
const anyCancellation = fc.record({
  do: fc.constant('cancel' as const),
  arrives: anyArrival,
  month: anyMonth,
  place: fc.nat(2),
  reissue: fc.boolean(),
});
const anyRebilling = fc.record({
  do: fc.constant('rebill' as const),
  arrives: anyArrival,
  month: anyMonth,
  buyer: anyBuyer,
});
/** In the order of their arrival. */
const anyActions = fc
  .tuple(
    fc.array(anyFact, { minLength: 20, maxLength: 60 }),
    fc.array(anyClosing, { minLength: 2, maxLength: 6 }),
    fc.array(anyCancellation, { maxLength: 3 }),
    fc.array(anyRebilling, { maxLength: 3 }),
  )
  .map((actions): Action[] => actions.flat().sort((a, b) => a.arrives - b.arrives));

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const netOf = (lines: readonly Pick<MonthLine, 'netMinor'>[]): number => sum(lines.map(({ netMinor }) => netMinor));

function checkTotals(bill: MonthBill): void {
  expect(bill.netMinor).toBe(netOf(linesOf(bill)));
  expect(bill.netMinor).toBe(netOf(bill.taxes));
  expect(bill.taxMinor).toBe(sum(bill.taxes.map(({ taxMinor }) => taxMinor)));
  expect(bill.grossMinor).toBe(bill.netMinor + bill.taxMinor);
  const amounts = [bill.netMinor, bill.taxMinor, bill.grossMinor];
  for (const { netMinor } of linesOf(bill)) amounts.push(netMinor);
  for (const { netMinor, taxMinor } of bill.taxes) amounts.push(netMinor, taxMinor);
  for (const amount of amounts) {
    expect(Object.is(amount, -0)).toBe(false);
    expect(Number.isSafeInteger(amount)).toBe(true);
  }
  for (const { kind, netMinor } of linesOf(bill)) {
    if (kind === 'adjustment') expect(netMinor).not.toBe(0);
  }
}

describe('what was billed for a month over all invoices', () => {
  it('equals what its facts say, whenever they arrived and whatever was cancelled', () => {
    let adjusted = 0;
    fc.assert(
      fc.property(
        anyActions,
        fc.array(anyTerms, { minLength: MONTHS.length, maxLength: MONTHS.length }),
        (actions, terms) => {
          const workspace = new RandomWorkspace(NOW);
          const books = new ClosingBooks();
          const { state } = workspace;
          for (const member of [0, 1, 2, 3]) {
            workspace.send(commandOf({ kind: ADD_TO_TEAM, team: member % 2, member, at: edges[0]! - 1000 }));
          }
          let next: BillingMonth = FIRST;
          const termsOf = (month: BillingMonth): ContractTerms => terms[MONTHS.indexOf(month)] ?? termsWith();
          const close = (buyer: Buyer): void => {
            const billed = MONTHS.includes(next);
            const bill = books.close(next, state, { terms: termsOf(next), buyer, billed });
            checkTotals(bill);
            adjusted += linesOf(bill).filter(({ kind }) => kind === 'adjustment').length;
            next = addMonths(next, 1);
          };
          const rebill = (month: BillingMonth, buyer: Buyer): void => {
            const isAwaited = books.state.documents.some(
              (document) =>
                document.month === month && document.cancelled?.reissue === true && document.rebilled !== true,
            );
            if (!isAwaited) return;
            checkTotals(books.rebill(month, state, { terms: termsOf(month), buyer }));
          };
          for (const action of actions) {
            switch (action.do) {
              case 'fact':
                workspace.send(commandOf(action.step));
                break;
              case 'close':
                if (MONTHS.includes(next)) close(action.buyer);
                break;
              case 'cancel': {
                const standing = books.standing(action.month);
                const document = standing[action.place % standing.length];
                if (document !== undefined) books.cancel(action.month, action.reissue, document);
                break;
              }
              case 'rebill':
                rebill(action.month, action.buyer);
                break;
            }
          }
          for (const month of [...MONTHS, ...MONTHS, ...MONTHS]) rebill(month, GERMAN_BUYER);
          while (MONTHS.includes(next)) close(GERMAN_BUYER);
          close(GERMAN_BUYER);

          const standing = books.state.documents.filter(({ cancelled }) => cancelled === undefined);
          for (const month of MONTHS) {
            const { bill } = books.state.months.get(month)!;
            const cancelled = ownDocumentOf(books.state, month)?.cancelled;
            const recount = countMonth(state, month, bill.terms);
            const owed = cancelled === undefined ? netOf(ownLines(month, recount, bill.terms, bill.buyer)) : 0;
            const byIdentity = new Map([[taxIdentityOf(month, bill.buyer), 0]]);
            for (const { content } of standing) {
              const net = netOf(content.lines.filter((line) => line.month === month));
              const identity = taxIdentityOf(month, content.buyer);
              byIdentity.set(identity, (byIdentity.get(identity) ?? 0) + net);
            }
            // All of it stands for the month's own buyer, and nothing for any other.
            for (const [identity, net] of byIdentity) {
              expect([month, identity, net]).toEqual([
                month,
                identity,
                identity === taxIdentityOf(month, bill.buyer) ? owed : 0,
              ]);
            }
          }
          // Another closing has nothing left to settle.
          expect(books.bill(next, state, { billed: false }).documents).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
    expect(adjusted).toBeGreaterThan(100);
  });
});
